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


print(numerical_gradient(bowl, np.array([3.0, 4.0])))
