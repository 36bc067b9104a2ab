"""A home whose settings are lost: what its newest record holds, and a word on the rest."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homes import AT, TOLD, command, empty_home, sample_home, tree, write_summary
from msnewsletter.catalogues.catalogue_files import words_in
from msnewsletter.home import Home
from msnewsletter.model import ListAddresses, MailDetail, WrittenBy
from msnewsletter.publisher.approve import approve
from msnewsletter.publisher.opening import load_record_of
from msnewsletter.publisher.publish import publish
from msnewsletter.publisher.settings_from_record import settings_from_record
from msnewsletter.records import dump_record
from msnewsletter.settings import SAMPLE_ISSUE, load_settings, parse_settings

if TYPE_CHECKING:
    from pathlib import Path

HOUR = timedelta(hours=1)
LINE = st.text(
    st.characters(exclude_categories=["C", "Z"], include_characters=' "\\#='), min_size=1
).filter(str.strip)


def left_of(home: Home, place: Path) -> Home:
    """What is left where only the texts and the records were kept."""
    for name in ("issues", "summaries"):
        shutil.copytree(home.root / name, place / name)
    return Home(place)


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Home:
    home = sample_home(tmp_path_factory.mktemp("published"))
    publish(home, at=AT)
    return home


def test_a_home_that_is_left_as_texts_and_records_goes_on_with_what_they_say(
    tmp_path: Path,
) -> None:
    home = empty_home(
        tmp_path / "home", title='"Quiet \\"News\\""', zone='"Asia/Tokyo"', limit="90"
    )
    write_summary(home, "first")
    publish(home, at=AT)
    before = load_settings(home.settings).masthead()
    left = left_of(home, tmp_path / "left")
    done = command(home, "init", "--sandbox", str(left.root))
    assert done.returncode == 0, done.stderr
    assert load_settings(left.settings).masthead() == before
    assert tree(left.root / "summaries") == tree(home.root / "summaries")
    assert not left.next_issue.exists()
    assert command(left, "status").stdout.splitlines()[-1] == "NOTHING NEW: no issue."
    write_summary(left, "second", published="2026-11-23")
    publish(left, at=AT + HOUR)
    assert [path.name for path in (left.outbox / "new").iterdir()] == ["0002"]
    mail = (left.outbox / "new/0002/digest.txt").read_text()
    assert "What we know of second" in mail
    assert "What we know of first" not in mail


def test_what_no_record_holds_is_said_at_the_end_and_in_the_file(
    tmp_path: Path, published: Home
) -> None:
    left = left_of(published, tmp_path / "left")
    done = command(published, "init", str(left.root))
    assert done.stdout == (
        f"A home again: {left.root}, with the settings in the record of issue 1.\n"
        "No record holds these: review, start, hub, database, [schedule], [smtp], [[sources]].\n"
        'No issue was approved; write review = "required" if they must be.\n'
        "If issues were published after that one, copy their records to issues/ first: otherwise "
        "their summaries are mailed twice.\n"
        f"Correct {left.root}/newsletter.toml, look at 'msnewsletter status', then publish:\n"
        f"  cd {left.root}\n"
        "  msnewsletter publish\n"
    )
    text = left.settings.read_text()
    lost = "# Not in the records: if you had set this, set it again.\n"
    for line in ("# start = ", '# review = "none"', "# [schedule]", "# [smtp]", "# [[sources]]"):
        assert lost + line in text
    assert lost + "# [low_energy]" not in text
    settings = load_settings(left.settings)
    assert settings.schedule is None
    assert settings.newsletter.start is None


def test_issues_that_were_approved_have_to_be_approved_again(tmp_path: Path) -> None:
    home = empty_home(tmp_path / "home", review='"required"')
    write_summary(home, "first")
    approve(home, by="A", at=AT)
    publish(home, at=AT)
    home.settings.write_text(home.settings.read_text().replace('"required"', '"none"'))
    write_summary(home, "second", published="2026-11-23")
    publish(home, at=AT + HOUR)
    left = left_of(home, tmp_path / "left")
    done = command(home, "init", str(left.root))
    assert 'Issues were approved, so review = "required" is set.' in done.stdout
    assert "review, " not in done.stdout
    assert load_settings(left.settings).newsletter.review == "required"
    write_summary(left, "third", published="2026-11-23")
    assert "nobody has approved" in command(left, "publish").stderr


@pytest.mark.parametrize("name", ["issues", "summaries", "outbox"])
def test_what_is_left_of_a_home_gets_no_samples(tmp_path: Path, published: Home, name: str) -> None:
    left = Home(tmp_path / "left")
    shutil.copytree(published.root / name, left.root / name)
    before = tree(left.root)
    told = () if name == "issues" else TOLD
    done = command(published, "init", *told, str(left.root))
    assert done.returncode == 0, done.stderr
    after = tree(left.root)
    assert after.keys() - before.keys() == {"left/newsletter.toml", "left/issues/README.md"}
    assert {path: after[path] for path in before} == before
    assert ("No record says what its settings were." in done.stdout) == (name != "issues")
    assert done.stdout.splitlines()[-2] == f"  cd {left.root}"


def test_a_record_that_cannot_be_read_stops_it_before_anything_is_written(
    tmp_path: Path, published: Home
) -> None:
    left = left_of(published, tmp_path / "left")
    left.record(1).write_text("{")
    before = tree(left.root)
    done = command(published, "init", str(left.root))
    assert done.returncode == 1
    [line] = done.stderr.splitlines()
    assert line.startswith("msnewsletter: issues/0001.json: ")
    assert tree(left.root) == before


@given(
    title=LINE,
    question=st.none() | LINE,
    disclaimer=st.none() | LINE,
    written_by=st.sampled_from(WrittenBy),
    detail=st.sampled_from(MailDetail),
    contents=st.booleans(),
    reply_to=st.none() | st.just("editors@example.net"),
    short=st.booleans(),
    language=st.sampled_from(["en", "en-GB", "de"]),
    own_words=st.sampled_from(["en", "de"]),
    samples=st.booleans(),
)
def test_every_masthead_comes_back_as_it_was(  # noqa: PLR0913  (each is a setting)
    tmp_path_factory: pytest.TempPathFactory,
    published: Home,
    *,
    title: str,
    question: str | None,
    disclaimer: str | None,
    written_by: WrittenBy,
    detail: MailDetail,
    contents: bool,
    reply_to: str | None,
    short: bool,
    language: str,
    own_words: str,
    samples: bool,
) -> None:
    record, words = load_record_of(published, 1), (disclaimer or "Standard").strip()
    sample_issue = words_in(own_words).say(SAMPLE_ISSUE)
    addresses = ListAddresses(
        list_address="short@example.net",
        unsubscribe_url="https://example.net/u/",
        unsubscribe_address="out@example.net",
    )
    was = replace(
        record.issue.masthead,
        title=title.strip(),
        question=question and question.strip(),
        disclaimer=f"{sample_issue} {words}" if samples else words,
        samples=samples,
        written_by=written_by,
        detail=detail,
        contents=contents,
        reply_to=reply_to,
        low_energy=addresses if short else None,
        language=language,
        words=own_words,
    )
    home = Home(tmp_path_factory.mktemp("left"))
    home.records.mkdir()
    home.record(1).write_bytes(
        dump_record(replace(record, issue=replace(record.issue, masthead=was)))
    )
    found = settings_from_record(home)
    assert found is not None
    assert parse_settings(found.text).masthead() == was
    shutil.rmtree(home.root)
