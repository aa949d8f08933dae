# Right rules as others write them: other signs, other places of the small number.
import numpy as np


class Momentum:
    """The velocity has the plus, and is subtracted."""

    def __init__(self, learning_rate, mu=0.9):
        self.learning_rate, self.mu, self.v = learning_rate, mu, {}

    def update(self, params, grads):
        for key, grad in grads.items():
            self.v[key] = self.mu * self.v.get(key, 0) + grad
            params[key] -= self.learning_rate * self.v[key]


class MomentumSGD:
    """An average of the gradients: the rate is folded in."""

    def __init__(self, lr=0.01, beta=0.9):
        self.lr, self.beta, self.v = lr, beta, {}

    def update(self, params, grads):
        for key, grad in grads.items():
            self.v[key] = self.beta * self.v.get(key, 0) + (1 - self.beta) * grad
            params[key] -= self.lr * self.v[key]


class Nesterov:
    """The form of today."""

    def __init__(self, lr=0.01, momentum=0.9):
        self.lr, self.momentum, self.v = lr, momentum, None

    def update(self, params, grads):
        if self.v is None:
            self.v = {k: np.zeros_like(p) for k, p in params.items()}
        for k in params:
            self.v[k] = self.momentum * self.v[k] - self.lr * grads[k]
            params[k] += self.momentum * self.v[k] - self.lr * grads[k]


class NAG:
    """The step of the gradient and the velocity's in one."""

    def __init__(self, lr=0.01, momentum=0.9):
        self.lr, self.momentum, self.v = lr, momentum, None

    def update(self, params, grads):
        if self.v is None:
            self.v = {k: np.zeros_like(p) for k, p in params.items()}
        for k in params:
            self.v[k] = self.momentum * self.v[k] + grads[k]
            params[k] -= self.lr * (grads[k] + self.momentum * self.v[k])


class AdaGrad:
    """The small number under the root."""

    def __init__(self, lr=0.01, eps=1e-8):
        self.lr, self.eps, self.h = lr, eps, None

    def update(self, params, grads):
        if self.h is None:
            self.h = {k: np.zeros_like(p) for k, p in params.items()}
        for k in params:
            self.h[k] += np.square(grads[k])
            params[k] -= self.lr / np.sqrt(self.h[k] + self.eps) * grads[k]


class RMSProp:
    """Likewise; the rate of decay has another name, and no default."""

    def __init__(self, eta, rho):
        self.eta, self.rho, self.h = eta, rho, None

    def update(self, params, grads):
        if self.h is None:
            self.h = {k: np.zeros_like(p) for k, p in params.items()}
        for k in params:
            self.h[k] += (1 - self.rho) * (grads[k] * grads[k] - self.h[k])
            params[k] -= self.eta * grads[k] * (self.h[k] + 1e-6) ** -0.5


class Adam:
    """As the paper's first algorithm has it, with everything in the constructor."""

    def __init__(self, lr=0.001, betas=(0.9, 0.999), epsilon=1e-8):
        self.lr, self.epsilon = lr, epsilon
        self.b1, self.b2 = betas
        self.t, self.state = 0, {}

    def update(self, params, grads):
        self.t += 1
        for k in params:
            m, v = self.state.setdefault(k, (0.0, 0.0))
            m = self.b1 * m + (1 - self.b1) * grads[k]
            v = self.b2 * v + (1 - self.b2) * np.power(grads[k], 2)
            self.state[k] = m, v
            m_hat = m / (1 - self.b1 ** self.t)
            v_hat = v / (1 - self.b2 ** self.t)
            params[k] -= self.lr * m_hat / (np.sqrt(v_hat) + self.epsilon)


class Solver:
    """A name that says nothing; a batch of steps one parameter after the other."""

    def __init__(self, step_size=0.1):
        self.step_size = step_size
        self.counts = {}

    def update(self, params, gradients):
        for key in params.keys():
            m, v, t = self.counts.get(key, (0, 0, 0))
            t, m, v = t + 1, 0.9 * m + 0.1 * gradients[key], 0.999 * v + 0.001 * gradients[key] ** 2
            self.counts[key] = (m, v, t)
            params[key] += -self.step_size * (m / (1 - 0.9 ** t)) / np.sqrt(v / (1 - 0.999 ** t) + 1e-8)


class AdaDelta:
    """A rule that the kit has not: it is not judged, and not blamed."""

    def __init__(self, rho=0.95, eps=1e-6):
        self.rho, self.eps, self.state = rho, eps, {}

    def update(self, params, grads):
        for k in params:
            h, d = self.state.get(k, (0, 0))
            h = self.rho * h + (1 - self.rho) * grads[k] ** 2
            step = -np.sqrt(d + self.eps) / np.sqrt(h + self.eps) * grads[k]
            self.state[k] = h, self.rho * d + (1 - self.rho) * step ** 2
            params[k] += step
