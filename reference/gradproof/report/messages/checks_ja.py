"""What is said of scripts that check a gradient, in Japanese."""

from __future__ import annotations

MESSAGES = {
    "role.gradient-check": "ネットワークの勾配を数値微分と比べるスクリプト",
    "clause.GC1": "スクリプトが数値微分で求めた勾配は、どのパラメータでも損失の傾きであり、パラメータは元のままである。スクリプトはそのまま実行し、最初のいくつかの比較で打ち切る。要素が 2000 を超えるネットワークでは、200 を超える配列の一部だけを求めさせる。2 つの勾配の差が最大の要素、値が最大の要素、その他いくつかの要素で損失を直線に沿って調べる。刻み幅 1e-3 から 1e-6 の差分の範囲にあるか、いくつかの刻み幅での差分とその推定誤差から一致といえるものを正しいとする。",
    "clause.GC2": "スクリプトがそれと比べる勾配も損失の傾きである。いくつかの刻み幅での差分とその推定誤差からわかる範囲で判定する。対数の中で足される 1e-7 を除いた損失の傾きでもよい。",
    "clause.GC3": "2 つの勾配の差は、刻み幅 1e-3 から 1e-6 の差分どうしの差を超えない。スクリプトが比べているのはこれであり、両方が誤っていることもある。",
    "check.numerical": "{names} の数値微分の勾配が誤りです。{entry} は {actual} ですが、損失の差分では {expected}(推定誤差 {doubt} 程度)です",
    "check.backward": "{names} の誤差逆伝播の勾配が誤りです。{entry} は {actual} ですが、損失の差分では {expected}(推定誤差 {doubt} 程度)です",
    "check.alike": "{names} の勾配は両方とも同じように誤っているので、スクリプトの確認では差が現れません。{entry} はどちらも {actual} ですが、損失の差分では {expected}(推定誤差 {doubt} 程度)です",
    "check.moved": "数値微分のあと {names} が最大 {off} だけ元の値とずれたままです。その後の比較は別のパラメータでの値になります",
    "check.agrees": "損失と照らし合わせた要素では、どちらの勾配も正しいです",
    "check.unclear": "損失の差分の精度が足りず、判定できません",
    "check.random": "同じデータでも損失が {one}、次に {other} と変わるので、スクリプトの確認は別々の損失の勾配を比べています",
    "check.other-data": "スクリプトは別々のデータでの勾配を比べているので、その分だけ違いが出ます",
    "check.unseen": "スクリプトをそのまま数秒実行しましたが、ネットワークの 2 つの勾配は揃いませんでした",
    "check.differ": "両者の差は最大で {listed} です",
    "check.difference": "{name} で {difference}",
    "check.difference-part": "{name} で {difference}({size} 要素中 {compared} 要素)",
    "note.check-cut": "スクリプト自身の勾配確認をそのまま実行して観察しました",
    "note.check-unseen": "スクリプト自身の勾配確認をそのまま数秒実行しましたが、2 つの勾配は揃いませんでした",
    "note.check-zero": "{names} では両方の勾配がすべての要素で 0 なので、スクリプト自身の確認は失敗のしようがありません",
    "note.check-lacks": "スクリプト自身の勾配確認に {names} が含まれていません",
}
