import numpy as np


def numerical_gradient(f, x):
    g = np.zeros_like(x)
    for i in range(x.size):
        k = x[i]
        x[i] = k + 1e-4
        a = f(x)
        x[i] = k - 1e-4
        b = f(x)
        x[i] = k
        g[i] = (a - b) / 2e-4
    return g


b = np.array([3.0, 4.0])
print(numerical_gradient(lambda w: w[0] ** 2 + b[1] ** 2, b))
