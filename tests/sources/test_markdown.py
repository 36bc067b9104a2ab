"""Markdown: headings make the sections, the text under them stays text."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from msnewsletter.model import Card
from sources.written import CAUTIONS, FOUND, HEADLINE, WHY, markdown, read_one, refusal

if TYPE_CHECKING:
    from pathlib import Path

WHERE = "summaries/gut.md"
REST = "## Why it matters\nWhy.\n## Cautions\nSlow.\n"


def test_a_file_is_read_by_its_headings() -> None:
    summary = read_one(markdown(), WHERE)
    assert (summary.headline, summary.found) == (HEADLINE, FOUND)
    assert (summary.why_it_matters, summary.cautions) == (WHY, CAUTIONS)
    assert (summary.key, summary.location, summary.published) == ("gut", WHERE, None)


@pytest.mark.parametrize(
    ("found", "why", "cautions"),
    [
        ("## What was found?", "## Why does it matter?", "## What should you keep in mind?"),
        ("# WHAT WAS FOUND", "### why it matters:", "###### Cautions ##"),
        ("##  What  was found ", "##\tWhy it matters", "## CAUTIONS"),
    ],
)
def test_headings_may_be_worded_as_on_the_page(found: str, why: str, cautions: str) -> None:
    summary = read_one(f"# Lead.\n{found}\nA.\n{why}\nB.\n{cautions}\nC.\n", WHERE)
    assert (summary.headline, summary.found) == ("Lead.", "A.")
    assert (summary.why_it_matters, summary.cautions) == ("B.", "C.")


def test_sections_may_come_in_any_order_and_without_front_matter() -> None:
    summary = read_one(f"# Lead.\n{REST}## What was found\nLast.", WHERE)
    assert (summary.found, summary.cautions) == ("Last.", "Slow.")


def test_the_text_of_a_section_is_not_rendered() -> None:
    text = "*Not* <b>bold</b> & {{ x }}\n#hashtag, 2 # 3\n- a\n\n> b"
    assert read_one(f"# L\n## What was found\n\n{text}\n\n\n{REST}", WHERE).found == text


def test_without_cautions_they_are_empty() -> None:
    text = markdown()
    assert read_one(text[: text.index("## Cautions")], WHERE).cautions == ""
    assert read_one(text[: text.index(CAUTIONS)], WHERE).cautions == ""


def test_a_headline_may_stand_in_the_front_matter() -> None:
    text = markdown("headline: 'Lead: yes'\n").replace(f"# {HEADLINE}\n", "")
    assert read_one(text, WHERE).headline == "Lead: yes"


def test_disclaimer_and_related_summaries_may_have_sections() -> None:
    text = (
        markdown()
        + "## Disclaimer\nNot advice.\n\n## Related\n- 2026-05-01: One: two\n* 2026-04-30: B\n"
    )
    summary = read_one(text, WHERE)
    assert summary.disclaimer == "Not advice."
    assert summary.related == (
        Card(date=date(2026, 5, 1), teaser="One: two"),
        Card(date=date(2026, 4, 30), teaser="B"),
    )


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (f"# L\n## What was fond\nx\n{REST}", "2: there is no section 'What was fond'; did you"),
        (f"# L\n# M\n## What was found\nx\n{REST}", "2: there is no section 'M'"),
        (f"# L\n## What was found\nx\n### Details\ny\n{REST}", "4: there is no section 'Details'"),
        (f"# L\n{REST}## Cautions\nAgain.\n", "6: a second section 'Cautions'; join the two"),
        (f"# L\nHello.\n{REST}", "2: text before the first section"),
        (f"Hello.\n# L\n{REST}", "1: text before the first section"),
        (f"# L\n## What was found\n\n{REST}", "2: no text under 'What was found'"),
        ("# L\n## What was found\nx\n## Cautions\ny\n", " no text under 'Why it matters'"),
        (f"## What was found\nx\n{REST}", " no headline; begin with '# '"),
        (f"# \n## What was found\nx\n{REST}", "1: no 'headline'"),
        (f"# L\n## What was found\nx\n{REST}## Related\nOne\n", "9: 'One' is no related summary"),
        (f"# L\n## What was found\nx\n{REST}## Related\n- 2026-02-30: a\n", "9: '2026-02-30' does"),
        (f"---\nheadline: a\n---\n# L\n{REST}", "4: the front matter has a headline too"),
        ("---\ndisclaimer: a\n---\n## Disclaimer\nb\n", "4: the front matter has a disclaimer too"),
    ],
)
def test_what_does_not_fit_is_refused_with_its_line(text: str, line: str) -> None:
    assert refusal(text, WHERE).startswith(f"{WHERE}:{line}")


def headed(headline: str, found: str, why: str, cautions: str) -> str:
    return f"{headline}\n{found}\nA.\n{why}\nB.\n{cautions}\nC.\n"


def check_headed(text: str) -> None:
    summary = read_one(text, WHERE)
    assert (summary.headline, summary.found) == ("Gut bacteria differ.", "A.")
    assert (summary.why_it_matters, summary.cautions) == ("B.", "C.")


SPACES = ["\u00a0", "\u2009", "\u202f", "\u3000", "\u2003", "\u00a0 ", " \u00a0", "\u200b", ""]


@pytest.mark.parametrize("space", SPACES)
def test_a_heading_has_any_space_after_its_signs_or_none(space: str) -> None:
    titles = ("# Gut bacteria differ.", "## What was found", "### Why it matters", "## CAUTIONS ##")
    check_headed(headed(*(title.replace(" ", space, 1) for title in titles)))


def test_a_heading_of_ours_may_be_indented_and_have_odd_spaces_in_it() -> None:
    check_headed(
        headed(
            "  # Gut bacteria differ.",
            " ## What\u00a0was\u00a0found",
            "\u00a0##Why it\u2009matters:",
            "\ufeff## What should you keep in mind\u202f?",
        )
    )


def test_a_file_with_a_no_break_space_after_its_signs_is_read_whole(shared: Path) -> None:
    data = (shared / "cases" / "files" / "nbsp-heading.md").read_bytes()
    assert "##\u00a0" in data.decode()
    summary = read_one(data, "nbsp-heading.md")
    assert summary.cautions
    assert "#" not in summary.why_it_matters + summary.cautions


@pytest.mark.parametrize(
    "line",
    [
        *("#1 in the list", "#\u00a01 in the list", "#gut", "#gut #sleep", "#MS is hard to treat"),
        *(
            "##Details of it",
            "##2 and ##3",
            "#",
            "##",
            "#######Cautions",
            "  # Not ours",
            "a ##Cautions",
        ),
        *("#Cautions: few people", "##Related work was done before", "C# Cautions"),
    ],
)
def test_text_that_begins_with_a_number_sign_stays_text(line: str) -> None:
    text = headed(
        "# Gut bacteria differ.", "## What was found", "## Why it matters", f"{line}\n## Cautions"
    )
    summary = read_one(text, WHERE)
    assert (summary.why_it_matters, summary.cautions) == (f"B.\n{line}", "C.")


@pytest.mark.parametrize(
    "line", ["#1 cause of it", "#gut", "#gut #sleep", "##Gut bacteria differ."]
)
def test_a_first_line_that_is_no_clear_headline_is_refused(line: str) -> None:
    assert refusal(f"{line}\n{markdown()[8:]}", WHERE).startswith(f"{WHERE}:1: text before the ")


def test_a_misspelt_heading_with_an_odd_space_is_refused_like_any_other() -> None:
    text = headed("# L", "##\u00a0What was fond", "## Why it matters", "## Cautions")
    assert refusal(text, WHERE).startswith(
        f"{WHERE}:2: there is no section 'What was fond'; did you"
    )


@pytest.mark.parametrize(
    ("text", "messages"),
    [
        ("- It rose,\n  a little.\n- It fell.\n", ("It rose, a little.", "It fell.")),
        ("It rose,\na little.\n\nIt fell.\n", ("It rose, a little.", "It fell.")),
        ("1. It rose.\n2. It fell.\n", ("It rose.", "It fell.")),
        ("\n", ()),
    ],
)
def test_each_point_or_paragraph_below_key_messages_is_one(
    text: str, messages: tuple[str, ...]
) -> None:
    for heading in ("## Key messages", "## Key Messages:"):
        for whole in (
            markdown() + f"\n{heading}\n{text}",
            markdown().replace("## What was", f"{heading}\n\n{text}\n## What was"),
        ):
            assert read_one(whole, "a.md").key_messages == messages


def test_key_messages_above_and_below_are_one_too_many() -> None:
    text = markdown("key_messages: It rose.\n") + "\n## Key messages\n- It fell.\n"
    assert "the front matter has a key_messages too; remove one of the two" in refusal(text, "a.md")


def test_a_list_in_a_section_keeps_its_lines() -> None:
    text = markdown().replace(CAUTIONS, "Keep in mind:\n- Small\n- Short\n\n\n- New")
    assert read_one(text, "a.md").cautions == "Keep in mind:\n- Small\n- Short\n\n- New"
