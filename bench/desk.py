"""Measures the desk: from saving a file to seeing it in the preview, and a desk with 2,000 pending.

Of that desk, beside what an editor waits for, the CPU time of its own process: other work on the
machine makes everything slower, and hardly changes that.

Run by `make bench`. A real desk process, a real Chromium, files saved as an editor saves them:
the time is from before the write until the frame has loaded the mail with the new words, by the
page's own clock, which is the machine's.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

from archives import archived_home, write_study
from measure import Benchmark, Measured, Promise, at_most
from peer_programs import debian
from playwright.sync_api import sync_playwright
from sample_settings import sample_settings

from msnewsletter.home import Home

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from measure import Run
    from playwright.sync_api import Browser, Page

TURNS = 10
# Entries in the issue, and the milliseconds promised from saving to seeing.
PROMISED = {8: 300, 80: 1000}
PENDING = 2000
SENT = 50_000
# The list of all summaries, and the form that corrects one that was sent.
SCREENS = {
    "first page": "/summaries",
    "a search": "/summaries?find=study+49999+habits",
    "a search in vain": "/summaries?find=n%C3%B4+such+words",
    "the last page": "/summaries?page=9999999",
    "pending": "/summaries?state=pending",
    "the form for a correction": "/corrections/new?key=study-0000100&as=corrected",
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


def promises(run: Run) -> dict[str, Promise]:
    """What an editor waits for; the desks with thousands are measured in full runs alone."""
    saved = {
        f"{what} {entries}": Promise(
            name=f"a {what} saved until the preview shows it, {entries} studies",
            unit="ms",
            wanted=at_most(promised),
        )
        for entries, promised in PROMISED.items()
        for what in ("note", "summary")
    }
    if not run.full:
        return saved
    pending = f"with {PENDING:,} pending"
    return {
        **saved,
        **{
            what: Promise(name=f"the desk {pending}: {what}", unit="ms", wanted=at_most(1000))
            for what in ("open", "find", "pin", "note")
        },
        "first page": Promise(
            name=f'"Summaries" with {SENT:,} sent and {PENDING:,} pending: the first page',
            unit="ms",
            wanted=at_most(1000),
        ),
    }


def measure(run: Run, promised: Mapping[str, Promise]) -> Iterator[Measured]:
    """In Chromium, as an editor sees it."""
    chromium = debian("chromium", "chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for entries in PROMISED:
            with desk(run.folder / str(entries), entries) as (home, at):
                for what, times in saving(browser, home, at.url).items():
                    yield Measured(promise=promised[f"{what} {entries}"], ours=tuple(times))
        if run.full:
            with desk(run.folder / str(PENDING), PENDING) as (home, at):
                steps = crowded(browser, home, at)
            steps |= everything(browser, run.folder / str(SENT))
            for what, spent in steps.items():
                if what in promised:
                    yield Measured(promise=promised[what], ours=tuple(ms for ms, _ in spent))
        browser.close()


class Desk(NamedTuple):
    """A desk that is served: its address, and its process."""

    url: str
    process: int

    @property
    def cpu(self) -> float:
        """Milliseconds of CPU time that it has used, proc(5): fields 14 and 15."""
        fields = Path(f"/proc/{self.process}/stat").read_text().rpartition(")")[2].split()
        return 1000 * (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class Steps:
    """What an editor does at a desk, each step several times: how long it takes, and its work."""

    def __init__(self, at: Desk) -> None:
        self._desk = at
        self.spent: dict[str, list[tuple[float, float]]] = {}

    def take(self, what: str, step: Callable[[], object]) -> None:
        """Take a step and note milliseconds until it is done, and those of CPU time till then."""
        began, cpu = time.perf_counter(), self._desk.cpu
        step()
        spent = 1000 * (time.perf_counter() - began), self._desk.cpu - cpu
        self.spent.setdefault(what, []).append(spent)


@contextmanager
def desk(root: Path, pending: int) -> Iterator[tuple[Home, Desk]]:
    """The desk of a home with that many summaries."""
    home = Home(root)
    (root / "summaries").mkdir(parents=True)
    home.settings.write_text(sample_settings())
    write_pending(home, pending)
    with served(home) as served_desk:
        yield home, served_desk


def write_pending(home: Home, count: int, *, first: int = 0) -> None:
    """Write that many summaries of yesterday, numbered from `first` on."""
    yesterday = datetime.now(UTC) - timedelta(days=1)
    for number in range(first, first + count):
        write_study(home, number, yesterday)


@contextmanager
def served(home: Home) -> Iterator[Desk]:
    """A home's desk, in a process of its own."""
    words = ["-m", "msnewsletter", "--home", str(home.root), "preview", "--port", "0"]
    words.insert(0, sys.executable)
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None  # noqa: S101  (it was asked for)
        found = re.search(r"http://\S+(?=/)", process.stdout.readline())
        assert found is not None  # noqa: S101  (the benchmark's own premise)
        yield Desk(found[0], process.pid)
        process.terminate()


def saving(browser: Browser, home: Home, url: str) -> dict[str, list[float]]:
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

    times = {
        what: [_seen(page, save, f"{what} number {turn}") for turn in range(TURNS)]
        for what, save in {"note": save_note, "summary": save_headline}.items()
    }
    page.close()
    return times


def _seen(page: Page, save: Callable[[str], None], words: str) -> float:
    """Milliseconds from saving these words until the mail at 600 px shows them."""
    shown = page.frame_locator("iframe.w600").first.get_by_text(words).first
    began = 1000 * time.time()
    save(words)
    shown.wait_for()
    page.wait_for_function("began => loaded > began", arg=began)
    loaded: float = page.evaluate("loaded")
    return loaded - began


def crowded(browser: Browser, home: Home, at: Desk) -> dict[str, list[tuple[float, float]]]:
    """With thousands pending: opening the desk, finding one, pinning it, saving a note."""
    page = browser.new_page()
    steps = Steps(at)
    steps.take("first opening", lambda: page.goto(at.url, timeout=0))
    for turn in range(3):
        number = f"{PENDING - 1 - turn:07}"
        steps.take("open", lambda: page.goto(at.url))
        steps.take("find", lambda number=number: page.goto(f"{at.url}/?find={number}"))  # type: ignore[misc]
        steps.take("pin", lambda: _pinned(page))
        steps.take("note", lambda: _saved(page))
    assert (home.records / "next.md").is_file()  # noqa: S101  (it was used)
    page.close()
    print(f"{PENDING:,} pending: {_shown(steps.spent)}", file=sys.stderr)
    return steps.spent


def everything(browser: Browser, root: Path) -> dict[str, list[tuple[float, float]]]:
    """The desk of a home of which nearly all was sent: loading its screens."""
    home, _ = archived_home(root, summaries=SENT, site=False)
    # None of the archive's own numbers.
    write_pending(home, PENDING, first=2 * SENT)
    with served(home) as at:
        page = browser.new_page()
        page.goto(f"{at.url}/summaries", timeout=0)  # the first preview reads all that is pending
        steps = Steps(at)
        for _ in range(TURNS // 2):
            for what, address in SCREENS.items():
                steps.take(what, lambda address=address: page.goto(at.url + address))  # type: ignore[misc]
        page.close()
    print(f"{SENT:,} sent: {_shown(steps.spent)}", file=sys.stderr)
    return steps.spent


def _shown(spent: Mapping[str, list[tuple[float, float]]]) -> str:
    return ", ".join(
        f"{what} {median(one for one, _ in turns):.0f} ms "
        f"({median(cpu for _, cpu in turns):.0f} of CPU)"
        for what, turns in spent.items()
    )


def _pinned(page: Page) -> None:
    page.get_by_role("button", name="Pin to top").first.click()
    page.wait_for_load_state()


def _saved(page: Page) -> None:
    page.fill("#note", "A note.")
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_load_state()


BENCHMARK = Benchmark(name="desk", promises=promises, measure=measure)
