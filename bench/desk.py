"""Measures the desk: from saving a file to seeing it in the preview, and a desk with 2,000 pending.

Run by `make bench-desk`. A real desk process, a real Chromium, files saved as an editor saves them:
the time is from before the write until the frame has loaded the mail with the new words, by the
page's own clock, which is the machine's.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from archives import archived_home, write_study
from playwright.sync_api import sync_playwright

from msnewsletter.home import Home, packaged_home

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, Page

TURNS = 10
# Entries in the issue, and the milliseconds promised from saving to seeing.
PROMISED = {8: 300, 80: 1000}
PENDING = 2000
SENT = 50_000
# What the list of all summaries is asked for.
LISTS = {
    "first page": "/summaries",
    "a search": "/summaries?find=study+49999+habits",
    "a search in vain": "/summaries?find=n%C3%B4+such+words",
    "the last page": "/summaries?page=9999999",
    "pending": "/summaries?state=pending",
}
# Notes when a frame of the page has loaded, in milliseconds since 1970.
LOADS = """
if (window === window.top) {
  window.loaded = 0;
  document.addEventListener("load", (event) => {
    if (event.target.matches("iframe.w600")) loaded = performance.timeOrigin + performance.now();
  }, true);
}
"""


def main() -> None:
    """Measure and print."""
    with (
        tempfile.TemporaryDirectory(prefix="msnewsletter-bench-") as folder,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        for entries, promised in PROMISED.items():
            with desk(Path(folder) / str(entries), entries) as (home, url):
                saving(browser, home, url, entries, promised)
        with desk(Path(folder) / str(PENDING), PENDING) as (home, url):
            crowded(browser, home, url)
        everything(browser, Path(folder) / str(SENT))
        browser.close()


@contextmanager
def desk(root: Path, pending: int) -> Iterator[tuple[Home, str]]:
    """The desk of a home with that many summaries, and its address."""
    home = Home(root)
    (root / "summaries").mkdir(parents=True)
    shutil.copyfile(packaged_home() / "newsletter.toml", home.settings)
    write_pending(home, pending)
    with served(home) as url:
        yield home, url


def write_pending(home: Home, count: int, *, first: int = 0) -> None:
    """Write that many summaries of yesterday, numbered from `first` on."""
    yesterday = datetime.now(UTC) - timedelta(days=1)
    for number in range(first, first + count):
        write_study(home, number, yesterday)


@contextmanager
def served(home: Home) -> Iterator[str]:
    """The address of a home's desk, in a process of its own."""
    words = ["-m", "msnewsletter", "--home", str(home.root), "preview", "--port", "0"]
    words.insert(0, sys.executable)
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None  # noqa: S101  (it was asked for)
        found = re.search(r"http://\S+(?=/)", process.stdout.readline())
        assert found is not None  # noqa: S101  (the benchmark's own premise)
        yield found[0]
        process.terminate()


def saving(browser: Browser, home: Home, url: str, entries: int, promised: int) -> None:
    """From saving to seeing: the editor's note, and the headline of a summary."""
    page = browser.new_page()
    page.add_init_script(LOADS)
    page.goto(f"{url}/?view=mail")
    summary = next((home.root / "summaries").iterdir())
    headline = summary.read_text()

    def save_note(words: str) -> None:
        home.records.mkdir(exist_ok=True)
        (home.records / "next.md").write_text(f"---\nissue: 1\n---\n{words}.\n")

    def save_headline(words: str) -> None:
        summary.write_text(re.sub(r"^# .*$", f"# {words}.", headline, flags=re.MULTILINE))

    for what, save in {"note": save_note, "summary": save_headline}.items():
        times = [_seen(page, save, f"{what} number {turn}") for turn in range(TURNS)]
        print(
            f"{what} saved to seen, {entries:>2} entries: median {median(times):.0f} ms, "
            f"longest {max(times):.0f} ms (at most {promised} ms)"
        )
    page.close()


def _seen(page: Page, save: Callable[[str], None], words: str) -> float:
    """Milliseconds from saving these words until the mail at 600 px shows them."""
    shown = page.frame_locator("iframe.w600").first.get_by_text(words).first
    began = 1000 * time.time()
    save(words)
    shown.wait_for()
    page.wait_for_function("began => loaded > began", arg=began)
    loaded: float = page.evaluate("loaded")
    return loaded - began


def crowded(browser: Browser, home: Home, url: str) -> None:
    """With thousands pending: opening the desk, finding one, pinning it, saving a note."""
    page = browser.new_page()
    times: dict[str, list[float]] = {}
    for turn in range(3):
        key = f"study-{PENDING - 1 - turn:07}"
        steps: dict[str, Callable[[], object]] = {
            "open": lambda: page.goto(url),
            "find": lambda key=key: page.goto(f"{url}/?find={key.removeprefix('study-')}"),  # type: ignore[misc]
            "pin": page.get_by_role("button", name="Pin to top").first.click,
            "note": lambda: _saved(page),
        }
        for what, step in steps.items():
            began = time.perf_counter()
            step()
            page.wait_for_load_state()
            times.setdefault(what, []).append(1000 * (time.perf_counter() - began))
    said = ", ".join(f"{what} {median(spent):.0f} ms" for what, spent in times.items())
    print(f"desk with {PENDING} pending: {said}")
    assert (home.records / "next.md").is_file()  # noqa: S101  (it was used)
    page.close()


def everything(browser: Browser, root: Path) -> None:
    """The list of all summaries, of which nearly all were sent: loading each of its addresses."""
    home, _ = archived_home(root, summaries=SENT, site=False)
    # None of the archive's own numbers.
    write_pending(home, PENDING, first=2 * SENT)
    with served(home) as url:
        page = browser.new_page()
        page.goto(f"{url}/summaries", timeout=0)  # the first preview reads all that is pending
        times: dict[str, list[float]] = {}
        for _ in range(TURNS // 2):
            for what, address in LISTS.items():
                began = time.perf_counter()
                page.goto(url + address)
                times.setdefault(what, []).append(1000 * (time.perf_counter() - began))
        page.close()
    said = ", ".join(f"{what} {median(spent):.0f} ms" for what, spent in times.items())
    print(f"Summaries with {SENT:,}: {said} (first page at most 1000 ms)")


def _saved(page: Page) -> None:
    page.fill("#note", "A note.")
    page.get_by_role("button", name="Save", exact=True).click()


main()
