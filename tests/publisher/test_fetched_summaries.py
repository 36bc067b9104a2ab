"""What a look finds is kept under the summary that it is of."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from fetching import SITE, fields_of, keep, read_at
from homes import AT, empty_home
from msnewsletter.publisher.source_memory import read_memory

if TYPE_CHECKING:
    from pathlib import Path

    from msnewsletter.home import Home

GUT, WALK = "https://example.org/gut", "https://example.org/walk"


def identities(home: Home) -> dict[str, tuple[str, ...]]:
    memory = read_memory(home, SITE)
    assert memory
    return {key: one.identities for key, one in memory.summaries.items()}


def test_a_summary_takes_no_identity_of_another(tmp_path: Path) -> None:
    home = empty_home(tmp_path / "home")
    keep(home, SITE, read_at(GUT, fields_of("gut"), "7"), read_at(WALK, fields_of("walk")), at=AT)
    before = identities(home)
    assert before == {
        "site:7": ("7", "example.org/gut"),
        "example.org/walk": ("example.org/walk",),
    }
    walk = read_at(WALK, fields_of("walk"))
    keep(home, SITE, replace(walk, identities=("example.org/walk", "7", "8")), at=AT)
    after = {**before, "example.org/walk": ("example.org/walk", "8")}
    assert identities(home) == after
    keep(home, SITE, replace(walk, identities=("7",)), at=AT)
    assert identities(home) == after, "what has the identity is known by it as before"
