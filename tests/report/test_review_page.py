"""The page of `gradproof review`: what the file holds, what a browser makes of it."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image

import gradproof
import repositories
from gradproof import corrected
from gradproof.commands import cli
from gradproof.golden.document import loads
from gradproof.golden.snapshot import Arrow, Arrows
from gradproof.report import html_report
from gradproof.report.messages import CATALOGUES
from gradproof.report.phrases import Phrases
from gradproof.report.review import html
from gradproof.report.review.overlay import overlay
from places import BASELINES
from repositories import ARROWS, FLIPPED, Repo, json_of, png_of

PAGE = Path(html.__file__).parent / "page"
FIRST, OTHER = png_of((3, 4)), png_of((3, 4), (10, 20), (12, 22))
EVIL = (
    '-it\'s "<script>alert(1)</script>" <img src=x onerror=alert(2)> 矢印 &amp; $(id)'
)
EVIL_ARROWS = msgspec.structs.replace(
    FLIPPED, title="</script><script>alert(3)</script>", labels=("<b>x</b>", "x1")
)


@pytest.fixture(autouse=True)
def isolated(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in repositories.ISOLATED.items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def repo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repo:
    """A repository in which the test runs."""
    made = repositories.new(tmp_path / "repo", {"a.png": FIRST, "a.json": json_of()})
    monkeypatch.chdir(made.root)
    return made


@dataclass
class Page(HTMLParser):
    """A page taken apart: tags with attributes, and the texts of some elements."""

    tags: list[tuple[str, dict[str, str | None]]] = field(default_factory=list)
    texts: list[tuple[str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()
        self._open = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Called by the parser."""
        self.tags.append((tag, dict(attrs)))
        self._open = tag

    def handle_endtag(self, tag: str) -> None:
        """Called by the parser."""
        self._open = ""

    def handle_data(self, data: str) -> None:
        """Called by the parser."""
        self.texts.append((self._open, data))

    def of(self, tag: str) -> list[dict[str, str | None]]:
        """The attributes of each element of a kind."""
        return [attributes for name, attributes in self.tags if name == tag]

    def text(self, tag: str) -> list[str]:
        """The texts directly in elements of a kind."""
        return [text for name, text in self.texts if name == tag]

    def blocks(self) -> dict[str, Any]:
        """The blocks of JSON by their ids."""
        scripts = zip(self.of("script"), self.text("script"), strict=True)
        return {str(a["id"]): json.loads(text) for a, text in scripts if "id" in a}


def written(*arguments: str, code: int = 1) -> Page:
    """The page that a review wrote."""
    words = ["review", "--format", "html", "--output", "page.html", *arguments]
    result = CliRunner().invoke(cli.cli, words)
    assert (result.exit_code, result.output) == (code, "page.html\n"), result.output
    page = Page()
    page.feed(Path("page.html").read_text(encoding="utf-8"))
    page.close()
    return page


def names(page: Page) -> list[str]:
    return [change["name"] for change in page.blocks()["review"]["changes"]]


# ---------------------------------------------------------------- what is in the file


def test_without_output_the_page_goes_into_the_working_folder(repo: Repo) -> None:
    repo.write({"a.png": OTHER})
    result = CliRunner().invoke(cli.cli, ["review", "--format", "html"])
    assert (result.exit_code, result.output) == (1, "gradproof-review.html\n")
    assert (repo.root / "gradproof-review.html").read_bytes().endswith(b"</html>")


def test_the_sentences_may_come_with_the_page(repo: Repo) -> None:
    repo.write({"a.png": OTHER})
    plain = CliRunner().invoke(cli.cli, ["review"])
    result = CliRunner().invoke(cli.cli, ["review", "--page"])
    assert result.exit_code == plain.exit_code == 1
    assert result.output.startswith(plain.output)
    page = Path(result.output.removeprefix(plain.output).strip())
    assert page.read_bytes().endswith(b"</html>")
    assert repo.root not in page.parents


def test_pages_that_were_left_aside_are_removed_a_day_later(
    repo: Repo, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(repo.root))
    repo.write({"a.png": OTHER})
    CliRunner().invoke(cli.cli, ["review", "--page"])
    (first,) = repo.root.glob("gradproof-review-*/*.html")
    CliRunner().invoke(cli.cli, ["review", "--page"])
    assert first.exists()
    os.utime(first, (0, 0))
    (first.parent / "of-the-user.txt").touch()
    CliRunner().invoke(cli.cli, ["review", "--page"])
    assert not first.exists()
    assert list(first.parent.iterdir()) == [first.parent / "of-the-user.txt"]
    assert len(list(repo.root.glob("gradproof-review-*/*.html"))) == 2


def test_where_nothing_changed_the_page_says_so(repo: Repo) -> None:
    page = written(code=0)
    assert "No picture changed" in page.text("p")[0]
    assert page.of("footer") == []


def test_the_page_holds_the_pictures_themselves(repo: Repo) -> None:
    repo.write({"a.png": OTHER})
    picture = written().blocks()["picture-0"]
    start = "data:image/png;base64,"
    for url, data in ((picture["before"], FIRST), (picture["after"], OTHER)):
        assert url.startswith(start)
        assert base64.b64decode(url.removeprefix(start)) == data


def test_a_picture_that_stayed_is_held_once(repo: Repo) -> None:
    repo.write({"a.json": json_of(FLIPPED)})
    picture = written().blocks()["picture-0"]
    assert (picture["same"], picture["after"]) == (True, None)
    assert picture["before"]
    (panel,) = picture["panels"]
    assert panel["before"]["arrows"] == [list(arrow) for arrow in ARROWS.arrows]
    assert panel["pairs"] == [[0, 0, False], [1, 1, True], [2, 2, False]]


def test_what_is_no_png_is_not_embedded(repo: Repo) -> None:
    repo.write({"a.png": b"<svg onload=alert(1)>"})
    assert written().blocks()["picture-0"]["after"] is None


@pytest.mark.parametrize("language", ["en", "ja"])
def test_the_page_needs_nothing_but_itself(repo: Repo, language: str) -> None:
    repo.write({"a.png": OTHER, "a.json": json_of(FLIPPED)})
    page = written("--lang", language)
    assert page.of("html") == [{"lang": language}]
    for tag, attributes in page.tags:
        assert tag not in ("iframe", "object", "embed", "base", "form")
        for name in ("src", "href", "srcset", "action", "data", "poster"):
            assert (attributes.get(name) or "data:").startswith("data:")
    assert "url(" not in page.text("style")[0]
    assert "@import" not in page.text("style")[0]


def test_the_policy_allows_the_pages_own_style_and_script_alone(repo: Repo) -> None:
    repo.write({"a.png": OTHER})
    page = written()
    (policy,) = (
        attributes["content"] or ""
        for attributes in page.of("meta")
        if attributes.get("http-equiv") == "Content-Security-Policy"
    )
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules == {
        "default-src": "'none'",
        "img-src": "data:",
        "style-src": _hash(page.text("style")[-1]),
        "script-src": _hash(page.text("script")[-1]),
        "base-uri": "'none'",
        "form-action": "'none'",
        "require-trusted-types-for": "'script'",
        "trusted-types": "'none'",
    }
    for _, attributes in page.tags:
        assert not {name for name in attributes if name.startswith("on")}
        assert "style" not in attributes


def _hash(text: str) -> str:
    return (
        f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
    )


def test_markup_in_names_titles_and_labels_stays_text(repo: Repo) -> None:
    changed = {f"{EVIL}.png": OTHER, f"{EVIL}.json": json_of(EVIL_ARROWS)}
    repo.commit({f"{EVIL}.png": png_of(), f"{EVIL}.json": json_of()})
    clean = written(code=0)
    repo.write(changed)
    page = written()
    assert names(page) == [EVIL]
    assert EVIL in page.text("span")
    assert len(page.of("script")) == len(clean.of("script")) + 1
    assert page.of("img") == page.of("b") == []
    (panel,) = page.blocks()["picture-0"]["panels"]
    assert panel["after"]["title"] == EVIL_ARROWS.title
    for text in page.text("script")[:-1]:
        assert not set(text) & set("<>&\u2028\u2029")


@pytest.mark.parametrize(
    "name",
    ["two words", "it's", EVIL, "矢印", "new\nline", "\x1b[31mred", "-dash", "\udcff"],
)
def test_a_name_is_quoted_for_a_shell(name: str) -> None:
    bash = ["bash", "-c", f"printf -- %s {html.quoted(name)}"]
    done = subprocess.run(bash, capture_output=True, check=True)
    assert done.stdout == os.fsencode(name)
    assert html.quoted(name).isprintable()


def test_names_that_are_not_text_are_shown_escaped(repo: Repo) -> None:
    repo.write({"b\n\u202e.png": OTHER})
    page = written()
    assert names(page) == [r"b\n\u202e"]


def test_the_command_keeps_the_options_of_the_review(repo: Repo) -> None:
    (repo.root / "my run").mkdir()
    (repo.root / "my run" / "a.png").write_bytes(OTHER)
    command = written("--results", "my run").blocks()["review"]["command"]
    assert command == "gradproof review --results 'my run'"


def test_what_cannot_be_decided_cannot_be_marked(repo: Repo) -> None:
    repo.git("checkout", "-q", "-b", "branch")
    repo.commit({"a.png": OTHER})
    committed = written("main..branch").blocks()["review"]
    assert not committed["decidable"]
    repo.write({"a.png": b"broken"})
    (change,) = written().blocks()["review"]["changes"]
    assert (change["accept"], change["reject"]) == (False, True)


def _at(*arrows: Arrow) -> tuple[Arrows]:
    return (msgspec.structs.replace(ARROWS, arrows=arrows),)


A, B, C = ARROWS.arrows
PAIRS: dict[str, tuple[Any, Any, list[Any]]] = {
    "by number": (_at(A, B), _at(A, C[:2] + B[2:]), [0, 1]),
    "in another order": (_at(A, B, C), _at(C, A, B), [1, 2, 0]),
    "at points of one alone": (_at(A, B), _at(B, C), [None, 0, (None, 1)]),
    "twice at one point": (_at(A, A, B), _at(B, A, A), [1, 2, 0]),
    "once more at one point": (_at(A, B), _at(B, A, A), [1, 0, (None, 2)]),
    "not numbers": (_at((None, 1.0, 1.0, 1.0), A), _at(A), [None, 0]),
    "added": (None, _at(A), [(None, 0)]),
    "removed": (_at(A), None, [None]),
}


@pytest.mark.parametrize("case", PAIRS)
def test_arrows_are_paired(case: str) -> None:
    before, after, expected = PAIRS[case]
    (panel,) = overlay(before, after)
    paired = [(n, e) if not isinstance(e, tuple) else e for n, e in enumerate(expected)]
    assert [pair[:2] for pair in panel.pairs] == paired


def test_arrows_of_one_version_alone_did_not_change() -> None:
    (panel,) = overlay(None, _at(A))
    assert panel.pairs == [(None, 0, False)]


def test_every_text_of_the_page_is_used() -> None:
    used = "".join((PAGE / f"page.{end}").read_text("utf-8") for end in ("html", "js"))
    for message in CATALOGUES["en"]:
        name = message.removeprefix("page.")
        if name != message and name not in ("to-accept", "to-reject"):
            quoted = name.replace("accept-", "${verb}-").replace("reject-", "${verb}-")
            assert f'"{name}"' in used or f"`{quoted}`" in used or name in VERBS, name


VERBS = ("accept", "reject", "swipe", "onion", "blink", "side", "arrows", "difference")


def test_the_script_parses_no_markup_and_asks_no_one() -> None:
    script = (PAGE / "page.js").read_text("utf-8")
    for word in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write"):
        assert word not in script
    for word in ("eval(", "Function(", "fetch(", "XMLHttpRequest", "import("):
        assert word not in script


# ----------------------------------------------------------- what a browser makes of it

FLAGS = (
    *("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic"),
    *("--no-first-run", "--disable-background-networking", "--disable-sync"),
    *("--disable-component-update", "--force-device-scale-factor=1"),
)
VIEWS = ("side", "swipe", "onion", "blink", "difference", "arrows")


@dataclass
class Browser:
    """A browser on a page: its keys, and what its script says."""

    webdriver: Any
    driver: Any

    def actions(self) -> Any:
        """A chain of actions of selenium."""
        return self.webdriver.ActionChains(self.driver)

    def open(
        self, path: Path, *, width: int = 1280, height: int = 860, dark: bool = False
    ) -> None:
        """Open a review in a window of a size."""
        self.show(path, width=width, height=height, dark=dark)
        self.settle()

    def show(self, path: Path, *, width: int, dark: bool, height: int = 860) -> None:
        """Open any file in a window of a size."""
        size = {"width": width, "height": height, "deviceScaleFactor": 1}
        size |= {"mobile": False}
        theme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [theme]})
        self.driver.get(path.resolve().as_uri())

    def js(self, code: str, *arguments: Any) -> Any:
        """What a script returns."""
        return self.driver.execute_script(code, *arguments)

    def settle(self) -> None:
        """Wait until the view that was asked for is shown."""
        code = (
            "const done = arguments[0];"
            "const look = () => document.querySelector('#stage').dataset.view"
            " ? requestAnimationFrame(() => setTimeout(done, 30))"
            " : requestAnimationFrame(look); look();"
        )
        self.driver.execute_async_script(code)

    def press(self, *keys: str) -> None:
        """Press keys, one after the other."""
        for key in keys:
            self.actions().send_keys(key).perform()
            self.settle()

    def pick(self, name: str) -> None:
        """Choose a picture of the list."""
        self.js(
            "[...document.querySelectorAll('.picture')].find((b) =>"
            " b.querySelector('.name').textContent === arguments[0]).click()",
            name,
        )
        self.settle()

    def text(self, selector: str) -> str:
        """The text of an element."""
        return str(self.js(f"return document.querySelector({selector!r}).innerText"))

    def count(self, selector: str) -> int:
        """How many elements there are."""
        return int(self.js(f"return document.querySelectorAll({selector!r}).length"))

    def style(self, selector: str, name: str) -> str:
        """A computed style of an element."""
        code = (
            "const element = document.querySelector(arguments[0]);"
            "return getComputedStyle(element)[arguments[1]]"
        )
        return str(self.js(code, selector, name))

    def view(self) -> str:
        """The view that is shown."""
        return str(self.js("return document.querySelector('#stage').dataset.view"))

    def log(self) -> list[str]:
        """What the console holds, errors of the policy among it."""
        return [entry["message"] for entry in self.driver.get_log("browser")]


@pytest.fixture(scope="module")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """A browser without network; the test is skipped where there is none."""
    binary, service = shutil.which("chromium"), shutil.which("chromedriver")
    if not (binary and service):
        pytest.skip("Chromium and its driver are not installed")
    webdriver = pytest.importorskip("selenium.webdriver")
    options = webdriver.ChromeOptions()
    options.binary_location = binary
    for flag in (*FLAGS, f"--user-data-dir={tmp_path_factory.mktemp('profile')}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(options, webdriver.ChromeService(service))
    driver.set_script_timeout(60)
    try:
        offline = {"latency": 0, "downloadThroughput": 0, "uploadThroughput": 0}
        driver.execute_cdp_cmd("Network.enable", {})
        driver.execute_cdp_cmd(
            "Network.emulateNetworkConditions", {"offline": True, **offline}
        )
        yield Browser(webdriver, driver)
    finally:
        driver.quit()


def _sine(suffix: str, kind: str = "right") -> bytes:
    return (BASELINES / f"{kind}-sine.{suffix}").read_bytes()


def _changed(name: str, number: int, times: float = -1.0) -> bytes:
    """A golden picture's JSON with one arrow turned round, or all of them longer."""
    (arrows,) = loads((BASELINES / f"{name}.json").read_text("utf-8"))
    assert isinstance(arrows, Arrows)
    rows = arrows.values()
    rows[number if times < 0 else slice(None), 2:] *= times
    told = tuple(tuple(map(float, row)) for row in rows)
    scale = (arrows.scale or 1) * max(1, times)
    return json_of(msgspec.structs.replace(arrows, arrows=told, scale=scale))


def _dotted() -> bytes:
    """A golden picture with two more dots, one of them above the axes."""
    with Image.open(io.BytesIO(_sine("png"))) as picture:
        for dot in ((300, 200), (400, 20)):
            picture.putpixel(dot, (0, 0, 0, 255))
        stream = io.BytesIO()
        picture.save(stream, format="PNG")
    return stream.getvalue()


@pytest.fixture
def several(repo: Repo) -> Repo:
    """Pictures that changed in several ways."""
    sine = {"png": _sine("png"), "json": _sine("json")}
    whole = ("bug-1", "bug-2", "doubled", "dot", "flipped", EVIL, "gone")
    repo.commit({f"{n}.{end}": data for n in whole for end, data in sine.items()})
    for name in ("bug-1", "bug-2"):
        repo.write({f"{name}.{end}": _sine(end, "faulty") for end in sine})
    repo.write(
        {
            "dot.png": _dotted(),
            "doubled.json": _changed("right-sine", 0, 2.0),
            "flipped.json": _changed("right-sine", 100),
            f"{EVIL}.png": OTHER,
            f"{EVIL}.json": json_of(EVIL_ARROWS),
            "a.png": OTHER,
            "new.png": OTHER,
        }
    )
    for end in sine:
        repo.path(f"gone.{end}").unlink()
    written()
    return repo


@pytest.fixture
def browser(several: Repo, chromium: Browser) -> Iterator[Browser]:
    """A browser on the page of several pictures; nothing may be in its console."""
    chromium.open(several.root / "page.html")
    chromium.js("sessionStorage.clear(); localStorage.clear()")
    chromium.open(several.root / "page.html")
    chromium.log()
    yield chromium
    assert chromium.log() == []


@pytest.mark.once
def test_each_view_is_shown_by_its_key(browser: Browser) -> None:
    browser.pick("bug-1")
    for number, view in enumerate(VIEWS, 1):
        browser.press(str(number))
        assert browser.view() == view
        pressed = "document.querySelector('#main [data-view][aria-pressed=true]')"
        assert browser.js(f"return {pressed}.dataset.view") == view
    assert browser.count("[data-view]:disabled") == 0


@pytest.mark.once
def test_side_by_side_frames_what_changed(browser: Browser) -> None:
    browser.pick("a")
    assert browser.view() == "side"
    assert browser.count("#stage img") == browser.count("#stage .frame") == 2
    # Pixels 10–12 of 40 across, with a 160th of the width around them.
    left, width = (
        float(browser.js(f"return document.querySelector('.frame').style.{k}")[:-1])
        for k in ("left", "width")
    )
    assert (left, width) == pytest.approx((100 * 9.75 / 40, 100 * 3.5 / 40))
    browser.pick("dot")
    browser.press("1")
    assert browser.count("#stage .frame") == 2 * 2
    assert "above the axes (x 400, y 20)" in browser.text(".sentences")


@pytest.mark.once
def test_swipe_moves_the_edge(browser: Browser) -> None:
    browser.pick("bug-1")
    browser.press("2")
    assert browser.style(".cover", "clipPath") == "inset(0px 0px 0px 50%)"
    browser.press("\ue014", "\ue014")
    assert browser.style(".cover", "clipPath") == "inset(0px 0px 0px 60%)"
    view = browser.driver.find_element("css selector", ".view")
    across = browser.actions().move_to_element_with_offset(view, 0, 0)
    across.click_and_hold().move_by_offset(-view.size["width"] // 4, 0).release()
    across.perform()
    value = float(browser.js("return document.querySelector('.slide input').value"))
    assert value == pytest.approx(25, abs=1)


@pytest.mark.once
def test_onion_skin_lets_the_old_picture_through(browser: Browser) -> None:
    browser.pick("bug-1")
    browser.press("3", "\ue012")
    assert browser.style(".view img:last-of-type", "opacity") == "0.45"


@pytest.mark.once
def test_blink_swaps_and_pauses(browser: Browser) -> None:
    browser.pick("bug-1")
    browser.press("4")
    assert _seen_for(browser, 2) == {"Before", "After"}
    browser.press("p")
    assert browser.text("#pause") == "Go on"
    assert len(_seen_for(browser, 1)) == 1


def _seen_for(browser: Browser, seconds: float) -> set[str]:
    """Which versions are named in a view meanwhile; they change every 0.7 s."""
    seen, end = set(), time.monotonic() + seconds
    while time.monotonic() < end:
        seen.add(browser.text(".side"))
    return seen


@pytest.mark.once
def test_blink_stands_still_where_motion_is_unwanted(browser: Browser) -> None:
    calm = {"features": [{"name": "prefers-reduced-motion", "value": "reduce"}]}
    browser.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", calm)
    browser.pick("bug-1")
    browser.press("4")
    assert browser.text("#pause") == "Go on"


@pytest.mark.once
def test_the_difference_shows_the_pixels_that_differ(browser: Browser) -> None:
    browser.pick("a")
    browser.press("5")
    assert browser.text("#differ").startswith("2 of 1,200 pixels differ.")
    found = browser.js(
        "const c = document.querySelector('#stage canvas');"
        "const d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data;"
        "return [...Array(d.length / 4).keys()].filter((k) => d[4 * k + 1] === 0)"
    )
    # Where the new picture has dots and the old one none.
    assert found == [20 * 40 + 10, 22 * 40 + 12]


@pytest.mark.once
@pytest.mark.parametrize("view", VIEWS[:5])
def test_zoom_shows_what_changed_alone(browser: Browser, view: str) -> None:
    browser.pick("dot")
    browser.press(str(VIEWS.index(view) + 1))
    layer = "document.querySelector('.view img, .view canvas')"
    code = f"return parseFloat({layer}.style.width)"
    assert browser.js(code) == 100
    browser.press("z")
    assert browser.js(code) > 100
    assert browser.js("return document.querySelector('#zoom').ariaPressed") == "true"
    browser.press("z")
    assert browser.js(code) == 100


@pytest.mark.once
def test_what_no_pixel_shows_opens_on_its_arrows(browser: Browser) -> None:
    browser.pick("flipped")
    assert browser.view() == "arrows"
    told = browser.text(".legend")
    assert "unchanged: 323" in told
    assert "changed, before: 1" in told
    assert "changed, after: 1" in told


@pytest.mark.once
def test_the_arrows_stand_in_a_grid_with_numbers(browser: Browser) -> None:
    browser.pick("flipped")
    ticks = ["−2.0", "−1.5", "−1.0", "−0.5", "0.0", "0.5", "1.0", "1.5", "2.0"]
    told = browser.js(
        "return [...document.querySelectorAll('.plot text')].map(t => t.textContent)"
    )
    assert told == [*ticks, *reversed(ticks), "x0", "x1"]
    assert browser.count(".plot .grid") == 2 * len(ticks)
    # An older baseline does not say where the ticks are: round numbers.
    browser.pick(EVIL)
    browser.press("6")
    assert browser.count(".plot .grid") == 2 * 5
    browser.press("z")
    assert browser.count(".plot text") == 0


@pytest.mark.once
def test_an_arrow_tells_its_numbers_when_pointed_at(browser: Browser) -> None:
    browser.pick("flipped")
    spot = browser.js(
        "const b = document.querySelector('.plot .new').getBoundingClientRect();"
        "return [b.x + b.width / 2, b.y + b.height / 2]"
    )
    pointer = browser.actions()
    pointer.w3c_actions.pointer_action.move_to_location(*map(int, spot))
    pointer.perform()
    (arrows,) = loads(_sine("json").decode())
    assert isinstance(arrows, Arrows)
    x, y, u, v = arrows.arrows[100]
    assert u is not None
    assert v is not None
    head, letters, before, after = browser.text(".tip").splitlines()
    assert head == f"Arrow #100 at ({x:g}, {y:g})"
    assert letters.split() == ["x", "y", "u", "v"]
    assert list(map(float, before.split()[1:])) == [x, y, u, v]
    assert list(map(float, after.split()[1:])) == [x, y, -u, -v]


@pytest.mark.once
def test_arrows_are_drawn_as_matplotlib_draws_them(browser: Browser) -> None:
    browser.pick("flipped")
    (arrows,) = loads(_sine("json").decode())
    assert isinstance(arrows, Arrows)
    x, y, u, v = arrows.values()[100]
    assert (arrows.angles, arrows.limits) == ("xy", ((-2.0, 2.0), (-2.0, 2.0)))
    assert arrows.scale is not None
    # Lengths are in widths of the axes, 496; directions are those of the data.
    base = np.array([(x + 2) / 4 * 496, (2 - y) / 4 * 370])
    along = np.array([u * 496, -v * 370])
    vector = along / np.hypot(*along) * np.hypot(u, v) / arrows.scale * 496
    for kind, sign in (("old", 1), ("new", -1)):
        middle = browser.js(
            f"const b = document.querySelector('.plot .{kind}').getBBox();"
            "return [b.x + b.width / 2, b.y + b.height / 2]"
        )
        # The head is wider than the shaft: by less than three of its widths, 1.65.
        assert middle == pytest.approx(base + sign * vector / 2, abs=5)


@pytest.mark.once
def test_the_keys_step_through_arrows_that_changed(browser: Browser) -> None:
    browser.pick("bug-1")
    browser.press("6", "\ue014")
    first = browser.text(".tip").splitlines()[0]
    assert browser.text("#live").startswith(f"{first}: Before x ")
    browser.press("\ue014")
    assert browser.text(".tip").splitlines()[0] != first
    browser.press("\ue012")
    assert browser.text(".tip").splitlines()[0] == first


@pytest.mark.once
def test_only_at_one_scale_twice_as_long_is_seen(browser: Browser) -> None:
    browser.pick("doubled")
    width = "return document.querySelector('.plot .new').getBBox().width"
    old = browser.js("return document.querySelector('.plot .old').getBBox().width")
    assert browser.js(width) > 1.02 * old
    browser.press("s")
    assert browser.js(width) == pytest.approx(old, rel=0.01)


@pytest.mark.once
def test_zoomed_arrows_are_those_that_changed(browser: Browser) -> None:
    browser.pick("flipped")
    box = (
        "const b = document.querySelector('.plot svg').viewBox.baseVal; return b.width"
    )
    whole = browser.js(box)
    browser.press("z")
    assert browser.js(box) < whole / 3


@pytest.mark.once
def test_next_and_previous_and_the_filter(browser: Browser) -> None:
    total = browser.count(".picture")
    assert browser.js("return document.querySelector('#previous').disabled")
    browser.press("k", "j", "j")
    assert f"3 of {total}" in browser.text(".walk")
    browser.press("k")
    assert f"2 of {total}" in browser.text(".walk")
    browser.driver.find_element("id", "filter").send_keys("bug", "\ue00c")
    browser.press("j", "j", "j")
    assert browser.text("#name") == "bug-2"


@pytest.mark.once
def test_keys_that_are_switched_off_do_nothing(browser: Browser) -> None:
    browser.press("?")
    assert browser.js("return document.querySelector('#keys').open")
    browser.press(" ", "\ue00c", "j")
    assert "1 of" in browser.text(".walk")


@pytest.mark.once
def test_the_copied_command_applies_the_marks(browser: Browser, several: Repo) -> None:
    origin = {"origin": "file://", "permissions": ["clipboardReadWrite"]}
    browser.driver.execute_cdp_cmd("Browser.grantPermissions", origin)
    browser.pick("bug-2")
    browser.press("A")
    browser.pick(EVIL)
    browser.press("a")
    browser.pick("gone")
    browser.press("r", "c")
    assert browser.text("#tally") == "Copied."
    command = browser.driver.execute_async_script(
        "navigator.clipboard.readText().then(arguments[0])"
    )
    assert command == browser.js("return document.querySelector('#command').value")
    assert browser.count("[data-mark=accept]") == 3
    own = f"{shlex.quote(sys.executable)} -m gradproof"
    done = subprocess.run(
        ["bash", "-c", command.replace("gradproof", own)],
        cwd=several.root,
        env={**os.environ, "CI": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    staged = several.git("diff", "--cached", "--name-only", "-z").split("\0")
    stems = {re.sub(r"^baseline_images/|\.\w+$", "", path) for path in staged if path}
    assert stems == {"bug-1", "bug-2", EVIL}
    assert several.path("gone.png").exists()


@pytest.mark.once
def test_a_mark_is_taken_off_by_the_same_key_and_kept_on_reload(
    browser: Browser, several: Repo
) -> None:
    browser.press("a")
    browser.open(several.root / "page.html")
    assert browser.count("[data-mark=accept]") == 1
    browser.press("r")
    assert browser.count("[data-mark=reject]") == 1
    browser.press("r")
    assert browser.count("[data-mark]") == 0


@pytest.mark.once
def test_markup_is_shown_and_not_obeyed(browser: Browser) -> None:
    browser.pick(EVIL)
    assert browser.text("#name") == EVIL
    browser.press("6")
    assert EVIL_ARROWS.title in browser.text("#stage figcaption")
    labels = "return document.querySelector('.plot svg').textContent"
    assert "<b>x</b>" in browser.js(labels)
    assert browser.count("img[src=x], #stage b, #name *") == 0


@pytest.mark.once
def test_a_picture_of_one_version_alone_has_two_views(browser: Browser) -> None:
    for name in ("new", "gone"):
        browser.pick(name)
        assert "No picture" in browser.text("#stage")
        assert browser.count("#stage img") == 1
    assert browser.count("[data-view]:disabled") == 4


@pytest.mark.once
def test_the_theme_follows_the_system_and_the_button(
    browser: Browser, several: Repo
) -> None:
    light = browser.style("body", "backgroundColor")
    browser.press("d")
    dark = browser.style("body", "backgroundColor")
    assert dark != light
    browser.js("localStorage.clear()")
    browser.open(several.root / "page.html", dark=True)
    assert browser.style("body", "backgroundColor") == dark
    browser.press("d")
    assert browser.style("body", "backgroundColor") == light


@pytest.mark.once
@pytest.mark.parametrize("width", [320, 390, 768])
def test_nothing_is_wider_than_a_phone(
    browser: Browser, several: Repo, width: int
) -> None:
    browser.open(several.root / "page.html", width=width)
    for name in ("bug-1", EVIL):
        browser.pick(name)
        for key in "123456":
            browser.press(key)
            wide = browser.js("return document.documentElement.scrollWidth")
            assert wide <= width, (name, key)


SEEN = """
const {top, bottom} = document.querySelector(".view, .plot").getBoundingClientRect();
return Math.min(bottom, document.querySelector("footer").getBoundingClientRect().top)
  - Math.max(0, top);
"""


@pytest.mark.once
def test_a_phone_shows_the_picture_and_not_its_buttons_alone(
    browser: Browser, several: Repo
) -> None:
    browser.open(several.root / "page.html", width=375, height=667)
    browser.pick("bug-1")
    for key in "123456":
        browser.press(key)
        assert browser.js(SEEN) > 240, key


CONTRAST = """
const parse = (text) => text.match(/[\\d.]+/g).map(Number);
const light = (rgb) => rgb.slice(0, 3).map((c) => c / 255)
  .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
  .reduce((sum, c, k) => sum + c * [0.2126, 0.7152, 0.0722][k], 0);
const ground = (element) => {
  for (let at = element; at; at = at.parentElement) {
    const found = parse(getComputedStyle(at).backgroundColor);
    if (found.length < 4 || found[3] > 0.7) return found;
  }
  return [255, 255, 255];
};
return [...document.querySelectorAll("body *")].filter((element) =>
  element.checkVisibility() && !element.matches("script, :disabled, svg *")
  && [...element.childNodes].some((n) => n.nodeType === 3 && n.data.trim()))
  .map((element) => {
    const own = parse(getComputedStyle(element).color);
    const pair = [light(own), light(ground(element))];
    return [(Math.max(...pair) + 0.05) / (Math.min(...pair) + 0.05),
      element.outerHTML.slice(0, 80)];
  }).filter(([ratio]) => ratio < 4.5)
"""


@pytest.mark.once
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_texts_are_told_from_their_ground(
    browser: Browser, several: Repo, dark: bool
) -> None:
    browser.open(several.root / "page.html", dark=dark)
    browser.pick("bug-1")
    browser.press("a", "6", "\ue014")
    assert browser.js(CONTRAST) == []
    browser.press("j", "r", "2", "?")
    assert browser.js(CONTRAST) == []


@pytest.mark.once
def test_everything_that_acts_has_a_name(browser: Browser) -> None:
    browser.pick("bug-1")
    for key in "123456":
        browser.press(key)
        nodes = browser.driver.execute_cdp_cmd("Accessibility.getFullAXTree", {})
        named = ("button", "slider", "searchbox", "image", "checkbox", "textbox")
        for node in nodes["nodes"]:
            if node.get("role", {}).get("value") in named and not node["ignored"]:
                assert node["name"]["value"].strip(), node


@pytest.mark.once
def test_of_a_hundred_pictures_most_is_made_when_it_is_looked_at(
    repo: Repo, chromium: Browser
) -> None:
    some = {f"p{k:03}": k for k in range(100)}
    old = {f"{name}.json": _sine("json") for name in some}
    repo.commit({**old, **{f"{name}.png": _sine("png") for name in some}})
    for name, k in some.items():
        # Data after the end of a PNG make other bytes of the same pixels.
        repo.write({f"{name}.png": _sine("png") + b"%d" % k})
        repo.write({f"{name}.json": _changed("right-sine", k)})
    written()
    page = Path("page.html")
    assert page.stat().st_size > 10_000_000
    # The same bytes, of which nothing is made.
    still = Path("still.html")
    still.write_text(
        page.read_text("utf-8").replace("<script>", '<script type="text/plain">'),
        "utf-8",
    )
    seconds: dict[Path, list[float]] = {page: [], still: []}
    for path in (still, page) * 3:
        start = time.perf_counter()
        chromium.show(path, width=1280, dark=False)
        if path == page:
            chromium.settle()
        seconds[path].append(time.perf_counter() - start)
    assert chromium.count(".picture") == 100
    assert min(seconds[page]) < 3 * min(seconds[still])


AXE = "axe.run().then(r => arguments[0](r.violations.map(v => v.id + v.nodes[0].html)))"


@pytest.mark.once
@pytest.mark.parametrize("language", ["en", "ja"])
def test_a_report_keeps_the_rules_of_axe_wide_narrow_light_and_dark(
    chromium: Browser, tmp_path: Path, language: Any
) -> None:
    axe = Path(pytest.importorskip("axe_core_python").__file__).with_name("axe.min.js")
    ports = (
        corrected.numerical_gradient,
        lambda f, x: -corrected.numerical_gradient(f, x),
    )
    found = [gradproof.check(port, "gradient").examination for port in ports]
    page = html_report.page(found, [], {}, Phrases(language))
    (tmp_path / "report.html").write_text(page, "utf-8")
    for width, dark in ((1200, False), (390, True)):
        chromium.show(tmp_path / "report.html", width=width, dark=dark)
        assert chromium.js("return document.documentElement.scrollWidth") <= width
        chromium.js(axe.read_text("utf-8"))
        assert chromium.driver.execute_async_script(AXE) == []
    # On the phone: the index of a scan has paths in the place of clauses.
    chromium.js("document.querySelector('tbody th').textContent = 'path/'.repeat(30)")
    assert chromium.js("return document.documentElement.scrollWidth") <= 390
    # A notebook's colours are its own, and need not be those of the system.
    inside = html_report.fragment(found[1], Phrases(language))
    for colours in ("background: #111; color: #ddd", "background: #fff; color: #111"):
        body = f"<body style='{colours}'><main><h1>[1]</h1><h2>out</h2>{inside}</main>"
        html_ = f"<!doctype html><html lang={language}><title>n</title>{body}"
        (tmp_path / "notebook.html").write_text(html_, "utf-8")
        chromium.show(tmp_path / "notebook.html", width=800, dark=False)
        chromium.js(axe.read_text("utf-8"))
        assert chromium.driver.execute_async_script(AXE) == [], colours
