from pylab import *


def numerical_gradient(f, x):
    h = 0.0001
    g = zeros_like(x)
    for i in range(len(x)):
        for j in range(2):
            e = zeros(2)
            e[j] = h
            g[i][j] = (f(x[i] + e) - f(x[i] - e)) / (2 * h)
    return g


X, Y = meshgrid(arange(-1, 1.1, 0.25), arange(-1, 1.1, 0.25))
p = array(list(zip(X.flatten(), Y.flatten())))
g = numerical_gradient(lambda v: v[0] ** 3 + v[1] ** 2, p)
quiver(X, Y, -g[:, 0].reshape(X.shape), -g[:, 1].reshape(X.shape))
show()
