import numpy as np


def bowl(x):
    return x[0]**2 + x[1]**2


def numerical_gradient(f, x):
    h = 1e-4
    grad = np.zeros_like(x)
    for i in range(x.size):
        kept = x[i]
        x[i] = kept + h
        ahead = f(x)
        x[i] = kept - h
        behind = f(x)
        grad[i] = (ahead - behind) / (2 * h)
        x[i] = kept
    return grad


def descend(f, start, rate=0.1, steps=50):
    x = start
    for _ in range(steps):
        x = (x - rate * numerical_gradient(f, x)).astype(int)
    return x


print(descend(bowl, np.array([-3, 4])))
