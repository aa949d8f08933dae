"""Networks in the manner of the book's first volume: loss, gradient, params."""

from collections import OrderedDict

import numpy as np

from careful import BatchNormalization, Convolution, MaxPooling
from terse import Affine, Dropout, ReLU, Sigmoid, SoftmaxWithLoss


class Flatten:
    def forward(self, x):
        self.shape = x.shape
        return x.reshape(len(x), -1)

    def backward(self, dout):
        return dout.reshape(self.shape)


class TwoLayerNet:
    def __init__(self, input_size, hidden_size, output_size, weight_init_std=0.01):
        random = np.random
        self.params = {
            "W1": weight_init_std * random.randn(input_size, hidden_size),
            "b1": np.zeros(hidden_size),
            "W2": weight_init_std * random.randn(hidden_size, output_size),
            "b2": np.zeros(output_size),
        }
        p = self.params
        self.layers = OrderedDict()
        self.layers["Affine1"] = Affine(p["W1"], p["b1"])
        self.layers["Relu1"] = ReLU()
        self.layers["Affine2"] = Affine(p["W2"], p["b2"])
        self.last = SoftmaxWithLoss()

    def predict(self, x):
        for layer in self.layers.values():
            x = layer.forward(x)
        return x

    def loss(self, x, t):
        return self.last.forward(self.predict(x), t)

    def numerical_gradient(self, x, t):
        raise NotImplementedError("too slow")

    def gradient(self, x, t):
        self.loss(x, t)
        dout = self.last.backward(1)
        for layer in reversed(list(self.layers.values())):
            dout = layer.backward(dout)
        first, second = self.layers["Affine1"], self.layers["Affine2"]
        return {"W1": first.dW, "b1": first.db, "W2": second.dW, "b2": second.db}


class DeepNet:
    """Any number of layers, with weight decay, normalized, with units dropped."""

    def __init__(
        self,
        input_size,
        hidden_size_list,
        output_size,
        activation="relu",
        weight_decay_lambda=0.1,
        use_dropout=True,
        dropout_ration=0.5,
    ):
        sizes = [input_size] + hidden_size_list + [output_size]
        self.decay, self.count = weight_decay_lambda, len(sizes) - 1
        self.params, self.layers = {}, OrderedDict()
        kinds = {"relu": ReLU, "sigmoid": Sigmoid}
        for n in range(1, self.count + 1):
            W = np.random.randn(sizes[n - 1], sizes[n]) / np.sqrt(sizes[n - 1])
            self.params["W%d" % n], self.params["b%d" % n] = W, np.zeros(sizes[n])
            self.layers["Affine%d" % n] = Affine(W, self.params["b%d" % n])
            if n < self.count:
                gamma, beta = np.ones(sizes[n]), np.zeros(sizes[n])
                self.params["gamma%d" % n], self.params["beta%d" % n] = gamma, beta
                self.layers["BatchNorm%d" % n] = BatchNormalization(gamma, beta)
                self.layers["Activation%d" % n] = kinds[activation]()
                if use_dropout:
                    self.layers["Dropout%d" % n] = Dropout(dropout_ration)
        self.last = SoftmaxWithLoss()

    def predict(self, x, train_flg=False):
        for key, layer in self.layers.items():
            if "Dropout" in key or "BatchNorm" in key:
                x = layer.forward(x, train_flg)
            else:
                x = layer.forward(x)
        return x

    def loss(self, x, t, train_flg=False):
        weights = [self.params["W%d" % n] for n in range(1, self.count + 1)]
        decay = sum(0.5 * self.decay * np.sum(W**2) for W in weights)
        return self.last.forward(self.predict(x, train_flg), t) + decay

    def gradient(self, x, t):
        self.loss(x, t, train_flg=True)
        dout = self.last.backward(1)
        for layer in reversed(list(self.layers.values())):
            dout = layer.backward(dout)
        grads = {}
        for n in range(1, self.count + 1):
            affine = self.layers["Affine%d" % n]
            grads["W%d" % n] = affine.dW + self.decay * self.params["W%d" % n]
            grads["b%d" % n] = affine.db
            if n < self.count:
                norm = self.layers["BatchNorm%d" % n]
                grads["gamma%d" % n], grads["beta%d" % n] = norm.dgamma, norm.dbeta
        return grads


class SimpleConvNet:
    def __init__(
        self,
        input_dim=(1, 28, 28),
        conv_param={"filter_num": 3, "filter_size": 5, "pad": 0, "stride": 1},
        hidden_size=10,
        output_size=10,
        weight_init_std=0.01,
    ):
        count, size = conv_param["filter_num"], conv_param["filter_size"]
        side = (input_dim[1] - size + 2 * conv_param["pad"]) // conv_param["stride"] + 1
        pooled, std = count * (side // 2) ** 2, weight_init_std
        self.params = {
            "W1": std * np.random.randn(count, input_dim[0], size, size),
            "b1": np.zeros(count),
            "W2": std * np.random.randn(pooled, hidden_size),
            "b2": np.zeros(hidden_size),
            "W3": std * np.random.randn(hidden_size, output_size),
            "b3": np.zeros(output_size),
        }
        p = self.params
        self.layers = [
            Convolution(p["W1"], p["b1"], conv_param["stride"], conv_param["pad"]),
            ReLU(),
            MaxPooling(pool_h=2, pool_w=2, stride=2),
            Flatten(),
            Affine(p["W2"], p["b2"]),
            ReLU(),
            Affine(p["W3"], p["b3"]),
        ]
        self.last = SoftmaxWithLoss()

    def predict(self, x):
        for layer in self.layers:
            x = layer.forward(x)
        return x

    def loss(self, x, t):
        return self.last.forward(self.predict(x), t)

    def gradient(self, x, t):
        self.loss(x, t)
        dout = self.last.backward(1)
        for layer in reversed(self.layers):
            dout = layer.backward(dout)
        with_weights = (self.layers[0], self.layers[4], self.layers[6])
        grads = {}
        for number, layer in enumerate(with_weights, 1):
            grads["W%d" % number] = layer.dW
            grads["b%d" % number] = layer.db
        return grads
