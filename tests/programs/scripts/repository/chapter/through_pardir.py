import os
import sys

sys.path.append(os.pardir)
import matplotlib.pyplot as plt
import numpy as np
from common.slopes import numerical_gradient


def function_2(x):
    return np.sum(x ** 2)


side = np.arange(-2, 2.5, 0.5)
X, Y = np.meshgrid(side, side)
X, Y = X.flatten(), Y.flatten()

grad = numerical_gradient(function_2, np.array([X, Y]))
plt.quiver(X, Y, -grad[0], -grad[1])
plt.show()
