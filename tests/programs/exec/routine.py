"""A program that speaks the line protocol by itself: ``routine.py [KIND] [MANNER]``.

It knows nothing of NumPy: its points are lists, as another language's arrays are.
"""

import json
import math
import os
import sys

TAG = os.environ["GRADPROOF_TAG"]
KIND = sys.argv[1] if len(sys.argv) > 1 else "right"
MANNER = sys.argv[2] if len(sys.argv) > 2 else "callback"
H = 1e-4


def send(**frame):
    print(TAG + json.dumps(frame), flush=True)


def receive():
    return json.loads(sys.stdin.readline())


class FailedError(Exception):
    pass


def cubic(x):
    powers = sum((i + 1) * c**3 for i, c in enumerate(x))
    return powers + sum(a * b for a, b in zip(x, x[1:]))


def rosenbrock(x):
    return (1 - x[0]) ** 2 + 100 * (x[1] - x[0] ** 2) ** 2


NAMED = {"cubic": cubic, "rosenbrock": rosenbrock}


def function(request):
    """f: one that is known by its name, or the host's."""
    if "named" in request["f"]:
        return NAMED[request["f"]["named"]]
    asked = 0

    def ask(x):
        nonlocal asked
        numbers = [number(v) for v in x]
        point = {"dtype": "f8", "shape": [len(x)], "data": numbers}
        send(op="call", id=request["id"], n=asked, x=point)
        asked += 1
        answer = receive()
        if answer["op"] == "raise":
            raise FailedError(answer["text"])
        y = answer["y"]
        return float(y.replace("Infinity", "inf")) if isinstance(y, str) else y

    return ask


def at_a_point(f, x):
    gradient = []
    for i, kept in enumerate(x):
        try:
            x[i] = kept + H
            ahead = f(x)
            x[i] = kept - (0 if KIND == "forward" else H)
            behind = f(x)
        finally:
            if KIND != "left-behind":
                x[i] = kept
        if KIND == "forward":
            gradient.append((ahead - behind) / H)
        elif KIND == "times":
            gradient.append((ahead - behind) / 2 * H)
        else:
            gradient.append((ahead - behind) / (2 * H))
    return gradient


def by_rows(f, x, shape):
    if len(shape) == 1:
        return at_a_point(f, x)
    if len(shape) != 2:
        raise ValueError("a point or rows of points")
    width = shape[1]
    rows = [x[n * width : (n + 1) * width] for n in range(shape[0])]
    result = [g for row in rows for g in at_a_point(f, row)]
    x[:] = [c for row in rows for c in row]
    return result


def derivative(f, x, shape):
    """f of one number; an array without axes holds it."""
    return [(f_of(f, x[0] + H) - f_of(f, x[0] - H)) / (2 * H)]


def f_of(f, number):
    return f([number])


def serve(request):
    x = request["x"]
    data = [float(v) if isinstance(v, str) else v for v in x["data"]]
    if MANNER == "named" and request["f"]["named"] not in NAMED:
        send(op="unsupported", id=request["id"], reason="this f is not known here")
        return
    routine = derivative if request["op"] == "derivative" else by_rows
    try:
        value = routine(function(request), data, x["shape"])
    except (FailedError, ValueError) as error:
        kind = "ProbeError" if isinstance(error, FailedError) else "ValueError"
        send(
            op="error",
            id=request["id"],
            kind=kind,
            text=str(error),
            x_after=array(x, data),
        )
        return
    send(op="result", id=request["id"], value=array(x, value), x_after=array(x, data))


def array(like, data):
    return {"dtype": "f8", "shape": like["shape"], "data": [number(v) for v in data]}


def number(v):
    if math.isfinite(v):
        return v
    return "NaN" if v != v else "Infinity" if v > 0 else "-Infinity"


def echoed(x):
    if KIND == "short-numbers":
        data = [float(f"{v:.12g}") if isinstance(v, float) else v for v in x["data"]]
        return dict(x, data=[v if isinstance(v, str) else number(v) for v in data])
    return x


def main():
    if KIND == "silent":
        print("ready to serve", flush=True)
        receive()
        sys.stdin.read()
    if KIND == "dies":
        sys.exit("no such model file: weights.bin")
    if KIND == "garbage":
        print(TAG + "hello!", flush=True)
    roles = ["gradient", "derivative"] if KIND == "two-roles" else ["gradient"]
    roles = ["forecast"] if KIND == "no-role" else roles
    send(
        op="hello",
        protocol=1,
        name="routine",
        language="lists",
        roles=roles,
        f=[MANNER],
    )
    for line in sys.stdin:
        request = json.loads(line)
        if request["op"] == "bye":
            break
        if request["op"] == "echo":
            send(op="echo", id=request["id"], x=echoed(request["x"]))
        elif KIND == "dies-midway":
            sys.exit("out of cheese")
        else:
            serve(request)


main()
