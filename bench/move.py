"""The promise for a change of the site's address: time a page and memory, however long the archive.

Run: `python bench/move.py`, or with another number of summaries: `python bench/move.py 5000`.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path

from archives import A_WHILE, archived_home

from msnewsletter.publisher.site.shown_frame import read_shown_frame

SUMMARIES = 100_000


def main() -> None:
    """Make the archive, change `site`, and measure the command that makes all pages anew."""
    with tempfile.TemporaryDirectory(prefix="msnewsletter-bench-") as folder:
        summaries = int(sys.argv[1]) if sys.argv[1:] else SUMMARIES
        home, cutoff = archived_home(Path(folder) / "home", summaries=summaries)
        text = home.settings.read_text()
        home.settings.write_text(text.replace("//notes.example.org", "//b.example"))
        os.sync()
        began = time.perf_counter()
        at = (cutoff + A_WHILE).isoformat()
        words = ["-m", "msnewsletter", "--home", str(home.root), "publish", "--site", "--at", at]
        child = os.posix_spawn(sys.executable, [sys.executable, *words], os.environ)
        _, _, used = os.wait4(child, 0)
        spent, cpu = time.perf_counter() - began, used.ru_utime + used.ru_stime
        shown = read_shown_frame(home)
        pages = shown.last.pages if shown and shown.last else 0
        print(
            f"change of site, {pages:,} pages: {spent:.1f} s, {1000 * spent / pages:.2f} ms a page "
            f"(at most 3), {1000 * cpu / pages:.2f} ms of CPU; "
            f"peak {used.ru_maxrss / 1000:.0f} MB (under 300)"  # in kB: getrusage(2)
        )
        print("load averages: {:.1f}, {:.1f}, {:.1f}".format(*os.getloadavg()))


if __name__ == "__main__":
    main()
