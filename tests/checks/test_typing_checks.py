"""What was typed is found, and what only looks like it is left alone."""

from __future__ import annotations

import time

import pytest

from msnewsletter.checks import Severity
from msnewsletter.checks.typing_checks import check_typing


def names(text: str) -> set[str]:
    return {one.name for one in check_typing("summaries/walks.md", (text,))}


MARKUP = (
    "It <b>helped</b> some.",
    "CD4<sup>2</sup> cells moved.",
    "It ended here.</p>",
    "One line,<br/> and another.",
    'See <a href="https://x.example/">this</a>.',
    "<jats:p>Forty people took part.",
    "<AbstractText>Forty people took part.",
    "<aside>Forty people took part.",
    "See <https://x.example/> for more.",
    "It **helped** some.",
    "**Found:** it helped.",
    "It __helped__ some.",
    "It *helped* some.",
    "It was _not_ seen.",
    "It ~~rose~~ fell.",
    "### Results\nIt rose.",
    "It rose.\n---\nIt fell.",
    "It rose.\n***\nIt fell.",
    "It rose.\n* * *\nIt fell.",
    "> It rose.",
    "- [x] It rose.",
    "::: note\nIt rose.",
    "See [the study](https://x.example/a).",
    "See ![a chart](chart.png) and [it](./chart.png).",
    "It rose.[^1]",
    "See [[Fatigue]].",
    "It [b]rose[/b].",
    "It had | a | table | in it.",
    "| Group | Rose |\n|---|---|\n| A | 5 |",
    "It ran `model.fit()` twice.",
    "```\nIt rose.\n```",
    "IFN-\\gamma rose.",
    "It rose by 5 \\pm 2 points.",
    "It was \\emph{small}.",
    "A trend ($p<0.05$) was seen.",
    "The $\\beta$ cells rose.",
    "It rose \\*a little\\*.",
    "The patients\\u2019 sleep was better.",
    "It rose.\\nIt fell.",
)
ENTITIES = (
    "Clinical &amp; Translational Example",
    "Twelve&nbsp;weeks passed.",
    "The patients&#8217; sleep was better.",
    "The patients&#x2019; sleep was better.",
    "The patients&rsquo; sleep was better.",
    "It fell (p &lt; 0.05).",
    "Sleep &amp;amp; rest helped.",
    "Sleep &nbsp rest helped.",
)
UNSEEN = (
    "The treat\u00adment helped.",
    "The \u202etreatment\u202c helped.",
    "The \u202atreatment\u202c helped.",
    "The treat\u200bment helped.",
    "The treat\u2060ment helped.",
    "The \ufefftreatment helped.",
    "The \u2067treatment helped.",
    "The treatment\u2069 helped.",
    "The \u2067treatment\nhelped.\u2069",
    "The treat\u200cment helped.",
    "The treat\u200dment helped.",
    "The chart \ufffc shows it.",
)
FINE = (
    "p<0.05 and n>20 in both groups.",
    "Relapses in children <16 years and adults >60 were rarer.",
    "R&D at AT&T; Q&A; salt & pepper.",
    "It rose 5 * 3 = 15 times, and 2 ** 3 is 8.",
    "The variable a_b rose.",
    "HLA-DRB1*15:01 and HLA-DRB5*01:01 are linked to MS.",
    "*p<0.05, **p<0.01, ***p<0.001",
    "It cost $5 to $10 (<$20) a day, or US$5 = €4.",
    "It rose by a third [95% CI 1.2 to 3.4].",
    "The median was 15 [12–18] points.",
    "Doses [5 mg, 10 mg] (see cautions) were compared.",
    "“We felt [more] awake,” one of them said.",
    "The chance P(A | B) was lower than P(C | D).",
    "Brain & Cell <Letters>",
    "It ran from 7 << 10 to 3.",
    "> 60 years was the age of half of them.",
    "- Only 16 people\n- No control group",
    "The first step — the walk — was the longest.",
    "It was #1 of 3, at 5:1 odds, 10/12 people.",
    "She wrote: “I’m back! :)”",
    "TNF‑α, IL‑6 and γδ T cells rose.",
    "می‌خواهم بخوابم",
    "क्‍ष और श्री",
    "Cooling vests 🧊 kept people steady, for an hour or so 👩‍🔬.",
    "The name \u2067דוד\u2069 was read.\u200f",
    "علاج \u200eMS\u200e بسيط.",
)


@pytest.mark.parametrize("text", MARKUP)
def test_markup_that_is_shown_as_typed_is_found(text: str) -> None:
    assert "typed-markup" in names(text)


@pytest.mark.parametrize("text", ENTITIES)
def test_an_entity_that_is_shown_as_typed_is_found(text: str) -> None:
    assert names(text) == {"typed-entity"}


@pytest.mark.parametrize("text", UNSEEN)
def test_a_character_that_nobody_sees_is_found(text: str) -> None:
    assert names(text) == {"unseen-character"}


@pytest.mark.parametrize("text", FINE)
def test_what_only_looks_like_it_is_left_alone(text: str) -> None:
    assert names(text) == set()


def test_a_finding_only_warns_and_quotes_what_was_typed_or_names_what_cannot_be_seen() -> None:
    text = "It **helped** <i>some</i> &amp; calm\u00aded others."
    found = {one.name: one for one in check_typing("summaries/walks.md", (text,))}
    assert {one.severity for one in found.values()} == {Severity.WARN}
    assert {one.place for one in found.values()} == {"summaries/walks.md"}
    assert "“**helped**”, “<i>”, “</i>”" in found["typed-markup"].reason
    assert "“&amp;”" in found["typed-entity"].reason
    assert "U+00AD (soft hyphen) at the dot in “>some</i> &amp; calm·ed" in str(
        found["unseen-character"]
    )


@pytest.mark.parametrize(
    "piece",
    [
        "[",
        "<a ",
        "&amp;",
        "*",
        "_",
        "`",
        "$",
        "|",
        "\u2067",
        "a",
        "- ",
        "1 a\n",
        "\\",
        "# ",
        " ",
        "<a b=c ",
    ],
)
def test_a_very_long_text_is_searched_in_a_moment(piece: str) -> None:
    text = piece * (200_000 // len(piece))
    start = time.process_time()
    check_typing("summaries/walks.md", (text,))
    assert time.process_time() - start < 3
