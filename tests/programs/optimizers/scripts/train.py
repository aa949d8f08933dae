# Trains for a long time, with data that are not there.
import sys, os
sys.path.append(os.pardir)
sys.path.append(os.path.dirname(__file__))
from dataset.mnist import load_mnist
from nowhere.deep import Network
from trainer import Trainer

(x_train, t_train), (x_test, t_test) = load_mnist(flatten=False)
network = Network(input_dim=(1, 28, 28), hidden_size=100)
trainer = Trainer(network, zip(x_train, t_train), epochs=20, optimizer="nesterov", optimizer_param={"lr": 0.001})
trainer.train()
