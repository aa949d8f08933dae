# Compares both gradients of a wrong network, for one sample alone.
import numpy as np
from nets import TwoLayers

net = TwoLayers(784, hidden_size=30, output_size=10, halved=True)
x_batch = np.random.rand(20, 784)[:1]
t_batch = np.eye(10)[[3]]
numerical = net.numerical_gradient(x_batch, t_batch)
backprop = net.gradient(x_batch, t_batch)
for key in numerical:
    assert np.abs(backprop[key] - numerical[key]).mean() < 1e-6
