"""Notebooks are edited in their text: what was not meant to change has not."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradproof.ports.notebook import NotebookError, codes, merged, plain, rewritten

CALL = "grad = g(f, np.array([X, Y]))"
MENDED = "grad = g(f, np.array([X, Y]).T).T"

MERGED: Mapping[str, tuple[str, str, str, str]] = {
    "a line beside a magic": (
        f"%matplotlib inline\n{CALL}\nprint(grad)",
        CALL,
        MENDED,
        f"%matplotlib inline\n{MENDED}\nprint(grad)",
    ),
    "a line that is timed": (
        f"%time {CALL}\n!ls",
        CALL,
        MENDED,
        f"%time {MENDED}\n!ls",
    ),
    "one in a block": (
        f"if a:\n    %timeit  {CALL}\n    %pylab",
        CALL,
        MENDED,
        f"if a:\n    %timeit  {MENDED}\n    %pylab",
    ),
    "a timed value": (
        f"%pylab\ng = %time {CALL}",
        f"g = {CALL}",
        f"g = {MENDED}",
        f"%pylab\ng = %time {MENDED}",
    ),
    "a timed cell": (f"%%time\n{CALL}", CALL, MENDED, f"%%time\n{MENDED}"),
    "lines that come in": (
        f"%pylab\n{CALL}\nx?",
        CALL,
        f"A = np.array([X, Y])\nB = A.T\n{MENDED}",
        f"%pylab\nA = np.array([X, Y])\nB = A.T\n{MENDED}\nx?",
    ),
    "lines that go": (
        f"%pylab\na = 1\n{CALL}\nx?",
        f"a = 1\n{CALL}\n",
        "",
        "%pylab\nx?",
    ),
    "a line that comes first": (
        f"%pylab\n{CALL}",
        "pass  # %pylab",
        "import os\npass  # %pylab",
        f"import os\n%pylab\n{CALL}",
    ),
    "two changes": (
        f"%time {CALL}\n%pylab\n{CALL}",
        CALL,
        MENDED,
        f"%time {MENDED}\n%pylab\n{MENDED}",
    ),
    "no magic": (f"y = 5 %2\n{CALL}", CALL, MENDED, f"y = 5 %2\n{MENDED}"),
    "nothing": (f"%time {CALL}\n!ls", "a", "a", f"%time {CALL}\n!ls"),
    "Windows' ends of lines": (
        f"%pylab\r\n{CALL}\r\n!ls",
        CALL,
        MENDED,
        f"%pylab\r\n{MENDED}\r\n!ls",
    ),
}


@pytest.mark.parametrize(
    ("original", "old", "new", "expected"), MERGED.values(), ids=MERGED
)
def test_an_edit_is_made_to_a_cell_as_it_is(
    original: str, old: str, new: str, expected: str
) -> None:
    before = plain(original)
    assert old in before or old == new
    after = before.replace(old, new)
    assert merged(original, before, after) == expected
    assert plain(expected) == after


@pytest.mark.parametrize(
    ("original", "old", "new"),
    [
        pytest.param("%pylab\na = 1", "pass  # %pylab", "b = 2", id="a magic changed"),
        pytest.param("%pylab\na = 1", "pass  # %pylab\n", "", id="a magic gone"),
        pytest.param("!ls\na = 1", "# !ls", "# !rm", id="a command changed"),
        pytest.param("%%bash\nls", "# ls", "# rm", id="another language"),
        pytest.param(
            "%%time\na = 1",
            "pass  # %%time",
            "import os\npass  # %%time",
            id="no longer the first line",
        ),
        pytest.param(
            "%time a = g(x)\n!ls", "a = g(x)", "b = 1\na = b", id="two for one"
        ),
        pytest.param("%time a = g(x)\n!ls", "a = g(x)", "", id="nothing to time"),
        pytest.param("%time a = g(x)\n!ls", "a = g(x)", "-a", id="no longer a time"),
        pytest.param("%time a = g(x)\n!ls", "a = g(x)", "%time a", id="timed twice"),
        pytest.param(
            "%time a = g(x)\nb\n!ls", "g(x)\nb", "g(\nx)", id="over two lines"
        ),
    ],
)
def test_an_edit_that_is_not_clear_is_not_made(
    original: str, old: str, new: str
) -> None:
    before = plain(original)
    assert old in before
    assert merged(original, before, before.replace(old, new)) is None
    assert merged(original, before + "\n", before) is None


LINES = st.sampled_from(
    ["a = 1", "%pylab", "%time a = g(x)", "    !ls", "b", "", "%%time", "x?", "if a:"]
)


@given(st.lists(LINES, min_size=1), st.lists(st.tuples(st.integers(0, 9), LINES)))
def test_whatever_is_merged_reads_as_the_edit(
    lines: list[str], edits: list[tuple[int, str]]
) -> None:
    original = "\n".join(lines)
    after = plain(original).split("\n")
    for place, line in edits:
        after[place : place + 1] = [line]
    edited = "\n".join(after)
    found = merged(original, plain(original), edited)
    assert found is None or plain(found) == edited
    assert merged(original, plain(original), plain(original)) == original


# the bytes of a notebook

OLD = ["# 勾配 📉\n", "%time g(f, X)\n", "print('<a href=\"/\">\\n')"]
NEW = [
    "# 勾配 📉\n",
    "%time g(f, X.T).T\n",
    "# é 🙂 <b>\n",
    "print('<a href=\"/\">\\n')",
]
SHORT = ["a"]


def book(sources: list[Any], ascii_only: bool = False) -> dict[str, Any]:
    """A notebook in the manner of Jupyter's, with the sources in code cells."""
    note = "only ASCII" if ascii_only else "ノート"
    picture = {"image/png": "iVBOR/+w0KG==\n", "text/plain": ["<Figure>"]}
    cells: list[dict[str, Any]] = [
        {"cell_type": "markdown", "metadata": {}, "source": [f"# {note}\n", "source"]},
        {"cell_type": "raw", "metadata": {"source": ["x"]}, "source": ["source"]},
    ]
    for count, source in enumerate(sources):
        output = {"data": picture, "output_type": "display_data", "source": [note]}
        cells.append(
            {
                "metadata": {"cell_type": "x", "n": 1.50, "e": []},
                "cell_type": "code",
                "execution_count": count or None,
                "outputs": [output, {"text": ["\x1b[31m", "1e3"]}],
                "source": source,
            }
        )
    return {
        "cells": cells,
        "metadata": {"cells": [], "worksheets": 1, "name": note},
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def older(now: dict[str, Any]) -> dict[str, Any]:
    """The same in the format before 4: worksheets, and input for source."""
    cells = [
        {
            "input" if k == "source" and c["cell_type"] == "code" else k: v
            for k, v in c.items()
        }
        for c in now["cells"]
    ]
    return {
        "metadata": now["metadata"],
        "nbformat": 3,
        "worksheets": [{"cells": cells[:3]}, {"metadata": {}, "cells": cells[3:]}],
    }


def dumped(book: dict[str, Any], **style: Any) -> str:
    return json.dumps(book, **{"ensure_ascii": False, **style})


def javascript(text: str) -> str:
    """As those write it who fear for HTML."""
    escaped = {c: f"\\u{ord(c):04x}" for c in "<>&'="}
    return "".join(escaped.get(c, c) for c in text)


STYLES: Mapping[str, Callable[[dict[str, Any]], str]] = {
    "Jupyter": lambda book: dumped(book, indent=1) + "\n",
    "no newline at the end": lambda book: dumped(book, indent=1),
    "indent 2, ASCII": lambda book: dumped(book, indent=2, ensure_ascii=True) + "\n",
    "keys in order": lambda book: dumped(book, indent=4, sort_keys=True),
    "one line": lambda book: dumped(book),
    "one line, ASCII": lambda book: dumped(book, ensure_ascii=True),
    "compact": lambda book: dumped(book, separators=(",", ":")),
    "tabs": lambda book: dumped(book, indent="\t", separators=(",", " : ")),
    "CRLF": lambda book: dumped(book, indent=1).replace("\n", "\r\n") + "\r\n",
    "BOM": lambda book: "\ufeff" + dumped(book, indent=1),
    "escaped for HTML": lambda book: javascript(
        dumped(book, indent=2, ensure_ascii=True)
    ),
    "capital escapes": lambda book: dumped(book, indent=2).replace("'", "\\u0027"),
    "escaped slashes": lambda book: dumped(book, indent=2).replace("/", "\\/"),
    "worksheets": lambda book: dumped(older(book), indent=1) + "\n",
    "worksheets, compact": lambda book: dumped(older(book), separators=(",", ":")),
}
FORMS: Mapping[str, Callable[[list[str]], Any]] = {"list": list, "string": "".join}


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
@pytest.mark.parametrize("style", STYLES.values(), ids=STYLES)
def test_the_rest_of_a_notebook_is_the_same_to_the_last_byte(
    style: Callable[[dict[str, Any]], str], form: Callable[[list[str]], Any]
) -> None:
    """It is what the same program would have written of the changed notebook."""
    before = style(book([form(OLD), form(SHORT), form(OLD)])).encode()
    for changed in ([NEW, SHORT, OLD], [NEW, NEW, SHORT], [OLD, SHORT, NEW]):
        expected = style(book([form(lines) for lines in changed])).encode()
        sources = {n: "".join(lines) for n, lines in enumerate(changed, 1)}
        assert rewritten(before, sources) == expected
        assert codes(expected) == [plain(text) for text in sources.values()]
    assert rewritten(before, {}) == before
    assert rewritten(before, {3: "".join(OLD)}) == before


@pytest.mark.parametrize("ascii_only", [True, False])
def test_new_letters_are_written_as_the_file_writes_them(ascii_only: bool) -> None:
    """By themselves where nothing tells, as Jupyter does."""
    before = dumped(book([["a\n"]], True), indent=1, ensure_ascii=ascii_only).encode()
    after = dumped(book([["é\n"]], True), indent=1).encode()
    assert rewritten(before, {1: "é\n"}) == after


def test_a_source_without_lines_is_an_empty_list_and_back() -> None:
    full, empty = (dumped(book([s]), indent=1).encode() for s in (["a"], []))
    assert rewritten(full, {1: ""}) == empty
    assert codes(rewritten(empty, {1: "a\nb"})) == ["a\nb"]


def test_of_a_key_that_is_there_twice_the_last_one_counts() -> None:
    cell = '{"cell_type": "raw", "source": "a", "cell_type": "code", "source": "b"}'
    before = f'{{"cells": [{cell}]}}'
    after = before.replace('"b"', '"c"')
    assert rewritten(before.encode(), {1: "c"}) == after.encode()


@pytest.mark.parametrize("number", [0, -1, 3])
def test_a_cell_that_is_not_there_is_not_written(number: int) -> None:
    data = json.dumps(book([["a"], ["b"]])).encode()
    with pytest.raises(KeyError):
        rewritten(data, {number: "c"})


def test_a_cell_without_a_text_is_none_to_write() -> None:
    data = b'{"cells": [{"cell_type": "code"}]}'
    assert codes(data) == [""]
    with pytest.raises(KeyError):
        rewritten(data, {1: "c"})


def test_what_is_no_notebook_is_not_written() -> None:
    with pytest.raises(NotebookError):
        rewritten(b'{"cells": [', {})


def test_a_line_that_stays_keeps_its_letters_where_a_file_mixes_their_forms() -> None:
    data = '{"cells": [{"cell_type": "code", "source": ["\\u00e9 = 1\\n", "é"]}]}'
    found = rewritten(data.encode(), {1: "é = 1\né + é"})
    assert found.decode() == data.replace('"é"', '"é + é"')
