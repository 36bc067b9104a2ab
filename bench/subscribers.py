"""The promise for lists of subscribers: time and memory of importing a million lines.

`make bench-subscribers`, or with another number of lines: `python bench/subscribers.py 100000`.
A third of the lines is at one of ten large providers, the rest at 50,000 domains. Measured are a
dry run, the import, the same import again, which changes nothing, and lines of which each is wrong.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from msnewsletter.home import Home, packaged_home

if TYPE_CHECKING:
    from collections.abc import Iterator

LINES = 1_000_000
REFUSED = 100_000
# Seconds for a million lines, and megabytes.
LONGEST, MEMORY = 60, 100
DOMAINS = 50_000


def main() -> None:
    """Import a list in a home of its own, three times, and one that is all wrong."""
    lines = int(sys.argv[1]) if sys.argv[1:] else LINES
    with tempfile.TemporaryDirectory(prefix="msnewsletter-bench-") as folder:
        root = Path(folder)
        home = Home(root / "home")
        home.root.mkdir()
        shutil.copyfile(packaged_home() / "newsletter.toml", home.settings)
        good, bad = root / "list.csv", root / "wrong.csv"
        _write(good, _rows(lines))
        _write(bad, (f"nobody {number},confirmed" for number in range(REFUSED)))
        most = LONGEST * lines / LINES
        _measure(home, f"{lines:,} lines, dry run", good, most, "--dry-run")
        _measure(home, f"{lines:,} lines", good, most)
        _measure(home, f"{lines:,} lines, again", good, most)
        _measure(home, f"{REFUSED:,} lines, all refused", bad, LONGEST * REFUSED / LINES, code=1)
    print("load averages: {:.1f}, {:.1f}, {:.1f}".format(*os.getloadavg()))


def _write(path: Path, rows: Iterator[str]) -> None:
    with path.open("w") as file:
        file.write("address,state\n")
        file.writelines(f"{row}\n" for row in rows)


def _rows(lines: int) -> Iterator[str]:
    for number in range(lines):
        large = number % 3 == 0
        domain = f"mail{number % 10}.example" if large else f"d{number % DOMAINS}.example.org"
        yield f"Reader.{number}@{domain},{'confirmed' if number % 10 else 'unsubscribed'}"


def _measure(home: Home, what: str, file: Path, most: float, *words: str, code: int = 0) -> None:
    """Run the import as people do, its start among what is measured."""
    command = [sys.executable, "-m", "msnewsletter", "--home", str(home.root), "subscribers"]
    command += ["import", str(file), "--consent", "Send it to me.", *words]
    began = time.perf_counter()
    with Path(os.devnull).open("wb") as nowhere:
        said = [(os.POSIX_SPAWN_DUP2, nowhere.fileno(), number) for number in (1, 2)]
        child = os.posix_spawn(sys.executable, command, os.environ, file_actions=said)
        _, status, used = os.wait4(child, 0)
    spent, cpu = time.perf_counter() - began, used.ru_utime + used.ru_stime
    if os.waitstatus_to_exitcode(status) != code:
        raise SystemExit(f"{what}: the import ended with another code than {code}")
    memory = used.ru_maxrss / 1024
    kept = "kept" if spent <= most and memory <= MEMORY else "NOT KEPT"
    print(
        f"{what:<36} {spent:7.1f} s ({cpu:.1f} s of processor) {memory:6.0f} MB  "
        f"(promised: {most:g} s, {MEMORY} MB: {kept})"
    )


if __name__ == "__main__":
    main()
