"""Japanese: the uses of layers and optimizers that hide a defect or show it."""

from __future__ import annotations

USES = {
    "usual": "複数サンプルの普通の使い方",
    "one-sample": "1 サンプルだけのバッチ",
    "ones": "すべて 1 の上流勾配",
    "twice": "別のデータでの 2 回の呼び出し",
    "square-weights": "正方行列の重み",
    "symmetric-weights": "対称行列の重み",
    "positive": "正の入力だけ",
    "another-slope": "既定値でない傾き",
    "square-input": "サンプル数と列数が等しい入力",
    "large": "大きさ 500 ほどの入力",
    "sure-miss": "正解クラスの確率が 0 の入力",
    "ratio-half": "比率 0.5",
    "at-test": "学習後のテスト時の呼び出し",
    "gamma-one": "初期値のままの γ = 1",
    "ids-apart": "重複のない ID",
    "one-pixel": "1 画素のフィルター",
    "stride-one": "ストライド 1",
    "no-pad": "パディングなし",
    "square-window": "正方形の窓",
    "side-by-side": "重ならない窓",
    "one-step": "1 ステップだけの系列",
    "stateful": "stateful で系列を 2 回に分けた呼び出し",
    "after-reset": "reset_state のあとの呼び出し",
    "spread": "1 行を複数の行に足す加算",
    "updates": "数回の更新",
    "one-update": "1 回目の更新だけ",
    "one-parameter": "1 つだけのパラメータ",
    "defaults": "既定の設定値",
    "momentum-half": "momentum = 0.5",
    "second-optimizer": "同じクラスの 2 つ目のオブジェクト",
    "still": "勾配がずっと 0 の要素",
    "decay-half": "減衰率 0.5",
    "betas-half": "β₁ = β₂ = 0.5",
    "below-limit": "小さい勾配",
    "above-limit": "上限を超える勾配",
}

MESSAGES = {f"use.{id}": text for id, text in USES.items()} | {
    "use-and": "、",
    "explain.hidden-with": "次の使い方では結果がすべて正しく、現れません: {uses}。",
    "explain.shown-with": "次の使い方では現れます: {uses}。",
    "explain.never-hidden": "試したどの使い方でも現れます: {uses}。",
}
