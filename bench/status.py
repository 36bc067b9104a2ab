"""The promise for a look at many files: time and memory of `status` when there is nothing new.

Run: `python bench/status.py`, or with another number of files: `python bench/status.py 5000`.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path

from archives import A_WHILE, BEGIN, archived_home, write_study

FILES = 50_000
PER_ISSUE = 50
ROUNDS = 5


def main() -> None:
    """Make the archive with a file for each summary in it, and measure `status` on it."""
    with tempfile.TemporaryDirectory(prefix="msnewsletter-bench-") as folder:
        files = int(sys.argv[1]) if sys.argv[1:] else FILES
        home, cutoff = archived_home(Path(folder) / "home", summaries=files, per_issue=PER_ISSUE)
        for number in range(1, files // PER_ISSUE + 1):
            for one in range(number * PER_ISSUE, (number + 1) * PER_ISSUE):
                write_study(home, one, BEGIN + number * A_WHILE)
        os.sync()
        words = ["-m", "msnewsletter", "--home", str(home.root)]
        at = (cutoff + A_WHILE).isoformat()
        for what, more in (
            *[("collect", ["collect"])] * 2,  # the first one trusts no file that was just written
            *[("status", ["status", "--at", at])] * ROUNDS,
        ):
            began = time.perf_counter()
            child = os.posix_spawn(sys.executable, [sys.executable, *words, *more], os.environ)
            _, _, used = os.wait4(child, 0)
            spent, cpu = time.perf_counter() - began, used.ru_utime + used.ru_stime
            print(
                f"{what}, {files:,} files: {spent:.2f} s (at most 2), {cpu:.2f} s of CPU; "
                f"peak {used.ru_maxrss / 1000:.0f} MB (at most 200)"  # in kB: getrusage(2)
            )
        print("load averages: {:.1f}, {:.1f}, {:.1f}".format(*os.getloadavg()))


if __name__ == "__main__":
    main()
