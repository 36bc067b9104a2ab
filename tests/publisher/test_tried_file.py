"""A file that is taken as if it had been saved: collected like any other, and never written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from homes import AT, empty_home, tree, write_summary
from msnewsletter.publisher.collect import collect_now, plan_collect
from msnewsletter.publisher.session import looking
from msnewsletter.publisher.tried_file import TriedFile, new_markdown

if TYPE_CHECKING:
    from pathlib import Path


def headlines(home_root: Path, name: str, text: str) -> dict[str, str]:
    """The headlines that collecting would read, were the text in this file."""
    home = empty_home(home_root)
    for key in ("a", "b"):
        write_summary(home, key)
    collect_now(home, at=AT)
    before = tree(home_root)
    with looking(home, at=AT) as session:
        path = home.root / "summaries" / name
        file = new_markdown(home, session.settings, path)
        assert file.source == session.settings.folders[0].label
        collected = plan_collect(session, tried=TriedFile(file=file, data=text.encode()))
    assert tree(home_root) == before
    return {one.key: one.headline for one, _ in collected.read if "tried" in one.headline}


def text_of(key: str) -> str:
    return (
        f"---\nkey: {key}\npublished: 2026-11-20\n---\n# What we tried.\n\n"
        "## What was found\nMuch.\n\n## Why it matters\nIt may help.\n\n"
        "## Cautions\nThe study was small.\n"
    )


def test_it_stands_in_for_the_file_on_the_disk(tmp_path: Path) -> None:
    assert headlines(tmp_path, "a.md", text_of("a")) == {"a": "What we tried."}


def test_one_that_is_not_there_yet_is_read_as_if_it_were(tmp_path: Path) -> None:
    assert headlines(tmp_path, "c.md", text_of("c")) == {"c": "What we tried."}


def test_a_key_of_another_file_is_refused_as_collecting_would(tmp_path: Path) -> None:
    assert headlines(tmp_path, "c.md", text_of("a")) == {}
