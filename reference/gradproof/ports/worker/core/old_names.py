"""Names that NumPy had until 1.24 or 2.0, given back to code that uses them."""

import ast
from typing import Any, Dict, List

import numpy as np


def _known(**names: str) -> Dict[str, Any]:
    return {old: getattr(np, new) for old, new in names.items() if hasattr(np, new)}


OLD: Dict[str, Any] = {
    **{kind.__name__: kind for kind in (bool, complex, float, int, object, str)},
    **{"Inf": np.inf, "Infinity": np.inf, "infty": np.inf, "PINF": np.inf},
    **{"NINF": -np.inf, "NaN": np.nan, "NAN": np.nan, "PZERO": 0.0, "NZERO": -0.0},
    **_known(float_="float64", complex_="complex128", cfloat="complex128"),
    **_known(singlecomplex="complex64", longfloat="longdouble"),
    **_known(unicode_="str_", string_="bytes_", int0="intp", uint0="uintp"),
    **_known(product="prod", cumproduct="cumprod", alltrue="all", sometrue="any"),
    **_known(in1d="isin", trapz="trapezoid", row_stack="vstack", round_="round"),
    **_known(asfarray="asarray", mat="asmatrix"),
}
"""What each was."""


def serve() -> None:
    """Give NumPy those names that it no longer has."""
    for name, value in OLD.items():
        if name not in np.__dict__:
            setattr(np, name, value)
            SERVED.add(name)


SERVED = set()  # type: set
"""The names that were given back."""


def note_used(tree: ast.AST, notes: List[List[Any]]) -> None:
    """Note which of the names that were given back stand in a file."""
    used = {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id in ("np", "numpy")
        and node.attr in SERVED
    }
    if used:
        names = ", ".join("np." + name for name in sorted(used))
        notes.append(["old-names", {"names": names}])
