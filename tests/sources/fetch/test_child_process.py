"""Programs that are slow, loud, stubborn or have children: real ones, within measured bounds."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path
from time import monotonic
from typing import Any

import pytest

from msnewsletter.sources.fetch import child_process
from msnewsletter.sources.fetch.child_process import ChildOutput, Ending, run
from workers import until

# Prints the number of a child that lives on, in the same group.
CHILD = "sleep 300 & echo $!"


def shell(script: str, folder: Path, *, timeout: float = 20, limit: int = 1_000_000) -> ChildOutput:
    return run(
        ("sh", "-c", script),
        folder=folder,
        environment=dict(os.environ),
        timeout=timeout,
        limit=limit,
    )


def is_alive(pid: int) -> bool:
    """Whether a process runs; one that only waits for its parent to notice does not."""
    try:
        with open(f"/proc/{pid}/stat") as stat:  # noqa: PTH123  (no file of ours)
            return stat.read().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def ends(pid: int) -> bool:
    """Whether a process that was killed is gone; the kernel may take a moment."""
    until(lambda: not is_alive(pid))
    return True


def children() -> set[int]:
    """The children of this process: tests that ran before may have left a server or a browser."""
    found = set()
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):  # it ended meanwhile
            parent = stat.read_text(errors="replace").rpartition(")")[2].split()[1]
            if int(parent) == os.getpid():
                found.add(int(stat.parent.name))
    return found


BEFORE = set[int]()


@pytest.fixture(autouse=True)
def count_children() -> None:
    """Remember who is there before the test."""
    BEFORE.clear()
    BEFORE.update(children())


def has_no_child() -> bool:
    """Whether the test has left nobody behind, not even one that nobody waited for."""
    return children() <= BEFORE


def test_what_a_program_prints_is_kept_with_its_last_words_and_its_code(tmp_path: Path) -> None:
    found = shell("pwd; echo oops >&2; exit 3", tmp_path)
    assert found == ChildOutput(
        printed=f"{tmp_path}\n".encode(), last_words=b"oops\n", code=3, ending=Ending.ITSELF
    )
    assert has_no_child()


def test_nothing_is_on_its_standard_input(tmp_path: Path) -> None:
    assert shell("cat; echo done", tmp_path).printed == b"done\n"


def test_it_has_a_session_of_its_own(tmp_path: Path) -> None:
    script = "import os; print(os.getsid(0) == os.getpid() == os.getpgid(0))"
    found = run(
        (sys.executable, "-c", script),
        folder=tmp_path,
        environment={},
        timeout=20,
        limit=1000,
    )
    assert found.printed == b"True\n"


def test_all_of_a_large_output_comes(tmp_path: Path) -> None:
    found = shell("head -c 900000 /dev/zero", tmp_path)
    assert (len(found.printed), found.ending) == (900_000, Ending.ITSELF)


@pytest.mark.parametrize(
    "script",
    [
        f"{CHILD}; sleep 300",
        f"trap '' TERM; {CHILD}; while :; do sleep 1; done",
        # A child of a child, left behind by its parent, that ignores SIGTERM.
        "(trap '' TERM; sleep 300 & echo $!) ; sleep 300",
    ],
    ids=["obedient", "stubborn", "left behind"],
)
def test_one_that_takes_too_long_is_ended_with_its_children(script: str, tmp_path: Path) -> None:
    began = monotonic()
    found = shell(script, tmp_path, timeout=0.5)
    assert found.ending is Ending.TOO_SLOW
    assert found.code < 0
    assert monotonic() - began < 6
    assert ends(int(found.printed.split()[0]))
    assert has_no_child()


def test_one_that_prints_for_ever_is_ended_and_costs_no_memory(tmp_path: Path) -> None:
    began = monotonic()
    found = shell("yes", tmp_path, limit=100_000)
    assert (len(found.printed), found.ending) == (100_000, Ending.TOO_MUCH)
    assert monotonic() - began < 6


def test_one_that_ignores_us_and_prints_for_ever_is_ended(tmp_path: Path) -> None:
    script = "trap '' TERM; while :; do echo aaaaaaaaaaaaaaaaaaaaaaaaaaaa; done"
    found = shell(script, tmp_path, limit=1000)
    assert (found.ending, found.code) == (Ending.TOO_MUCH, -signal.SIGKILL)


def test_only_the_end_of_a_loud_standard_error_is_kept(tmp_path: Path) -> None:
    found = shell("yes no | head -c 3000000 >&2; echo last >&2", tmp_path)
    assert found.last_words.endswith(b"no\nlast\n")
    assert len(found.last_words) <= 4_000


def test_a_child_that_keeps_the_pipe_open_holds_nobody_up(tmp_path: Path) -> None:
    began = monotonic()
    found = shell(CHILD, tmp_path)
    assert (found.code, found.ending) == (0, Ending.ITSELF)
    assert monotonic() - began < 5
    assert ends(int(found.printed))


def test_one_that_closes_its_pipes_and_goes_on_has_its_time(tmp_path: Path) -> None:
    found = shell("exec >&- 2>&-; sleep 0.3; exit 4", tmp_path)
    assert (found.code, found.ending) == (4, Ending.ITSELF)


def test_one_that_ends_by_a_signal_says_which(tmp_path: Path) -> None:
    assert shell("kill -9 $$", tmp_path).code == -signal.SIGKILL


def test_a_program_that_is_not_there_is_an_error_and_leaves_nothing(tmp_path: Path) -> None:
    for words in (("./none",), ("no-such-program",), (str(tmp_path),)):
        with pytest.raises(OSError, match=r"No such file|Permission denied"):
            run(words, folder=tmp_path, environment={}, timeout=1, limit=1)
    assert has_no_child()


def test_whatever_is_raised_meanwhile_the_program_is_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pid_file = tmp_path / "pid"

    def interrupt(*_: object, **__: object) -> None:
        if pid_file.exists() and pid_file.read_text().endswith("\n"):
            raise KeyboardInterrupt

    monkeypatch.setattr(child_process, "monotonic", lambda: interrupt() or monotonic())
    with pytest.raises(KeyboardInterrupt):
        shell("echo $$ > pid; exec sleep 300", tmp_path)
    assert ends(int(pid_file.read_text()))
    assert has_no_child()


def test_all_that_run_are_ended_from_another_thread(tmp_path: Path) -> None:
    found: list[ChildOutput] = []
    thread = threading.Thread(
        target=lambda: found.append(shell("echo on > on; sleep 300", tmp_path))
    )
    thread.start()
    until((tmp_path / "on").exists)
    child_process.stop_all()
    thread.join(10)
    assert [one.ending for one in found] == [Ending.STOPPED]


def test_one_that_is_just_being_started_is_ended_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Started(subprocess.Popen[bytes]):
        def __init__(self, *words: Any, **more: Any) -> None:
            child_process.stop_all()
            super().__init__(*words, **more)

    monkeypatch.setattr(subprocess, "Popen", Started)
    assert shell("sleep 300", tmp_path).ending is Ending.STOPPED
