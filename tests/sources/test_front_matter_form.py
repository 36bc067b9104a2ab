"""A summary's file as a form, and back: what the form does not show stays as it is."""

from __future__ import annotations

import pytest

from msnewsletter.model import WrittenBy
from msnewsletter.sources.fields import FRONT_FIELDS
from msnewsletter.sources.front_matter_form import Form, form_of, with_form
from msnewsletter.sources.markdown import FRONT
from sources.written import markdown, read_one


def test_a_field_that_the_form_does_not_ask_for_stays() -> None:
    text = "---\nheadline: In the front matter\nkey: a\n---\n## What was found\nMuch.\n"
    shown = form_of(text, "a.md", FRONT)
    assert shown
    asked = {name: value for name, value in shown.fields.items() if name in FRONT_FIELDS}
    assert with_form(text, "a.md", FRONT, Form(fields=asked, body=shown.body)) == text


@pytest.mark.parametrize(
    "front", ['tags: ["one, two", three]', "key: a\n..."], ids=["a comma in a tag", "YAML's end"]
)
def test_what_a_form_could_not_write_back_has_none(front: str) -> None:
    assert form_of(f"---\n{front}\n---\n# A headline.\n", "a.md", FRONT) is None


def test_a_form_writes_who_wrote_it_and_the_reader_reads_it_back() -> None:
    text = markdown("key: a\n")
    shown = form_of(text, "a.md", FRONT)
    assert shown
    form = Form(fields={**shown.fields, "written_by": "AI and people"}, body=shown.body)
    written = with_form(text, "a.md", FRONT, form)
    assert read_one(written, "a.md").written_by is WrittenBy.BOTH
    again = form_of(written, "a.md", FRONT)
    assert again
    assert again.fields["written_by"] == "AI and people"


def test_a_soft_return_in_front_matter_moves_no_line_of_the_form() -> None:
    text = "---\nkey: a\nstudied_in: mi\u2028ce\x0b\npmid: 1\n---\n# A headline.\n"
    shown = form_of(text, "a.md", FRONT)
    assert shown
    assert shown.fields == {"key": "a", "studied_in": "mi ce", "pmid": "1"}
    form = Form(fields={**shown.fields, "pmid": "2"}, body=shown.body)
    assert with_form(text, "a.md", FRONT, form) == text.replace("pmid: 1", "pmid: 2")
