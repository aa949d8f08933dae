"""The golden pictures: every PNG to the pixel, and every number in the JSON beside it.

After a change that is meant, this writes both anew, from the root:

    pytest tests/test_golden_pictures.py --mpl-generate-path=baseline_images

A file that still says the same is left as it was, so ``git diff`` shows what has
changed, an arrow, an entry or a point a line. The PNG holds no text: without it the
pixels are the same from one Matplotlib to the next. Titles, labels, limits and scale
are in the JSON.
"""

from __future__ import annotations

import functools
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.image import imread
from matplotlib.testing.compare import compare_images
from matplotlib.testing.decorators import remove_ticks_and_titles
from PIL import Image

from gradproof import corrected, sample
from gradproof.defects.layer_matrix import mutant
from gradproof.defects.layers import DEFECTS
from gradproof.evidence import valley
from gradproof.evidence.layer_kinds import KINDS
from gradproof.figures import canvas, heat_maps, path_maps, quivers
from gradproof.golden import baseline
from gradproof.golden.baseline import panels_of, update
from gradproof.golden.document import Panels, differences, loads
from gradproof.golden.entries import Entries, entries
from gradproof.golden.points import Points, points
from gradproof.golden.snapshot import Arrows
from gradproof.golden.written import close
from gradproof.report.gradient_entries import of_layer
from gradproof.report.phrases import Phrases

BASELINES = Path(__file__).parents[1] / "baseline_images"
FUNCTIONS = {
    "squares": sample.function_2,
    "product": sample.function_xy,
    "sine": sample.function_sin_xy,
}
CALLS = {"faulty": sample.faulty_field, "right": corrected.right_field}


def field(call: str, function: str) -> Figure:
    x, y, gradient = CALLS[call](FUNCTIONS[function])
    return quivers.quiver(x, y, *-gradient)


def comparison(function: str) -> Figure:
    x, y, faulty = CALLS["faulty"](FUNCTIONS[function])
    right = CALLS["right"](FUNCTIONS[function])[2]
    # Marked is what the JSON can tell apart: this judges no gradient.
    wrong = ~close(faulty, right).all(axis=0)
    return quivers.compare(x, y, -faulty, -right, wrong)


PICTURES: dict[str, Callable[[], Figure]] = {
    f"{call}-{function}": functools.partial(field, call, function)
    for function in FUNCTIONS
    for call in CALLS
}
PICTURES["comparison-product"] = functools.partial(comparison, "product")

GRADIENTS = {
    "overlaps-assigned-dx": ("convolution", "overlaps-assigned", "dx"),
    "weight-transposed-dW": ("affine", "weight-gradient-transposed", "dW"),
    "bias-first-row-db": ("affine", "bias-first-row", "db"),
}
"""Of each heat map the kind of layer, its defect, and the gradient."""


@functools.cache
def gradient(name: str) -> Entries:
    kind, defect, role = GRADIENTS[name]
    (found,) = (k for k in KINDS if k.id == kind)
    evidence = mutant(found, DEFECTS[defect])
    assert evidence is not None
    return of_layer(evidence)[role]


def heat_map(name: str) -> Figure:
    return heat_maps.draw(gradient(name))


PICTURES |= {name: functools.partial(heat_map, name) for name in GRADIENTS}


RULES = {"SGD": "sgd", "Momentum": "momentum", "AdaGrad": "adagrad", "Adam": "adam"}


def right_paths() -> tuple[Points, ...]:
    """Those of the book's script."""
    return tuple(points(name, valley.published(rule)) for name, rule in RULES.items())


PICTURES["paths-right"] = lambda: path_maps.draw(right_paths())


def data_of(name: str) -> Panels:
    if name in GRADIENTS:
        return (gradient(name),)
    if name == "paths-right":
        return right_paths()
    return panels_of(PICTURES[name]())


def mark(name: str) -> pytest.MarkDecorator:
    return pytest.mark.mpl_image_compare(
        # In the mark and not in the settings: there, generating would warn.
        baseline_dir=str(BASELINES),
        filename=f"{name}.png",
        style="default",
        backend="agg",
        deterministic=True,
        tolerance=0,
        savefig_kwargs={"dpi": 100},
    )


def without_text(figure: Figure) -> Figure:
    remove_ticks_and_titles(figure)
    for axes in figure.axes:
        axes.set(xlabel="", ylabel="")
    for legend in figure.legends:
        legend.remove()
    return figure


def generated_into(config: pytest.Config) -> Path | None:
    """Where the baselines are written to, if this run is to write them."""
    folder = config.getoption("--mpl-generate-path")
    return None if folder is None else Path(folder)


@pytest.fixture
def unchanged_png_kept(
    request: pytest.FixtureRequest, pytestconfig: pytest.Config
) -> Iterator[None]:
    """Give a written PNG its bytes back if its pixels stayed: zlibs differ."""
    folder = generated_into(pytestconfig)
    path = (folder or BASELINES) / f"{request.getfixturevalue('name')}.png"
    if folder is None or not path.is_file():
        yield
        return
    pixels, data = imread(path), path.read_bytes()
    yield
    if np.array_equal(pixels, imread(path)):
        path.write_bytes(data)


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=mark(name), id=name) for name in PICTURES]
)
@pytest.mark.usefixtures("unchanged_png_kept")
def test_every_pixel_is_as_it_was(name: str, pytestconfig: pytest.Config) -> Figure:
    compares = pytestconfig.getoption("--mpl") or generated_into(pytestconfig)
    assert compares, "without --mpl no picture is compared"
    return without_text(PICTURES[name]())


@pytest.mark.baseline
@pytest.mark.parametrize("name", PICTURES)
def test_every_number_is_as_it_was(name: str, pytestconfig: pytest.Config) -> None:
    panels = data_of(name)
    folder = generated_into(pytestconfig)
    path = (folder or BASELINES) / f"{name}.json"
    changes = changes_since(path, panels)
    if folder is None:
        assert not changes, "\n".join([f"{path.name}:", *changes])
    else:
        update(path, panels)


@pytest.mark.baseline
def test_every_png_has_its_json_and_every_json_its_png() -> None:
    expected = sorted(f"{name}{end}" for name in PICTURES for end in (".json", ".png"))
    assert sorted(path.name for path in BASELINES.iterdir()) == expected


def changes_since(path: Path, panels: Panels) -> list[str]:
    """What the baseline says otherwise, in English."""
    found = baseline.changes_since(path, panels)
    return [Phrases().say(each.message, **each.parameters) for each in found]


def pixels_differ(figure: Figure, name: str, folder: Path) -> bool:
    """Whether the comparison that the mark asks for would fail."""
    drawn = folder / f"{name}.png"
    canvas.write(without_text(figure), drawn)
    expected = str(BASELINES / drawn.name)
    return compare_images(expected, str(drawn), tol=0) is not None


def right_product(change: Callable[[np.ndarray], object] = lambda uv: None) -> Figure:
    """The right picture of x0·x1, its arrows (2, 324) changed in place."""
    x, y, gradient = CALLS["right"](FUNCTIONS["product"])
    arrows = -gradient
    change(arrows)
    return quivers.quiver(x, y, *arrows)


def flip(arrows: np.ndarray) -> None:
    arrows[:, 40] *= -1


def double(arrows: np.ndarray) -> None:
    arrows *= 2


def test_the_fault_cannot_be_seen_where_one_term_serves_every_component() -> None:
    faulty, right = (imread(BASELINES / f"{call}-squares.png") for call in CALLS)
    assert np.array_equal(faulty, right)
    assert not changes_since(
        BASELINES / "right-squares.json", panels_of(PICTURES["faulty-squares"]())
    )


@pytest.mark.parametrize("function", ["product", "sine"])
def test_the_fault_is_seen_in_the_readers_functions(
    function: str, tmp_path: Path
) -> None:
    name = f"right-{function}"
    faulty = PICTURES[f"faulty-{function}"]
    changes = changes_since(BASELINES / f"{name}.json", panels_of(faulty()))
    assert any("323 of 324 arrows changed" in change for change in changes)
    assert pixels_differ(faulty(), name, tmp_path)


@pytest.mark.once
def test_an_unchanged_picture_passes_both_comparisons(tmp_path: Path) -> None:
    assert not changes_since(
        BASELINES / "right-product.json", panels_of(right_product())
    )
    assert not pixels_differ(right_product(), "right-product", tmp_path)


def test_one_flipped_arrow_fails_both_comparisons(tmp_path: Path) -> None:
    changes = changes_since(
        BASELINES / "right-product.json", panels_of(right_product(flip))
    )
    assert changes == [
        "1 of 324 arrows changed, first #40 [x, y, u, v]:"
        " [-1, -1.5, 1.5, 1] → [-1, -1.5, -1.5, -1]"
    ]
    assert pixels_differ(right_product(flip), "right-product", tmp_path)


def test_the_data_tell_of_each_arrow_that_flips_even_out_of_sight() -> None:
    (known,) = loads((BASELINES / "right-product.json").read_text("utf-8"))
    assert isinstance(known, Arrows)
    for i, (x, y, u, v) in enumerate(known.arrows):
        assert u is not None
        assert v is not None
        flipped = (*known.arrows[:i], (x, y, -u, -v), *known.arrows[i + 1 :])
        seen = differences(known, msgspec.structs.replace(known, arrows=flipped))
        assert len(seen) == (1 if u or v else 0)


@pytest.mark.once
def test_arrows_twice_as_long_are_the_same_pixels_and_other_data(
    tmp_path: Path,
) -> None:
    assert not pixels_differ(right_product(double), "right-product", tmp_path)
    changes = changes_since(
        BASELINES / "right-product.json", panels_of(right_product(double))
    )
    scale, arrows = changes
    assert scale.startswith("scale: ")
    assert arrows.startswith("323 of 324 arrows changed")


@pytest.mark.once
def test_another_axis_label_is_the_same_pixels_and_other_data(tmp_path: Path) -> None:
    figure = right_product()
    figure.axes[0].set_xlabel("x1")
    changes = changes_since(BASELINES / "right-product.json", panels_of(figure))
    assert changes == ['labels: ["x0", "x1"] → ["x1", "x1"]']
    assert not pixels_differ(figure, "right-product", tmp_path)


def moved(change: Callable[[np.ndarray], object]) -> Entries:
    """The transposed weight gradient, its actual values changed in place."""
    known = gradient("weight-transposed-dW")
    actual = known.actual.copy()
    change(actual)
    return entries(known.title, actual, known.expected, known.wrong)


def test_one_entry_that_moves_fails_both_comparisons(tmp_path: Path) -> None:
    other = moved(lambda dW: dW.__setitem__((3, 1), 0.0))
    changes = changes_since(BASELINES / "weight-transposed-dW.json", (other,))
    (change,) = changes
    assert change.startswith("1 of 16 entries changed, first #13 [indices, actual, exp")
    assert pixels_differ(heat_maps.draw(other), "weight-transposed-dW", tmp_path)


@pytest.mark.once
def test_entries_and_what_is_due_doubled_are_the_same_pixels_and_other_data(
    tmp_path: Path,
) -> None:
    known = gradient("weight-transposed-dW")
    other = entries(known.title, 2 * known.actual, 2 * known.expected, known.wrong)
    changes = changes_since(BASELINES / "weight-transposed-dW.json", (other,))
    assert changes[0].startswith("16 of 16 entries changed")
    assert not pixels_differ(heat_maps.draw(other), "weight-transposed-dW", tmp_path)


@pytest.mark.once
def test_another_block_that_is_wrong_is_framed_otherwise(tmp_path: Path) -> None:
    known = gradient("weight-transposed-dW")
    wrong = known.wrong & (np.arange(4) < 3)
    other = entries(known.title, known.actual, known.expected, wrong)
    assert pixels_differ(heat_maps.draw(other), "weight-transposed-dW", tmp_path)


@pytest.fixture
def tampered(tmp_path: Path) -> Path:
    """A folder with this module and spoilt baselines."""
    tests, baselines = tmp_path / "tests", tmp_path / "baseline_images"
    tests.mkdir()
    shutil.copy(__file__, tests)
    shutil.copytree(BASELINES, baselines)
    product = baselines / "right-product.png"
    canvas.write(without_text(right_product(flip)), product)
    replace(product.with_suffix(".json"), "[-1, -1.5, 1.5, 1]", "[-1, -1.5, -1.5, -1]")
    replace(baselines / "right-squares.json", '["x0", "x1"]', '["x1", "x1"]')
    replace(baselines / "bias-first-row-db.json", "[[0], ", "[[0],  ")
    replace(baselines / "weight-transposed-dW.json", ", true]", ", false]")
    (baselines / "right-sine.png").unlink()
    (baselines / "right-sine.json").unlink()
    return tmp_path


@pytest.mark.once
def test_pytest_itself_fails_on_spoilt_baselines(tampered: Path) -> None:
    output = run_pictures(tampered)
    failed = set(re.findall(r"^FAILED \S+::test_every_(\S+)", output, re.MULTILINE))
    assert failed == {
        "pixel_is_as_it_was[right-product]",
        "number_is_as_it_was[right-product]",
        "number_is_as_it_was[right-squares]",
        "number_is_as_it_was[weight-transposed-dW]",
        "pixel_is_as_it_was[right-sine]",
        "number_is_as_it_was[right-sine]",
        "png_has_its_json_and_every_json_its_png",
    }, output
    assert f"{2 * len(PICTURES) + 1 - len(failed)} passed" in output


@pytest.mark.once
def test_generating_writes_what_has_changed_and_nothing_else(tampered: Path) -> None:
    baselines = tampered / "baseline_images"
    alike = baselines / "faulty-squares.png"
    data = alike.read_bytes()
    with Image.open(alike) as picture:
        picture.save(alike, compress_level=1)  # other bytes, the same pixels
    packed = alike.read_bytes()
    assert packed != data
    replace(baselines / "faulty-sine.json", "[-1.5, -2, 0, 0]", "[-1.5, -2, 0, 1e-6]")
    kept = (baselines / "faulty-sine.json").read_bytes()

    output = run_pictures(tampered, "--mpl-generate-path=baseline_images")

    assert "failed" not in output, output
    assert alike.read_bytes() == packed
    assert (baselines / "faulty-sine.json").read_bytes() == kept
    for path in BASELINES.glob("right-*.json"):
        assert (baselines / path.name).read_bytes() == path.read_bytes()
    for path in BASELINES.glob("*.png"):
        assert np.array_equal(imread(path), imread(baselines / path.name))


def replace(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8", newline="\n")


def run_pictures(folder: Path, *options: str) -> str:
    """What pytest says of the copied module's baselines."""
    done = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-c", os.devnull, "--rootdir", "."),
            *("--mpl", "-p", "pytest_mpl.plugin", "-rf", "-k", "test_every_"),
            *("-o", "markers=baseline"),
            *options,
            "tests",
        ],
        cwd=folder,
        env={**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTEST_ADDOPTS": ""},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return done.stdout + done.stderr
