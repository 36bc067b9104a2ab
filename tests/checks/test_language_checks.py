"""How plainly a summary speaks and what it claims: one line a summary, what may mislead first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from msnewsletter.checks import Severity
from msnewsletter.checks.language_checks import (
    check_language,
    reading_grade,
    syllables,
)
from msnewsletter.checks.summary_checks import check_texts
from msnewsletter.model import Summary
from msnewsletter.sources import read_bytes
from msnewsletter.text_sentences import sentences_in
from render.mail.samples import issue_of

if TYPE_CHECKING:
    from pathlib import Path

    from msnewsletter.checks import Finding

LONG = "It rose " + "and it fell " * 10 + "again."
HARD = (
    "Immunomodulatory interventions demonstrated considerable heterogeneity across "
    "experimental populations. Comparative neurophysiological investigations additionally "
    "characterised oligodendrocyte differentiation trajectories. Longitudinal "
    "interpretation necessitates methodological standardisation and multidisciplinary "
    "collaboration internationally, notwithstanding institutional particularities."
)


def summary(**texts: Any) -> Summary:
    usual: dict[str, Any] = {
        "key": "walks",
        "headline": "Slow walks went with less fatigue.",
        "found": "Half of them walked. The others did not.",
        "why_it_matters": "Fatigue is common.",
        "cautions": "The study was small.",
        "location": "summaries/walks.md",
    }
    return Summary(**usual | texts)


def the_finding(**texts: Any) -> Finding:
    (finding,) = check_language(summary(**texts))
    return finding


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (LONG, "33 words in a sentence: “It rose and it fell"),
        ("Sleeping badly causes fatigue.", "'causes' names a cause: “Sleeping badly"),
        ("It may be a miracle for many.", "'miracle' promises much: “It may be a miracle"),
        (HARD, "school grade"),
    ],
)
def test_a_doubtful_text_is_quoted_and_only_warned_of(text: str, said: str) -> None:
    finding = the_finding(found=text)
    assert (finding.name, finding.severity) == ("plain-language", Severity.WARN)
    assert finding.place == "summaries/walks.md"
    assert said in finding.reason
    assert finding.remedy


def test_all_that_is_doubtful_in_a_summary_is_one_line_with_the_worst_of_each_kind() -> None:
    longest = "It fell " + "and it rose " * 12 + "again."
    found = f"Bad sleep causes fatigue. Noise triggers it. It cured two. {LONG} {longest}"
    reason = the_finding(found=found).reason
    assert "\n" not in reason
    assert "'cured' promises much" in reason
    assert "'causes' names a cause: “Bad sleep causes fatigue.” (and 1 more)" in reason
    assert "2 sentences over 26 words, the longest 39: “It fell and it rose" in reason
    assert reason.index("promises") < reason.index("cause") < reason.index("sentences")


def test_the_five_real_pages_have_at_most_a_line_each(shared: Path) -> None:
    pages = [
        read_bytes(page.read_bytes(), location=page.name).summaries[0]
        for page in sorted((shared / "seeds").iterdir())
    ]
    found = [one for one in check_texts(issue_of(*pages)) if one.name == "plain-language"]
    assert len({one.place for one in found}) == len(found) <= 5
    assert all(len(one.reason) < 600 for one in found)


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
    assert check_language(summary(found=text)) == ()


@pytest.mark.parametrize("name", ["title", "key_messages"])
def test_what_is_said_in_short_is_looked_at_too(name: str) -> None:
    text = "Sleeping badly causes fatigue"
    said = the_finding(**{name: (text,) if name == "key_messages" else text}).reason
    assert f"'causes' names a cause: “{text}”" in said


def test_a_caution_in_short_may_name_causes_and_is_no_second_long_sentence() -> None:
    assert check_language(summary(caution="The drug caused nausea in some.")) == ()
    assert "33 words in a sentence" in the_finding(caution=LONG).reason
    assert "33 words in a sentence" in the_finding(caution=LONG, cautions=LONG).reason


def test_a_summary_is_measured_by_the_rules_of_its_own_language() -> None:
    text = "Sleeping badly causes fatigue."
    in_german = issue_of(summary(found=text, language="de"))
    assert [one.name for one in check_texts(in_german)] == ["language-not-checked"]
    in_english = issue_of(summary(found=text, language="en-GB"), language="de")
    assert [one.name for one in check_texts(in_english)] == ["plain-language"]


def test_cautions_may_name_causes() -> None:
    assert check_language(summary(cautions="The drug caused nausea in some.")) == ()


@pytest.mark.parametrize(
    ("studied_in", "warned"),
    [("mice", True), ("cells", True), ("blood cells of 16 people", False), (None, False)],
)
def test_patients_are_not_spoken_of_where_none_were_studied(
    studied_in: str | None, *, warned: bool
) -> None:
    found = check_language(summary(found="Patients felt better.", studied_in=studied_in))
    assert bool(found) is warned
    assert all(f"studied in {studied_in}, and speaks of patients" in str(one) for one in found)


def test_other_languages_are_not_measured_by_english_rules_and_the_editor_hears_of_it() -> None:
    text = "Sleeping badly causes fatigue."
    told = [
        str(one)
        for language in ("de", "fr")
        for one in check_texts(issue_of(summary(found=text, language=language), language="de"))
    ]
    assert told == [
        f"1 summary in {language!r}: the checks of long sentences, plain words, claims and titles "
        "know English only, so they did not run; the other checks did; let a person look "
        "for long sentences, and for what claims too much"
        for language in ("de", "fr")
    ]


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


def test_each_point_of_a_list_is_a_sentence_of_its_own() -> None:
    points = "\n".join(f"- {'one more word and ' * 5}the end" for _ in range(3))
    assert check_language(summary(cautions=points)) == ()


def test_the_real_pages_measure_as_their_field_notes_say(shared: Path) -> None:
    for page in sorted((shared / "seeds").iterdir()):
        lines = page.read_text().split("\n")[:4]
        sentences = [each for line in lines for each in sentences_in(line)]
        assert 20 <= sum(len(each.split()) for each in sentences) / len(sentences) <= 32
        grade = reading_grade(sentences)
        # Flesch-Kincaid 9.7 to 13.0, as other programs count syllables.
        assert grade is not None
        assert 9.7 <= grade <= 14.5
