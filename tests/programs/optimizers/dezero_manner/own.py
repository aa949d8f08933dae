# Rules derived from an optimizer that is not there.
import math
from dezero.optimizers import Optimizer


class Adam(Optimizer):
    def __init__(self, alpha=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
        super().__init__()
        self.t = 0
        self.alpha, self.beta1, self.beta2, self.eps = alpha, beta1, beta2, eps
        self.state = {}

    def update(self, *args, **kwargs):
        self.t += 1
        super().update(*args, **kwargs)

    def update_one(self, param):
        m, v = self.state.get(id(param), (0, 0))
        grad = param.grad.data
        m = self.beta1 * m + (1 - self.beta1) * grad
        v = self.beta2 * v + (1 - self.beta2) * grad ** 2
        self.state[id(param)] = m, v
        m_hat, v_hat = m / (1 - self.beta1 ** self.t), v / (1 - self.beta2 ** self.t)
        param.data -= self.alpha * m_hat / (v_hat ** 0.5 + self.eps)
