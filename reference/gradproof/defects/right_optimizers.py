"""Right optimizers as texts, as short as can be, of which examples of defects are made.

``np`` is NumPy. Parameters and gradients are dictionaries, but in the last one lists.
"""

from __future__ import annotations

SGD = """\
class SGD:
    def __init__(self, lr=0.01):
        self.lr = lr

    def update(self, params, grads):
        for key in params:
            params[key] -= self.lr * grads[key]
"""

MOMENTUM = """\
class Momentum:
    def __init__(self, lr=0.01, momentum=0.9):
        self.lr, self.momentum, self.v = lr, momentum, None

    def update(self, params, grads):
        if self.v is None:
            self.v = {key: np.zeros_like(params[key]) for key in params}
        for key in params:
            self.v[key] = self.momentum * self.v[key] - self.lr * grads[key]
            params[key] += self.v[key]
"""

NESTEROV = """\
class Nesterov:
    def __init__(self, lr=0.01, momentum=0.9):
        self.lr, self.momentum, self.v = lr, momentum, None

    def update(self, params, grads):
        if self.v is None:
            self.v = {key: np.zeros_like(params[key]) for key in params}
        for key in params:
            self.v[key] = self.momentum * self.v[key] - self.lr * grads[key]
            params[key] += self.momentum * self.v[key] - self.lr * grads[key]
"""

ADAGRAD = """\
class AdaGrad:
    def __init__(self, lr=0.01):
        self.lr, self.h = lr, None

    def update(self, params, grads):
        if self.h is None:
            self.h = {key: np.zeros_like(params[key]) for key in params}
        for key in params:
            self.h[key] += grads[key] ** 2
            params[key] -= self.lr * grads[key] / (np.sqrt(self.h[key]) + 1e-7)
"""

RMSPROP = """\
class RMSprop:
    def __init__(self, lr=0.01, decay_rate=0.99):
        self.lr, self.decay, self.h = lr, decay_rate, None

    def update(self, params, grads):
        if self.h is None:
            self.h = {key: np.zeros_like(params[key]) for key in params}
        for key in params:
            self.h[key] = self.decay * self.h[key] + (1 - self.decay) * grads[key] ** 2
            params[key] -= self.lr * grads[key] / (np.sqrt(self.h[key]) + 1e-7)
"""

ADAM = """\
class Adam:
    def __init__(self, lr=0.001, beta1=0.9, beta2=0.999):
        self.lr, self.beta1, self.beta2 = lr, beta1, beta2
        self.m, self.v, self.t = None, None, 0

    def update(self, params, grads):
        if self.m is None:
            self.m = {key: np.zeros_like(params[key]) for key in params}
            self.v = {key: np.zeros_like(params[key]) for key in params}
        self.t += 1
        for key in params:
            g = grads[key]
            m = self.beta1 * self.m[key] + (1 - self.beta1) * g
            v = self.beta2 * self.v[key] + (1 - self.beta2) * g**2
            self.m[key], self.v[key] = m, v
            m_hat = m / (1 - self.beta1**self.t)
            v_hat = v / (1 - self.beta2**self.t)
            params[key] -= self.lr * m_hat / (np.sqrt(v_hat) + 1e-8)
"""

CLIPPING = """\
class ClippedSGD:
    def __init__(self, lr=0.01, max_norm=5.0):
        self.lr, self.max_norm = lr, max_norm

    def update(self, params, grads):
        norm = np.sqrt(sum((grad**2).sum() for grad in grads.values()))
        ratio = 1.0
        if norm > self.max_norm:
            ratio = self.max_norm / norm
        for key in params:
            params[key] -= self.lr * ratio * grads[key]
"""

LISTED = """\
class SGD:
    def __init__(self, lr=0.01):
        self.lr = lr

    def update(self, params, grads):
        for i in range(len(params)):
            params[i] -= self.lr * grads[i]
"""
