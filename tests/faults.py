"""What is expected of the faulty ports in `programs/faults`: a verdict, and its words.

A fault is known by its file's name. What begins with ``program_`` speaks the line
protocol, what begins with ``script_`` is run as it stands, the others are routines.
"""

from __future__ import annotations

import sys
from pathlib import Path

CRASHED = "it crashed for .*: "
LATE = "did not finish"
RAISED = "it raised {} for "
NO_ARRAY = "it returned {} for .*, and not an array of numbers"
BREACH = "what it sent for .* does not follow the protocol: "

WAITS: dict[str, tuple[str, str]] = {
    "hangs": ("error", LATE),
    "spins": ("error", LATE),
    "ignores_signals": ("error", LATE),
    "stops_itself": ("error", LATE),
    "deadlocks": ("error", LATE),
    "waits_for_a_child": ("error", LATE),
    "holds_the_interpreter": ("error", LATE),
    "hanging_str": ("error", LATE),
    "import_hangs": ("unusable", LATE),
    "script_hangs": ("error", "it did not finish in time"),
    "program_silent": ("unusable", "it sent nothing in"),
    "program_half_frame_and_waits": ("error", LATE),
    # How much it prints till then is a matter of the machine.
    "warns_without_end": ("error", f"{LATE}|it printed more than 64 MB"),
}
"""Those that have to be waited for: they are given little time."""

ENDS: dict[str, tuple[str, str]] = {
    # processes
    "alarms": ("error", CRASHED + "SIGALRM"),
    "session_of_its_own": ("error", CRASHED + "exit code 5"),
    "daemon": ("error", CRASHED + "exit code 5"),
    "daemons": ("error", CRASHED + "exit code 5"),
    "fork_storm": ("error", "it started more than [0-9]+ processes and threads"),
    "forks_that_fork": ("error", "it started more than [0-9]+ processes and threads"),
    "thread_storm": ("error", "it started more than [0-9]+ processes and threads"),
    "kills_its_parent": ("error", CRASHED + "SIGKILL"),
    "stops_its_parent": ("error", CRASHED + "SIGKILL"),
    "limits_its_parents": ("error", CRASHED + "SIGKILL"),
    # Behind a wall it may not; without one its keeper stands still, and is ended.
    "traces_its_parents": ("error", f"{RAISED.format('PermissionError')}|SIGKILL"),
    "kills_its_group": ("error", CRASHED + "SIGKILL"),
    "thread_left": ("error", RAISED.format("ValueError") + ".*left a thread"),
    "hangs_at_the_end": ("error", "it ended the interpreter for .*SystemExit: 3"),
    "script_leaves": ("fail", "ValueError: left one"),
    # memory, disk, descriptors
    "memory_without_end": ("error", "it took more than 2 GB of memory"),
    "memory_of_a_family": ("error", "it took more than 2 GB of memory"),
    "one_huge_array": ("error", RAISED.format("MemoryError")),
    "disk_without_end": ("error", RAISED.format("OSError") + ".*(No space|too large)"),
    "shared_memory": ("error", RAISED.format("OSError") + ".*(No space|too large)"),
    "files_without_end": (
        "error",
        RAISED.format("OSError") + ".*Too many open|exit code 1",
    ),
    # output
    "floods_stdout": ("error", "it printed more than 64 MB"),
    "floods_stderr": ("error", "it printed more than 64 MB"),
    "a_gigabyte_on_one_line": ("error", "it printed more than 64 MB"),
    "import_floods": ("unusable", "it printed more than 64 MB"),
    "prints_escapes": ("error", RAISED.format("ValueError") + ".*evil"),
    "writes_into_frames": ("fail", "is 2 and should be 25"),
    "closes_everything": ("error", CRASHED + "exit code 1"),
    # ends
    "exits_with_0": ("error", CRASHED + "exit code 0"),
    "exits_with_7": ("error", CRASHED + "exit code 7"),
    "exits_with_139": ("error", CRASHED + "exit code 139"),
    "is_killed": ("error", CRASHED + "SIGKILL"),
    "is_terminated": ("error", CRASHED + "SIGTERM"),
    "bus_error": ("error", CRASHED + "SIGBUS"),
    "aborts": ("error", CRASHED + "SIGABRT"),
    "script_aborts": ("error", "its process ended: SIGABRT"),
    "segmentation_fault": ("error", CRASHED + "SIGSEGV"),
    # By its kind of Python's: the stack's end, or an exception before it.
    "stack_overflow": ("error", f"{CRASHED}SIG|Recursion|Memory|2 GB|{LATE}"),
    "recursion": ("error", RAISED.format("RecursionError")),
    "sys_exit": ("error", "it ended the interpreter for .*SystemExit: goodbye"),
    "interrupts": ("error", CRASHED + "exit code 1: KeyboardInterrupt"),
    "import_exits": ("unusable", "loading it crashed: exit code 6"),
    "import_raises": ("unusable", "stopped at line 3: ValueError: not today"),
    # exceptions and results
    "broken_str": ("error", RAISED.format("Broken")),
    "broken_repr": ("error", NO_ARRAY.format("Broken")),
    "broken_array": ("error", CRASHED + "exit code 1: RuntimeError: __class__"),
    "long_text": ("error", RAISED.format("ValueError") + ".*xxx"),
    "base_exception": ("error", RAISED.format("Bare") + ".*bare"),
    "returns_none": ("error", NO_ARRAY.format("None")),
    "returns_text": ("error", NO_ARRAY.format("str")),
    "returns_objects": ("error", NO_ARRAY.format("ndarray of object")),
    "returns_ten_million": ("error", "it returned ndarray of shape .10000000,. for "),
    "returns_a_coroutine": ("error", NO_ARRAY.format("coroutine")),
    "f_without_end": ("error", "it called f too often"),
    "f_of_nothing": ("error", RAISED.format("ProbeError") + ".*does not take None"),
    "f_in_a_fork": ("error", RAISED.format("ValueError") + ".*forked"),
    "resizes_x": ("fail", "the result has shape .0,."),
    "extreme_numbers": ("fail", "is 1.7e.308 and should be 5"),
    # meddling
    "breaks_numpy": ("error", CRASHED + "exit code 1: (AttributeError|TypeError)"),
    "breaks_json": ("error", CRASHED + "exit code 1: TypeError"),
    "breaks_open": ("error", RAISED.format("ValueError") + ".*broke open"),
    "breaks_sys": ("error", CRASHED + "exit code 1"),
    "breaks_builtins": ("error", CRASHED + "exit code 1"),
    "breaks_time": ("error", RAISED.format("ValueError") + ".*broke time"),
    # files and the network
    "deletes_its_source": ("error", RAISED.format("(OSError|ValueError)")),
    "changes_its_source": ("error", RAISED.format("ValueError") + ".*changed"),
    "changes_the_folder": ("error", RAISED.format("ValueError") + ".*elsewhere"),
    "goes_to_the_network": ("error", f"{RAISED.format('.*')}.*unreachable|{LATE}"),
    # sources
    "no_python": ("unusable", "line 3 is not valid Python"),
    "no_text": ("unusable", "is not valid Python"),
    "nul": ("unusable", "is not valid Python"),
    "script_text_of_no_encoding": ("unusable", "is not valid Python"),
    # the line protocol
    "program_exits": (
        "unusable",
        "it ended before the conversation began: exit code 1",
    ),
    "program_half_frame": ("error", CRASHED + "exit code 0"),
    "program_closed_pipe": ("error", CRASHED + "closed its output"),
    "program_wrong_id": ("error", BREACH + "call of another probe"),
    "program_wrong_number": ("error", BREACH + "call 5 where 0 is"),
    "program_no_json": ("error", BREACH + "no frame: JSON is malformed"),
    "program_no_utf8": ("error", BREACH + "no frame: .*decode byte 0xff"),
    "program_deep": ("error", BREACH + "no frame"),
    "program_gigabyte": ("error", BREACH + "a line is too long"),
    "program_wrong_shape": (
        "error",
        BREACH + "no (array of type f8|frame holds the numbers)",
    ),
    "program_unknown_op": ("error", BREACH + "no frame: Invalid value 'format'"),
    "program_hello_again": ("error", BREACH + "hello of another probe"),
    "program_calls_without_end": ("error", "it called f too often"),
}
"""Those that end by themselves, or are stopped."""

FAULTS = {**WAITS, **ENDS}


def target(folder: Path, name: str) -> str:
    """What a fault is checked as, its file in that folder."""
    file = folder / f"{name}.py"
    if name.startswith("program_"):
        return f"exec:{sys.executable} {file}"
    return str(file) if name.startswith("script_") else f"{file}:gradient"
