"""The promise for large folders: time and memory of `collect`, cold and unchanged, and of `status`.

`make bench-folder`, or with other numbers of files: `python bench/folder.py 1000 5000`.
Cold: no file was ever read. Unchanged: all were read, and nothing is new. For `status` all of them
were sent.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from archives import A_WHILE, BEGIN, archived_home, write_study

from msnewsletter.home import Home, packaged_home

SIZES = (1_000, 10_000, 20_000)
PER_ISSUE = 50
ROUNDS = 3
# Seconds, of 10,000 files: `collect` cold and unchanged, `status`; and megabytes.
COLD, UNCHANGED, LOOK, MEMORY = 10, 1, 2, 200


def main() -> None:
    """Measure each size in homes of its own."""
    for files in map(int, sys.argv[1:] or SIZES):
        with tempfile.TemporaryDirectory(prefix="msnewsletter-bench-") as folder:
            _fresh(Path(folder) / "fresh", files)
            _sent(Path(folder) / "sent", files)
    print("load averages: {:.1f}, {:.1f}, {:.1f}".format(*os.getloadavg()))


def _fresh(root: Path, files: int) -> None:
    home = Home(root)
    (root / "summaries").mkdir(parents=True)
    shutil.copyfile(packaged_home() / "newsletter.toml", home.settings)
    for one in range(files):
        write_study(home, one, BEGIN)
    time.sleep(3)  # a file written a moment ago is read once more
    _measure(home, f"collect, {files:,} files, cold", COLD, "collect")
    _measure(home, f"collect, {files:,} files, unchanged", UNCHANGED, "collect", rounds=ROUNDS)


def _sent(root: Path, files: int) -> None:
    home, cutoff = archived_home(root, summaries=files, per_issue=PER_ISSUE)
    for number in range(1, files // PER_ISSUE + 1):
        for one in range(number * PER_ISSUE, (number + 1) * PER_ISSUE):
            write_study(home, one, BEGIN + number * A_WHILE)
    time.sleep(3)
    _measure(home, f"collect, {files:,} sent files, cold", COLD, "collect")
    _measure(home, f"collect, {files:,} sent files, unchanged", UNCHANGED, "collect", rounds=ROUNDS)
    words = ("status", "--at", (cutoff + A_WHILE).isoformat())
    _measure(home, f"status, {files:,} sent files, unchanged", LOOK, *words, rounds=ROUNDS)


def _measure(home: Home, what: str, most: float, *words: str, rounds: int = 1) -> None:
    """Run a command as people do, its start among what is measured; the medians."""
    spent, cpu, peak = [], [], 0
    for _ in range(rounds):
        command = [sys.executable, "-m", "msnewsletter", "--home", str(home.root), *words]
        began = time.perf_counter()
        with Path(os.devnull).open("wb") as nowhere:
            said = [(os.POSIX_SPAWN_DUP2, nowhere.fileno(), 1)]
            child = os.posix_spawn(sys.executable, command, os.environ, file_actions=said)
            _, _, used = os.wait4(child, 0)
        spent.append(time.perf_counter() - began)
        cpu.append(used.ru_utime + used.ru_stime)
        peak = max(peak, used.ru_maxrss)  # in kB: getrusage(2)
    print(
        f"{what}: {median(spent):.2f} s (of 10,000 at most {most}), {median(cpu):.2f} s of CPU; "
        f"peak {peak / 1000:.0f} MB (at most {MEMORY})",
        flush=True,
    )


if __name__ == "__main__":
    main()
