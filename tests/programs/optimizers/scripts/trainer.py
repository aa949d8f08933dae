from wrong.optimizer import *


class Trainer:
    def __init__(self, network, data, epochs=20, optimizer="SGD", optimizer_param={"lr": 0.01}):
        rules = {"sgd": SGD, "nesterov": Nesterov, "adam": Adam}
        self.optimizer = rules[optimizer.lower()](**optimizer_param)
        self.network, self.data, self.epochs = network, data, epochs

    def train(self):
        for epoch in range(self.epochs):
            for x, t in self.data:
                self.optimizer.update(self.network.params, self.network.slopes(x, t))
