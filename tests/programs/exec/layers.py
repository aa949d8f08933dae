"""A program with layers, a network and optimizers: ``layers.py [KIND]``.

It needs nothing but the standard library. Its arrays are lists of rows.
"""

import json
import math
import os
import sys

TAG = os.environ["GRADPROOF_TAG"]
KIND = sys.argv[1] if len(sys.argv) > 1 else "right"


def send(**frame):
    print(TAG + json.dumps(frame), flush=True)


# arrays


def rows(array):
    """The rows of an array of two axes; of one, its numbers."""
    data, shape = array["data"], array["shape"]
    if len(shape) < 2:
        return list(data)
    width = len(data) // shape[0]
    return [data[n * width : (n + 1) * width] for n in range(shape[0])]


def array(value):
    """The record of rows, of a row, or of a number."""
    if not isinstance(value, list):
        return {"dtype": "f8", "shape": [], "data": [value]}
    if not value or not isinstance(value[0], list):
        return {"dtype": "f8", "shape": [len(value)], "data": value}
    flat = [number for row in value for number in row]
    return {"dtype": "f8", "shape": [len(value), len(value[0])], "data": flat}


def given(value):
    return rows(value) if isinstance(value, dict) else value


def transposed(a):
    return [list(column) for column in zip(*a)]


def times(a, b):
    columns = transposed(b)
    return [
        [sum(x * y for x, y in zip(row, column)) for column in columns] for row in a
    ]


def each(f, a):
    """f of every number."""
    return [each(f, b) for b in a] if isinstance(a, list) else f(a)


def pairs(f, a, b):
    """f of every two numbers at the same place."""
    if isinstance(a, list):
        return [pairs(f, x, y) for x, y in zip(a, b)]
    return f(a, b)


# layers


class Affine:
    def __init__(self, W, b):
        self.W, self.b = W, b

    def forward(self, x):
        self.x = x
        return [[v + c for v, c in zip(row, self.b)] for row in times(x, self.W)]

    def backward(self, dout):
        self.dW = times(transposed(self.x), dout)
        self.db = [sum(column) for column in transposed(dout)]
        if KIND == "bias":
            self.db = dout[0]
        return times(dout, transposed(self.W))


class Sigmoid:
    def forward(self, x):
        self.out = each(lambda v: 0.5 + math.tanh(v / 2) / 2, x)
        return self.out

    def backward(self, dout):
        if KIND == "sigmoid":
            return pairs(lambda d, y: d * y, dout, self.out)
        return pairs(lambda d, y: d * y * (1 - y), dout, self.out)


def above(row):
    highest = max(row)
    return lambda v: math.exp(v - highest)


def softmax(row):
    weights = list(map(above(row), row))
    total = math.fsum(weights)
    return [w / total for w in weights]


class SoftmaxWithLoss:
    def forward(self, x, t):
        self.y = [softmax(row) for row in x]
        levels = [max(row) + math.log(math.fsum(map(above(row), row))) for row in x]
        self.t = [
            one if isinstance(one, list) else [float(k == one) for k in range(len(y))]
            for one, y in zip(t, self.y)
        ]
        terms = [
            c * (level - v)
            for level, row, t in zip(levels, x, self.t)
            for v, c in zip(row, t)
        ]
        return math.fsum(terms) / len(self.y)

    def backward(self, dout=1):
        count = 1 if KIND == "batch" else len(self.y)
        return pairs(lambda y, t: dout * (y - t) / count, self.y, self.t)


# a network


class TwoLayerNet:
    def __init__(self, input_size, hidden_size, output_size):
        def weight(i, o):
            return [
                [math.sin(7 * r + 3 * c + i) / 2 for c in range(o)] for r in range(i)
            ]

        self.params = {
            "W1": weight(input_size, hidden_size),
            "b1": [0.0] * hidden_size,
            "W2": weight(hidden_size, output_size),
            "b2": [0.0] * output_size,
        }

    def layers(self):
        p = self.params
        return [Affine(p["W1"], p["b1"]), Sigmoid(), Affine(p["W2"], p["b2"])]

    def loss(self, x, t):
        for layer in self.layers():
            x = layer.forward(x)
        return SoftmaxWithLoss().forward(x, t)

    def gradient(self, x, t):
        layers, last = self.layers(), SoftmaxWithLoss()
        for layer in layers:
            x = layer.forward(x)
        last.forward(x, t)
        d = last.backward()
        for layer in reversed(layers):
            d = layer.backward(d)
        first, _, second = layers
        found = {"W1": first.dW, "b1": first.db, "W2": second.dW, "b2": second.db}
        if KIND == "network":
            found["b1"] = found["b2"] + [0.0] * (len(first.db) - len(second.db))
        return found


# optimizers


class SGD:
    def __init__(self, lr=0.01):
        self.lr = lr

    def update(self, params, grads):
        for key, p in params.items():
            params[key] = pairs(lambda v, g: v - self.lr * g, p, grads[key])


class Momentum:
    def __init__(self, lr=0.01, momentum=0.9):
        self.lr, self.momentum, self.v = lr, momentum, {}

    def update(self, params, grads):
        sign = 1 if KIND == "momentum" else -1
        for key, p in params.items():
            v = self.v.get(key) or each(lambda _: 0.0, p)
            self.v[key] = pairs(
                lambda v, g: self.momentum * v + sign * self.lr * g, v, grads[key]
            )
            params[key] = pairs(lambda a, b: a + b, p, self.v[key])


# what is served

SAID = [
    {
        "name": "Affine",
        "kind": "Affine",
        "make": [["W", True, ""], ["b", True, ""]],
        "forward": [["x", True, ""]],
        "backward": [["dout", True, ""]],
    },
    {
        "name": "Sigmoid",
        "kind": "Sigmoid",
        "forward": [["x", True, ""]],
        "backward": [["dout", True, ""]],
    },
    {
        "name": "SoftmaxWithLoss",
        "kind": "SoftmaxWithLoss",
        "forward": [["x", True, ""], ["t", True, ""]],
        "backward": [["dout", False, "1"]],
    },
    {
        "name": "TwoLayerNet",
        "kind": "TwoLayerNet",
        "role": "network",
        "uses": ["Affine", "Sigmoid", "SoftmaxWithLoss"],
        "make": [
            ["input_size", True, ""],
            ["hidden_size", True, ""],
            ["output_size", True, ""],
        ],
        "forward": [["x", True, ""], ["t", True, ""]],
    },
    {
        "name": "SGD",
        "kind": "SGD",
        "role": "optimizer",
        "make": [["lr", False, "0.01"]],
        "methods": ["update"],
        "constants": [0.01],
    },
    {
        "name": "Momentum",
        "kind": "Momentum",
        "role": "optimizer",
        "make": [["lr", False, "0.01"], ["momentum", False, "0.9"]],
        "methods": ["update"],
        "constants": [0.01, 0.9],
    },
]


def arrays_of(layer):
    """Its arrays and numbers by name."""
    plain = {k: v for k, v in vars(layer).items() if isinstance(v, (list, int, float))}
    named = getattr(layer, "params", {})
    return {name: array(value) for name, value in {**plain, **named}.items()}


class Trial:
    def __init__(self, asked):
        self.at = {name: given(value) for name, value in asked.get("at", {}).items()}
        made = {name: given(value) for name, value in asked["make"].items()}
        self.thing = globals()[asked["name"]](**made)
        self.params = {}

    def step(self, step):
        if self.at:
            self.thing.params.update(self.at)
        arguments = [given(value) for value in step["arguments"]]
        return getattr(self, step["do"])(step, arguments)

    def forward(self, step, arguments):
        return self.said(self.thing.forward(*arguments))

    def backward(self, step, arguments):
        return self.said(self.thing.backward(*arguments))

    def said(self, value):
        return {"value": [array(value)], "attributes": arrays_of(self.thing)}

    def loss(self, step, arguments):
        return {"value": [array(self.thing.loss(*arguments))]}

    def gradient(self, step, arguments):
        found = self.thing.gradient(*arguments)
        return {"gradients": {name: array(value) for name, value in found.items()}}

    def begin(self, step, arguments):
        if step["method"] != "dictionary":
            raise TypeError("parameters come by name")
        self.params = {str(n): value for n, value in enumerate(arguments)}
        return {"params": [array(p) for p in self.params.values()]}

    def update(self, step, arguments):
        self.thing.update(self.params, {str(n): g for n, g in enumerate(arguments)})
        return {"params": [array(p) for p in self.params.values()]}


def tried(asked):
    if f"dies at {asked['name']}" == KIND:
        sys.exit("no W9 to be found")
    moments = []
    try:
        trial = Trial(asked)
        moments.append({"outcome": "returned", "attributes": arrays_of(trial.thing)})
        for step in asked["steps"]:
            moments.append({"outcome": "returned", **trial.step(step)})
    except Exception as error:
        said = {"kind": type(error).__name__, "text": str(error)}
        moments.append({"outcome": "raised", **said})
    return moments


send(
    op="hello",
    protocol=1,
    name="layers",
    language="Python, its standard library alone",
    roles=["layer", "network", "optimizer"],
    f=[],
)
for line in sys.stdin:
    request = json.loads(line)
    if request["op"] == "bye":
        break
    if request["op"] == "echo":
        send(op="echo", id=request["id"], x=request["x"])
    elif request["op"] == "describe":
        send(op="described", id=request["id"], layers=SAID)
    elif request["op"] == "try":
        moments = [tried(asked) for asked in request["trials"]]
        send(op="tried", id=request["id"], moments=moments)
    else:
        send(op="unsupported", id=request["id"], reason=request["op"])
