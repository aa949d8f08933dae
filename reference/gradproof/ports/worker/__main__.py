"""Do what the host orders: serve a routine, or run a script and tell what it did.

    PYTHON path/to/worker [ORDER]

ORDER is JSON; without it, the host's first frame is the order. Its ``op`` says which
module takes it: "routine", "script" or "layers"; with "fork" a worker is forked for
each order that is to come. Frames of this side begin with the value of the environment
variable GRADPROOF_TAG, so that whatever else is printed is noise.
"""

import json
import os
import platform
import sys

if __package__ in (None, ""):
    # Started as a folder: make it a package of a name that no port has, and leave
    # nothing of it on the path.
    import importlib.util

    here = os.path.dirname(os.path.abspath(__file__))
    if os.path.abspath(sys.path[0]) == here:
        sys.path.pop(0)
    spec = importlib.util.spec_from_file_location(
        "_gradproof_worker",
        os.path.join(here, "__init__.py"),
        submodule_search_locations=[here],
    )
    assert spec is not None
    assert spec.loader is not None
    package = importlib.util.module_from_spec(spec)
    sys.modules["_gradproof_worker"] = package
    spec.loader.exec_module(package)
    __package__ = "_gradproof_worker"
    __spec__ = None  # else newer Pythons warn that the two do not agree

from .core import diverted

try:
    from .core.calls import StopError
    from .core.channel import Channel
except ImportError as error:
    # Nothing of the worker but its frames runs without.
    missing = {"version": platform.python_version(), "text": str(error)}
    frame = {"op": "failed", "reason": "no-numpy", "parameters": missing}
    print(os.environ["GRADPROOF_TAG"] + json.dumps(frame))
    sys.exit()


def main() -> None:
    """Hand the order to those who carry it out."""
    order = json.loads(sys.argv[1]) if sys.argv[1:] else None
    if order is not None and order["op"] == "fork":
        from . import fork_server

        fork_server.serve(order["imports"])
        order = None
    scratch = os.environ.pop("GRADPROOF_SCRATCH", "")
    if scratch:
        diverted.install(scratch)
    channel = Channel()
    order = order or channel.receive()
    if order["op"] == "routine":
        from . import routine

        routine.run(channel, order)
    elif order["op"] == "script":
        from . import script

        script.run(channel, order)
    elif order["op"] == "layers":
        from . import layer

        layer.run(channel, order)


if __name__ == "__main__":
    code = 0
    try:
        main()
    except StopError:
        pass
    except BaseException:
        sys.excepthook(*sys.exc_info())
        code = 1
    # What was run may have left threads behind, which would keep the process alive.
    os._exit(code)
