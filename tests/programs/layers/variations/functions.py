"""Right layers as pairs of functions with a cache, and under names of their own."""
import numpy as np

def affine_forward(x, w, b):
    return x.reshape(len(x), -1) @ w + b, (x, w)

def affine_backward(dout, cache):
    x, w = cache
    rows = x.reshape(len(x), -1)
    return (dout @ w.T).reshape(x.shape), rows.T @ dout, np.sum(dout, axis=0)

def relu_forward(x):
    return np.maximum(0, x), x

def relu_backward(dout, cache):
    return dout * (cache > 0)

def tanh_forward(x):
    y = np.tanh(x)
    return y, y

def tanh_backward(dout, y):
    return (1 - y * y) * dout

def softmax_forward(x):
    y = np.exp(x - x.max(1)[:, None])
    y /= y.sum(1)[:, None]
    return y, y

def softmax_backward(dout, y):
    return y * (dout - (dout * y).sum(1)[:, None])

class Squash:
    def forward(self, x):
        self.y = 1 / (1 + np.exp(-x))
        return self.y
    def backward(self, up):
        return up * self.y * (1 - self.y)

class Product:
    def forward(self, a, b):
        self.a, self.b = a, b
        return a * b
    def backward(self, up):
        return up * self.b, up * self.a

class Total:
    def forward(self, a, b):
        return a + b
    def backward(self, up):
        return up * 1, up * 1

class Swish:
    def forward(self, x):
        self.x, self.s = x, 1 / (1 + np.exp(-x))
        return x * self.s
    def backward(self, up):
        return up * self.s * (1 + self.x * (1 - self.s))

class Cube:
    def forward(self, x):
        self.x = x
        return x**3
    def backward(self, up):
        return 3 * up * self.x**2

class Leaky:
    def forward(self, x):
        self.slope = np.where(x > 0, 1.0, 0.01)
        return x * self.slope
    def backward(self, up):
        return up * self.slope
