"""What the body of an entry says, in which order, in whose language."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html

from chance import examples
from msnewsletter.model import Evidence, Status
from msnewsletter.render.feeds.entry_html import EntryBody
from msnewsletter.render.feeds.items import FeedItem
from render.site.sample import MASTHEAD, entry_of, summary_of

if TYPE_CHECKING:
    from msnewsletter.model import Masthead

ARABIC = replace(MASTHEAD, language="ar", disclaimer="هذا ليس نصيحة طبية.")
SLEEP = "النوم الجيد يساعد."
LONG = "Relapses in children <16 years & adults were rarer."


def body(masthead: Masthead = MASTHEAD, *, full: bool = False, **fields: Any) -> str:
    item = FeedItem(entry=entry_of(summary_of("one", **fields)), issue=7)
    made = EntryBody(masthead, item)
    return made.full() if full else made.short()


def texts(markup: str) -> list[str]:
    """Each paragraph, heading and point, as a reader sees it."""
    parsed = html.fragment_fromstring(markup, create_parent=True)
    return [" ".join(one.text_content().split()) for one in parsed.iter("p", "h2", "li")]


# ── what stands first ────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("full", [False, True])
def test_a_short_title_leaves_the_whole_headline_to_the_body(*, full: bool) -> None:
    told = body(full=full, headline="Sleep helped 40 people.", title="Sleep helps")
    assert told.startswith("<p><strong>Sleep helped 40 people.</strong></p>\n")
    assert "<p><strong>A sample" not in body(full=full)
    # The same words are not said twice.
    assert "strong" not in body(headline="Sleep helps", title="Sleep helps", cautions="")


@pytest.mark.parametrize("full", [False, True])
def test_so_does_a_headline_of_which_readers_may_drop_a_part(*, full: bool) -> None:
    told = body(full=full, headline=LONG)
    opening = "<p><strong>Relapses in children &lt;16 years &amp; adults were rarer.</strong></p>\n"
    assert told.startswith(opening)
    assert texts(told)[0] == LONG


def test_a_notice_comes_before_the_headline() -> None:
    told = texts(body(headline=LONG, status=Status.CORRECTED, note="There were 14."))
    assert told[:2] == ["We have corrected this summary. There were 14.", LONG]


@pytest.mark.parametrize("status", [one for one in Status if one.takes_back])
def test_of_what_was_taken_back_no_headline_is_left_in_the_body(status: Status) -> None:
    told = body(status=status, title="Sleep helps", key_messages=("It helps.",), full=True)
    assert "sample" not in told
    assert "helps" not in told


# ── teaser, key messages, lists ──────────────────────────────────────────────────────────────────


def test_where_nothing_is_left_to_say_there_is_no_empty_paragraph() -> None:
    headline = "Nothing is left to say."
    said = body(headline=headline, found=headline, why_it_matters="", cautions="")
    assert texts(said)[0] == "1 May 2026"
    assert "<p></p>" not in said


def test_the_full_text_does_not_begin_with_a_piece_of_itself() -> None:
    told = texts(body(full=True))
    assert told[:3] == ["1 May 2026", "What was found?", "Researchers looked at 40 people."]
    same = body(full=True, teaser="They saw a small difference.")
    assert texts(same)[:2] == ["1 May 2026", "What was found?"]


def test_an_editors_teaser_that_says_more_comes_first_in_the_full_text_too() -> None:
    assert texts(body(full=True, teaser="Read this one."))[0] == "Read this one."


def test_key_messages_come_first_in_the_full_text_as_a_list() -> None:
    told = body(full=True, key_messages=("Sleep helps.", "It costs nothing."), teaser="Look.")
    assert told.startswith(
        "<ul>\n<li>Sleep helps.</li>\n<li>It costs nothing.</li>\n</ul>\n<p>1 May"
    )


def test_lists_of_sections_and_cautions_stay_lists() -> None:
    few = "Please note:\n- Few people.\n- No control & no blinding."
    told = body(full=True, found="4. One.\n5. Two.", cautions=few)
    assert '<ol start="4">\n<li>One.</li>\n<li>Two.</li>\n</ol>' in told
    assert "<ul>\n<li>Few people.</li>\n<li>No control &amp; no blinding.</li>\n</ul>" in told
    assert texts(body(found="1. One.\n2. Two."))[0] == "One. Two."
    assert "<ol>" in body(full=True, found="1. One.\n2. Two.")
    short = body(cautions=few)
    assert "<p><strong>Keep in mind:</strong> Please note:</p>\n<ul>\n<li>Few people.</li>" in short
    alone = body(cautions=few.partition("\n")[2])
    assert "<p><strong>Keep in mind:</strong></p>\n<ul>\n<li>Few people.</li>" in alone


def test_the_editors_caution_is_the_short_one() -> None:
    told = body(caution="Only mice.", cautions="Only mice. It was short.")
    assert "</strong> Only mice. (More cautions in the whole summary.)</p>" in told


# ── facts ────────────────────────────────────────────────────────────────────────────────────────


def test_the_facts_tell_the_kind_of_study_in_whom_and_which_paper() -> None:
    told = texts(
        body(
            journal="Brain",
            evidence=(Evidence.TRIAL, Evidence.PREPRINT),
            studied_in="in 14 people & mice",
            paper_title="A trial of\nsleep",
        )
    )
    assert "In 14 people & mice · trial, preprint, not peer-reviewed · Brain · 1 May 2026" in told
    assert "Paper: A trial of sleep" in told
    assert not any(line.startswith("Paper") for line in texts(body()))


# ── languages ────────────────────────────────────────────────────────────────────────────────────


def test_an_arabic_summary_in_an_english_newsletter_is_marked_and_so_is_what_is_not() -> None:
    told = body(
        language="ar",
        headline=SLEEP,
        title="النوم",
        found=f"MS: {SLEEP}",
        cautions=SLEEP,
        studied_in="فئران",
        journal="مجلة",
        status=Status.CORRECTED,
        note=SLEEP,
    )
    own, words = ' lang="en" dir="ltr"', ' lang="ar" dir="rtl"'
    assert told.split("\n")[:5] == [
        f"<p{own}><strong>We have corrected this summary. <span{words}>{SLEEP}</span></strong></p>",
        f"<p{words}><strong>{SLEEP}</strong></p>",
        f"<p{words}>MS: {SLEEP}</p>",
        f"<p{own}><span{words}>فئران</span> · <span{words}>مجلة</span> · 1 May 2026</p>",
        f"<p{words}><strong{own}>Keep in mind:</strong> {SLEEP}</p>",
    ]
    assert f"<p{own}>AI-written; not checked by a person</p>" in told
    assert f"<p{own}>{MASTHEAD.disclaimer}</p>" in told


def test_an_arabic_newsletter_marks_our_words_as_english_and_turns_its_own() -> None:
    told = body(ARABIC, full=True, found=f"{SLEEP}\n\n- {SLEEP}\n- {SLEEP}", cautions="")
    own, turned = ' lang="en" dir="ltr"', ' dir="rtl"'
    assert f"<h2{own}>What was found?</h2>\n<p{turned}>{SLEEP}</p>\n<ul{turned}>\n<li>" in told
    assert f"<p{turned}>{ARABIC.disclaimer}</p>" in told
    assert told.endswith("Issue 7</a></p>")
    assert told.split("\n")[-1].startswith(f"<p{own}><a href=")


def test_a_list_in_two_directions_turns_each_point() -> None:
    told = body(full=True, found=f"- {SLEEP}\n- Sleep helps.")
    assert f'<ul>\n<li dir="rtl">{SLEEP}</li>\n<li>Sleep helps.</li>\n</ul>' in told


ANY = st.text(st.characters(codec="utf-8"), max_size=30) | st.sampled_from((SLEEP, "MS. ", "- a"))


@settings(max_examples=examples(100))
@given(
    fields=st.fixed_dictionaries(
        {
            **dict.fromkeys(("headline", "found", "why_it_matters", "cautions"), ANY),
            **dict.fromkeys(("title", "caution", "note", "studied_in", "paper_title"), ANY),
            "key_messages": st.lists(ANY.filter(str.strip), max_size=2).map(tuple),
            "language": st.sampled_from((None, "ar", "de", "en")),
            "status": st.sampled_from(Status),
            "reviewed_on": st.none() | st.just(date(2026, 5, 2)),
        }
    ),
    language=st.sampled_from(("en", "ar", "de")),
    full=st.booleans(),
)
def test_whatever_it_holds_each_of_our_words_is_english_and_nothing_is_empty(
    fields: dict[str, Any], language: str, *, full: bool
) -> None:
    told = body(replace(MASTHEAD, language=language), full=full, **fields)
    parsed = html.fragment_fromstring(told, create_parent=True)
    parsed.set("lang", fields["language"] or language)
    for element in parsed.iter("h2", "a"):
        (spoken, *_) = (
            one.get("lang") for one in (element, *element.iterancestors()) if one.get("lang")
        )
        assert spoken == "en"
    assert {one.tag for one in parsed} <= {"p", "h2", "ul", "ol"}
    assert not re.search(r"<(p|li|strong|span)\b[^>]*></", told)
