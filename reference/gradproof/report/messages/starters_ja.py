"""Starting points in other languages: Japanese."""

MESSAGES = {
    "init.languages": "gradproof init 言語 で作れる雛形:",
    "init.unknown": "'{name}' の雛形はありません。あるのは {known} です",
    "init.suggest": "'{name}' の雛形はありません。近いもの: {near}",
    "init.from": "--from {named}: ルーチンは「ファイル:関数」の形で指定してください",
    "init.no-file": "--from {file}: {text}",
    "init.no-function": "--from {file}: {function} という名前が見つかりません",
    "init.not-beside": "--from {file}: {language} では、プログラムをルーチンと同じフォルダーに置く必要があります。--output でそのフォルダーを指定してください",
    "init.private": "--from {file}: {function} は他のファイルから呼び出せません。先に公開(export、public など)してください",
    "init.fill-in": "要記入  {place}: この形の関数の呼び出し方が分からないため、呼び出しをこの行に書いてください: {signature}",
    "init.exists": "すでに存在するファイルがあるため、何も書き込みませんでした: {files}",
    "init.written": "作成  {file}",
    "init.next": "次の手順:",
    "init.readme.title": "gradproof で検証する {language} の移植",
    "init.readme.routine": "ファイル: `{program}` は gradproof の通信規約に従い、検証対象のルーチンである `{routine}` の `{function}` を呼び出します。",
    "init.readme.packages": "Debian: `apt-get install {packages}`",
    "init.readme.build": "ビルド: `{command}`",
    "init.readme.no-build": "ビルド: 不要です。",
    "init.readme.check": "検証: `{command}`",
    "init.readme.ci": "CI: 3 と 4 を実行します。正しければ終了コードは 0 です。このフォルダーの pyproject.toml に次のように宣言し、`gradproof check` を実行することもできます。",
}
