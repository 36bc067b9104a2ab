"""What was read is kept for the next look, in bounded memory."""

from __future__ import annotations

import tracemalloc

import pytest

from msnewsletter.sources import SIZE_LIMIT, formats, read_bytes
from sources.written import markdown

MOST = 120_000_000  # bytes


@pytest.mark.parametrize("size", [7_000, 150_000, SIZE_LIMIT - 9])
def test_many_bad_files_of_any_size_are_not_all_kept(size: int) -> None:
    tracemalloc.start()
    for number in range(300_000_000 // size if size > 7_000 else 6_000):
        assert read_bytes(b"\xff" * size + b"%d" % number, location="a.md").refused
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert held < MOST


def test_the_same_bytes_are_parsed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    parsed = []
    real = formats.READERS["markdown"]

    def counting(*args: str) -> formats.Reading:
        parsed.append(args)
        return real(*args)

    monkeypatch.setitem(formats.READERS, "markdown", counting)
    data = markdown("key: parsed-once\n").encode()
    for _ in range(3):
        assert read_bytes(data, location="parsed-once.md").summaries
    assert len(parsed) == 1
