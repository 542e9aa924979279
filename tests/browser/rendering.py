"""Renders cards by the official JavaScript package in a headless Chromium, and says what came out.

The packages are installed once into a folder that git ignores. Colours and sizes are close to those of Teams; what a
mention looks like there is put in by hand, since the package knows none.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

HERE = Path(__file__).parent
OUTPUT = HERE.parent / "output"
PICTURES = OUTPUT / "cards"
INSTALL = ("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund")
UNREACHABLE = ("ENOTFOUND", "ECONNREFUSED", "ETIMEDOUT", "EAI_AGAIN", "ENETUNREACH")
TIMEOUT_S = 300
SCRIPTS = ("adaptivecards/dist/adaptivecards.min.js", "markdown-it/dist/markdown-it.min.js")
WIDE, NARROW = 680, 300
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


@dataclass(frozen=True, slots=True)
class Rendered:
    """What a card became: what people read, and what they can do."""

    text: str
    html: str
    links: tuple[str, ...]  # every address in the page's markup
    opens: tuple[str, ...]  # what pressing each button, and each row, opens
    tags: frozenset[str]
    mentions: tuple[str, ...]
    overflowing: tuple[str, ...]
    faults: tuple[str, ...]  # what the renderer itself says of the card
    picture: Path


def packages() -> Path:
    """The folder of the installed packages; skips the test where they cannot be installed, naming the command."""
    if shutil.which("npm") is None:
        pytest.skip("npm is missing: run `make system-deps`")
    wanted = hashlib.sha256((HERE / "package-lock.json").read_bytes()).hexdigest()[:12]
    target = OUTPUT / f"browser-{wanted}"
    target.mkdir(parents=True, exist_ok=True)
    with (target / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # one of the test processes installs, the others wait
        if not (target / "installed").exists():
            _install(target)
            (target / "installed").touch()
    return target / "node_modules"


def _install(target: Path) -> None:
    for name in ("package.json", "package-lock.json", ".npmrc"):
        shutil.copyfile(HERE / name, target / name)
    try:
        done = subprocess.run(INSTALL, cwd=target, capture_output=True, text=True, timeout=TIMEOUT_S, check=False)
    except subprocess.TimeoutExpired:
        pytest.skip(f"the package registry does not answer: `{' '.join(INSTALL)}` in tests/browser")
    if done.returncode and any(sign in done.stderr for sign in UNREACHABLE):
        pytest.skip(f"the package registry cannot be reached: `{' '.join(INSTALL)}` in tests/browser")
    if done.returncode:
        pytest.fail(f"`{' '.join(INSTALL)}` failed: {done.stderr[-2000:]}")


@contextmanager
def chromium() -> Iterator[Browser]:
    """A headless Chromium of this machine; skips the test where there is none, naming the command."""
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if found is None:
        pytest.skip("Chromium is missing: run `make system-deps`")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=found, args=["--no-sandbox", "--force-color-profile=srgb"])
        try:
            yield browser
        finally:
            browser.close()


class Renderer:
    """Draws cards in one browser."""

    def __init__(self, browser: Browser, installed: Path) -> None:
        self._browser = browser
        self._scripts = [installed / name for name in SCRIPTS]

    def draw(
        self,
        card: Mapping[str, Any],
        name: str,
        *,
        width: int = WIDE,
        dark: bool = False,
        folder: Path = PICTURES,
        scale: float = 2,
    ) -> Rendered:
        """Render a card as wide as a channel or a telephone; keep its picture as `name`.png."""
        folder.mkdir(parents=True, exist_ok=True)
        picture = folder / f"{name}.png"
        page = self._browser.new_page(viewport={"width": width + 48, "height": 400}, device_scale_factor=scale)
        try:
            page.route("**/*", lambda route: route.abort())  # nothing is fetched, whatever a card says
            page.set_content((HERE / "card.html").read_text(encoding="utf-8"))
            for script in self._scripts:
                page.add_script_tag(path=script)
            page.add_script_tag(path=HERE / "card.js")
            found = page.evaluate(
                "([card, width, dark]) => render(card, width, dark)", [json.loads(json.dumps(card)), width, dark]
            )
            page.locator("#frame").screenshot(path=picture)
        finally:
            page.close()
        return Rendered(
            text=found["text"],
            html=found["html"],
            links=tuple(found["links"]),
            opens=tuple(found["opens"]),
            tags=frozenset(found["tags"]),
            mentions=tuple(found["mentions"]),
            overflowing=tuple(found["overflowing"]),
            faults=tuple(found["faults"]),
            picture=picture,
        )
