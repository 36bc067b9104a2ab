"""The rules of the fields, the same for every format."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from msnewsletter.model import Evidence, Status, WrittenBy
from sources.written import CAUTIONS, FOUND, HEADLINE, WHY, read_one, read_warned, refusal

if TYPE_CHECKING:
    from msnewsletter.model import Summary

BASE = {
    "key": "k",
    "headline": HEADLINE,
    "found": FOUND,
    "why_it_matters": WHY,
    "cautions": CAUTIONS,
}


def read(**fields: Any) -> Any:
    return read_one(json.dumps(BASE | fields), "a.json")


def refused(**fields: Any) -> str:
    return refusal(json.dumps(BASE | fields), "a.json")


@pytest.mark.parametrize("published", ["2026", "2026-12"])
def test_published_needs_a_day(published: str) -> None:
    assert "names no day" in refused(published=published)
    assert read(cover_date=published).cover_date.text == published


@pytest.mark.parametrize(
    "published",
    ["2026-02-30", "31/12/2026", "12/31/2026", "yesterday", "2026-11-20T08:00", "9" * 99],
)
def test_a_date_that_is_none_is_refused_and_never_guessed(published: str) -> None:
    assert refused(published=published).startswith("a.json#1: published: '")


@pytest.mark.parametrize("day", ["2026-11", "2026-11-20T08:00Z", "20261120", "2026-W01-1"])
def test_a_review_has_a_day(day: str) -> None:
    assert "reviewed_on:" in refused(reviewed_by="Ada", reviewed_on=day)


@pytest.mark.parametrize(
    ("url", "doi"),
    [
        ("https://doi.org/10.1000/Gut", "10.1000/gut"),
        ("http://dx.doi.org/10.1000/gut?utm_source=x", "10.1000/gut"),
        ("https://www.doi.org/the-identifier/what-is-a-doi/", None),
        ("https://example.org/doi.org/10.1000/gut", None),
    ],
)
def test_an_address_at_doi_org_is_a_doi(url: str, doi: str | None) -> None:
    summary = read(url=url)
    assert (summary.url, summary.doi) == (url, doi)
    assert read(url=url, doi="10.1000/other").doi == "10.1000/other"


def test_a_reviewer_and_the_day_go_together() -> None:
    assert "'reviewed_by' without 'reviewed_on'" in refused(reviewed_by="Ada")
    assert "'reviewed_on' without 'reviewed_by'" in refused(reviewed_on="2026-11-19")


def noted(**fields: Any) -> tuple[Summary, list[str]]:
    summary, warned = read_warned(json.dumps(BASE | fields), "a.json")
    return summary, [str(note) for note in warned]


def test_a_correction_needs_a_note() -> None:
    assert "is corrected without a 'note'" in refused(status="corrected")
    assert read(status="corrected", note="We misread table 2.").status is Status.CORRECTED


@pytest.mark.parametrize("status", ["withdrawn", "retracted", "expression of concern"])
def test_what_is_taken_back_or_doubted_without_a_note_is_read_and_noted(status: str) -> None:
    for empty in (None, " "):
        summary, (note,) = noted(status=status, note=empty)
        assert summary.status == status
        assert note.startswith(f"a.json#1: it is {status} without a 'note': readers are shown a ")
    assert read(status=status, note="The journal says why.").status == status


@pytest.mark.parametrize(
    ("words", "status"),
    [
        *(("Live", Status.LIVE), ("PUBLISHED", Status.LIVE), (" current ", Status.LIVE)),
        *(("Correction", Status.CORRECTED), ("Erratum", Status.CORRECTED)),
        *(("corrigendum", Status.CORRECTED), ("Published Erratum", Status.CORRECTED)),
        ("Corrected and Republished Article", Status.CORRECTED),
        *(("WITHDRAWN", Status.WITHDRAWN), ("Withdrawal.", Status.WITHDRAWN)),
        *(("Retracted", Status.RETRACTED), ("Retracted Publication", Status.RETRACTED)),
        *(("retracted-article", Status.RETRACTED), ("retraction", Status.RETRACTED)),
        ("Retraction_of_Publication", Status.RETRACTED),
        *(("Expression of Concern", Status.CONCERN), ("expression-of-concern", Status.CONCERN)),
        *(("EXPRESSION  OF\u2010CONCERN", Status.CONCERN), ("concern", Status.CONCERN)),
    ],
)
def test_a_status_is_known_in_any_case_and_by_pubmed_s_words(words: str, status: Status) -> None:
    assert read(status=words, note="Why it is so.").status is status


def test_an_unknown_status_is_answered_with_the_nearest_or_all() -> None:
    assert refused(status="Retracetd").endswith("did you mean 'retracted'?")
    assert refused(status="expresion of concern").endswith("did you mean 'expression of concern'?")
    assert refused(status="zzz").endswith(
        "use one of live, corrected, expression of concern, withdrawn, retracted"
    )


@pytest.mark.parametrize("status", ["taken down", "Taken-Down", "takedown"])
def test_no_source_takes_a_summary_down(status: str) -> None:
    line = refused(status=status, note="By order of a court.")
    assert line.startswith(f"a.json#1: status: {status!r} is set by a command alone; run ")


@pytest.mark.parametrize(
    ("words", "written_by"),
    [
        *(("ai", WrittenBy.AI), ("AI", WrittenBy.AI), ("Artificial  intelligence", WrittenBy.AI)),
        *(("people", WrittenBy.PEOPLE), ("Human", WrittenBy.PEOPLE), ("Humans", WrittenBy.PEOPLE)),
        *((" person ", WrittenBy.PEOPLE), ("person and people", WrittenBy.PEOPLE)),
        *(("AI and people", WrittenBy.BOTH), ("human + AI", WrittenBy.BOTH)),
        *(("people & ai", WrittenBy.BOTH), ("ai, human", WrittenBy.BOTH), ("Both", WrittenBy.BOTH)),
    ],
)
def test_who_wrote_it_is_known_in_any_case(words: str, written_by: WrittenBy) -> None:
    assert read(written_by=words).written_by is written_by


def test_who_wrote_it_is_otherwise_left_open_or_refused() -> None:
    assert read().written_by is None
    assert read(written_by=" ").written_by is None
    assert refused(written_by="Ada") == (
        "a.json#1: written_by: 'Ada' does not say who wrote it; "
        "use one of ai, people, ai and people"
    )
    assert refused(written_by="peopel").endswith("did you mean 'people'?")
    assert "does not say who wrote it" in refused(written_by="ai and")


MARKED = [
    *("RETRACTED: {}", "Retracted: {}", "[RETRACTED] {}", "[Retracted article] {}"),
    *("**RETRACTED** - {}", "RETRACTED ARTICLE: {}", "Retracted publication \N{EM DASH} {}"),
]


@pytest.mark.parametrize("headline", MARKED)
def test_a_mark_before_the_headline_is_the_status_and_is_said(headline: str) -> None:
    for given in ({}, {"status": "live"}):
        summary, (note,) = noted(headline=headline.format(HEADLINE), note="See there.", **given)
        assert (summary.headline, summary.status) == (HEADLINE, Status.RETRACTED)
        assert note.endswith(
            "before the headline is its status now, retracted: write 'status: retracted' and a note"
        )


def test_a_mark_does_not_replace_a_status_that_is_given() -> None:
    summary, (note,) = noted(headline=f"RETRACTED: {HEADLINE}", status="withdrawn", note="Ours.")
    assert (summary.headline, summary.status) == (HEADLINE, Status.WITHDRAWN)
    assert note == (
        "a.json#1: 'RETRACTED:' before the headline is not part of it, "
        "and its status stays withdrawn"
    )


def test_a_mark_that_says_what_the_status_says_is_taken_off_without_a_word() -> None:
    summary = read(headline=f"[RETRACTED] {HEADLINE}", status="retracted", note="See there.")
    assert (summary.headline, summary.status) == (HEADLINE, Status.RETRACTED)


def test_a_marked_headline_without_a_note_goes_on_and_has_both_remarks() -> None:
    summary, (marked, unexplained) = noted(headline=f"WITHDRAWN: {HEADLINE}")
    assert summary.status is Status.WITHDRAWN
    assert "before the headline" in marked
    assert "without a 'note'" in unexplained


def test_keys_are_trimmed_and_composed() -> None:
    assert read(key=" cafe\N{COMBINING ACUTE ACCENT} ").key == "café"


@pytest.mark.parametrize("key", ["a\nb", "k" * 201])
def test_a_key_is_one_line_of_at_most_200(key: str) -> None:
    assert "key: " in refused(key=key)
    assert read(key="k" * 200).key == "k" * 200


@pytest.mark.parametrize("name", ["key", "headline", "found", "why_it_matters"])
@pytest.mark.parametrize("value", ["", " \n", "\x07", None])
def test_what_a_summary_needs_is_missed(name: str, value: str | None) -> None:
    assert refused(**{name: value}).startswith(f"a.json#1: no '{name}'; ")


ONE_LINE = (
    *("headline", "title", "teaser", "caution", "journal", "studied_in", "disclaimer"),
    *("participants", "population", "paper_title", "funding", "interests", "language"),
)


@pytest.mark.parametrize("name", ONE_LINE)
def test_a_line_has_no_line_break(name: str) -> None:
    assert "has a line break" in refused(**{name: "one\ntwo"})


def test_tags_are_distinct_and_none_is_empty() -> None:
    assert read(tags=[" gut ", "Gut"]).tags == ("gut", "Gut")
    assert "is given twice" in refused(tags=["gut", "gut "])
    assert "one is empty" in refused(tags=["gut", ""])
    assert "has a line break" in refused(tags=["a\nb"])
    assert "are 21" in refused(tags=[str(number) for number in range(21)])


def test_an_endless_value_is_shown_shortened() -> None:
    assert len(refused(pmid="x" * 1_000_000)) < 200


def test_paragraphs_are_parted_by_one_blank_line() -> None:
    assert read(found="\r\nOne.\r\nStill.\r\n \r\n\n\nTwo.\n").found == "One.\nStill.\n\nTwo."


# ── what helps, where it is given ────────────────────────────────────────────────────────────────

HELPFUL = {
    "title": "Short walks and fatigue",
    "caution": "Only 12 people took part.",
    "key_messages": ["Short walks eased fatigue.", "It was short, small, and new."],
    "evidence": ["Randomised trial", "Peer-reviewed"],
    "participants": "12 people",
    "population": "adults with relapsing MS, in Spain",
    "paper_title": "Walking & fatigue: a trial",
    "authors": ["Smith, J.", "Lee, B."],
    "funding": "A charity",
    "interests": "None were declared.",
    "language": "pt-BR",
}


def test_what_helps_is_read_and_is_empty_where_it_is_not_given() -> None:
    summary = read(**HELPFUL)
    assert summary.evidence == (Evidence.TRIAL, Evidence.PEER_REVIEWED)
    assert summary.key_messages == tuple(HELPFUL["key_messages"])
    assert summary.authors == ("Smith, J.", "Lee, B.")
    for name in HELPFUL.keys() - {"evidence", "key_messages", "authors"}:
        assert getattr(summary, name) == HELPFUL[name]
    assert read(**dict.fromkeys(HELPFUL)) == read() == read(**dict.fromkeys(HELPFUL, " "))


@pytest.mark.parametrize(
    ("name", "most", "problem"),
    [
        ("title", 70, "title: has 71 characters; the headline may be long; say the title in 70"),
        ("caution", 300, "caution: has 301 characters; 'cautions' may be long; say the main one"),
        ("key_messages", 300, "key_messages: has 301 characters; say each in 300 or fewer"),
    ],
)
def test_what_is_said_in_short_has_a_limit(name: str, most: int, problem: str) -> None:
    assert getattr(read(**{name: "é" * most}), name) in ("é" * most, ("é" * most,))
    assert refused(**{name: "é" * (most + 1)}).startswith(f"a.json#1: {problem}")


@pytest.mark.parametrize("name", ["title", "caution", "key_messages"])
@pytest.mark.parametrize("text", ["…", "—", "\U0001f9e0"])
def test_what_is_said_in_short_says_something(name: str, text: str) -> None:
    assert f"{name}: {text!r} says nothing; write words" in refused(**{name: text})


def test_there_are_three_key_messages_at_most_and_no_two_are_the_same() -> None:
    four = ["One.", "Two.", "Three.", "Four."]
    assert len(read(key_messages=four[:3]).key_messages) == 3
    assert "key_messages: are 4; keep the 3 that matter most" in refused(key_messages=four)
    assert "'One.' is given twice" in refused(key_messages=["One.", "One. "])
    assert "one is empty" in refused(key_messages=["One.", " "])


def test_a_paper_has_a_hundred_authors_at_most_and_two_may_have_one_name() -> None:
    assert read(authors=["J. Lee", "J. Lee"]).authors == ("J. Lee", "J. Lee")
    assert read(authors="; ".join(["J. Lee"] * 100)).authors == ("J. Lee",) * 100
    assert "authors: are 101; name at most 100" in refused(authors=["J. Lee"] * 101)


@pytest.mark.parametrize(
    "language", ["ara", "HEB-IL", "en-aa-bb-cc-dd-ee", "German", "pt_BR", "e", "en-", "“de”"]
)
def test_a_language_is_a_tag(language: str) -> None:
    assert "language: " in refused(language=language)


@pytest.mark.parametrize(
    "title", ["Walks ease fatigue.", "WALKS ease fatigue", " Walks  ease fatigue "]
)
def test_a_title_that_is_the_headline_again_is_none_and_noted(title: str) -> None:
    summary, (note,) = noted(headline="Walks ease fatigue.", title=title)
    assert summary.title is None
    assert note == (
        "a.json#1: the title is the headline once more, and is read as none: a title is shorter"
    )


def test_a_key_message_that_is_the_headline_again_is_left_out_and_noted() -> None:
    summary, (note,) = noted(key_messages=["It was small.", HEADLINE.upper()])
    assert summary.key_messages == ("It was small.",)
    assert note.startswith("a.json#1: a key message is the headline once more, and is left out")
    assert noted(key_messages=[HEADLINE])[0].key_messages == ()


def test_a_mark_before_the_headline_is_no_difference_to_the_title() -> None:
    summary, notes = noted(headline="RETRACTED: Walks help.", title="Walks help", note="See there.")
    assert summary.title is None
    assert len(notes) == 2
