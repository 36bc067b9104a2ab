"""What starting the program costs: this checkout against a revision of it, command by command.

    python bench/house.py [REVISION]

Runs both in turn on homes of their own and prints medians of CPU time (user and system, of the
whole process) and of elapsed time, and the ratios new / old. Both are compiled to bytecode
first, as pip does it.
"""

from __future__ import annotations

import compileall
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

ROOT = Path(__file__).parent.parent
# Before imports were looked at: the first revision that this was measured against.
BEFORE = "6523362"
RUNS = 15
AT = "2026-11-23T08:00"


def main(revision: str = BEFORE) -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        old, new = work / "old", work / "new"
        archive = subprocess.run(
            ["git", "archive", revision], cwd=ROOT, capture_output=True, check=True
        )
        old.mkdir()
        subprocess.run(["tar", "-x", "-C", old], input=archive.stdout, check=True)
        for part in ("src", "summaries", "templates"):
            shutil.copytree(ROOT / part, new / part)
        shutil.copy(ROOT / "newsletter.toml", new)
        for tree in (old, new):
            compileall.compile_dir(tree / "src", quiet=1)
        run = {new: "run", old: "run" if has_run(old) else "schedule"}
        compare("publish 8 summaries into a new home", work, {t: ["publish"] for t in (new, old)})
        compare("run --once, nothing due", work, {t: [run[t], "--once"] for t in (new, old)})
        compare("--help", work, {t: ["--help"] for t in (new, old)})


def has_run(tree: Path) -> bool:
    """Whether the verb is called `run` there; it was `schedule`."""
    return (tree / "src/msnewsletter/cli/run.py").exists()


def compare(what: str, work: Path, commands: dict[Path, list[str]]) -> None:
    """Run both in turn and print the ratios."""
    taken: dict[Path, list[tuple[float, float]]] = {tree: [] for tree in commands}
    for _ in range(RUNS + 1):
        for tree, command in commands.items():
            home = work / f"home-{tree.name}"
            if command == ["publish"]:
                shutil.rmtree(home, ignore_errors=True)
                home.mkdir()
                shutil.copytree(tree / "summaries", home / "summaries")
                # Both publish at once: a file written a moment ago waits elsewhere.
                settings = (tree / "newsletter.toml").read_text()
                settings = settings.replace("# sandbox = true", "sandbox = true")
                (home / "newsletter.toml").write_text(settings)
                command = ["publish", "--at", AT]  # noqa: PLW2901
            taken[tree].append(cost(tree, home, command))
    (new_cpu, new_wall), (old_cpu, old_wall) = (
        [median(values) for values in zip(*runs[1:], strict=True)] for runs in taken.values()
    )
    print(
        f"{what}: CPU {new_cpu:.2f} / {old_cpu:.2f} s = {new_cpu / old_cpu:.2f}, "
        f"elapsed {new_wall:.2f} / {old_wall:.2f} s = {new_wall / old_wall:.2f}"
    )


def cost(tree: Path, home: Path, command: list[str]) -> tuple[float, float]:
    """Seconds of CPU and of the clock that one command takes."""
    words = [sys.executable, "-m", "msnewsletter", "--home", str(home), *command]
    begun = time.perf_counter()
    process = subprocess.Popen(
        words,
        env={**os.environ, "PYTHONPATH": str(tree / "src")},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    _, status, used = os.wait4(process.pid, 0)
    elapsed = time.perf_counter() - begun
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{' '.join(words)}: exit code {process.returncode}")
    return used.ru_utime + used.ru_stime, elapsed


if __name__ == "__main__":
    main(*sys.argv[1:])
