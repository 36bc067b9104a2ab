"""What an edit of a sent summary will change for readers, said before it is saved."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from homes import empty_home, write_summary
from msnewsletter.errors import SourceError, StaleError
from msnewsletter.publisher.clock_work import publish_due
from msnewsletter.publisher.editing.sent_edit import sent_edit
from msnewsletter.publisher.editing.summary import read_summary_source, save_summary_source
from msnewsletter.publisher.preview import next_issue_preview
from web.desk.conftest import NOW, SLOT

if TYPE_CHECKING:
    from pathlib import Path

    from msnewsletter.home import Home

PLACE = "summaries/walks.md"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = empty_home(tmp_path / "home")
    write_summary(home, "walks")
    return home


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("It may help.", "It helps six of ten."),
        ("key: walks", "key: walks\nstatus: corrected\nnote: Six of ten."),
        ("key: walks", "key: walks\nstatus: withdrawn\nnote: It was wrong."),
        ("The study was small.", "lorem ipsum dolor sit amet"),
        ("key: walks", "key: walks\nurl: https://notes.example.org/no-such-page.html"),
    ],
)
def test_what_is_said_before_an_edit_is_saved_is_what_publishing_says_after(
    home: Home, old: str, new: str
) -> None:
    publish_due(home, at=SLOT)
    seen = read_summary_source(home, PLACE)
    text = seen.text.replace(old, new)
    before = sent_edit(home, PLACE, text, version=seen.version, at=SLOT)
    assert read_summary_source(home, PLACE).text == seen.text
    save_summary_source(home, PLACE, text, version=seen.version)
    (after,) = next_issue_preview(home, at=SLOT).draft.edits
    assert before is not None
    # Only a file that is saved has lines to name.
    assert before.effect == re.sub(r"line \d+: ", "", after.effect)
    assert before.changes == after.changes
    assert before.correction == after.correction


def test_an_edit_that_no_reader_sees_is_none(home: Home) -> None:
    seen = read_summary_source(home, PLACE)
    other = seen.text.replace("may help", "helps")
    assert sent_edit(home, PLACE, other, version=seen.version, at=NOW) is None  # not sent yet
    publish_due(home, at=SLOT)
    commented = seen.text.replace("key: walks", "# a remark\nkey: walks")
    assert sent_edit(home, PLACE, commented, version=seen.version, at=SLOT) is None


def test_what_may_not_be_saved_is_refused_as_saving_refuses_it(home: Home) -> None:
    publish_due(home, at=SLOT)
    seen = read_summary_source(home, PLACE)
    with pytest.raises(SourceError, match="text before the first section"):
        sent_edit(home, PLACE, "no summary", version=seen.version, at=SLOT)
    with pytest.raises(StaleError):
        sent_edit(home, PLACE, seen.text, version="another", at=SLOT)
