"""Page text: positions, cards, the paragraph at the end, and everything that can be cut off."""

from __future__ import annotations

from datetime import date

import pytest

from msnewsletter.model import Card
from msnewsletter.partial_date import PartialDate
from sources.written import (
    CARDS,
    CAUTIONS,
    DISCLAIMER,
    FOUND,
    HEADLINE,
    JOURNAL,
    WHY,
    ending,
    page,
    read_one,
    refusal,
)


def test_a_page_is_read_by_the_order_of_its_lines() -> None:
    summary = read_one(page())
    assert (summary.headline, summary.found) == (HEADLINE, FOUND)
    assert (summary.why_it_matters, summary.cautions) == (WHY, CAUTIONS)
    assert (summary.disclaimer, summary.journal) == (None, JOURNAL)
    assert summary.related == (Card(date=date(2026, 12, 31), teaser=CARDS[0][1]),)
    assert (summary.key, summary.location) == ("walk", "summaries/walk.txt")


@pytest.mark.parametrize("end", ["\r\n", "\n\n", "\n \t\n", "\r\n\r\n"])
def test_line_ends_and_blank_lines_change_nothing(end: str) -> None:
    assert read_one(page(end=end)) == read_one(page())


def test_a_byte_order_mark_changes_nothing() -> None:
    assert read_one(page().encode("utf-8-sig")) == read_one(page())


@pytest.mark.parametrize(
    "disclaimer",
    [DISCLAIMER, "ai generated summary", "AI‑GENERATED SUMMARY — text", "Ai—generated Summary."],
)
def test_a_disclaimer_is_known_by_its_shape_and_kept_verbatim(disclaimer: str) -> None:
    summary = read_one(page(HEADLINE, FOUND, WHY, CAUTIONS, disclaimer))
    assert (summary.cautions, summary.disclaimer) == (CAUTIONS, disclaimer)


def test_a_page_without_cautions_has_none_rather_than_its_disclaimer() -> None:
    summary = read_one(page(HEADLINE, FOUND, WHY, DISCLAIMER))
    assert (summary.cautions, summary.disclaimer) == ("", DISCLAIMER)
    assert read_one(page(HEADLINE, FOUND, WHY)).cautions == ""


def test_a_page_without_cards_is_whole() -> None:
    assert read_one(page(cards=())).related == ()


def test_an_end_of_card_on_its_own_line_is_no_card() -> None:
    text = f"{HEADLINE}\n{FOUND}\n{WHY}\n5/1/2026\nOne\nRead More\n4/1/2026\nTwo"
    teasers = [card.teaser for card in read_one(f"{text}\nRead More\n{ending()}").related]
    assert teasers == ["One", "Two"]


def test_a_page_never_borrows_the_date_of_a_card() -> None:
    assert read_one(page()).published is None


def test_what_looks_like_the_paragraph_inside_a_section_stays_text() -> None:
    sly = f"Someone wrote: {ending('Trick')}"
    summary = read_one(page(HEADLINE, sly, WHY, CAUTIONS))
    assert (summary.found, summary.journal) == (sly, JOURNAL)


def test_markup_and_template_marks_stay_plain_text() -> None:
    hostile = "<script>alert(1)</script> {{ issue }} {% raw %} &amp; <b>bold</b>"
    assert read_one(page(hostile, FOUND, WHY, CAUTIONS)).headline == hostile


def test_spaces_around_a_line_are_no_part_of_its_text() -> None:
    lines = (f" {HEADLINE}  ", f"{FOUND}\t", f"\N{NO-BREAK SPACE}{WHY}\N{NO-BREAK SPACE}")
    summary = read_one(page(*lines, f"\u3000{CAUTIONS} ", f" {DISCLAIMER} "))
    assert (summary.headline, summary.found) == (HEADLINE, FOUND)
    assert (summary.why_it_matters, summary.cautions) == (WHY, CAUTIONS)
    assert summary.disclaimer == DISCLAIMER


def test_front_matter_says_what_a_page_cannot() -> None:
    front = "---\nkey: walks\npublished: 2026-11-20\njournal: Walking\ntags: [fatigue]\n---\n"
    summary = read_one(front + page())
    assert (summary.key, summary.journal, summary.tags) == ("walks", "Walking", ("fatigue",))
    assert summary.published == PartialDate.parse("2026-11-20")
    assert (summary.headline, summary.cautions) == (HEADLINE, CAUTIONS)


@pytest.mark.parametrize("kept", [1, 2, 3, 4, 5, 6])
def test_a_page_cut_off_in_the_middle_is_refused_with_its_last_line(kept: int) -> None:
    cut = "\n".join(page().split("\n")[:kept])
    assert refusal(cut) == (
        f"summaries/walk.txt:{kept}: the page ends before it has named its journal: cut off; "
        "save the whole page again"
    )


def test_a_page_cut_off_inside_its_last_paragraph_is_refused() -> None:
    assert "cut off" in refusal(page().partition(" often range")[0])


def test_a_page_that_names_no_journal_is_refused() -> None:
    assert "cut off" in refusal(page(journal=" "))


def test_front_matter_without_a_page_is_refused() -> None:
    assert refusal("---\nkey: x\n---\n").startswith("summaries/walk.txt: the page ends")


@pytest.mark.parametrize("day", ["2/30/2026", "31/12/2026", "0/1/2026", "13/1/2026", "1/1/0000"])
def test_an_impossible_card_date_refuses_the_summary_with_its_line(day: str) -> None:
    assert refusal(page(cards=(("5/1/2026", "One"), (day, "Two")))) == (
        f"summaries/walk.txt:7: the card's date {day.replace('0000', '0')} does not exist; "
        "write a real day as month/day/year, e.g. 12/31/2026"
    )


def test_a_line_too_many_before_the_cards_is_refused_with_its_line() -> None:
    five = page(HEADLINE, FOUND, WHY, CAUTIONS, "And one more thing.")
    assert refusal(five).startswith("summaries/walk.txt:5: one line too many")
    after = page(HEADLINE, FOUND, WHY, CAUTIONS, DISCLAIMER, "And one more thing.")
    assert refusal(after).startswith("summaries/walk.txt:6: one line too many")


def test_a_line_too_few_before_the_cards_is_refused_with_its_line() -> None:
    assert refusal(page(HEADLINE, FOUND)).startswith("summaries/walk.txt:2: a line is missing")
    assert refusal(page(HEADLINE, FOUND, DISCLAIMER)).startswith("summaries/walk.txt:3: a line is")
    assert refusal(ending()).startswith("summaries/walk.txt: a line is missing")


@pytest.mark.parametrize(
    ("cards", "problem"),
    [
        ("5/1/2026\nRead More4/1/2026\nTwo", "6: the card before it has no teaser"),
        ("5/1/2026\nRead More", "6: the card before it has no teaser"),
        ("5/1/2026\nOne\nRead Morel8er\nTwo", "7: 'Read Morel8er' is no card's date"),
        ("5/1/2026", "5: the last card has no teaser"),
    ],
)
def test_broken_cards_are_refused_with_their_line(cards: str, problem: str) -> None:
    text = f"{HEADLINE}\n{FOUND}\n{WHY}\n{CAUTIONS}\n{cards}\n{ending()}"
    assert refusal(text).startswith(f"summaries/walk.txt:{problem}")


@pytest.mark.parametrize("sign", ["-", "•", "*"])
def test_a_list_in_a_page_is_part_of_the_text_that_introduces_it(sign: str) -> None:
    points = (f"{sign} Only 16 people", f"{sign} No control group")
    whole = "Keep in mind:\n" + "\n".join(points)
    for end in ("\n", "\n\n"):
        summary = read_one(page(HEADLINE, FOUND, WHY, "Keep in mind:", *points, end=end))
        assert (summary.why_it_matters, summary.cautions) == (WHY, whole)
        summary = read_one(page(HEADLINE, "Keep in mind:", *points, WHY, CAUTIONS, end=end))
        assert (summary.found, summary.cautions) == (whole, CAUTIONS)


def test_a_list_alone_is_a_text_of_its_own_where_one_is_missing() -> None:
    summary = read_one(page(HEADLINE, FOUND, WHY, "1. Only 16 people", "2. No control group"))
    assert summary.cautions == "1. Only 16 people\n2. No control group"


def test_a_list_without_a_colon_above_goes_with_the_text_above_where_all_are_there() -> None:
    summary = read_one(page(HEADLINE, FOUND, "- It rose", "- It fell", WHY, CAUTIONS))
    assert summary.found == f"{FOUND}\n- It rose\n- It fell"
    assert (summary.why_it_matters, summary.cautions) == (WHY, CAUTIONS)


def test_a_line_too_many_that_is_no_list_is_still_one() -> None:
    line = refusal(page(HEADLINE, FOUND, WHY, CAUTIONS, "More.", "1. Even more."))
    assert "one line too many before the cards" in line


def test_a_page_has_what_helps_in_its_front_matter() -> None:
    front = (
        "---\ntitle: Walks\nkey_messages: [It rose., It fell.]\nauthors: Lee, B.; Smith, J.\n---\n"
    )
    summary = read_one(front + page())
    assert (summary.title, summary.key_messages) == ("Walks", ("It rose.", "It fell."))
    assert summary.authors == ("Lee, B.", "Smith, J.")
