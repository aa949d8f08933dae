# Prints how far both gradients are apart, for data that have to be fetched.
import os
import sys

sys.path.append(os.pardir)
import numpy as np
from dataset.mnist import load_mnist
from nets import TwoLayers

(x_train, t_train), (x_test, t_test) = load_mnist(normalize=True, one_hot_label=True)
network = TwoLayers(input_size=784, hidden_size=50, output_size=10)
x, t = x_train[:4], t_train[:4]
numerical = network.numerical_gradient(x, t)
backprop = network.gradient(x, t)
for key in numerical:
    print(key, np.average(np.abs(backprop[key] - numerical[key])))
