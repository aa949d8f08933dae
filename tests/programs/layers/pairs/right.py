"""Layers as pairs of functions: forward returns a cache, backward is given it."""

import numpy as np

from gradproof import layers


def affine_forward(x, w, b):
    return x @ w + b, (x, w)


def affine_backward(dout, cache):
    x, w = cache
    return dout @ w.T, x.T @ dout, dout.sum(axis=0)


def relu_forward(x):
    return np.maximum(x, 0)


def relu_backward(dout, x):
    return dout * (x > 0)


def sigmoid_forward(z):
    return 1 / (1 + np.exp(-z))


def sigmoid_backward(dout, out):
    return dout * out * (1 - out)


def tanh_forward(x):
    y = np.tanh(x)
    return y, y


def tanh_backward(cache, dout):
    return dout * (1 - cache**2)


def conv_forward_naive(x, w, b, conv_param):
    stride, pad = conv_param["stride"], conv_param["pad"]
    return layers.convolution(x, w, b, stride=stride, pad=pad)


def conv_backward_naive(dout, cache):
    return cache(dout)


def conv_forward_fast(x, w, b, conv_param):
    """Of windows that leave no rest alone."""
    stride, pad = conv_param["stride"], conv_param["pad"]
    assert (x.shape[2] + 2 * pad - w.shape[2]) % stride == 0
    assert (x.shape[3] + 2 * pad - w.shape[3]) % stride == 0
    return conv_forward_naive(x, w, b, conv_param)


def conv_backward_fast(dout, cache):
    return cache(dout)


def max_pool_forward_naive(x, pool_param):
    size = pool_param["pool_height"], pool_param["pool_width"]
    return layers.max_pooling(x, size=size, stride=pool_param["stride"])


def max_pool_backward_naive(dout, cache):
    return cache(dout)[0]


def batchnorm_forward(x, gamma, beta, bn_param):
    zeros = np.zeros(x.shape[1])
    mean = bn_param.setdefault("running_mean", zeros)
    variance = bn_param.setdefault("running_var", zeros)
    if bn_param["mode"] == "test":
        seen = {"mean": mean, "variance": variance, "epsilon": 1e-5}
        return layers.batch_normalization_at_test(x, gamma, beta, **seen)
    momentum = bn_param.get("momentum", 0.9)
    bn_param["running_mean"] = momentum * mean + (1 - momentum) * x.mean(axis=0)
    bn_param["running_var"] = momentum * variance + (1 - momentum) * x.var(axis=0)
    return layers.batch_normalization(x, gamma, beta, epsilon=1e-5)


def batchnorm_backward(dout, cache):
    return cache(dout)


def batchnorm_backward_alt(dout, cache):
    return cache(dout)


def layernorm_forward(x, gamma, beta, ln_param):
    eps = ln_param.get("eps", 1e-5)
    deviation = np.sqrt(x.var(axis=1, keepdims=True) + eps)
    xn = (x - x.mean(axis=1, keepdims=True)) / deviation
    return gamma * xn + beta, (xn, gamma, deviation)


def layernorm_backward(dout, cache):
    xn, gamma, deviation = cache
    dxn = dout * gamma
    flat = dxn.mean(axis=1, keepdims=True)
    along = xn * (dxn * xn).mean(axis=1, keepdims=True)
    return (dxn - flat - along) / deviation, (dout * xn).sum(axis=0), dout.sum(axis=0)


def spatial_groupnorm_forward(x, gamma, beta, G, gn_param):
    """Of gammas and betas of the shape (1, C, 1, 1)."""
    n, c, h, w = x.shape
    rows = x.reshape(n * G, -1)
    xn, back = layernorm_forward(rows, np.ones(1), np.zeros(1), gn_param)
    xn = xn.reshape(x.shape)
    return gamma * xn + beta, (xn, gamma, back, G)


def spatial_groupnorm_backward(dout, cache):
    xn, gamma, back, G = cache
    rows = (dout * gamma).reshape(len(dout) * G, -1)
    dx = layernorm_backward(rows, back)[0].reshape(dout.shape)
    every = {"axis": (0, 2, 3), "keepdims": True}
    return dx, (dout * xn).sum(**every), dout.sum(**every)


def dropout_forward(x, dropout_param):
    """Of which p is the part that is kept."""
    p = dropout_param["p"]
    if "seed" in dropout_param:
        np.random.seed(dropout_param["seed"])
    if dropout_param["mode"] == "test":
        return x, (dropout_param, None)
    mask = (np.random.rand(*x.shape) < p) / p
    return x * mask, (dropout_param, mask)


def dropout_backward(dout, cache):
    dropout_param, mask = cache
    return dout * mask if dropout_param["mode"] == "train" else dout


def affine_relu_forward(x, w, b):
    a, behind = affine_forward(x, w, b)
    return relu_forward(a), (behind, a)


def affine_relu_backward(dout, cache):
    behind, a = cache
    return affine_backward(relu_backward(dout, a), behind)


def conv_relu_pool_forward(x, w, b, conv_param, pool_param):
    a, first = conv_forward_naive(x, w, b, conv_param)
    y, last = max_pool_forward_naive(relu_forward(a), pool_param)
    return y, (first, a, last)


def conv_relu_pool_backward(dout, cache):
    first, a, last = cache
    return conv_backward_naive(
        relu_backward(max_pool_backward_naive(dout, last), a), first
    )


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    h = np.tanh(x @ Wx + prev_h @ Wh + b)
    return h, (x, prev_h, Wx, Wh, h)


def rnn_step_backward(dnext_h, cache):
    x, prev_h, Wx, Wh, h = cache
    da = dnext_h * (1 - h**2)
    return da @ Wx.T, da @ Wh.T, x.T @ da, prev_h.T @ da, da.sum(axis=0)


def rnn_forward(x, h0, Wx, Wh, b):
    assert x.ndim == 3
    (hs, _), back = layers.time_rnn(x, h0, Wx, Wh, b)
    return hs, back


def rnn_backward(dh, cache):
    return cache(dh)


def word_embedding_forward(x, W):
    return W[x], (x, W)


def word_embedding_backward(dout, cache):
    x, W = cache
    dW = np.zeros_like(W)
    np.add.at(dW, x, dout)
    return dW


def tilted_forward(x, tilt_param):
    """Of a dictionary of which nothing is known."""
    return x * tilt_param["angle"], tilt_param


def tilted_backward(dout, cache):
    return dout * cache["angle"]
