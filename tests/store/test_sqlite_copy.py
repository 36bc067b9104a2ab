"""Who may only read the database sees what it held at one instant, whoever writes meanwhile."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from msnewsletter.store import sqlite_copy
from msnewsletter.store.sqlite_copy import RestlessError, copy_into

ROWS = 400
# Every commit gives all rows one number: a torn view would show two.
WRITER = """
import sqlite3, sys
base = sqlite3.connect(sys.argv[1], isolation_level=None)
base.execute("PRAGMA journal_mode = WAL")
base.execute("PRAGMA wal_autocheckpoint = 20")
number = 1
for line in sys.stdin:
    print("it begins", flush=True)
    for _ in range(30):
        base.execute("UPDATE t SET number = ?, filler = hex(randomblob(200))", (number,))
        number += 1
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "a.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as base:
        base.execute("PRAGMA journal_mode = WAL")
        base.execute("CREATE TABLE t (number INTEGER, filler TEXT)")
        base.execute("BEGIN")
        base.executemany("INSERT INTO t VALUES (0, ?)", [("x" * 400,)] * ROWS)
        base.execute("COMMIT")
    return path


def numbers(path: Path) -> list[tuple[int, int]]:
    """Each number in a copy, and how often it is there."""
    with closing(sqlite3.connect(":memory:")) as copy:
        copy_into(path, copy)
        return copy.execute("SELECT number, count(*) FROM t GROUP BY number").fetchall()


def test_a_copy_holds_what_is_in_the_log_alone(path: Path) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as base:
        base.execute("UPDATE t SET number = 7")
        assert Path(f"{path}-wal").stat().st_size > 0
        assert numbers(path) == [(7, ROWS)]
        base.execute("BEGIN")
        base.execute("UPDATE t SET number = 8")  # not committed
        assert numbers(path) == [(7, ROWS)]


def test_nothing_is_written_beside_the_original(path: Path) -> None:
    before = {each.name: each.read_bytes() for each in path.parent.iterdir()}
    assert numbers(path) == [(0, ROWS)]
    assert {each.name: each.read_bytes() for each in path.parent.iterdir()} == before


def test_a_copy_is_never_torn_while_another_process_writes(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite_copy, "_TRIES", 1_000_000)
    words = [sys.executable, "-c", WRITER, str(path)]
    pipe = subprocess.PIPE
    with subprocess.Popen(words, stdin=pipe, stdout=pipe, text=True) as writer:
        assert writer.stdin
        assert writer.stdout
        for _ in range(20):
            writer.stdin.write("go on\n")
            writer.stdin.flush()
            assert writer.stdout.readline() == "it begins\n"
            assert [count for _, count in numbers(path)] == [ROWS]
        writer.stdin.close()


def test_what_changes_between_the_two_readings_is_read_again(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    base = sqlite3.connect(path, isolation_level=None)
    base.execute("PRAGMA wal_autocheckpoint = 0")
    real, times = sqlite_copy._copy, []

    def copied_and_changed(source: str, target: str) -> None:
        real(source, target)
        times.append(source)
        if len(times) < 6:  # after file and log of three readings
            base.execute("UPDATE t SET number = number + 1")

    monkeypatch.setattr(sqlite_copy, "_copy", copied_and_changed)
    assert numbers(path) == [(5, ROWS)]
    assert len(times) == 6  # a change between file and log is in the log

    monkeypatch.setattr(sqlite_copy, "_TRIES", 2)
    times.clear()
    with pytest.raises(RestlessError):
        numbers(path)
    base.close()
