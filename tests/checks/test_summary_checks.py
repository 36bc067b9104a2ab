"""What summaries say: dates, identities, placeholders, plain words, claims, the subject."""

from __future__ import annotations

import dataclasses
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from msnewsletter.checks import Severity
from msnewsletter.checks.summary_checks import check_texts
from msnewsletter.model import Status, WrittenBy
from msnewsletter.partial_date import PartialDate
from render.mail.samples import CORRECTIONS, CUTOFF, SUMMARIES, corrected, issue_of

if TYPE_CHECKING:
    from msnewsletter.model import Summary


def summary(**changes: Any) -> Summary:
    plain = dataclasses.replace(
        SUMMARIES[0],
        headline="Slow walks went with less fatigue.",
        found="Half of them walked. The others did not.",
        cautions="The study was small.",
        location="summaries/walks.md",
    )
    return dataclasses.replace(plain, **changes)


def kinds(*summaries: Summary, **masthead: Any) -> dict[str, Severity]:
    return {one.name: one.severity for one in check_texts(issue_of(*summaries, **masthead))}


def test_a_plain_summary_has_no_finding() -> None:
    assert kinds(summary()) == {}


@pytest.mark.parametrize("note", [None, "", " \n"])
def test_a_correction_that_does_not_say_why_blocks(note: str | None) -> None:
    one = dataclasses.replace(CORRECTIONS[1], note=note)
    (finding,) = check_texts(corrected(issue_of(summary()), one))
    assert (finding.name, finding.severity) == ("correction-without-note", Severity.BLOCK)
    assert "balance-boards: it became corrected after issue 6" in str(finding)


@pytest.mark.parametrize("status", [Status.WITHDRAWN, Status.RETRACTED, Status.CONCERN])
@pytest.mark.parametrize("note", [None, "", " \n"])
def test_what_is_taken_back_or_doubted_without_a_reason_is_told_all_the_same(
    status: Status, note: str | None
) -> None:
    one = dataclasses.replace(CORRECTIONS[1], note=note, status=status)
    (finding,) = check_texts(corrected(issue_of(summary()), one))
    assert (finding.name, finding.severity) == ("correction-without-note", Severity.WARN)
    assert f"it became {status} after issue 6" in finding.reason
    assert "standard sentence" in finding.remedy


@pytest.mark.parametrize("status", [Status.TAKEN_DOWN, Status.LIVE])
def test_a_takedown_and_an_ended_withdrawal_need_no_reason(status: Status) -> None:
    one = dataclasses.replace(CORRECTIONS[1], note=None, status=status)
    assert list(check_texts(corrected(issue_of(summary()), one))) == []


AFTER = {
    "[oaicite:0] was left.": ("unfinished", Severity.BLOCK),
    "It **helped** some.": ("typed-markup", Severity.WARN),
    "It helped &amp; calmed.": ("typed-entity", Severity.WARN),
    "It help\u00aded some.": ("unseen-character", Severity.WARN),
    "It helped some. Others it did not help at all": ("no-full-stop", Severity.WARN),
    "Sleeping badly causes fatigue.": ("plain-language", Severity.WARN),
}


@pytest.mark.parametrize("text", AFTER)
def test_the_new_text_of_a_correction_is_inspected_like_that_of_a_new_summary(text: str) -> None:
    after = summary(key="boards", found=text, location="summaries/boards.md")
    one = dataclasses.replace(CORRECTIONS[1], after=after)
    (finding,) = check_texts(corrected(issue_of(summary()), one))
    assert (finding.name, finding.severity) == AFTER[text]
    assert finding.place == "summaries/boards.md"


def test_markup_in_the_note_of_a_correction_is_found() -> None:
    one = dataclasses.replace(CORRECTIONS[1], note="We wrote <b>140</b>. There were 14.")
    (finding,) = check_texts(corrected(issue_of(summary()), one))
    assert (finding.name, finding.place) == ("typed-markup", "balance-boards")


def test_a_text_that_begins_within_a_sentence_is_pointed_out() -> None:
    (finding,) = check_texts(issue_of(summary(found="and the others did not. They slept.")))
    assert (finding.name, finding.severity) == ("unfinished", Severity.WARN)
    assert "“and the others did not." in finding.reason


def test_a_headline_that_the_mail_must_cut_is_pointed_out() -> None:
    assert kinds(summary(headline="Slow walks help. " * 17 + "Yes it is so.")) == {
        "headline-long": Severity.WARN
    }
    assert kinds(summary(headline="Slow walks help. " * 17 + "It is so.")) == {}


def test_a_placeholder_in_the_note_of_a_correction_is_found() -> None:
    found = {one.name: one for one in check_texts(corrected(issue_of(summary())))}
    assert found.keys() == {"unfinished", "typed-markup"}
    assert {one.place for one in found.values()} == {"arabic-diet"}
    assert found["unfinished"].severity is Severity.BLOCK


def test_what_is_dated_in_the_future_blocks() -> None:
    issue = issue_of(summary(published=PartialDate(text="2099-01-01")))
    entry = dataclasses.replace(issue.entries[0], dated=CUTOFF + timedelta(days=1))
    issue = dataclasses.replace(issue, entries=(entry,))
    assert {one.name: one.severity for one in check_texts(issue)} == {"future-date": Severity.BLOCK}
    assert kinds(summary(reviewed_on=date(2099, 1, 1)))["future-date"] is Severity.BLOCK


def test_two_summaries_of_one_doi_block() -> None:
    twin = summary(key="twin", headline="The same study again.")
    assert kinds(summary(), twin) == {"duplicate-doi": Severity.BLOCK}
    assert kinds(summary(doi=None), dataclasses.replace(twin, doi=None)) == {}


def test_a_summary_without_cautions_blocks() -> None:
    assert kinds(summary(cautions=" \n")) == {"no-caution": Severity.BLOCK}


@pytest.mark.parametrize(
    ("text", "severity"),
    [
        ("Of {{ count }} people some slept.", Severity.BLOCK),
        ("Lorem ipsum dolor sit amet.", Severity.BLOCK),
        ("%%TOKEN%% slept.", Severity.BLOCK),
        ("TK people slept.", Severity.WARN),
        ("TODO: how many slept?", Severity.BLOCK),
        ("Some people slept, TODO: how many?", Severity.WARN),
    ],
)
def test_a_placeholder_that_was_left_is_found(text: str, severity: Severity) -> None:
    assert kinds(summary(found=text))["unfinished"] is severity


def test_a_placeholder_in_the_settings_is_found_there() -> None:
    findings = list(check_texts(issue_of(summary(), postal_address="TODO")))
    assert [(one.name, one.place) for one in findings] == [
        ("unfinished", "newsletter.toml: mail.postal_address")
    ]


@pytest.mark.parametrize(
    ("general", "own", "fields", "place"),
    [
        (WrittenBy.AI, None, {}, None),
        (WrittenBy.BOTH, None, {}, None),
        (WrittenBy.PEOPLE, None, {}, "newsletter.toml"),
        (WrittenBy.PEOPLE, WrittenBy.AI, {}, None),
        (WrittenBy.AI, WrittenBy.PEOPLE, {}, "summaries/walks.md"),
        (WrittenBy.AI, WrittenBy.PEOPLE, {"disclaimer": "For information."}, None),
    ],
)
def test_a_disclaimer_that_names_ai_below_a_text_by_people_is_found(
    general: WrittenBy, own: WrittenBy | None, fields: dict[str, str], place: str | None
) -> None:
    issue = issue_of(summary(written_by=own, **fields), written_by=general)
    assert [one.place for one in check_texts(issue)] == ([place] if place else [])
    assert not list(check_texts(issue_of(summary(), written_by=general, disclaimer="For you.")))


def test_a_fact_that_is_a_number_is_no_number_of_a_page() -> None:
    assert kinds(summary(participants="212", population="212")) == {}
    assert kinds(summary(teaser="Sleep got longer.\n\n212")) == {"copied-along": Severity.WARN}
