import numpy as np


def numerical_gradient(f, x):
    h = 1e-4
    grad = np.zeros_like(x)
    for i in np.ndindex(x.shape):
        keep = x[i]
        x[i] = keep + h
        up = f(x)
        x[i] = keep - h
        down = f(x)
        x[i] = keep
        grad[i] = (up - down) / (2 * h)
    return grad


class Net:
    def __init__(self):
        self.W = np.array([[0.1, 0.2, 0.3], [0.4, 0.5, 0.6]])

    def loss(self, x, t):
        y = np.dot(x, self.W)
        return -np.log(np.exp(y)[t.argmax()] / np.sum(np.exp(y)))


x, t = np.array([0.6, 0.9]), np.array([0, 0, 1])
net = Net()
print(numerical_gradient(lambda w: net.loss(x, t), net.W))
