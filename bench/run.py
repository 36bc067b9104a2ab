"""Measures what the project promises about speed, each as a ratio against a peer in the same run.

Run by `make bench`; docs/performance.md records the figures. Times are medians on whatever machine
this is: only the ratios mean anything elsewhere.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from archives import A_WHILE, BEGIN, archived_home, study, write_study
from feeds_read import feeds_ms
from mail import mails

from msnewsletter.home import Home, packaged_home
from msnewsletter.issue.compose import compose
from msnewsletter.issue.holds import EarlierIssues
from msnewsletter.issue.pins_and_holds import NextIssue
from msnewsletter.publisher.init_home import in_sandbox
from msnewsletter.publisher.publish import publish
from msnewsletter.publisher.templates import load_templates
from msnewsletter.render.mail.render import render_mail
from msnewsletter.settings import load_settings

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

HERE = Path(__file__).parent
PYTHON = sys.executable


def main() -> None:
    """Run every comparison and print a table."""
    with tempfile.TemporaryDirectory(prefix="msnewsletter-bench-") as folder:
        root = Path(folder)
        archive(root)
        rendering(root)
        for name, ours, peer in mails(root):
            row(name, ours, peer, promise="goal 1/8")
        starting(root)
        publishing_eight(root)
        row("a feed of 1,000 entries read; peer: feedparser alone", *feeds_ms(), promise="goal 2x")


def row(what: str, ours: float, peer: float, *, promise: str) -> None:
    """Print one line: milliseconds of both, their ratio, and what was promised."""
    ratio = ours / peer
    shown = f"{ratio:.2f}x" if ratio >= 1 else f"1/{peer / ours:.1f}"
    print(f"{what:<58} {ours:9.2f} ms {peer:9.2f} ms {shown:>8}  ({promise})")


def archive(root: Path) -> None:
    """One new summary beside a large and a small archive, in turn, five times each."""
    small, large = 1_000, 100_000
    homes = {size: archived_home(root / str(size), summaries=size) for size in (small, large)}
    times: dict[int, list[float]] = {small: [], large: []}
    for turn in range(6):
        for size, (home, cutoff) in homes.items():
            at = cutoff + (turn + 1) * A_WHILE
            write_study(home, 10_000_000 + turn, at)
            spent = seconds(lambda home=home, at=at: publish(home, at=at))  # type: ignore[misc]
            if turn:  # the first warms the caches of both
                times[size].append(spent)
    row(
        "publish 1 new: 100,000 in the archive / 1,000",
        1000 * median(times[large]),
        1000 * median(times[small]),
        promise="at most 1.2x",
    )


def rendering(root: Path) -> None:
    """The digest of eight entries against npm mjml, in process, on the same MJML."""
    home = Home(root / "rendering")
    settings = load_settings(packaged_home() / "newsletter.toml")
    templates = load_templates(home)
    draft = compose(
        [study(number, _now()) for number in range(8)],
        past=EarlierIssues(number=6),
        masthead=settings.masthead(),
        slot="bench",
        cutoff=_now(),
        start=None,
        wanted=NextIssue(place="", issue=7),
    )
    issue = draft.issue
    assert issue is not None  # noqa: S101  (the benchmark's own premise)
    mjml = render_mail(issue, templates).mjml
    times = [seconds(lambda: render_mail(issue, templates)) for _ in range(100)]
    row(
        "digest of 8 entries, both messages with it / npm mjml",
        1000 * median(times),
        npm_mjml(mjml),
        promise="at most 1/20",
    )


def starting(root: Path) -> None:
    """`msnewsletter --help` against a Python that does nothing."""
    del root
    script = str(Path(PYTHON).with_name("msnewsletter"))
    ours, peer = paired([script, "--help"], [PYTHON, "-c", "pass"])
    row("msnewsletter --help / python -c pass", ours, peer, promise="at most 10x")


def publishing_eight(root: Path) -> None:
    """The whole command on eight summaries against importing what it needs."""
    home = Home(root / "eight")
    times: tuple[list[float], list[float]] = ([], [])
    words = [PYTHON, "-m", "msnewsletter", "--home", str(home.root)]
    words += ["publish", "--at", "2026-11-23T08:00"]
    imports = (
        "import msnewsletter.cli.publish, msnewsletter.publisher.publish, "
        "sqlalchemy.dialects.sqlite, feedparser"
    )
    for turn in range(6):
        shutil.rmtree(home.root, ignore_errors=True)
        (home.root / "summaries").mkdir(parents=True)
        home.settings.write_bytes(in_sandbox((packaged_home() / "newsletter.toml").read_bytes()))
        for number in range(8):
            write_study(home, number, _now())
        spent = [seconds(lambda: run(words)), seconds(lambda: run([PYTHON, "-c", imports]))]
        if turn:
            times[0].append(spent[0])
            times[1].append(spent[1])
    row(
        "publish 8 summaries into a new home / its imports",
        1000 * median(times[0]),
        1000 * median(times[1]),
        promise="at most 1.5x",
    )


def paired(ours: list[str], peer: list[str]) -> tuple[float, float]:
    """Median milliseconds of two commands, run in turn."""
    times = [(seconds(lambda: run(ours)), seconds(lambda: run(peer))) for _ in range(11)]
    return 1000 * median(a for a, _ in times), 1000 * median(b for _, b in times)


def npm_mjml(mjml: str) -> float:
    """Milliseconds that npm mjml needs, warmed up, in one process; installs it when missing."""
    if not (HERE / "node_modules" / "mjml").is_dir():
        run(["npm", "install", "--no-audit", "--no-fund", "--no-package-lock"], cwd=HERE)
    done = subprocess.run(
        ["node", "mjml_peer.mjs", "50"],
        input=mjml,
        text=True,
        check=True,
        capture_output=True,
        cwd=HERE,
    )
    return float(done.stdout)


def run(words: list[str], *, cwd: Path | None = None) -> None:
    """Run a command that must succeed; its output is dropped."""
    subprocess.run(words, check=True, capture_output=True, cwd=cwd)


def seconds(call: Callable[[], object]) -> float:
    """How long a call takes."""
    began = time.perf_counter()
    call()
    return time.perf_counter() - began


def _now() -> datetime:
    return BEGIN + timedelta(days=20)


if __name__ == "__main__":
    main()
