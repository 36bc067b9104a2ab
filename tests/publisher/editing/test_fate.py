"""What becomes of a sent summary: shown before it is saved, and then exactly what readers get."""

from __future__ import annotations

import errno
import json
import os
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from chance import examples
from fetching import SITE, fields_of, keep, page_source, read_at
from homes import AT, FOLDER, empty_home, name_sources, published_tree, tree, write_summary
from msnewsletter import urls
from msnewsletter.errors import NewsletterError, OutboxError, RefusedError, SourceError, StaleError
from msnewsletter.model import Status
from msnewsletter.publisher.clock_work import publish_due
from msnewsletter.publisher.editing.fate import ChosenFate, FatePreview, preview_fate, save_fate
from msnewsletter.publisher.editing.sent_source import NeverSentError, sent_source
from msnewsletter.publisher.publish import publish
from msnewsletter.publisher.takedown import take_down
from msnewsletter.render.site.verify import read_feed
from msnewsletter.web.desk.corrections.shown_fates import corrections_of_mail

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from msnewsletter.home import Home

HOUR = timedelta(hours=1)
LATER = AT + HOUR
SLOT = AT + timedelta(weeks=1)
NOTE = "We wrote 140 people. There were 14."
TAKING_BACK = [Status.CONCERN, Status.WITHDRAWN, Status.RETRACTED]


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """Issue 1 is out, with the summaries a and b."""
    home = empty_home(tmp_path)
    for key in ("a", "b"):
        write_summary(home, key)
    publish(home, at=AT)
    return home


def shown(home: Home, fate: ChosenFate, key: str = "a", *, at: datetime = LATER) -> FatePreview:
    return preview_fate(home, sent_source(home, key, at=at), fate, at=at)


def saved(home: Home, fate: ChosenFate, key: str = "a", *, at: datetime = LATER) -> str:
    return save_fate(home, key, fate, version=sent_source(home, key, at=at).version, at=at)


def refusal(home: Home, fate: ChosenFate) -> NewsletterError | None:
    """Why it is not saved; None: it is."""
    try:
        saved(home, fate)
    except NewsletterError as error:
        return error
    return None


def file_of(home: Home, key: str = "a") -> Path:
    return home.root / "summaries" / f"{key}.md"


@pytest.mark.parametrize("status", [Status.CORRECTED, *TAKING_BACK])
def test_readers_get_what_was_shown(home: Home, status: Status) -> None:
    fate = ChosenFate(status=status, note=f"{NOTE} <b>α & β</b>\n\nWe are sorry.")
    before = shown(home, fate)
    assert saved(home, fate) == "summaries/a.md"
    write_summary(home, "new")
    publish_due(home, at=SLOT)
    mail = (home.outbox / "new/0002/digest.html").read_bytes()
    told = corrections_of_mail(mail)
    assert b"We are sorry." in told
    assert _block(told) == _block(corrections_of_mail(before.mail))
    main = urls.MAIN + urls.FEED_NAMES[0]
    feed = read_feed(main, (home.site / main).read_bytes())
    assert before.entry in feed
    page = (home.site / before.path).read_bytes()
    assert before.page is not None
    # The page leads to other summaries too, and there is a new one now.
    assert page.partition(b"</article>")[0] == before.page.partition(b"</article>")[0]


def _block(mail: bytes) -> bytes:
    return mail.partition(b'class="correction"')[2]


def test_a_correction_goes_out_with_the_text_that_is_in_the_file(home: Home) -> None:
    path = file_of(home)
    path.write_text(path.read_text().replace("What we know of a.", "What is known of a."))
    seen = shown(home, ChosenFate(status=Status.CORRECTED, note=NOTE))
    assert seen.correction is not None
    assert seen.correction.new_headline == "What is known of a."
    assert seen.page is not None
    assert b"What is known of a." in seen.page


def test_a_correction_without_a_note_is_refused_and_others_say_a_sentence_of_ours(
    home: Home,
) -> None:
    with pytest.raises(SourceError, match="corrected without a 'note'"):
        saved(home, ChosenFate(status=Status.CORRECTED, note="  \n "))
    assert "status" not in file_of(home).read_text()
    seen = shown(home, ChosenFate(status=Status.WITHDRAWN))
    assert seen.page is not None
    assert b"We have withdrawn this summary" in seen.page


@settings(
    max_examples=examples(25),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(note=st.text(max_size=200))
@example(note="---\nstatus: live\n---\n# Another headline")
@example(note="note: |\n  - x\n...\n")
@example(note="'\"{{ 7 * 7 }} <script>alert(1)</script> \N{RIGHT-TO-LEFT OVERRIDE}\x00")
@example(note="\N{BYTE ORDER MARK}x\r\ny\x85z\N{LINE SEPARATOR}")
@example(note="&amp; %s {0} \\n #")
def test_whatever_a_note_holds_only_status_and_note_change_or_nothing_does(
    home: Home, note: str
) -> None:
    path = file_of(home)
    write_summary(home, "a")
    before, was = path.read_bytes(), sent_source(home, "a", at=LATER).sent.source
    if error := refusal(home, ChosenFate(status=Status.WITHDRAWN, note=note)):
        assert len(str(error).splitlines()) == 1
        assert path.read_bytes() == before
        return
    source = sent_source(home, "a", at=LATER)
    now = source.sent.source
    assert source.by_hand is None
    assert now.status is Status.WITHDRAWN
    assert (now.key, now.headline, now.found, now.cautions) == (
        *(was.key, was.headline, was.found, was.cautions),
    )


def test_showing_changes_no_byte(home: Home) -> None:
    before = tree(home.root)
    shown(home, ChosenFate(status=Status.RETRACTED, note=NOTE))
    assert tree(home.root) == before


def test_a_note_that_is_not_finished_is_shown_as_what_readers_get_instead(home: Home) -> None:
    seen = shown(home, ChosenFate(status=Status.WITHDRAWN, note="TODO say why"))
    assert seen.edit is not None
    assert "a placeholder is left" in (seen.edit.kept_back or "")
    assert seen.correction is not None
    assert seen.correction.note is None
    kept_back = shown(home, ChosenFate(status=Status.CORRECTED, note="TODO say why"))
    assert kept_back.correction is None
    assert kept_back.edit is not None
    assert not kept_back.edit.is_accepted


# ── the way back ─────────────────────────────────────────────────────────────────────────────────


def test_taken_back_before_an_issue_said_it_nothing_is_announced(home: Home) -> None:
    saved(home, ChosenFate(status=Status.WITHDRAWN, note=NOTE))
    source = sent_source(home, "a", at=LATER)
    assert source.waits
    seen = preview_fate(home, source, ChosenFate(status=Status.LIVE), at=LATER)
    assert (seen.edit, seen.correction) == (None, None)
    saved(home, ChosenFate(status=Status.LIVE, note="is dropped"))
    text = file_of(home).read_text()
    assert "status" not in text
    assert "note" not in text
    before = published_tree(home)
    publish(home, at=LATER + HOUR)
    assert published_tree(home).keys() == before.keys()


def test_lifted_after_an_issue_said_it_readers_are_told_that_it_is_valid_again(home: Home) -> None:
    saved(home, ChosenFate(status=Status.WITHDRAWN, note=NOTE))
    publish(home, at=LATER)
    later = LATER + HOUR
    seen = shown(home, ChosenFate(status=Status.LIVE), at=later)
    assert seen.correction is not None
    assert seen.correction.news == "valid again"
    saved(home, ChosenFate(status=Status.LIVE), at=later)
    publish(home, at=later)
    text = (home.outbox / "new/0003/digest.txt").read_text()
    assert "Valid again, from issue 1" in text


def test_the_same_again_is_no_news_and_another_note_is(home: Home) -> None:
    saved(home, ChosenFate(status=Status.WITHDRAWN, note=NOTE))
    publish(home, at=LATER)
    later = LATER + HOUR
    assert shown(home, ChosenFate(status=Status.WITHDRAWN, note=NOTE), at=later).edit is None
    seen = shown(home, ChosenFate(status=Status.WITHDRAWN, note="There were 15."), at=later)
    assert seen.correction is not None


def test_a_status_that_the_headline_gives_is_not_lifted_silently(home: Home) -> None:
    path = file_of(home)
    path.write_text(path.read_text().replace("# What we", "# RETRACTED: What we"))
    before = path.read_bytes()
    for attempt in (shown, saved):
        with pytest.raises(RefusedError, match="would still be read as retracted"):
            attempt(home, ChosenFate(status=Status.LIVE))
    assert path.read_bytes() == before


def test_a_status_that_the_file_s_name_gives_is_not_lifted_silently(home: Home) -> None:
    path = file_of(home)
    text = path.read_text().replace("key: a\n", "")
    path.unlink()
    (path.parent / "RETRACTED-a.md").write_text(text)
    with pytest.raises(RefusedError, match="would still be read as retracted"):
        shown(home, ChosenFate(status=Status.LIVE))


# ── where its text is ────────────────────────────────────────────────────────────────────────────


def test_without_a_file_one_is_written_with_the_text_that_readers_see(home: Home) -> None:
    file_of(home).unlink()
    seen = shown(home, ChosenFate(status=Status.WITHDRAWN, note=NOTE))
    assert seen.correction is not None
    place = saved(home, ChosenFate(status=Status.WITHDRAWN, note=NOTE))
    text = (home.root / place).read_text()
    assert "key: a\n" in text
    assert "Something about a." in text
    publish(home, at=LATER)
    assert "Withdrawn from issue 1" in (home.outbox / "new/0002/digest.txt").read_text()
    saved(home, ChosenFate(status=Status.LIVE), at=LATER + HOUR)
    publish(home, at=LATER + HOUR)
    assert "Valid again" in (home.outbox / "new/0003/digest.txt").read_text()


def test_a_file_that_holds_another_summary_now_is_left_alone(home: Home) -> None:
    path = file_of(home)
    path.write_text(path.read_text().replace("key: a", "key: other").replace(" a.", " other."))
    before = path.read_bytes()
    with pytest.raises(RefusedError, match="it holds another summary now, 'other'"):
        saved(home, ChosenFate(status=Status.WITHDRAWN, note=NOTE))
    assert path.read_bytes() == before


def test_what_was_fetched_gets_a_file_that_counts_instead(tmp_path: Path) -> None:
    home = empty_home(tmp_path)
    name_sources(home, page_source(), FOLDER)
    keep(home, SITE, read_at("https://example.org/gut", fields_of("the gut")), at=AT)
    publish(home, at=AT)
    key = "example.org/gut"
    assert sent_source(home, key, at=LATER).fetched == f"{SITE}: https://example.org/gut"
    seen = shown(home, ChosenFate(status=Status.RETRACTED, note=NOTE), key)
    assert seen.correction is not None
    place = saved(home, ChosenFate(status=Status.RETRACTED, note=NOTE), key)
    assert place == sent_source(home, key, at=LATER).location
    publish(home, at=LATER)
    assert "Retracted study in issue 1" in (home.outbox / "new/0002/digest.txt").read_text()


def test_a_json_file_is_changed_by_hand(tmp_path: Path) -> None:
    home = empty_home(tmp_path)
    parts = {"found": "Much.", "why_it_matters": "It helps.", "cautions": "Small."}
    (home.root / "summaries/all.json").write_text(
        json.dumps([{"key": "j", "headline": "Of j.", "published": "2026-11-20", **parts}])
    )
    publish(home, at=AT)
    assert "JSON" in (sent_source(home, "j", at=LATER).by_hand or "")
    with pytest.raises(RefusedError, match="JSON"):
        saved(home, ChosenFate(status=Status.WITHDRAWN), "j")


def test_a_file_that_does_not_read_is_changed_by_hand(home: Home) -> None:
    path = file_of(home)
    path.write_text(path.read_text().replace("published: 2026-11-20", "published: 2026-02-30"))
    assert "does not read" in (sent_source(home, "a", at=LATER).by_hand or "")


def test_what_was_never_sent_needs_no_correction(home: Home) -> None:
    write_summary(home, "new")
    with pytest.raises(NeverSentError, match="no reader has to be told"):
        sent_source(home, "new", at=LATER)
    with pytest.raises(RefusedError, match="no summary has this key"):
        sent_source(home, "nothing", at=LATER)
    take_down(home, "a", reason="a court", at=LATER)
    with pytest.raises(RefusedError, match="takedown a --lift"):
        sent_source(home, "a", at=LATER)


# ── never over what is newer ─────────────────────────────────────────────────────────────────────


def test_a_newer_file_is_not_written_over(home: Home) -> None:
    version = sent_source(home, "a", at=LATER).version
    saved(home, ChosenFate(status=Status.CORRECTED, note="Theirs."))
    with pytest.raises(StaleError) as stale:
        save_fate(home, "a", ChosenFate(status=Status.WITHDRAWN), version=version, at=LATER)
    assert "Theirs." in stale.value.text
    assert "Theirs." in file_of(home).read_text()


def test_a_file_that_was_deleted_meanwhile_is_not_made_again_unseen(home: Home) -> None:
    version = sent_source(home, "a", at=LATER).version
    file_of(home).unlink()
    with pytest.raises(StaleError):
        save_fate(home, "a", ChosenFate(status=Status.WITHDRAWN), version=version, at=LATER)
    assert [path.name for path in (home.root / "summaries").iterdir()] == ["b.md"]


def test_of_two_who_write_the_file_that_was_gone_one_is_first(home: Home) -> None:
    file_of(home).unlink()
    version = sent_source(home, "a", at=LATER).version
    save_fate(
        home, "a", ChosenFate(status=Status.WITHDRAWN, note="First."), version=version, at=LATER
    )
    with pytest.raises(StaleError) as stale:
        save_fate(home, "a", ChosenFate(status=Status.RETRACTED), version=version, at=LATER)
    assert "First." in stale.value.text


def test_a_full_disk_cuts_nothing(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    before = file_of(home).read_bytes()

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OutboxError):
        saved(home, ChosenFate(status=Status.WITHDRAWN, note=NOTE))
    assert file_of(home).read_bytes() == before
    assert sorted(path.name for path in file_of(home).parent.iterdir()) == ["a.md", "b.md"]
