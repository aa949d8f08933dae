"""日本語: コマンドのヘルプ。英語の最初の段落から引く."""

CLICK = {
    "Usage:": "使い方:",
    "Options": "オプション",
    "Commands": "コマンド",
    "Show this message and exit.": "この説明を表示して終了します。",
    "Show the version and exit.": "バージョンを表示して終了します。",
    "Try '{command} {option}' for help.": "'{command} {option}' で説明を表示します。",
    "default: {default}": "既定値: {default}",
    "Error: {message}": "エラー: {message}",
    "Invalid value for {param_hint}: {message}": "{param_hint} の値が正しくありません: {message}",
    "Invalid value: {message}": "値が正しくありません: {message}",
    "Missing argument": "引数が足りません",
    "Missing command.": "コマンドがありません。",
    "Missing option": "オプションが足りません",
    "Missing parameter": "引数が足りません",
    "Missing {param_type}": "{param_type} が足りません",
    "No such command {name!r}.": "{name!r} というコマンドはありません。",
    "No such option {name!r}.": "{name!r} というオプションはありません。",
    "Option {name!r} does not take a value.": "オプション {name!r} に値は付けられません。",
    "Option {name!r} requires {nargs} arguments.": "オプション {name!r} には値が必要です。",
    "Got unexpected extra arguments ({args})": "余分な引数があります({args})",
    "(Did you mean one of: {possibilities}?)": "もしかして: {possibilities}",
    "{value!r} is not one of {choices}.": "{value!r} は選べません。候補: {choices}",
    "{value!r} is not a valid {number_type}.": "{value!r} は数 ({number_type}) ではありません。",
    "{value} is not in the range {range}.": "{value} は範囲 {range} の外です。",
    "{name} {filename!r} does not exist.": "{name} {filename!r} がありません。",
    "{name} {filename!r} is a directory.": "{name} {filename!r} はフォルダーです。",
    "{name} {filename!r} is a file.": "{name} {filename!r} はファイルです。",
    "{name} {filename!r} is not readable.": "{name} {filename!r} を読めません。",
    "{name} {filename!r} is not writable.": "{name} {filename!r} に書き込めません。",
    "directory": "フォルダー",
    "file": "ファイル",
    "path": "パス",
}

COMMANDS = {
    "Verify the gradients of *Deep Learning from Scratch*, and of every port of it.": """『ゼロから作る Deep Learning』の勾配と、そのあらゆる移植を検証します。

\b
正しいか。実際にはどんな式を計算しているか。どこが誤りか。
数値勾配(第 4 章)、レイヤ・ネットワーク・最適化手法(第 5〜8 章、
第 2 巻、DeZero)、スクリプトやノートブック、他の言語のプログラムを
判定します。
""",
    "Judge functions, layers, networks, optimizers, scripts.": """関数、レイヤ、ネットワーク、最適化手法、スクリプトを判定します。

\b
path/file.py や path/notebook.ipynb は全体を判定します。矢印を描くか
勾配を呼び出すスクリプト、レイヤ・ネットワーク・最適化手法、
呼び出されない勾配関数も対象です。手書きの勾配に見えるのに
判定できないコードは、理由とともに示します。
フォルダーなら全ファイルを判定して 1 つの表にします。
関数は path/file.py:function か package.module:function、
メソッドは path/file.py:Class.method、レイヤは path/layers.py:Class です。
他の言語のプログラムは exec:'コマンド'、一度しか答えられないものは
vectors:FILE です。
対象がなければ、このフォルダーか上のフォルダーの pyproject.toml にある
[tool.gradproof] を判定します。

\b
終了コード:
  0   想定どおり
  1   誤りか異常終了、または宣言との食い違い
      (--strict では、判定できないものも)
  2   使い方の誤り
  3   1 でなく、読み込みか実行のできないファイルがある
  4   何も判定できなかった
  70  gradproof 自身のエラー
  130 中断
""",
    "Show the bug of the book's script, and prove its fix.": """書籍のスクリプトの不具合を見せ、修正を証明します。

\b
両方の画像を保存します。
""",
    "Draw the gradient field of a function of one's own, rightly.": """自分の関数の勾配の場を、正しく描きます。

\b
関数は 1 点 f(x)(x[0] と x[1] を使う)か、2 つの数 f(x0, x1) を受け取ります。
矢印は、書籍と同じく最も急に下る向きです。
""",
    "Explain a defect or a clause; without an ID, list them.": "欠陥や条項を説明します。ID がなければ一覧を表示します。",
    "Mend scripts, notebooks, routines and layers, with proof.": """スクリプト、関数、レイヤを、証明付きで直します。

\b
関数は path/file.py:function と書きます。変更は、実行して確かめられた
ものだけを示します。unified diff を標準出力に、説明を標準エラー出力に
書きます。--write を付けるとファイルを書き換えます。
""",
    "Write what to start from, in another language or with a tool.": """他の言語やツールで始めるためのファイルを書き出します。

\b
pytest、tox、ci(GitHub Actions)、pre-commit には、そのツールの設定と、
pyproject.toml での勾配の宣言を書き出します。他の言語には、関数を
gradproof check に提供するプログラムを書き出します。すぐにビルドして
判定でき、方法は README にあります。既存のファイルは上書きしません。
KIND がなければ一覧を表示します。
""",
    "Say what changed in golden pictures, and decide upon it.": """基準画像の変更点を文で示し、承認か却下を決めます。

\b
作業ツリーと HEAD、リビジョン A と B、または基準画像とテストの結果を比べます。
承認した画像はステージされ、却下した画像は HEAD のものに戻ります。

\b
終了コード: 0 未決定なし、1 未決定あり、2 使い方の誤り
""",
    "Find what can be judged below folders, and judge it all.": """フォルダーの下で判定できるものを探し、すべて判定します。

\b
構文から探し、同じ内容のものは 1 回だけ判定します。
git が無視するものは対象外です。--list なら何も実行しません。
""",
    "Write test vectors, for what can only answer once.": """一度しか答えられないもののために、テストベクトルを書き出します。

\b
Web サービスや表計算のための、関数と点です。vectors.json と JSON Schema を
書き出します。答えは gradproof check vectors:FILE で判定します。
""",
}

OPTIONS = {
    "What the port claims to be; inferred without it.": "移植の役割(省略すると推定)。",
    "f takes a batch (M, D) and returns (M,).": "f がバッチ (M, D) を受け取り (M,) を返す。",
    "The interpreter to run the port in, 3.6 or later, with its own NumPy.": "移植を実行する Python(3.6 以降)。",
    "The interpreter to run the scripts in, 3.6 or later, with its own NumPy.": "スクリプトを実行する Python(3.6 以降)。",
    "Targets are files: judge the declared ports that live in them.": "対象のファイルにある、宣言された移植を判定。",
    "Treat warnings and unjudged code as failures.": "警告と、判定できなかったコードも不合格にする。",
    "Judge this clause; repeatable.": "この条項だけを判定(繰り返し可)。",
    "Try N more functions and places beyond the fixed ones.": "既定以外に N 個の関数と点を試す。",
    "Draw the random points with this seed.": "乱数の点を選ぶシード。",
    "Seconds for one port altogether.": "1 つの移植にかける秒数。",
    "Seconds for one run of a script.": "スクリプトの 1 回の実行にかける秒数。",
    "Draw layers' wrong gradients and optimizers' paths into this folder.": "誤った勾配や最適化の経路の図の保存先。",
    "The wall around what is run: no network, no other processes, files that are not changed. Bubblewrap, where it works (auto, unless the project says another); or not at all (require).": "実行するものの隔離(Bubblewrap)。",
    "Language; by default that of GRADPROOF_LANG, or of the locale (LANG).": "言語(既定は GRADPROOF_LANG か LANG)。",
    "Write the picture of it: what it gives, beside what is right.": "図を書く(出てくる値と正しい値)。",
    "Write the report into this file.": "レポートをこのファイルに書く。",
    "Write the report in this format as well, into the file (-: standard output); repeatable.": "別の形式でも書く(- は標準出力、繰り返し可)。",
    "The folder that the pictures are written into.": "画像の保存先フォルダー。",
    "The picture; by default the function's name with .png.": "画像ファイル(既定は関数名.png)。",
    "The range of x0 and x1.": "x0 と x1 の範囲。",
    "Change the files, too.": "ファイルも書き換える。",
    "Mend what a routine or a layer should do, too.": "should も直す。",
    "Serve this routine; without it, a right one is written as well.": "この関数を提供(省略すると正しい例も書く)。",
    "Write the files into this folder.": "ファイルの保存先フォルダー。",
    "The folder that the pictures are below.": "画像があるフォルダー。",
    "Review what a test run with pytest-mpl left here.": "pytest-mpl の結果フォルダーを調べる。",
    "Keep the new files of these pictures, or patterns.": "この画像(パターン可)の変更を承認。",
    "Bring the old files back.": "元のファイルに戻す。",
    "Write the report into this file; a page goes into gradproof-review.html.": "書き込み先(ページは gradproof-review.html)。",
    "Beside the text, write the page into a temporary folder; by default on a terminal.": "ページも書く(端末では既定)。",
    "Find, run nothing, and stop.": "探すだけで、何も実行せずに終わる。",
    "Judge on the Dask cluster of this scheduler, as tcp://10.0.0.1:8786.": "このスケジューラーの Dask クラスタで判定。",
    "Take the declared ports from this file, with paths relative to it.": "宣言された移植をこのファイルから読む。",
    "Judge so many ports at once.": "同時に判定する数。",
    "Write each result into this file as it comes: JSON, a line a port.": "結果を 1 行ずつ JSON で書くファイル。",
    "Keep what --output has of ports as they are.": "--output にある結果を使って続ける。",
    "What is written to the standard output at the end.": "最後に標準出力へ書くもの。",
    "Write an index, and a page a port, into this folder. [html: gradproof-scan]": "一覧とページの保存先フォルダー。",
    "Tell what changed since a JSON report of check, or results of scan.": "この結果やレポートからの変化を示す。",
    "Only what the branch has touched since it left this revision.": "このリビジョン以降に変わったものだけ。",
}

ENDS = {
    "interrupted.": "中断しました。",
    "interrupted ({name}).": "中断しました ({name})。",
    "this is an error of gradproof's own, not of your code.": "これは gradproof 自身のエラーで、あなたのコードの誤りではありません。",
}
"""How a command ends that does not end as it should."""

ERRORS = {
    "Name what to check, for example:": "調べるものを指定してください。例:",
    "--vectorized goes with --role gradient alone.": "--vectorized は --role gradient と一緒に使います。",
    "--role and --vectorized go with a target.": "--role と --vectorized は対象と一緒に使います。",
    "--only: no such clause: {ids}": "--only: その条項はありません: {ids}",
    "--accept or --reject, one at a time.": "--accept と --reject は同時に使えません。",
    "Name one range A..B, or --results, or neither.": "指定できるのは、範囲 A..B を 1 つか --results だけです。",
    "--picture goes with an ID.": "--picture は ID と一緒に使います。",
    "{path} is not named .svg: that is the form of the picture.": "{path} の拡張子が .svg ではありません。図は SVG で保存します。",
    "--resume goes with --output.": "--resume は --output と一緒に使います。",
    "--output: {output} is not a regular file.": "--output: {output} は通常のファイルではありません。",
    "{value} is no number of seconds up to {most}.": "{value} は {most} 秒以下ではありません。",
    "{value} is no FORMAT=FILE, with a format of {formats}.": "{value} は「形式=ファイル」の形ではありません。形式: {formats}",
}
"""What cannot be asked for, in the command line's own words."""

WORDS = {**ENDS, **ERRORS, **CLICK, **COMMANDS, **OPTIONS}
