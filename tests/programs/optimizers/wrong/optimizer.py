# Update rules with one slip each.
import numpy as np


class SGD:
    def __init__(self, lr=0.01):
        self.lr = lr

    def update(self, params, grads):
        for name in params:
            params[name] -= 0.01 * grads[name]


class Momentum:
    def __init__(self, lr=0.01, momentum=0.9):
        self.lr, self.momentum, self.v = lr, momentum, None

    def update(self, params, grads):
        if self.v is None:
            self.v = {}
            for name, value in params.items():
                self.v[name] = np.zeros_like(value)
                self.v[name] = self.momentum * self.v[name] - self.lr * grads[name]
                params[name] += self.v[name]


class Nesterov:
    def __init__(self, lr=0.01, momentum=0.9):
        self.lr, self.momentum, self.v = lr, momentum, None

    def update(self, params, grads):
        if self.v is None:
            self.v = {name: np.zeros_like(p) for name, p in params.items()}
        for name in params.keys():
            self.v[name] *= self.momentum
            self.v[name] -= self.lr * grads[name]
            params[name] += self.momentum * self.momentum * self.v[name]
            params[name] -= (1 + self.momentum) * self.lr * grads[name]


class AdaGrad:
    def __init__(self, lr=0.01):
        self.lr, self.h = lr, None

    def update(self, params, grads):
        if self.h is None:
            self.h = {name: np.zeros_like(p) for name, p in params.items()}
        for name in params:
            self.h[name] += grads[name] * grads[name]
            params[name] -= self.lr * grads[name] / (np.sqrt(self.h[name]) + 1e7)


class RMSprop:
    def __init__(self, lr=0.01, decay_rate=0.99):
        self.lr, self.decay_rate, self.h = lr, decay_rate, None

    def update(self, params, grads):
        if self.h is None:
            self.h = {name: np.zeros_like(p) for name, p in params.items()}
        for name in params:
            self.h[name] *= 1 - self.decay_rate
            self.h[name] += self.decay_rate * grads[name] * grads[name]
            params[name] -= self.lr * grads[name] / (np.sqrt(self.h[name]) + 1e-7)


class Adam:
    def __init__(self, lr=0.001, beta1=0.9, beta2=0.999):
        self.lr, self.beta1, self.beta2 = lr, beta1, beta2
        self.iter, self.m, self.v = 0, None, None

    def update(self, params, grads):
        if self.m is None:
            self.m, self.v = {}, {}
            for name, value in params.items():
                self.m[name] = np.zeros_like(value)
                self.v[name] = np.zeros_like(value)
        for name in params:
            self.iter += 1
            rate = self.lr * np.sqrt(1 - self.beta2 ** self.iter) / (1 - self.beta1 ** self.iter)
            self.m[name] += (1 - self.beta1) * (grads[name] - self.m[name])
            self.v[name] += (1 - self.beta2) * (grads[name] ** 2 - self.v[name])
            params[name] -= rate * self.m[name] / (np.sqrt(self.v[name]) + 1e-7)


class Lists:
    def __init__(self, lr=0.01):
        self.lr = lr

    def update(self, params, grads):
        for i in range(len(params)):
            params[i] = params[i] - self.lr * grads[i]


class Broken:
    def __init__(self, lr=0.01):
        self.lr = lr

    def update(self, params, grads):
        for name in params:
            params[name] -= self.rate * grads[name]
