import numpy as np

from core import Function, Variable, as_variable


class Tanh(Function):
    def forward(self, x):
        return np.tanh(x)

    def backward(self, gy):
        y = self.outputs[0]().data
        return gy * (1 - y * y)


class Sigmoid(Function):
    def forward(self, x):
        return np.tanh(x * 0.5) * 0.5 + 0.5

    def backward(self, gy):
        y = self.outputs[0]().data
        return gy * y * (1 - y)


class ReLU(Function):
    def forward(self, x):
        return np.maximum(x, 0.0)

    def backward(self, gy):
        (x,) = self.inputs
        return gy * (x.data > 0)


class Linear(Function):
    def forward(self, x, W, b):
        return x.dot(W) + b

    def backward(self, gy):
        x, W, b = (v.data for v in self.inputs)
        gy = gy.data if isinstance(gy, Variable) else gy
        return (
            as_variable(gy.dot(W.T)),
            as_variable(x.T.dot(gy)),
            as_variable(gy.sum(axis=0)),
        )


class MeanSquaredError(Function):
    def forward(self, x0, x1):
        diff = x0 - x1
        return (diff**2).sum() / len(diff)

    def backward(self, gy):
        x0, x1 = (v.data for v in self.inputs)
        gx0 = gy * (x0 - x1) * (2.0 / len(x0))
        return gx0, -1 * gx0
