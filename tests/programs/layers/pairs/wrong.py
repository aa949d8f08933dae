"""The same with a slip each."""

import numpy as np
import right
from right import *  # noqa: F403


def affine_backward(dout, cache):
    dx, dw, db = right.affine_backward(dout, cache)
    return dx, dw, dout[0]


def sigmoid_backward(dout, out):
    return dout * out


def conv_backward_naive(dout, cache):
    dx, dw, db = right.conv_backward_naive(dout, cache)
    return dx, dw / len(dout), db


def max_pool_backward_naive(dout, cache):
    return right.max_pool_backward_naive(dout, cache) / 2


def batchnorm_forward(x, gamma, beta, bn_param):
    return right.batchnorm_forward(x, gamma, beta, {**bn_param, "mode": "train"})


def batchnorm_backward_alt(dout, cache):
    dx, dgamma, dbeta = right.batchnorm_backward_alt(dout, cache)
    return dx, dbeta, dgamma


def layernorm_backward(dout, cache):
    xn, gamma, deviation = cache
    dxn = dout * gamma
    return dxn / deviation, (dout * xn).sum(axis=0), dout.sum(axis=0)


def spatial_groupnorm_backward(dout, cache):
    dx, dgamma, dbeta = right.spatial_groupnorm_backward(dout, cache)
    return dx * 2, dgamma, dbeta


def dropout_backward(dout, cache):
    return dout * (cache[1] > 0)


def affine_relu_backward(dout, cache):
    return right.affine_backward(dout, cache[0])


def conv_relu_pool_backward(dout, cache):
    first, a, last = cache
    return right.conv_backward_naive(right.max_pool_backward_naive(dout, last), first)


def rnn_step_backward(dnext_h, cache):
    dx, dh, dWx, dWh, db = right.rnn_step_backward(dnext_h, cache)
    return dx, dh, dWx, dWx[: len(dWh)] if len(dWx) >= len(dWh) else dWh * 0, db


def rnn_backward(dh, cache):
    dx, dh0, dWx, dWh, db = cache(dh)
    return dx, dh0 * 0, dWx, dWh, db


def word_embedding_backward(dout, cache):
    x, W = cache
    dW = np.zeros_like(W)
    dW[x] = dout
    return dW
