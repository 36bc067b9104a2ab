"""What moving a newsletter to PostgreSQL costs: a million subscribers, 100 issues, half a mailing.

Run as root or as a user whose PostgreSQL programs are installed: `python bench/db_copy.py`, or with
another number of subscribers: `python bench/db_copy.py 100000`. The server is one of its own, of
the distribution, with its defaults. Measured are a move in one go, and one that is killed after
half of that time and run again.
"""

from __future__ import annotations

import os
import signal
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from archives import archived_home
from sqlalchemy import text

sys.path.append(str(Path(__file__).parents[1] / "tests"))

import cluster
from msnewsletter.settings import load_settings
from msnewsletter.store.location import ADDRESS
from msnewsletter.store.subscribers import open_subscribers, subscribers_at

if TYPE_CHECKING:
    from datetime import datetime

    from msnewsletter.home import Home

SUBSCRIBERS, ISSUES, PER_ISSUE = 1_000_000, 100, 8
_HALF_SENT = "UPDATE deliveries SET state = 'sent', attempts = 1, code = 250 WHERE id % 2 = 0"


def main() -> None:
    """Make a home, and move it twice, each time from the files as they were."""
    subscribers = int(sys.argv[1]) if sys.argv[1:] else SUBSCRIBERS
    programs = cluster.find_initdb()
    if programs is None:
        raise SystemExit("needs PostgreSQL's initdb")
    with (
        tempfile.TemporaryDirectory(prefix="msnewsletter-bench-") as folder,
        closing(cluster.running(programs.parent)) as started,  # type: ignore[type-var]
    ):
        server = next(started)
        home, at = archived_home(Path(folder) / "home", summaries=ISSUES * PER_ISSUE, site=False)
        _subscribe(home, Path(folder) / "list.csv", subscribers)
        _mail(home, at)
        size = sum(path.stat().st_size for path in home.var.glob("*.db"))
        print(f"{subscribers:,} subscribers, {ISSUES} issues: {size / 2**20:,.0f} MB in two files")
        os.environ[ADDRESS] = server.url()
        whole = _measure(home, "in one go")
        _measure(home, "checked on PostgreSQL", "check", database="postgresql")
        for path in home.kept_databases.iterdir():
            path.rename(home.var / path.name)
        server.empty()
        _measure(home, "checked in its files", "check")
        _measure(home, "killed after half of the time", kill_after=whole / 2)
        _measure(home, "run again after that")
    print("load averages: {:.1f}, {:.1f}, {:.1f}".format(*os.getloadavg()))


def _subscribe(home: Home, file: Path, subscribers: int) -> None:
    with file.open("w") as lines:
        lines.write("address,state\n")
        lines.writelines(
            f"reader.{number}@d{number % 50_000}.example.org,confirmed\n"
            for number in range(subscribers)
        )
    words = ["subscribers", "import", str(file), "--consent", "Send it to me."]
    _run(home, words)
    file.unlink()


def _mail(home: Home, at: datetime) -> None:
    """A mailing of the last issue to everybody, of which every second mail is sent."""
    with open_subscribers(subscribers_at(home, load_settings(home.settings))) as store:
        store.secret()
        store.enqueue(ISSUES, manifest="0" * 64, at=at)
        with store._engine.begin() as connection:  # noqa: SLF001  (to send half a million takes long)
            connection.execute(text(_HALF_SENT))


def _measure(
    home: Home,
    what: str,
    verb: str = "copy",
    *,
    database: str = "sqlite",
    kill_after: float | None = None,
) -> float:
    """Run a command of `db` as people do; returns its seconds."""
    settings = home.settings.read_text()
    home.settings.write_text(
        settings.replace("[newsletter]\n", f'[newsletter]\ndatabase = "{database}"\n', 1)
    )
    try:
        seconds, cpu, memory = _run(home, ["db", verb], kill_after=kill_after)
    finally:
        home.settings.write_text(settings)
    print(f"{what:<32} {seconds:7.1f} s ({cpu:.1f} s of its processor time) {memory:5.0f} MB")
    return seconds


def _run(
    home: Home, words: list[str], *, kill_after: float | None = None
) -> tuple[float, float, float]:
    """The seconds, those of processor time, and the megabytes of a command."""
    command = [sys.executable, "-m", "msnewsletter", "--home", str(home.root), *words]
    began = time.perf_counter()
    with Path(os.devnull).open("wb") as nowhere:
        said = [(os.POSIX_SPAWN_DUP2, nowhere.fileno(), 1)]
        child = os.posix_spawn(sys.executable, command, os.environ, file_actions=said)
    if kill_after:
        time.sleep(kill_after)
        os.kill(child, signal.SIGKILL)
    _, status, used = os.wait4(child, 0)
    if os.waitstatus_to_exitcode(status) != (-signal.SIGKILL if kill_after else 0):
        raise SystemExit(f"{words} ended with another code")
    seconds = time.perf_counter() - began
    return seconds, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


if __name__ == "__main__":
    main()
