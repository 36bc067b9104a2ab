"""What was copied along with a text is found, and what only looks like it is left alone."""

from __future__ import annotations

import time

import pytest

from msnewsletter.checks import Severity
from msnewsletter.checks.copied_checks import check_copied

COPIED = (
    "The treat-\nment helped.",
    "The treat\u00acment helped.",
    "The treat- ment helped.",
    "The e\ufb00ect was signi\ufb01cant.",
    "A signi cant change was seen.",
    "It rose. Page 3 of 12 It fell.",
    "Author Manuscript\nIt rose.",
    "Downloaded from https://x.example on 5 May 2026.",
    "It was not certified by peer review.",
    "Received: 3 May 2025 / Accepted: 4 June 2025",
    "Mult Scler. 2024 May;30(6):711-720.",
    "J Neurol (2024) 271:123–130",
    "12 Forty people took\n13 part in the\n14 trial.",
    "Lee et al. Page 3",
    "It rose in\n311\nall groups.",
    "Ex. Neurol., Vol. 12, No. 3",
    "SLEEP AND TIREDNESS IN MS 13\nIt rose.",
    "Ex Neurol 2025; 12: 34–41",
    "Deleted: five people. Six people slept.",
    "TL;DR: it rose.",
    "Key takeaways:\nIt rose.",
    "It rose. (Word count: 98)",
    "It rose (Fig. 2a) and fell (see Table S3).",
    "It rose ( ) and fell.",
    "Tags: sleep\nIt rose.",
    "PMID: 12345678",
    "See it there [PubMed].",
    "Conflict of interest statement: none.",
    "Copyright © 2024 The Authors.",
    "ABSTRACT BACKGROUND: Forty people took part.",
    "METHODS: Forty people took part.",
    "Status: Draft\nForty people took part.",
    "Last edited by: Ann",
    "▸ What they did",
    "💡 Forty people took part.",
    "- ✅ Forty people took part.",
    "Fatigue was worse.[1][3]",
    "Fatigue was worse [12].",
)
FINE = (
    "The median was 15 [12–18] points.",
    "Doses [5 mg, 10 mg] (see cautions) were compared.",
    "Two- and three-year results were alike, short- or long-term.",
    "Pre- to post-test, it rose.",
    "A long-term, double-blind trial.",
    "It was #1 of 3, at 5:1 odds, 10/12 people.",
    "Cooling vests 🧊 kept people steady, for an hour or so 👩‍🔬.",
    "Data were downloaded from the registry in 2024.",
    "The results were received in May.",
    "The status of each person was noted: Status 3 or more.",
    "In 2024; 31 people took part.",
    "12 people slept.\nThe others did not.",
    "The word “count” was read; the reading level rose.",
    "The gene was deleted: the mice slept.",
    "It rose (see the table in the paper) at visit (2).",
    "The TARGET-MS trial, begun in 2024; 31 people were in it.",
    "In volume 3 of the brain, f() rose.",
    "The authors have no conflict of interest.",
)


@pytest.mark.parametrize("text", COPIED)
def test_what_was_copied_along_is_found(text: str) -> None:
    (finding,) = check_copied("summaries/walks.md", (text,))
    assert (finding.name, finding.severity) == ("copied-along", Severity.WARN)
    assert finding.place == "summaries/walks.md"


@pytest.mark.parametrize("text", FINE)
def test_what_only_looks_like_it_is_left_alone(text: str) -> None:
    assert check_copied("summaries/walks.md", (text,)) == ()


def test_all_that_was_copied_along_is_one_line_with_the_words_around_each() -> None:
    texts = ("It rose. PMID: 12345678", "The treat-\nment helped.", "It fell. PMID: 12345679")
    (finding,) = check_copied("summaries/walks.md", texts)
    assert finding.reason == (
        "copied along: a hyphen from a line's end in “The treat- ment helped.”, "
        "a line of a database in “It rose. PMID: 12345678”"
    )


@pytest.mark.parametrize(
    "piece", ["a", "- ", "1 a\n", " ", "(", "( ", "A ", "12\n", "[1]", "fi\ufb01"]
)
def test_a_very_long_text_is_searched_in_a_moment(piece: str) -> None:
    text = "(" + piece * (200_000 // len(piece))
    start = time.process_time()
    check_copied("summaries/walks.md", (text,))
    assert time.process_time() - start < 3
