"""`sys.monitoring`: how one is told of calls from Python 3.12 on.

What is not looked at is not told of again, and costs nothing.
"""

import sys
import types
from typing import Any, Callable, Dict

from .registry import Looked, Looks

MONITORING: Any = getattr(sys, "monitoring", None)
TOOL = 4  # one that has no other meaning: a script may have a profiler of its own


class Monitor:
    """Tells of calls that begin and end, in any thread."""

    hook = None
    """No function that would have to be switched off."""

    def __init__(
        self,
        looks: Looks,
        enter: Callable[[types.FrameType, Looked], bool],
        leave: Callable[[types.FrameType, Any, bool], None],
        under_way: Dict[int, Any],
    ) -> None:
        self._looks, self._known = looks, looks.known
        self._enter, self._leave, self._under_way = enter, leave, under_way

    def start(self) -> None:
        """Tell of all calls from now on."""
        tool = MONITORING
        events = tool.events
        tool.use_tool_id(TOOL, "gradproof")
        tool.register_callback(TOOL, events.PY_START, self._started)
        tool.register_callback(TOOL, events.PY_RETURN, self._returned)
        tool.register_callback(TOOL, events.PY_UNWIND, self._unwound)
        tool.set_events(TOOL, events.PY_START | events.PY_UNWIND)
        tool.restart_events()

    def stop(self) -> None:
        """Tell of none any more."""
        if MONITORING.get_tool(TOOL) is not None:
            MONITORING.set_events(TOOL, 0)
            MONITORING.free_tool_id(TOOL)

    def restart(self) -> None:
        """Tell again of functions that were not looked at."""
        MONITORING.restart_events()

    def _started(self, code: types.CodeType, _: int) -> Any:
        looked = self._known.get(id(code)) or self._looks.at(code)
        if not looked.names:
            return MONITORING.DISABLE
        entered = self._enter(sys._getframe(1), looked)
        if entered and not looked.returns:
            looked.returns = True
            MONITORING.set_local_events(TOOL, code, MONITORING.events.PY_RETURN)
        return None

    def _returned(self, code: types.CodeType, _: int, value: Any) -> None:
        if self._under_way:
            self._leave(sys._getframe(1), value, False)

    def _unwound(self, code: types.CodeType, _: int, error: BaseException) -> None:
        if self._under_way:
            self._leave(sys._getframe(1), None, True)
