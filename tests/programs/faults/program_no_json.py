"""Sends what is no JSON."""

import json
import os
import sys

tag = os.environ["GRADPROOF_TAG"]


def send(frame):
    sys.stdout.write(
        tag + (frame if isinstance(frame, str) else json.dumps(frame)) + "\n"
    )
    sys.stdout.flush()


send(
    {
        "op": "hello",
        "protocol": 1,
        "name": "p",
        "language": "Python",
        "roles": ["gradient"],
        "f": ["callback"],
    }
)
echo = json.loads(sys.stdin.readline())
send(echo)
asked = json.loads(sys.stdin.readline())
send("nothing")
