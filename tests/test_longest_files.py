"""The longest test files are run first."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from longest_files import LONGEST, TESTS, put_first


def test_they_come_first_and_all_others_keep_their_order() -> None:
    names = ("checks/test_b.py", LONGEST[1], "checks/test_a.py", LONGEST[0])
    items: list[Any] = [SimpleNamespace(path=TESTS / name) for name in names]
    put_first(items)
    assert [item.path.relative_to(TESTS).as_posix() for item in items] == [
        *LONGEST[:2],
        "checks/test_b.py",
        "checks/test_a.py",
    ]


def test_each_is_there() -> None:
    assert [name for name in LONGEST if not (TESTS / name).is_file()] == []
