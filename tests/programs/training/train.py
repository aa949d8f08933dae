# Trains by steps of its own, for a long time.
import os
import sys

sys.path.append(os.pardir)
import matplotlib.pyplot as plt
import numpy as np
from dataset.mnist import load_mnist
from nets import TwoLayers

(x_train, t_train), _ = load_mnist(normalize=True, one_hot_label=True)
network = TwoLayers(784, 50, 10)
losses = []
for step in range(10000):
    chosen = np.random.choice(len(x_train), 100)
    gradient = network.gradient(x_train[chosen], t_train[chosen])
    for key in network.params:
        network.params[key] -= 0.1 * gradient[key]
    losses.append(network.loss(x_train[chosen], t_train[chosen]))
plt.plot(losses)
plt.show()
