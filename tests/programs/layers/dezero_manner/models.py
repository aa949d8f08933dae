"""Models in the manner of DeZero: variables remember what made them."""

import numpy as np


class Variable:
    def __init__(self, data, name=None):
        self.data, self.name = data, name
        self.grad = None
        self.origin = ()

    def cleargrad(self):
        self.grad = None

    def backward(self):
        if self.grad is None:
            self.grad = Variable(np.ones_like(self.data))
        for parent, pull in self.origin:
            more = pull(self.grad.data)
            known = 0 if parent.grad is None else parent.grad.data
            parent.grad = Variable(known + more)
        for parent in {id(p): p for p, _ in self.origin}.values():
            parent.backward_from_here()

    def backward_from_here(self):
        for parent, pull in self.origin:
            more = pull(self.grad.data)
            known = 0 if parent.grad is None else parent.grad.data
            parent.grad = Variable(known + more)
            parent.backward_from_here()


class Parameter(Variable):
    pass


def linear(x, W, b):
    y = Variable(x.data @ W.data + b.data)
    y.origin = (
        (W, lambda gy: x.data.T @ gy),
        (b, lambda gy: gy.sum(axis=0)),
        (x, lambda gy: gy @ W.data.T),
    )
    return y


def tanh(x):
    y = Variable(np.tanh(x.data))
    y.origin = ((x, lambda gy: gy * (1 - y.data**2)),)
    return y


class Layer:
    def __setattr__(self, name, value):
        if isinstance(value, (Parameter, Layer)):
            self.__dict__.setdefault("_params", []).append(name)
        object.__setattr__(self, name, value)

    def __call__(self, *inputs):
        given = [x if isinstance(x, Variable) else Variable(x) for x in inputs]
        return self.forward(*given)

    def forward(self, inputs):
        raise NotImplementedError()

    def params(self):
        for name in self._params:
            thing = self.__dict__[name]
            if isinstance(thing, Layer):
                yield from thing.params()
            else:
                yield thing

    def cleargrads(self):
        for parameter in self.params():
            parameter.cleargrad()


class Model(Layer):
    def plot(self, *inputs):
        raise NotImplementedError("no pictures")


class Linear(Layer):
    def __init__(self, out_size):
        self.out_size = out_size
        self.W = Parameter(None, "W")
        self.b = Parameter(np.zeros(out_size, dtype=np.float32), "b")

    def forward(self, x):
        if self.W.data is None:
            size = x.data.shape[1]
            self.W.data = np.random.randn(size, self.out_size) / np.sqrt(size)
        return linear(x, self.W, self.b)


class TwoLayerNet(Model):
    def __init__(self, hidden_size, out_size):
        self.l1 = Linear(hidden_size)
        self.l2 = Linear(out_size)

    def forward(self, x):
        return self.l2(tanh(self.l1(x)))


def add(x, y):
    z = Variable(x.data + y.data)
    z.origin = ((x, lambda gz: gz), (y, lambda gz: gz))
    return z


class Recurrent(Model):
    """One step, which the state of the last one goes into, if there was one."""

    def __init__(self, hidden_size):
        self.x2h = Linear(hidden_size)
        self.h2h = Linear(hidden_size)
        self.reset_state()

    def reset_state(self):
        self.h = None

    def forward(self, x):
        z = self.x2h(x)
        self.h = tanh(z if self.h is None else add(z, self.h2h(self.h)))
        return self.h


class Centred(Model):
    """Keeps the running mean of what it takes the mean from, among its parameters."""

    def __init__(self, out_size):
        self.l1 = Linear(out_size)
        self.avg_mean = Parameter(np.zeros(out_size), "avg_mean")

    def forward(self, x):
        z = self.l1(x)
        mean = z.data.mean(axis=0)
        self.avg_mean.data[...] = 0.9 * self.avg_mean.data + 0.1 * mean
        y = Variable(z.data - mean)
        y.origin = ((z, lambda gy: gy - gy.mean(axis=0)),)
        return tanh(y)
