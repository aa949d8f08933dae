"""Japanese."""

MESSAGES = {
    "holds": "満たされています",
    "no-probe": "何も観測されませんでした",
    "raised": "{probe}で {kind} が発生しました: {text}",
    "broke.timeout": "{probe}で時間内に終わりませんでした({detail})",
    "broke.crash": "{probe}で異常終了しました: {detail}",
    "broke.exit": "{probe}でインタープリターを終了させました({detail})",
    "broke.protocol": "{probe}で送られたものが規約に合いません: {detail}",
    "broke.budget": "{probe}で f を呼びすぎました({detail})",
    "nonsense": "{probe}で {what} が返りました。数値の配列を返す必要があります",
    "wrong-shape": "{probe}で結果の形状が {came} です。正しくは {due} です",
    "f-not-called": "{probe}で f が呼ばれませんでした",
    "not-points": (
        "{probe}で f に形状 {came} の配列が渡されました({calls} 回中 {count} 回)。"
        "正しくは {due} です"
    ),
    "unreadable": "計算式を読み取れませんでした: {why}",
    "no-formula": "f に点が渡されていないため、判定する計算式がありません",
    "other-row": (
        "{probe}で結果の要素 {entry} が {node} での f から計算されています。"
        "これは行 {other} の点です"
    ),
    "no-result": "{probe}で正しい形状の結果がありません",
    "rows-mixed": "x の他の行を変えると、結果の行 {row} が {difference} 変わります",
    "inconsistent": "計算しているのは {formula} です",
    "adds": "微分に {constant} を加えています",
    "off": (
        "{function} の点 {point} での ∂f/∂x{component}: 結果は {got}、"
        "正しくは {due} ± {bound}({total} 要素中 {count} 要素が誤り)"
    ),
    "inaccurate": (
        "{function} の点 {point} での ∂f/∂x{component} の誤差は最大 {error} です。"
        "許容は {allowed} です"
    ),
    "reshaped": "{probe}の呼び出し後、x の形状が {came} になっています",
    "not-restored": (
        "{probe}の呼び出し後、{place} は {before} から {after} に変わっています"
        "(x の {total} 要素中 {count} 要素)"
    ),
    "batch-refused": "バッチでは {kind} が発生します",
    "batch-by-rows": "バッチでは各行の勾配を返します",
    "wrong-batch": (
        "バッチ {x} に対し、エラーも出さずに、各行の勾配ではない数値を返します"
    ),
    "unreadable.no-result": "f の値を 0 や 1 にすると、有限の数値が返りませんでした",
    "unreadable.not-called": "f が呼ばれませんでした",
    "unreadable.complex-arguments": (
        "f に複素数が渡されました(複素ステップ法は値で判定します)"
    ),
    "unreadable.foreign-arguments": (
        "f に {kind} 型のオブジェクトが渡されました(自動微分など)。値で判定します"
    ),
    "unreadable.too-many-nodes": "f が {nodes} 個の点で呼ばれました",
    "unreadable.stateful": "同じ呼び出しの 2 回目で結果が変わりました",
    "unreadable.value-dependent": (
        "f を呼ぶ点が f の値によって変わります(適応的な方法など)。値で判定します"
    ),
    "unreadable.not-linear": "結果が f の値の線形結合ではありません",
    "unreadable.not-scaling": (
        "f を {scale} 倍しても結果が {scale} 倍になりません。"
        "小さい値か大きい値が丸められています"
    ),
    "unreadable.ignores-values": "結果が f の値によりません",
    "probe.point": "形状 (2,) の 1 点",
    "probe.rows": "形状 (3, 2) の 3 点",
    "probe.others": "形状 (4, 3) の別の 4 点",
    "probe.square": "形状 (2, 2) の 2 点",
    "probe.wide": "形状 (4, 3) の 4 点",
    "probe.sine": "形状 (3, 2) の 3 点(f = sin(x0·x1))",
    "role.gradient": "gradient(x の各行が 1 点)",
    "role.point-gradient": "point-gradient(一度に 1 点)",
    "role.array-gradient": "array-gradient(配列全体のスカラー関数)",
    "role-given": "指定どおり",
    "role-vectorized": "宣言どおり f はバッチを受け取る",
    "role-rows": "推定: f にバッチの各行が渡された",
    "role-whole": "推定: f に配列全体が渡され、すべて満たされる",
    "role-point": "推定: 1 点では動作し、バッチではエラーになる",
    "role-fewest-wrong": "推定: どの役割にも合わず、これが最も近い",
    "headline.pass": "{target} は正しいです。",
    "headline.fail": "{target} は誤りです: {reason}。",
    "headline.error": "{target} は動作しません: {reason}。",
    "headline.not-covered": "{target}: 判定できるものがありませんでした。",
    "label.role": "役割",
    "label.computes": "計算式",
    "label.pass": "合格",
    "label.fail": "不合格",
    "label.error": "エラー",
    "label.not-covered": "未確認",
    "likewise": "{components} も同様",
    "varies": "他の点では異なる",
    "summary": "移植 {ports} 件: {counts}",
    "count.pass": "正しい {n}",
    "count.fail": "誤り {n}",
    "count.error": "エラー {n}",
    "count.not-covered": "未確認 {n}",
    "count.unloaded": "読み込めない {n}",
    "demo.title": "書籍の gradient_2d.py は 324 点で -grad f のベクトル場を描きます。",
    "demo.given": (
        "  誤った呼び出し  numerical_gradient(f, {call})"
        "\n                  f に形状 {shape} の配列が {calls} 回渡されました。"
        "\n                  各行が 1 点とみなされ、行 0 は全点の x0、行 1 は全点の x1 です。"
    ),
    "demo.due": (
        "  正しい呼び出し  numerical_gradient(f, {call}).T"
        "\n                  f に形状 {shape} の配列(点)が {calls} 回渡されました。"
    ),
    "demo.lucky": (
        "  {function}: 誤った呼び出しでも {total} 本の矢印がすべて偶然正しく描かれます。"
    ),
    "demo.faulty": (
        "  {function}: 誤った呼び出しでは {total} 本中 {wrong} 本の矢印が誤りです。"
    ),
    "demo.proved": (
        "  {function}: 正しい呼び出しは {total} 点すべてで、式の誤差限界内で正しいです。"
    ),
    "demo.unproved": (
        "  {function}: 正しい呼び出しが {total} 点中 {wrong} 点で誤りです。"
    ),
    "demo.why": (
        "偶然の理由: 二乗和のように f が各要素に同じ項 g(x) を足す形なら、"
        "\n要素による微分はその要素だけで決まり、どの行にあっても同じです。"
    ),
    "demo.pictures": "{folder} に画像 {count} 枚を保存しました",
}
