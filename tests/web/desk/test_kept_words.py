"""What somebody typed is in their page again, whatever became of the form."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from homes import empty_home, write_summary
from msnewsletter.web.desk.kept_words import kept_words
from web.desk.conftest import NOW
from web.desk.desk_client import DeskClient

if TYPE_CHECKING:
    from pathlib import Path

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
    texts = {one.text or "" for one in answer.tree.iter("textarea")}
    texts |= {one.get("value", "") for one in answer.tree.iter("input")}
    shown = {text.removeprefix("\n") for text in texts}
    words = {text for name, text in typed.items() if name in {"reason", "text", "note", "found"}}
    assert words <= shown
