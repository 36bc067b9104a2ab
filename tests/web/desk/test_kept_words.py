"""What somebody typed is in their page again, whatever became of the form."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from homes import empty_home, tree, write_summary
from msnewsletter.web.desk.kept_words import kept_words
from web.desk.conftest import NOW
from web.desk.desk_client import DeskClient, full_disk

if TYPE_CHECKING:
    from pathlib import Path

    from web.desk.desk_client import Screen

TYPED = "Mice <b>&amp;</b> “people”,\n\nand \u202e more."


@pytest.fixture
def desk(tmp_path: Path) -> DeskClient:
    home = empty_home(tmp_path / "home")
    write_summary(home, "walks")
    return DeskClient(home, NOW)


def test_only_what_a_person_typed_is_kept_and_each_field_is_named() -> None:
    form = {"token": "t", "version": "v", "key": "k", "reason": "It waits.", "note": " \n"}
    assert kept_words(form) == (("The reason", "It waits."),)


@pytest.mark.parametrize(
    ("action", "typed"),
    [
        ("/hold", {"key": "walks", "reason": "r" * 2000}),
        ("/override", {"place": "gone/x.json", "text": TYPED}),
        ("/summary/new", {"headline": "Walks", "found": TYPED}),
        ("/note", {"note": TYPED, "subject": "Walks"}),
        ("/next", {"text": TYPED}),
        ("/corrections/new", {"key": "walks", "as": "corrected", "note": TYPED, "save": "save"}),
        ("/send-back", {"by": "Ada", "reason": TYPED}),
    ],
)
@pytest.mark.parametrize("token", [None, "of before the restart"])
def test_no_refused_form_loses_a_word(
    desk: DeskClient, action: str, typed: dict[str, str], token: str | None
) -> None:
    # An issue that nobody has seen, a version that there never was: each of them is refused.
    stale = {"version": "old", "seen": "old", "issue": "9", "content": "", "decision": ""}
    given = stale | typed | ({} if token is None else {"token": token})
    answer = desk.post(action, given)
    assert answer.status in {403, 409}
    words = {text for name, text in typed.items() if name in {"reason", "text", "note", "found"}}
    assert words <= _texts(answer)


@pytest.mark.parametrize(
    ("action", "typed"),
    [
        ("/note", {"note": TYPED, "subject": "Walks"}),
        ("/next", {"text": "---\nissue: 1\n---\nHello.\n"}),
        ("/hold", {"reason": "The journal was asked."}),
    ],
)
def test_a_full_disk_costs_no_word_and_cuts_no_file(
    desk: DeskClient, action: str, typed: dict[str, str]
) -> None:
    desk.home.records.mkdir(exist_ok=True)
    desk.home.next_issue.write_text("---\nissue: 1\n---\nAs it was.\n")
    form = desk.get("/next" if action == "/next" else "/").fields(action) | typed
    before = tree(desk.home.records)
    with full_disk():
        answer = desk.post(action, form)
    assert answer.status == 409
    assert "the disk is full" in answer.words
    assert set(typed.values()) <= _texts(answer)
    assert tree(desk.home.records) == before


def _texts(screen: Screen) -> set[str]:
    """What is in the fields of a screen."""
    texts = {(one.text or "").removeprefix("\n") for one in screen.tree.iter("textarea")}
    return texts | {one.get("value", "") for one in screen.tree.iter("input")}
