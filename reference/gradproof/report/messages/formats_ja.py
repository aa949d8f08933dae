"""Japanese: what the forms for CI say beside the report's own sentences."""

MESSAGES = {
    "ci.root": "リポジトリの最上位フォルダ",
    "ci.loads": "対象を読み込める。",
    "ci.expects": "失敗すると宣言された条項は、移植の役割が持つ条項である。",
    "ci.diagnosis": "誤りがあると分かっている移植には、宣言されたとおりの欠陥がある。",
    "ci.table": "| | 移植 |",
    "ci.defect": "欠陥:",
    "ci.again": "再現:",
}
