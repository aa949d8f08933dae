# Four rules on one valley, in the manner of the first volume's chapter 6.
import sys, os
sys.path.append(os.pardir)
import numpy as np
import matplotlib.pyplot as plt
from collections import OrderedDict
from volume1.optimizer import *


def slope(x, y):
    return x / 10.0, 2.0 * y


rules = OrderedDict()
rules["SGD"] = SGD(lr=0.95)
rules["Momentum"] = Momentum(lr=0.1)
rules["AdaGrad"] = AdaGrad(lr=1.5)
rules["Adam"] = Adam(lr=0.3)

for number, key in enumerate(rules, 1):
    place, way = {"x": -7.0, "y": 2.0}, []
    for step in range(30):
        way.append((place["x"], place["y"]))
        gx, gy = slope(place["x"], place["y"])
        rules[key].update(place, {"x": gx, "y": gy})
    plt.subplot(2, 2, number)
    plt.plot(*np.array(way).T, "o-", color="red")
    plt.title(key)
plt.show()
