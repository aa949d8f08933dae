"""Japanese: the pages of the documentation that are generated."""

from __future__ import annotations

MESSAGES = {
    "docs.contract": "契約",
    "docs.contract-lead": "移植が役割ごとに守るべきことの一覧です。**must** は書籍のコード自身が守っていること、**should** は使う側が期待してよいことです。条項の判定は、合格(*pass*)、不合格(*fail*)、エラー(*error*、答えを判定する場面で移植が失敗した)、判定なし(*not covered*、観測できなかったことを合格とはしません)のどれかです。u は 2⁻⁵³、h は刻み幅、d は節点の x からのずれ、w はその重みです。それぞれの表の下に、条項を破る最小のコードとその直し方を示します。`gradproof explain G4` のように実行すると、ひとつの条項について同じものを表示します。図は、あるコードの値を、そのまま(✗)と修正後(✓)で比べたものです。数値は色で表し、異なる要素を枠で囲み、数でないものは灰色にします。ほかに矢印、経路、曲線の図があります。コードの中の x は点、X は点を行とする配列、W はパラメータの配列、df は f の勾配です。`asked` はルーチンが f を評価した位置、`fails` は例外を送出する f、`tried` はその例外のあとも続けることを表します。",
    "docs.contract-columns": "| 条項 | 水準 | 内容 | 根拠 |",
    "docs.breaks": "これを破る最小のコード:",
    "docs.breaks-by": "これを破る最小のコード([{defect}](defects.md#{defect})の例):",
    "docs.mended": "*修正*:",
    "docs.defects": "欠陥の一覧",
    "docs.defects-lead": "名前の付いた誤り方の一覧です。関数の欠陥には、起こりうる役割ごとにモデルがあります。書籍の手順の選択を 1 か所だけ変えたものです。モデルは、契約が必ず検出すべきミュータントとして、また不合格になった移植の原因の仮説として実行されます。`gradproof explain ID` で、どれか 1 つの説明を日本語または英語で表示できます。",
    "docs.matrix": "欠陥ごとに破られる条項: {role}",
    "docs.marks": "**F**: 条項が不合格になる。**E**: 判定する場面でミュータントが失敗する。",
    "docs.unmarked": "印のない行は、精度は低くても整合した式です。式自身の誤差限界に収まり、この役割には精度の条項がありません。",
    "docs.layers-matrix": "その欠陥をもちうるレイヤのすべての種類でモデルを実行し、どれかで不合格になる条項に印を付けてあります。どの欠陥も検出され、診断の先頭に挙がります。検出するのは must の条項ですが、レイヤの should に当たるもの(log-of-zero、overflow、引数への書き込み)だけは別です。値が変わる欠陥は、正しいレイヤに許されるずれ(伝播上界の {bounds} 倍)の 10^{exponent} 倍を超えてずれます。",
    "docs.optimizers-matrix": "その欠陥をもちうるすべての更新則でモデルを実行し、どれかで不合格になる条項に印を付けてあります。発表されているどの形の更新則でも、must の条項で検出され、診断の先頭に挙がります。最も小さいものでも、正しい実装に許されるずれ(伝播上界の {bounds} 倍)の 10^{exponent} 倍を超えてずれます。",
    "docs.kinds": "種類",
    "docs.rules": "更新則",
    "docs.catalogue": "関数の欠陥",
    "docs.catalogue-layers": "レイヤの欠陥",
    "docs.catalogue-optimizers": "最適化手法の欠陥",
    "docs.title": "**{title}。**",
    "docs.picture": "{defect} がある関数で描いた図と、正しい図",
    "docs.path": "x²/20 + y² の上での、{defect} がある最適化手法の道筋と、正しい道筋",
    "docs.entries": "{array}: {defect} がある場合と、正しい場合。異なる要素は枠で囲んである",
    "docs.entries-with": "{use}での {array}: {defect} がある場合と、正しい場合。異なる要素は枠で囲んである",
    "docs.view": "{line} の値。✗ は上のコード、✓ は修正後",
    "docs.remedy": "*直し方*: {remedy}",
    "docs.see-also": "*参考*: {references}",
}
