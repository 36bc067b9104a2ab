"""The second version of a file that a synchronising program kept is known by its name."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from msnewsletter.issue.conflict_copies import original_of

COPIES = (
    "gut.sync-conflict-20261121-101112-ABCDEFG.md",
    "gut.sync-conflict-20261121-101112.md",
    "gut (somebody's conflicted copy 2026-11-21).md",
    "gut (conflicted copy 2026-11-21 101112).md",
    "gut (Ann’s MacBook's conflicted copy 2026-11-21).md",
    "gut (Case Conflict).md",
    "gut (Case Conflict 1).md",
    "gut (Konfliktkopie von Ann 2026-11-21).md",
    "gut (Copie en conflit de Ann 2026-11-21).md",
    "gut (SFConflict ann@example.org 2026-11-21-10-11-12).md",
    "gut (conflict on 2026-11-21).md",
    "gut (conflict #2 on 2026-11-21).md",
    "gut_conflict-20261121-101112.md",
    "gut_DiskStation_Nov-21-101112-2026_Conflict.md",
    "gut.Conflict.md",
    "gut.conflict1.md",
    "gut [conflicted].md",
    "gut.variant-3f2a.md",
)
OTHERS = (
    "gut.md",
    "gut-conflict.md",
    "conflict.md",
    "gut (1).md",
    "gut 2.md",
    "gut (conflicts of interest).md",
    "conflicted copy.md",
    "sync-conflict.md",
    "gut.variant.md",
)


@pytest.mark.parametrize("name", COPIES)
def test_a_conflict_copy_names_its_original(name: str) -> None:
    assert original_of(f"summaries/{name}") == "summaries/gut.md"


@pytest.mark.parametrize("name", OTHERS)
def test_an_ordinary_name_is_no_conflict_copy(name: str) -> None:
    assert original_of(f"summaries/{name}") is None


def test_a_summary_s_place_in_the_file_does_not_matter() -> None:
    for position in ("", ":3", "#2", "#2:7"):
        assert original_of(f"summaries/gut.Conflict.json{position}") == "summaries/gut.json"


def test_a_copy_of_a_copy_names_the_first_original() -> None:
    name = "gut (conflicted copy 2026-11-21).sync-conflict-20261122-101112-ABCDEFG.md"
    assert original_of(name) in {"gut.md", "gut (conflicted copy 2026-11-21).md"}


@given(st.text(min_size=1, max_size=30).filter(lambda text: "/" not in text and text.strip(".")))
def test_any_name_at_all_has_an_answer(name: str) -> None:
    found = original_of(f"summaries/{name}")
    assert found is None or found != f"summaries/{name}"
