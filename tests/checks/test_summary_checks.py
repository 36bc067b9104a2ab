"""What summaries say: dates, identities, placeholders, plain words, claims, the subject."""

from __future__ import annotations

import dataclasses
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from msnewsletter.checks import Severity
from msnewsletter.checks.message_checks import check_message
from msnewsletter.checks.summary_checks import check_texts, reading_grade, sentences_of, syllables
from msnewsletter.model import PartialDate, WrittenBy
from render.mail.samples import CORRECTIONS, CUTOFF, SUMMARIES, corrected, issue_of

if TYPE_CHECKING:
    from pathlib import Path

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
    assert "balance-boards: it is corrected since issue 6" in str(finding)


def test_a_placeholder_in_the_note_of_a_correction_is_found() -> None:
    found = {one.place: one.severity for one in check_texts(corrected(issue_of(summary())))}
    assert found == {"arabic-diet": Severity.BLOCK}


TEXTS = {
    "long-sentence": "It rose " + "and it fell " * 10 + "again.",
    "causal-words": "Sleeping badly causes fatigue.",
    "cure-words": "It may be a miracle for many.",
}


@pytest.mark.parametrize("name", TEXTS)
def test_a_doubtful_sentence_is_quoted_and_only_warns(name: str) -> None:
    findings = [
        one for one in check_texts(issue_of(summary(found=TEXTS[name]))) if one.name == name
    ]
    assert [one.severity for one in findings] == [Severity.WARN]
    assert TEXTS[name][:30] in findings[0].reason
    assert findings[0].place == "summaries/walks.md"


@pytest.mark.parametrize(
    "text",
    [
        "It does not prove that walking helps.",
        "Nobody knows whether it causes fatigue.",
        "It may have caused the change.",
        "It is no cure.",
    ],
)
def test_a_hedged_or_denied_claim_is_let_be(text: str) -> None:
    assert kinds(summary(found=text)) == {}


def test_cautions_may_name_causes() -> None:
    assert kinds(summary(cautions="The drug caused nausea in some.")) == {}


@pytest.mark.parametrize(
    ("studied_in", "warned"),
    [("mice", True), ("cells", True), ("blood cells of 16 people", False), (None, False)],
)
def test_patients_are_not_spoken_of_where_none_were_studied(
    studied_in: str | None, *, warned: bool
) -> None:
    names = kinds(summary(found="Patients felt better.", studied_in=studied_in))
    assert ("patients-not-studied" in names) is warned


def test_hard_reading_is_measured_and_warned_of() -> None:
    text = (
        "Immunomodulatory interventions demonstrated considerable heterogeneity across "
        "experimental populations. Comparative neurophysiological investigations additionally "
        "characterised oligodendrocyte differentiation trajectories. Longitudinal "
        "interpretation necessitates methodological standardisation and multidisciplinary "
        "collaboration internationally, notwithstanding institutional particularities."
    )
    assert kinds(summary(found=text))["reading-grade"] is Severity.WARN


def test_other_languages_are_not_measured_by_english_rules() -> None:
    assert kinds(summary(found=TEXTS["causal-words"]), language="de") == {}


def test_the_grade_of_a_children_s_text_is_low_and_of_too_few_words_unknown() -> None:
    assert reading_grade(["Too short."]) is None
    assert reading_grade(["The cat sat on the mat."] * 6) == pytest.approx(-1.45, abs=0.1)


@pytest.mark.parametrize(
    ("word", "count"),
    [("made", 1), ("table", 2), ("walked", 1), ("needed", 2), ("makes", 1), ("diseases", 3),
     ("sclerosis", 3), ("fatigue", 2), ("mice", 1), ("study", 2), ("MS", 1)],
)  # fmt: skip
def test_syllables_are_counted_by_rule(word: str, count: int) -> None:
    assert syllables(word) == count


def test_abbreviations_end_no_sentence() -> None:
    text = "Smith et al. Found it, e.g. In mice. It held."
    assert len(sentences_of(text)) == 2


def test_the_real_pages_measure_as_their_field_notes_say(shared: Path) -> None:
    for page in sorted((shared / "seeds").iterdir()):
        lines = page.read_text().split("\n")[:4]
        sentences = [each for line in lines for each in sentences_of(line)]
        assert 20 <= sum(len(each.split()) for each in sentences) / len(sentences) <= 32
        grade = reading_grade(sentences)
        # Flesch-Kincaid 9.7 to 13.0, as other programs count syllables.
        assert grade is not None
        assert 9.7 <= grade <= 14.5


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
        ("TODO: how many slept?", Severity.WARN),
    ],
)
def test_a_placeholder_that_was_left_is_found(text: str, severity: Severity) -> None:
    assert kinds(summary(found=text))["unfinished"] is severity


def test_a_placeholder_in_the_settings_is_found_there() -> None:
    findings = list(check_texts(issue_of(summary(), postal_address="TODO")))
    assert [(one.name, one.place) for one in findings] == [("unfinished", "newsletter.toml")]


def subject_kinds(subject: str) -> set[str]:
    message = f"Subject: {subject}\r\n\r\n".encode()
    return {one.name for one in check_message(message) if one.name.startswith("subject")}


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        ("Plain Research Notes: 8 studies, 23 November 2026", set()),
        ("", {"subject-empty"}),
        ("Notes: " + "many words " * 8, {"subject-long"}),
        ("URGENT news for you", {"subject-shouts"}),
        ("News for you!", {"subject-shouts"}),
        ("NEW ON THE WEB", {"subject-shouts"}),
        ("Your MS digest", {"subject-names-illness"}),
        ("=?utf-8?q?multiple_sclerosis?=", {"subject-names-illness"}),
    ],
)
def test_the_subject_is_short_quiet_and_discreet(subject: str, expected: set[str]) -> None:
    assert subject_kinds(subject) == expected


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
