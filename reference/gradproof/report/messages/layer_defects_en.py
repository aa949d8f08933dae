"""The defects of layers, in English: title, explanation, remedy."""

from __future__ import annotations

TOLD: dict[str, tuple[str, str, str]] = {
    "softmax-over-all": (
        "softmax sums over the whole array",
        "The exponentials are divided by the sum of all of them and not by that of their own row. For one sample it is right; a batch's rows then mix, and their probabilities sum to 1 only together.",
        "Sum along the last axis and keep it: e / e.sum(axis=-1, keepdims=True), and take the maximum in the same way.",
    ),
    "softmax-over-batch": (
        "softmax sums over the batch",
        "The exponentials are divided by the sum of their column, over the samples, and not by that of their own row: axis=0 is right for a transposed array only.",
        "Sum along axis=1, keepdims=True, or transpose back and forth.",
    ),
    "loss-not-averaged": (
        "the loss is not averaged over the batch",
        "The samples' losses are added up, and not divided by their number. Where backward divides, the gradient is N times too small for that loss. One sample hides it.",
        "Divide the loss by the size of the batch.",
    ),
    "loss-averaged-twice": (
        "the loss is divided by the batch twice",
        "Forward divides the mean of the samples' losses by their number once more.",
        "Divide once.",
    ),
    "batch-not-divided": (
        "backward does not divide by the batch",
        "The loss is the mean of the samples' losses, but its gradient is that of their sum: N times too large. A batch of one hides it.",
        "Divide by the size of the batch: (y - t) / len(t).",
    ),
    "batch-divided-twice": (
        "backward divides by the batch twice",
        "The gradient of the mean is divided by the size of the batch once more: it is N times too small. A batch of one hides it.",
        "Divide once, in the loss layer, and nowhere else.",
    ),
    "target-missing": (
        "the target is not subtracted",
        "Backward returns the probabilities y, and not y − t.",
        "Subtract the one-hot target: (y - t) / len(t).",
    ),
    "labels-as-one-hot": (
        "labels are read as if they were one-hot",
        "t holds class numbers, and these are multiplied with, or subtracted from, every entry of the row.",
        "Take the entry of the true class: y[np.arange(len(t)), t], and in backward dx[np.arange(len(t)), t] -= 1.",
    ),
    "factor-missing": (
        "the factor 2 of a square is missing",
        "The derivative of (y − t)² is 2·(y − t); half of it comes back. It would be right for ½(y − t)².",
        "Multiply by 2, or halve the loss.",
    ),
    "factor-doubled": (
        "the gradient is twice as large as it should be",
        "The derivative of ½(y − t)² is y − t; the factor of an unhalved square comes with it.",
        "Leave the factor 2 away, or do not halve the loss.",
    ),
    "divided-by-batch": (
        "every gradient is divided by the batch",
        "The mean over the samples is taken in the loss, which hands its gradient back divided. A layer that divides again makes its gradients N times too small. A batch of one hides it.",
        "Leave the division to the loss layer.",
    ),
    "weight-divided-by-batch": (
        "the weights' gradient is divided by the batch",
        "The loss has taken the mean already; the weights learn N times too slowly, the rest does not.",
        "Leave the division to the loss layer.",
    ),
    "bias-missing": (
        "the bias is not added",
        "Forward computes without b, though the layer is made with one: what training does to b changes nothing.",
        "np.dot(x, self.W) + self.b, and db = np.sum(dout, axis=0).",
    ),
    "bias-not-summed": (
        "the bias gradient is not summed over the batch",
        "Each row's upstream gradient is kept by itself. One bias served all rows, so its gradient is their sum. Where the update makes a new array, b = b - lr * db, NumPy's broadcasting hides the wrong shape; b -= lr * db raises.",
        "db = dout.sum(axis=0).",
    ),
    "bias-first-row": (
        "the bias gradient is that of the first row",
        "Only the first sample counts. A batch of one hides it.",
        "db = dout.sum(axis=0).",
    ),
    "bias-averaged": (
        "the bias gradient is averaged, not summed",
        "The mean over the batch was taken in the loss already: the bias gradient is N times too small.",
        "db = dout.sum(axis=0).",
    ),
    "bias-wrong-axis": (
        "the bias gradient is summed along the wrong axis",
        "The columns of each row are summed, and not the rows: one number a sample.",
        "db = dout.sum(axis=0).",
    ),
    "bias-one-number": (
        "the bias gradient is one number",
        "Everything is summed, so all biases get the same gradient.",
        "db = dout.sum(axis=0).",
    ),
    "operands-swapped": (
        "the weights are not transposed in dx",
        "dout·W in place of dout·Wᵀ. Where W is square, shapes do not tell, and a symmetric W hides it.",
        "dx = dout @ W.T.",
    ),
    "weight-gradient-transposed": (
        "the weights' gradient is transposed",
        "doutᵀ·x in place of xᵀ·dout.",
        "dW = x.T @ dout.",
    ),
    "overlaps-assigned": (
        "what overlaps is assigned, not added",
        "Each window's gradient overwrites what earlier windows have left at the same pixels. Windows that do not overlap hide it.",
        "img[...] += col[...] in col2im.",
    ),
    "overlaps-averaged": (
        "what overlaps is averaged, not added",
        "Each pixel's gradient is divided by the number of windows that it is in. A pixel that is used k times has k contributions, and all count.",
        "Leave the division away: col2im is the sum.",
    ),
    "stride-ignored": (
        "the stride is ignored",
        "Windows are laid at every pixel, whatever the stride. A stride of 1 hides it.",
        "Step by stride where windows are cut out: x[:, :, i : i + stride * oh : stride].",
    ),
    "pad-ignored": (
        "the padding is ignored",
        "No zeros are put around the image, whatever pad says. A pad of 0 hides it.",
        "Pad first, and count the windows of the padded image: (h + 2 * pad - fh) // stride + 1.",
    ),
    "height-width-swapped": (
        "height and width are swapped",
        "What is as high as it should be wide is read so: a window, a filter or the output. Square images and filters hide it.",
        "Keep the order (N, C, H, W), (fh, fw), (oh, ow) everywhere.",
    ),
    "filter-turned": (
        "the filter is turned by 180° in dx",
        "The gradient by the input is the one of a convolution with the filter turned, which forward has not done.",
        "Use the filter as forward has it; or compute dx as a full convolution of dout with the turned filter, once.",
    ),
    "window-not-divided": (
        "the gradient is not divided by the window",
        "Each entry of a window counts by 1/(FH·FW) in its mean; the whole upstream gradient comes back.",
        "Divide dout by the size of the window.",
    ),
    "largest-not-kept": (
        "the gradient goes to the first of each window",
        "It belongs to the largest entry, the only one that forward has let through.",
        "Keep the argmax in forward, and put dout there.",
    ),
    "mask-reversed": (
        "the mask is reversed",
        "The gradient passes where x ≤ 0, and is stopped where x > 0.",
        "Set it to 0 where x <= 0: dx = dout * (x > 0).",
    ),
    "mask-compared": (
        "the mask is compared and not assigned",
        "dout[mask] == 0 compares and does nothing: the whole upstream gradient passes.",
        "dout[mask] = 0.",
    ),
    "one-minus-y-missing": (
        "the factor 1 − y is missing",
        "The derivative of the sigmoid is y·(1 − y); dout·y comes back.",
        "y = 1 / (1 + np.exp(-x)), dx = dout * y * (1 - y).",
    ),
    "y-missing": (
        "the factor y is missing",
        "The derivative of the sigmoid is y·(1 − y); dout·(1 − y) comes back.",
        "dx = dout * y * (1 - y).",
    ),
    "tanh-for-sigmoid": (
        "tanh stands in the place of the sigmoid",
        "Forward or its derivative is that of tanh: 1 − y² is the slope of tanh, y·(1 − y) that of the sigmoid.",
        "dx = dout * y * (1 - y).",
    ),
    "sigmoid-for-tanh": (
        "the sigmoid stands in the place of tanh",
        "Forward or its derivative is that of the sigmoid: y·(1 − y) is the slope of the sigmoid, 1 − y² that of tanh.",
        "dx = dout * (1 - y**2).",
    ),
    "square-missing": (
        "y is not squared",
        "The slope of tanh is 1 − y²; 1 − y comes back.",
        "dx = dout * (1 - y**2).",
    ),
    "sigmoid-of-input": (
        "the input stands in the place of the output",
        "The slope is y·(1 − y) of the output y; x·(1 − x) is computed of the input.",
        "Keep the output in forward, and use it.",
    ),
    "tanh-of-input": (
        "the input stands in the place of the output",
        "The slope is 1 − y² of the output y; 1 − x² is computed of the input.",
        "Keep the output in forward, and use it.",
    ),
    "derivative-of-output": (
        "the function is applied once more in backward",
        "The slope is taken at y and not at x: forward's function is applied to its own output.",
        "Use the output that forward has kept as it is.",
    ),
    "softmax-diagonal": (
        "only the diagonal of softmax's derivative is used",
        "Each output depends on every input of its row: dx = y·(dout − Σ dout·y). dout·y·(1 − y) leaves the others out.",
        "dx = y * dout; dx -= y * dx.sum(axis=1, keepdims=True).",
    ),
    "mean-path-missing": (
        "the path through the mean is missing",
        "Each x moves the mean of its column, and by it all others. Its gradient has that part subtracted: dxc − mean(dxc).",
        "Subtract the mean over the batch of dxc at the end.",
    ),
    "variance-path-missing": (
        "the path through the variance is missing",
        "The mean's part is there, but each x moves the deviation too: xc/s³·mean(dxn·xc) is missing.",
        "Add the gradient through the standard deviation.",
    ),
    "gamma-missing": (
        "dx is without gamma",
        "What is normalised is multiplied by γ, so its gradient is dout·γ. With γ = 1, as it begins, nobody notices.",
        "dxn = gamma * dout.",
    ),
    "gamma-not-normalized": (
        "gamma's gradient is made of x, not of what is normalised",
        "γ multiplies (x − mean)/s; Σ dout·x comes back.",
        "dgamma = (dout * xn).sum(axis=0).",
    ),
    "gamma-beta-swapped": (
        "the gradients of gamma and beta are swapped",
        "dbeta is the sum of dout, dgamma that of dout times what is normalised.",
        "Swap them.",
    ),
    "dropout-scale-missing": (
        "backward lacks the scale of dropout",
        "Forward divides what it keeps by 1 − ratio; so must backward.",
        "dx = dout * mask / (1 - ratio): keep the mask scaled.",
    ),
    "dropout-mask-missing": (
        "backward lacks the mask of dropout",
        "What forward has dropped does not change the loss; its gradient is 0.",
        "dx = dout * mask.",
    ),
    "repeated-ids-assigned": (
        "rows that are looked up twice are overwritten",
        "dW[ids] = dout, and also dW[ids] += dout, take one of several gradients for the same row.",
        "np.add.at(dW, ids, dout).",
    ),
    "first-step-alone": (
        "only the first step's parameters count",
        "All steps share their parameters, so their gradients add up; only the first step's are kept.",
        "Add every step's gradients.",
    ),
    "last-step-alone": (
        "only the last step's parameters count",
        "All steps share their parameters, so their gradients add up; each step overwrites what later ones have left, or only the last is kept.",
        "Add every step's gradients: grads[i] += grad.",
    ),
    "state-not-carried": (
        "the state's gradient is not carried back",
        "h is put out and handed on: what comes back at step t is dhs[:, t] and the dh of step t + 1.",
        "dx, dh = layer.backward(dhs[:, t] + dh).",
    ),
    "cell-not-carried": (
        "the memory cell's gradient is not carried back",
        "c is handed on from step to step, so its gradient is handed back; it is begun anew each step.",
        "dx, dh, dc = layer.backward(dhs[:, t] + dh, dc).",
    ),
    "slope-missing": (
        "the slope of tanh is missing",
        "The upstream gradient is used as it is, and not dh·(1 − h²).",
        "dt = dh_next * (1 - h_next**2).",
    ),
    "upstream-dropped": (
        "the upstream gradient is dropped",
        "Backward returns its own slope alone, as if dout were 1. A cotangent of ones hides it.",
        "Multiply by dout.",
    ),
    "upstream-returned": (
        "the upstream gradient is returned as it came",
        "Backward hands dout on, without the layer's own slope.",
        "Multiply by the layer's own derivative.",
    ),
    "gradient-left-zero": (
        "a gradient stays 0",
        "It is never worked out: what was put there in the beginning, zeros, is still there, or it is multiplied by 0.",
        "Work it out, as db = np.sum(dout, axis=0) in backward, and write it into its place.",
    ),
    "gradient-negated": (
        "the sign is wrong",
        "Every gradient has the wrong sign, as where a difference was taken the other way round.",
        "Change the sign.",
    ),
    "gradient-not-kept": (
        "a gradient is not put where anyone reads it",
        "It is computed, or not, and lost: no attribute and no entry of grads holds it, so the parameter never learns.",
        "Keep it: self.dW = …, or self.grads[i][...] = ….",
    ),
    "gradient-array-replaced": (
        "grads[i] is made another array",
        "Optimizers and networks have collected the arrays in grads when they were made; a new one in its place they never see.",
        "Write into it: self.grads[i][...] = ….",
    ),
    "gradient-into-parameters": (
        "the parameters are overwritten",
        "Forward or backward writes into the weights, which are the optimizer's to change.",
        "Write gradients into grads, and copy what is worked on.",
    ),
    "gradient-accumulated": (
        "gradients pile up from one backward to the next",
        "What is kept of the last call is added to, and never set to 0.",
        "Assign, or set to 0 first: dW[...] = 0.",
    ),
    "state-kept": (
        "something is kept from the call before",
        "The first call is right and the second, on other data, is not: what forward should have kept anew is the first one's.",
        "Set everything that backward uses anew in each forward.",
    ),
    "drops-at-test": (
        "entries are dropped at test",
        "Dropout is for training; a network that drops at test answers by chance.",
        "Return x, or x·(1 − ratio), without the mask.",
    ),
    "scale-at-test": (
        "dropout's scale at test does not fit that of training",
        "What is kept at training is not divided by 1 − ratio, and test does not multiply by it; or both do.",
        "Scale once: at training by 1 / (1 - ratio), or at test by 1 - ratio.",
    ),
    "mask-kept": (
        "the mask of dropout is drawn only once",
        "Forward keeps its first mask, or seeds the random numbers itself: the same entries are dropped in every batch, and are never trained.",
        "Draw in each forward at training: self.mask = np.random.rand(*x.shape) > self.dropout_ratio; seed once, where the program begins.",
    ),
    "one-mask-for-rows": (
        "all rows share one mask of dropout",
        "The mask has the shape of one row: in every sample of a batch the same entries are dropped.",
        "mask = rand(*x.shape) > ratio, not rand(*x.shape[1:]).",
    ),
    "test-as-training": (
        "test does what training does",
        "The flag is not heeded: the batch's own statistics, or a mask, are used at test.",
        "Branch on the flag.",
    ),
    "statistics-not-kept": (
        "running statistics are not kept",
        "Training does not update the running mean, or the running variance, or only the first time: test uses what was there before.",
        "self.running_mean = momentum * self.running_mean + (1 - momentum) * mu, and the same for the variance.",
    ),
    "statistics-swapped": (
        "running mean and variance are mixed up",
        "One of them is kept or used in place of the other.",
        "Swap them back.",
    ),
    "momentum-at-the-newest": (
        "momentum stands at the newest batch",
        "The running statistics are nearly those of the newest batch alone: momentum multiplies what is new and 1 - momentum what was kept. (Where momentum is small, as PyTorch's 0.1, that is right.)",
        "self.running_mean = momentum * self.running_mean + (1 - momentum) * mu.",
    ),
    "variance-without-root": (
        "the root of the running variance is missing",
        "At test x - mean is divided by the variance; training divides by its root.",
        "(x - self.running_mean) / np.sqrt(self.running_var + 1e-7).",
    ),
    "deviation-for-variance": (
        "the standard deviation is kept for the variance",
        "What is averaged at training is the standard deviation, and at test its root is taken once more.",
        "Keep the variance: self.running_var = momentum * self.running_var + (1 - momentum) * var.",
    ),
    "ratio-swapped": (
        "the part to drop and the part to keep are swapped",
        "The mask keeps what is to be dropped, or what is kept is divided by the part that is dropped. At a ratio of 0.5 nobody sees it.",
        "mask = rand(*x.shape) > ratio; scale by 1 / (1 - ratio) at training, or by 1 - ratio at test.",
    ),
    "ratio-ignored": (
        "the ratio is not heeded",
        "Another part is dropped than the one that the layer was made with: a number stands in the code in place of the ratio.",
        "mask = rand(*x.shape) > self.dropout_ratio.",
    ),
    "overflow": (
        "an exponential overflows",
        "e to a large number is infinite, and infinity by infinity is no number.",
        "Subtract the row's largest first: np.exp(x - x.max(axis=-1, keepdims=True)).",
    ),
    "log-of-zero": (
        "the logarithm of 0 is taken",
        "Where the true class has the probability 0 the loss is infinite, and training ends.",
        "Add a little: np.log(y + 1e-7); or take the logarithm of softmax at once.",
    ),
    "largest-by-one-axis": (
        "the largest is sought along one axis",
        "The gradient goes to the largest of each row, or of each column, of a window; only one entry of the whole window was let through.",
        "Flatten the window, and take argmax(axis=1) of that.",
    ),
    "return-in-loop": (
        "a return stands inside the loop",
        "One step is worked on, and the method returns: the others stay zero.",
        "Move the return out of the loop.",
    ),
    "gates-swapped": (
        "gates are put together in another order",
        "Forward cuts the blocks f, g, i, o in one order, and backward puts their gradients together in another.",
        "Stack them as forward cuts them: np.hstack((df, dg, di, do)).",
    ),
    "state-never-filled": (
        "the state is never filled",
        "A stateful layer begins every stretch of the sequence from zeros: nothing keeps the last h, or c.",
        "Keep it at the end of forward: self.h = h, and begin from it where stateful is set.",
    ),
    "state-not-reset": (
        "the state is not forgotten",
        "After reset_state the next sequence still begins from the last one's state.",
        "Set self.h, and self.c, to None in reset_state.",
    ),
    "spread-not-summed": (
        "the gradient of what was spread is not summed",
        "Forward broadcasts one input over the other's rows, and backward returns the whole gradient for it: each of its numbers was used once a row.",
        "Sum over the axes that were spread: gb = np.sum(dout, axis=0), or DeZero's sum_to(gb, b.shape).",
    ),
    "gradient-scaled": (
        "the gradient is off by one factor",
        "Every entry of the gradient is what differences of forward give, times the same number: a factor of the derivative is missing, or there twice, or it is divided by the size of the batch.",
        "Derive forward once more, factor by factor: of x**3 it is 3 * x**2, of a mean there is the division by how many there are.",
    ),
    "upstream-term-missing": (
        "the gradient of what is passed on is missing",
        "The gradient differs from differences of forward by a multiple of the upstream gradient itself: forward adds its input, or a multiple of it, to what it computes, as a shortcut around a block does, and backward forgets that path, or takes it twice.",
        "Add the paths' gradients: of x + f(x) it is dout + dout * f'(x).",
    ),
    "gradient-turned": (
        "the gradient is transposed",
        "The gradient has the right numbers, with rows and columns exchanged.",
        "Transpose it, or exchange the factors of the product: (A B)ᵀ is Bᵀ Aᵀ.",
    ),
    "default-written-out": (
        "a parameter's default is written out in backward",
        "Forward reads the parameter, and backward has the number that is its default: the gradient is right until somebody makes the layer with another one.",
        "Read the parameter in backward too: self.alpha * (self.y + 1) for 1.0 * (self.y + 1).",
    ),
    "upstream-written": (
        "dout is changed in place",
        "Backward writes into the upstream gradient, which another branch or a check may use as well.",
        "Work on a copy: dx = dout.copy(); dx[self.mask] = 0.",
    ),
    "input-written": (
        "the input is changed in place",
        "Forward writes into what it was given: the data, or the layer before it, changes too.",
        "Work on a copy: out = x.copy().",
    ),
}

MESSAGES = {
    f"defect.{id}.{part}": text
    for id, texts in TOLD.items()
    for part, text in zip(("title", "explanation", "remedy"), texts, strict=True)
}
