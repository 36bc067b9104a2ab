"""A summary's file as a form, and back: what the form does not show stays as it is."""

from __future__ import annotations

import pytest

from msnewsletter.sources.fields import FRONT_FIELDS
from msnewsletter.sources.front_matter_form import Form, form_of, with_form
from msnewsletter.sources.markdown import FRONT


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
