"""The defects of layers, in Japanese: title, explanation, remedy."""

from __future__ import annotations

TOLD: dict[str, tuple[str, str, str]] = {
    "softmax-over-all": (
        "softmax が配列全体で和をとっている",
        "指数を自分の行の和ではなく、全体の和で割っています。1 サンプルなら正しいのですが、バッチでは行どうしが混ざり、確率の和は全体でやっと 1 になります。",
        "最後の軸で和をとり、軸を残します: e / e.sum(axis=-1, keepdims=True)。最大値も同様です。",
    ),
    "softmax-over-batch": (
        "softmax がバッチの方向に和をとっている",
        "自分の行の和で割るべきところを、サンプル方向の列の和で割っています。axis=0 が正しいのは転置した配列だけです。",
        "axis=1, keepdims=True で和をとるか、転置して戻します。",
    ),
    "loss-not-averaged": (
        "損失がバッチで平均されていない",
        "各サンプルの損失を足すだけで、サンプル数で割っていません。backward が割っていれば、この損失に対して勾配が 1/N になります。サンプルが 1 個なら分かりません。",
        "損失をバッチサイズで割ります。",
    ),
    "loss-averaged-twice": (
        "損失をバッチサイズで 2 回割っている",
        "平均の損失を、forward がもう一度サンプル数で割っています。",
        "割るのは 1 回だけにします。",
    ),
    "batch-not-divided": (
        "backward がバッチサイズで割っていない",
        "損失は平均なのに、勾配は和の勾配で、N 倍大きくなっています。バッチサイズ 1 では気づけません。",
        "バッチサイズで割ります: (y - t) / len(t)。",
    ),
    "batch-divided-twice": (
        "backward がバッチサイズで 2 回割っている",
        "平均の勾配をもう一度バッチサイズで割っていて、1/N になっています。バッチサイズ 1 では気づけません。",
        "損失レイヤで 1 回だけ割ります。",
    ),
    "target-missing": (
        "正解が引かれていない",
        "y − t を返すべきところで、確率 y を返しています。",
        "one-hot の正解を引きます: (y - t) / len(t)。",
    ),
    "labels-as-one-hot": (
        "ラベルを one-hot のように読んでいる",
        "t はクラス番号なのに、それを行のすべての要素に掛けたり、引いたりしています。",
        "正解クラスの要素だけを取ります: y[np.arange(len(t)), t]。backward では dx[np.arange(len(t)), t] -= 1。",
    ),
    "factor-missing": (
        "二乗の係数 2 がない",
        "(y − t)² の微分は 2·(y − t) ですが、その半分を返しています。½(y − t)² なら正しい値です。",
        "2 倍するか、損失を半分にします。",
    ),
    "factor-doubled": (
        "勾配が 2 倍になっている",
        "½(y − t)² の微分は y − t ですが、半分にしない二乗の係数が付いています。",
        "係数 2 を外すか、損失を半分にしないようにします。",
    ),
    "divided-by-batch": (
        "すべての勾配をバッチサイズで割っている",
        "サンプルの平均は損失レイヤがとっていて、上流の勾配はすでに割られています。もう一度割ると 1/N になります。バッチサイズ 1 では気づけません。",
        "割り算は損失レイヤに任せます。",
    ),
    "weight-divided-by-batch": (
        "重みの勾配をバッチサイズで割っている",
        "平均は損失レイヤがとっています。重みだけ学習が N 倍遅くなります。",
        "割り算は損失レイヤに任せます。",
    ),
    "bias-missing": (
        "バイアスが足されていない",
        "b を受け取っているのに forward で使っていません。b を学習しても何も変わりません。",
        "np.dot(x, self.W) + self.b とし、db = np.sum(dout, axis=0) を求めます。",
    ),
    "bias-not-summed": (
        "バイアスの勾配がバッチで足されていない",
        "上流の勾配が行ごとに残っています。1 つのバイアスがすべての行に使われたので、勾配はその和です。b = b - lr * db のように新しい配列を作る更新では、ブロードキャストが形状の誤りを隠します。b -= lr * db なら例外になります。",
        "db = dout.sum(axis=0)。",
    ),
    "bias-first-row": (
        "バイアスの勾配が先頭の行だけ",
        "最初のサンプルしか数えていません。バッチサイズ 1 では気づけません。",
        "db = dout.sum(axis=0)。",
    ),
    "bias-averaged": (
        "バイアスの勾配が和ではなく平均",
        "平均は損失レイヤがとっています。バイアスの勾配が 1/N になります。",
        "db = dout.sum(axis=0)。",
    ),
    "bias-wrong-axis": (
        "バイアスの勾配を足す軸が違う",
        "行を足すべきところで各行の列を足していて、サンプルごとに 1 つの数になっています。",
        "db = dout.sum(axis=0)。",
    ),
    "bias-one-number": (
        "バイアスの勾配が 1 つの数になっている",
        "すべてを足しているので、どのバイアスも同じ勾配になります。",
        "db = dout.sum(axis=0)。",
    ),
    "operands-swapped": (
        "dx で重みが転置されていない",
        "dout·Wᵀ ではなく dout·W です。W が正方行列なら形状では分からず、対称な W では気づけません。",
        "dx = dout @ W.T。",
    ),
    "weight-gradient-transposed": (
        "重みの勾配が転置されている",
        "xᵀ·dout ではなく doutᵀ·x です。",
        "dW = x.T @ dout。",
    ),
    "overlaps-assigned": (
        "重なりを足さずに代入している",
        "窓ごとの勾配が、前の窓が同じ画素に残した値を上書きしています。窓が重ならなければ気づけません。",
        "col2im で img[...] += col[...] とします。",
    ),
    "overlaps-averaged": (
        "重なりを足さずに平均している",
        "画素の勾配を、その画素を含む窓の数で割っています。k 回使われた画素には k 個の寄与があり、すべて数えます。",
        "割り算をやめます。col2im は和です。",
    ),
    "stride-ignored": (
        "ストライドが無視されている",
        "ストライドが何であっても、窓が 1 画素ずつ動きます。ストライド 1 では分かりません。",
        "窓を切り出すところで stride ずつ進みます: x[:, :, i : i + stride * oh : stride]。",
    ),
    "pad-ignored": (
        "パディングが無視されている",
        "pad が何であっても、画像の周囲に 0 が置かれません。pad が 0 では分かりません。",
        "先にパディングをし、その画像で窓を数えます: (h + 2 * pad - fh) // stride + 1。",
    ),
    "height-width-swapped": (
        "高さと幅が入れ替わっている",
        "窓、フィルタ、または出力の高さと幅が逆に読まれています。正方形の画像とフィルタでは分かりません。",
        "どこでも (N, C, H, W)、(fh, fw)、(oh, ow) の順にそろえます。",
    ),
    "filter-turned": (
        "dx でフィルタが 180 度回転している",
        "入力の勾配が、フィルタを回転した畳み込みのものになっていますが、forward は回転していません。",
        "forward と同じフィルタを使うか、回転したフィルタで dout を full に 1 回だけ畳み込みます。",
    ),
    "window-not-divided": (
        "勾配を窓の大きさで割っていない",
        "平均では窓の各要素が 1/(FH·FW) ずつ効きますが、上流の勾配をそのまま返しています。",
        "dout を窓の大きさで割ります。",
    ),
    "largest-not-kept": (
        "勾配が各窓の先頭に行っている",
        "forward が通したのは最大の要素だけで、勾配もそこに行きます。",
        "forward で argmax を覚え、そこに dout を置きます。",
    ),
    "mask-reversed": (
        "マスクが逆",
        "x ≤ 0 で勾配を通し、x > 0 で止めています。",
        "x <= 0 で 0 にします: dx = dout * (x > 0)。",
    ),
    "mask-compared": (
        "マスクに代入せず比較している",
        "dout[mask] == 0 は比較するだけで何もしません。上流の勾配がすべて通ります。",
        "dout[mask] = 0。",
    ),
    "one-minus-y-missing": (
        "係数 1 − y がない",
        "シグモイドの微分は y·(1 − y) ですが、dout·y を返しています。",
        "y = 1 / (1 + np.exp(-x))、dx = dout * y * (1 - y)。",
    ),
    "y-missing": (
        "係数 y がない",
        "シグモイドの微分は y·(1 − y) ですが、dout·(1 − y) を返しています。",
        "dx = dout * y * (1 - y)。",
    ),
    "tanh-for-sigmoid": (
        "シグモイドのところが tanh になっている",
        "順伝播か微分が tanh のものです。1 − y² は tanh の傾きで、シグモイドは y·(1 − y) です。",
        "dx = dout * y * (1 - y)。",
    ),
    "sigmoid-for-tanh": (
        "tanh のところがシグモイドになっている",
        "順伝播か微分がシグモイドのものです。y·(1 − y) はシグモイドの傾きで、tanh は 1 − y² です。",
        "dx = dout * (1 - y**2)。",
    ),
    "square-missing": (
        "y が二乗されていない",
        "tanh の傾きは 1 − y² ですが、1 − y になっています。",
        "dx = dout * (1 - y**2)。",
    ),
    "sigmoid-of-input": (
        "出力を使うべきところで入力を使っている",
        "傾きは出力 y の y·(1 − y) ですが、入力の x·(1 − x) を計算しています。",
        "forward で出力を覚えて使います。",
    ),
    "tanh-of-input": (
        "出力を使うべきところで入力を使っている",
        "傾きは出力 y の 1 − y² ですが、入力の 1 − x² を計算しています。",
        "forward で出力を覚えて使います。",
    ),
    "derivative-of-output": (
        "backward で関数をもう一度適用している",
        "傾きを x ではなく y でとっています。forward の関数をその出力に適用しています。",
        "forward で覚えた出力をそのまま使います。",
    ),
    "softmax-diagonal": (
        "softmax の微分の対角成分しか使っていない",
        "出力は行のすべての入力に依存します: dx = y·(dout − Σ dout·y)。dout·y·(1 − y) では他の成分が抜けます。",
        "dx = y * dout; dx -= y * dx.sum(axis=1, keepdims=True)。",
    ),
    "mean-path-missing": (
        "平均を通る経路がない",
        "x は列の平均を動かし、それで他のすべてを動かします。その分を引いた dxc − mean(dxc) が勾配です。",
        "最後に dxc のバッチ平均を引きます。",
    ),
    "variance-path-missing": (
        "分散を通る経路がない",
        "平均の分はありますが、x は標準偏差も動かします。xc/s³·mean(dxn·xc) がありません。",
        "標準偏差を通る勾配を足します。",
    ),
    "gamma-missing": (
        "dx に gamma がない",
        "正規化した値には γ が掛かるので、その勾配は dout·γ です。最初の γ = 1 では気づけません。",
        "dxn = gamma * dout。",
    ),
    "gamma-not-normalized": (
        "gamma の勾配が正規化前の x から作られている",
        "γ が掛かるのは (x − 平均)/s ですが、Σ dout·x を返しています。",
        "dgamma = (dout * xn).sum(axis=0)。",
    ),
    "gamma-beta-swapped": (
        "gamma と beta の勾配が入れ替わっている",
        "dbeta は dout の和、dgamma は dout と正規化した値の積の和です。",
        "入れ替えます。",
    ),
    "dropout-scale-missing": (
        "backward に dropout の倍率がない",
        "forward は残した値を 1 − ratio で割ります。backward も同じです。",
        "dx = dout * mask / (1 - ratio)。倍率込みのマスクを覚えます。",
    ),
    "dropout-mask-missing": (
        "backward に dropout のマスクがない",
        "forward が落とした値は損失を変えないので、勾配は 0 です。",
        "dx = dout * mask。",
    ),
    "repeated-ids-assigned": (
        "2 回引かれた行が上書きされている",
        "dW[ids] = dout も dW[ids] += dout も、同じ行の勾配のうち 1 つしか取りません。",
        "np.add.at(dW, ids, dout)。",
    ),
    "first-step-alone": (
        "最初の時刻のパラメータ勾配しか数えていない",
        "すべての時刻がパラメータを共有するので勾配は和になりますが、最初の時刻の分だけです。",
        "すべての時刻の勾配を足します。",
    ),
    "last-step-alone": (
        "最後の時刻のパラメータ勾配しか数えていない",
        "すべての時刻がパラメータを共有するので勾配は和になりますが、最後の時刻の分だけです。",
        "すべての時刻の勾配を足します: grads[i] += grad。",
    ),
    "state-not-carried": (
        "状態の勾配が前の時刻に伝わっていない",
        "h は出力され、次の時刻にも渡されます。時刻 t に戻るのは dhs[:, t] と時刻 t + 1 の dh です。",
        "dx, dh = layer.backward(dhs[:, t] + dh)。",
    ),
    "cell-not-carried": (
        "記憶セルの勾配が前の時刻に伝わっていない",
        "c は時刻から時刻へ渡されるので勾配も戻りますが、時刻ごとに新しく始めています。",
        "dx, dh, dc = layer.backward(dhs[:, t] + dh, dc)。",
    ),
    "slope-missing": (
        "tanh の傾きがない",
        "dh·(1 − h²) を使うべきところで、上流の勾配をそのまま使っています。",
        "dt = dh_next * (1 - h_next**2)。",
    ),
    "upstream-dropped": (
        "上流の勾配が掛けられていない",
        "dout が 1 であるかのように、自分の傾きだけを返しています。すべて 1 の上流勾配では気づけません。",
        "dout を掛けます。",
    ),
    "upstream-returned": (
        "上流の勾配をそのまま返している",
        "レイヤ自身の傾きを掛けずに dout を渡しています。",
        "レイヤ自身の微分を掛けます。",
    ),
    "gradient-left-zero": (
        "勾配が 0 のまま",
        "計算されずに最初に置いた 0 が残っているか、0 を掛けています。",
        "backward などで計算し(db = np.sum(dout, axis=0) など)、所定の場所に書き込みます。",
    ),
    "gradient-negated": (
        "符号が逆",
        "どの勾配も、正しい値の符号を変えたものです。差の順序が逆のときなどに起こります。",
        "符号を直します。",
    ),
    "gradient-not-kept": (
        "勾配がどこにも置かれていない",
        "属性にも grads にもなく、失われています。このパラメータは学習しません。",
        "残します: self.dW = … または self.grads[i][...] = …。",
    ),
    "gradient-array-replaced": (
        "grads[i] が別の配列になっている",
        "最適化手法やネットワークは、作られたときの grads の配列を集めています。後から置いた配列は見られません。",
        "書き込みます: self.grads[i][...] = …。",
    ),
    "gradient-into-parameters": (
        "パラメータが上書きされている",
        "forward か backward が重みに書き込んでいます。重みを変えるのは最適化手法です。",
        "勾配は grads に書き、作業はコピーで行います。",
    ),
    "gradient-accumulated": (
        "backward のたびに勾配が積み重なる",
        "前回の値に足していて、0 に戻していません。",
        "代入するか、先に 0 にします: dW[...] = 0。",
    ),
    "state-kept": (
        "前の呼び出しのものが残っている",
        "1 回目は正しく、別のデータでの 2 回目は誤りです。forward が新しく覚えるべきものが 1 回目のままです。",
        "backward が使うものを、forward のたびにすべて新しくします。",
    ),
    "drops-at-test": (
        "テスト時にも要素を落としている",
        "dropout は学習のためのものです。テスト時に落とすと、答えが偶然に左右されます。",
        "マスクなしで x、または x·(1 − ratio) を返します。",
    ),
    "scale-at-test": (
        "dropout のテスト時の倍率が学習時と合わない",
        "学習時に 1 − ratio で割らず、テスト時にも掛けていないか、両方行っています。",
        "倍率は 1 回だけです。学習時に 1 / (1 - ratio)、またはテスト時に 1 - ratio。",
    ),
    "mask-kept": (
        "dropout のマスクが 1 回しか作られない",
        "forward が最初のマスクを使い続けるか、forward の中で乱数のシードを固定しています。どのバッチでも同じ要素が落とされ、その要素は学習されません。",
        "学習時の forward のたびに作ります: self.mask = np.random.rand(*x.shape) > self.dropout_ratio。シードの固定はプログラムの先頭で 1 回だけ行います。",
    ),
    "one-mask-for-rows": (
        "すべての行が同じ dropout のマスクを使う",
        "マスクの形が 1 行分しかなく、バッチのどのサンプルでも同じ要素が落とされます。",
        "rand(*x.shape[1:]) ではなく、mask = rand(*x.shape) > ratio。",
    ),
    "test-as-training": (
        "テスト時に学習時と同じ計算をしている",
        "フラグが使われず、テスト時にもバッチの統計量やマスクを使っています。",
        "フラグで分岐します。",
    ),
    "statistics-not-kept": (
        "移動平均が更新されていない",
        "学習で移動平均または移動分散が更新されないか、最初の 1 回しか更新されず、テスト時に古い値が使われます。",
        "self.running_mean = momentum * self.running_mean + (1 - momentum) * mu。分散も同様です。",
    ),
    "statistics-swapped": (
        "移動平均と移動分散が入れ替わっている",
        "一方を保存・使用すべきところでもう一方になっています。",
        "入れ替えを直します。",
    ),
    "momentum-at-the-newest": (
        "momentum が新しいバッチの側に掛かっている",
        "momentum を新しい値に、1 - momentum をそれまでの値に掛けているため、統計量がほぼ最新のバッチだけのものになります(PyTorch の 0.1 のように小さな momentum であれば正しい書き方です)。",
        "self.running_mean = momentum * self.running_mean + (1 - momentum) * mu。",
    ),
    "variance-without-root": (
        "移動分散の平方根がない",
        "学習時は分散の平方根で割りますが、テスト時に分散そのもので割っています。",
        "(x - self.running_mean) / np.sqrt(self.running_var + 1e-7)。",
    ),
    "deviation-for-variance": (
        "分散の代わりに標準偏差を保存している",
        "学習時に標準偏差の移動平均を取り、テスト時にさらにその平方根を取っています。",
        "分散を保存します: self.running_var = momentum * self.running_var + (1 - momentum) * var。",
    ),
    "ratio-swapped": (
        "落とす割合と残す割合が逆",
        "マスクが落とすべき割合を残しているか、残した要素を落とす割合で割っています。ratio が 0.5 では気づけません。",
        "mask = rand(*x.shape) > ratio とし、学習時に 1 / (1 - ratio) 倍するか、テスト時に 1 - ratio 倍します。",
    ),
    "ratio-ignored": (
        "ratio が使われていない",
        "指定された割合ではなく、コードに書かれた別の数で要素を落としています。",
        "mask = rand(*x.shape) > self.dropout_ratio。",
    ),
    "overflow": (
        "指数関数がオーバーフローする",
        "大きな数の指数は無限大になり、無限大同士の割り算は数になりません。",
        "先に行の最大値を引きます: np.exp(x - x.max(axis=-1, keepdims=True))。",
    ),
    "log-of-zero": (
        "0 の対数を取っている",
        "正解クラスの確率が 0 のとき損失が無限大になり、学習が止まります。",
        "小さな数を足します: np.log(y + 1e-7)。または softmax の対数を一度に求めます。",
    ),
    "largest-by-one-axis": (
        "最大値を 1 つの軸だけで探している",
        "勾配が窓の各行(または各列)の最大の要素に行っています。forward が通したのは窓全体で 1 つだけです。",
        "窓を 1 列に並べてから argmax(axis=1) を取ります。",
    ),
    "return-in-loop": (
        "return がループの中にある",
        "1 ステップだけ処理してメソッドが終わり、他のステップは 0 のままです。",
        "return をループの外に出します。",
    ),
    "gates-swapped": (
        "ゲートの順序が違う",
        "forward が切り分けた順序と、backward が勾配を並べる順序が違います。",
        "forward と同じ順に並べます: np.hstack((df, dg, di, do))。",
    ),
    "state-never-filled": (
        "状態が保存されていない",
        "stateful なのに、系列のどの区間も 0 から始まります。最後の h(や c)が残っていません。",
        "forward の最後に self.h = h とし、stateful のときはそこから始めます。",
    ),
    "state-not-reset": (
        "状態が消されていない",
        "reset_state の後も、次の系列が前の系列の状態から始まります。",
        "reset_state で self.h と self.c を None にします。",
    ),
    "spread-not-summed": (
        "ブロードキャストされた入力の勾配が足し合わされていない",
        "forward で一方の入力が行方向にブロードキャストされていますが、backward は勾配全体をそのまま返しています。各要素は行ごとに使われています。",
        "広げられた軸で和を取ります: gb = np.sum(dout, axis=0)、または DeZero の sum_to(gb, b.shape)。",
    ),
    "gradient-scaled": (
        "勾配が定数倍ずれている",
        "勾配のどの要素も、forward の差分から得た値に同じ数を掛けたものになっています。微分の係数が抜けているか、2 回掛かっているか、バッチサイズで割っています。",
        "forward を係数ごとに微分し直します。例えば x**3 なら 3 * x**2、平均なら個数による割り算が残ります。",
    ),
    "upstream-term-missing": (
        "入力をそのまま足す経路の勾配がない",
        "順伝播の差分との違いが、上流の勾配の定数倍になっています。順伝播では入力(またはその定数倍)を結果に足していますが、逆伝播でその経路を忘れているか、2回足しています。スキップ接続でよくある間違いです。",
        "経路ごとの勾配を足します。x + f(x) なら dout + dout * f'(x) です。",
    ),
    "gradient-turned": (
        "勾配が転置されている",
        "勾配の値は正しいものの、行と列が入れ替わっています。",
        "転置するか、積の順序を入れ替えます。(A B)ᵀ = Bᵀ Aᵀ です。",
    ),
    "default-written-out": (
        "引数の既定値が backward に直接書かれている",
        "forward は引数の値を使っていますが、backward には既定値の数がそのまま書かれています。別の値でレイヤを作ると、勾配が誤りになります。",
        "backward でも引数の値を使います。例えば 1.0 * (self.y + 1) を self.alpha * (self.y + 1) にします。",
    ),
    "upstream-written": (
        "dout をその場で書き換えている",
        "backward が上流の勾配に書き込みます。分岐の先や勾配確認でも使われているかもしれません。",
        "コピーに書きます: dx = dout.copy(); dx[self.mask] = 0。",
    ),
    "input-written": (
        "入力をその場で書き換えている",
        "forward が受け取った配列に書き込むので、データや前のレイヤの値も変わります。",
        "コピーに書きます: out = x.copy()。",
    ),
}

MESSAGES = {
    f"defect.{id}.{part}": text
    for id, texts in TOLD.items()
    for part, text in zip(("title", "explanation", "remedy"), texts, strict=True)
}
