"""Takes json apart."""

import json


def gradient(f, x):
    json.dumps = json.loads = json.JSONEncoder = None
    raise ValueError("broke json")
