"""Lines: plain text as lines, lines as text, and what is hidden."""

from __future__ import annotations

import pytest

from msnewsletter.sources.html.html_lines import (
    HtmlTextLine,
    LineWriter,
    is_hidden,
    lines_of_text,
    text_of,
)


@pytest.mark.parametrize("text", ["a\nb\n\nc", "a", "", "a\n\n- b\n- c\n\nd", "a:\n\n1. b\n2. c"])
def test_the_lines_of_a_plain_text_are_that_text(text: str) -> None:
    assert text_of(lines_of_text(text)) == text


def test_each_line_of_a_plain_text_may_be_a_paragraph() -> None:
    assert text_of(lines_of_text("a\n b\t\n\nc\n", all_apart=True)) == "a\n\nb\n\nc"


def test_elements_that_begin_and_end_make_lines_and_what_is_unseen_makes_none() -> None:
    writer = LineWriter()
    assert writer.enter("h2", None)
    writer.add("What\n was", at=1)
    writer.leave("h2", None)
    assert not writer.enter("nav", None)
    assert not writer.enter("p", {"hidden": None})
    writer.add("found", at=2)
    writer.end_line(apart=True)
    assert writer.lines == [
        HtmlTextLine(text="What was", level=2, at=1),
        HtmlTextLine(text="found", at=2),
    ]


def test_a_name_that_others_link_to_hides_nothing() -> None:
    assert not is_hidden("a", {"name": "x"})
    assert is_hidden("p", {"style": "color: red; display:none"})
