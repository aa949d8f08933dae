import matplotlib.pyplot as plt
import numpy as np
from common.slopes import numerical_gradient


side = np.arange(-2, 2.5, 0.5)
X, Y = np.meshgrid(side, side)
X, Y = X.flatten(), Y.flatten()

grad = numerical_gradient(lambda x: x[0] ** 2 + x[0] * x[1], np.array([X, Y]).T)
plt.quiver(X, Y, -grad[:, 0], -grad[:, 1])
plt.show()
