"""What is said of many ports at once, in Japanese."""

from __future__ import annotations

MESSAGES = {
    "scan.named": "名前が勾配の関数を示す({line} 行目)",
    "scan.shaped": "構文の形が勾配の関数と一致する({line} 行目)",
    "scan.classes": "レイヤ、ネットワーク、最適化手法",
    "scan.script": "矢印を描くか勾配を呼び出すスクリプト",
    "scan.notebook": "矢印を描くか勾配を呼び出すノートブック",
    "scan.declared": "宣言された移植",
    "scan.copy": "同一の写し: {target}",
    "scan.foreign": "他の言語で見つかったもの(判定しない):",
    "scan.init": "判定するには: gradproof init {language} --from {target}",
    "scan.no-init": "この言語のひな形はない。判定の方法は docs/protocol.md を参照",
    "scan.error": "判定しない: {text}",
    "scan.total": "判定の対象 {ports} 件、その写し {copies} 件、他の言語 {foreign} 件",
    "folder.ignored": "git が無視するもの {n}",
    "folder.unchanged": "変更されていないもの {n}",
    "scan.files": "  {why}: {files}",
    "scan.more": "ほか {n} 件",
}
