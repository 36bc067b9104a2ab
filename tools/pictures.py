"""Makes the pictures in docs/ from the sample home. Run by `make pictures`; look at them.

With other fonts they look different: Debian's fonts-liberation gives what most readers have.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import sync_playwright

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

DOCS = Path(__file__).parents[1] / "docs"
PROGRAM = (sys.executable, "-m", "msnewsletter", "--home")
SLOT = "2026-11-23T08:00"
WITHDRAW = "/corrections/new?key=sample-il6-mice&as=withdrawn"
SETTLED_MS = 1_000  # the frames in a page
NOTE = "---\nissue: 1\npin: [sample-il6-mice]\n---\nWelcome. Please read each **caution**, too.\n"


def main() -> None:
    """Take them all."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        chromium = shutil.which("chromium")
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        home = Path(folder) / "home"
        subprocess.run([*PROGRAM, home, "init", "--samples", home], check=True, capture_output=True)
        (home / "issues").mkdir(exist_ok=True)
        (home / "issues" / "next.md").write_text(NOTE)
        take_desk(browser, home, ("desk", "light", "/"), ("desk-checks", "dark", "/?view=checks"))
        (home / "issues" / "next.md").unlink()
        subprocess.run([*PROGRAM, home, "publish", "--at", SLOT], check=True, capture_output=True)
        take_digest(browser, home / "outbox" / "new" / "0001" / "digest.html")
        take_desk(browser, home, ("desk-withdraw", "light", WITHDRAW))
        browser.close()


def take_digest(browser: Browser, mail: Path) -> None:
    """The mail: light, dark, on a phone."""
    for name, scheme, width, height in (
        ("digest", "light", 760, 980),
        ("digest-dark", "dark", 760, 980),
        ("digest-phone", "light", 375, 812),
    ):
        page = browser.new_page(
            color_scheme=scheme,  # type: ignore[arg-type]
            viewport={"width": width, "height": height},
            device_scale_factor=1.6,
        )
        page.goto(mail.as_uri())
        page.screenshot(path=DOCS / f"{name}.png")
        page.close()


def take_desk(browser: Browser, home: Path, *screens: tuple[str, str, str]) -> None:
    """Screens of the desk: each a picture's name, its colour scheme and the screen's address."""
    with desk(home) as url:
        for name, scheme, address in screens:
            page = browser.new_page(
                color_scheme=scheme,  # type: ignore[arg-type]
                viewport={"width": 1400, "height": 1000},
                device_scale_factor=1.25,
            )
            # The desk's events never end, so that the network is never idle.
            page.goto(url + address, wait_until="load")
            page.wait_for_timeout(SETTLED_MS)
            page.screenshot(path=DOCS / f"{name}.png")
            page.close()


@contextmanager
def desk(home: Path) -> Iterator[str]:
    """The address of the home's desk."""
    words = [*PROGRAM, str(home), "preview", "--port", "0"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as process:
        said = process.stdout.readline() if process.stdout else ""
        yield re.findall(r"http://\S+(?=/)", said)[0]
        process.terminate()


main()
