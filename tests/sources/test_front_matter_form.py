"""A summary's file as a form, and back: what the form does not show stays as it is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from msnewsletter.list_fields import LIST_FIELDS
from msnewsletter.model import WrittenBy
from msnewsletter.sources.field_rules import FRONT_FIELDS
from msnewsletter.sources.front_matter import open_text
from msnewsletter.sources.front_matter_form import Form, form_of, with_form
from msnewsletter.sources.markdown import FRONT
from msnewsletter.text_blocks import is_point
from sources.written import markdown, read_one


def test_a_field_that_the_form_does_not_ask_for_stays() -> None:
    text = "---\nheadline: In the front matter\nkey: a\n---\n## What was found\nMuch.\n"
    shown = form_of(text, "a.md", "markdown")
    assert shown
    asked = {name: value for name, value in shown.fields.items() if name in FRONT_FIELDS}
    assert with_form(text, "a.md", "markdown", Form(fields=asked, body=shown.body)) == text


@pytest.mark.parametrize(
    "front", ['tags: ["one, two", three]', "key: a\n..."], ids=["a comma in a tag", "YAML's end"]
)
def test_what_a_form_could_not_write_back_has_none(front: str) -> None:
    assert form_of(f"---\n{front}\n---\n# A headline.\n", "a.md", "markdown") is None


def test_a_form_writes_who_wrote_it_and_the_reader_reads_it_back() -> None:
    text = markdown("key: a\n")
    shown = form_of(text, "a.md", "markdown")
    assert shown
    form = Form(fields={**shown.fields, "written_by": "AI and people"}, body=shown.body)
    written = with_form(text, "a.md", "markdown", form)
    assert read_one(written, "a.md").written_by is WrittenBy.BOTH
    again = form_of(written, "a.md", "markdown")
    assert again
    assert again.fields["written_by"] == "AI and people"


def test_a_soft_return_in_front_matter_moves_no_line_of_the_form() -> None:
    text = "---\nkey: a\nstudied_in: mi\u2028ce\x0b\npmid: 1\n---\n# A headline.\n"
    shown = form_of(text, "a.md", "markdown")
    assert shown
    assert shown.fields == {"key": "a", "studied_in": "mi ce", "pmid": "1"}
    form = Form(fields={**shown.fields, "pmid": "2"}, body=shown.body)
    assert with_form(text, "a.md", "markdown", form) == text.replace("pmid: 1", "pmid: 2")


YAML_SIGNS = st.sampled_from(
    ["a: b", "- a", "'a", '"a" b', "#a", "a #b", "null", "~", "|", "> x", "{a}", "[a", "%a", "\\n"]
)
# What the fields of a form may hold: lines of anything, and what means something to YAML.
ONE_LINE = (st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"])) | YAML_SIGNS).map(
    str.strip
)
TEXTS = st.one_of(
    ONE_LINE,
    st.lists(ONE_LINE, max_size=3).map("\n".join),
    st.lists(ONE_LINE, min_size=10, max_size=40).map(" ".join),
).map(str.strip)
PARTS = {
    "tags": ONE_LINE.map(lambda text: text.replace(",", "").strip()),
    "evidence": ONE_LINE.map(lambda text: text.replace(",", "").replace(";", "").strip()),
    "authors": ONE_LINE.map(lambda text: text.replace(";", "").strip()),
    "key_messages": ONE_LINE.filter(lambda text: not is_point(text)),
}
LISTS = {name: st.lists(part.filter(bool), max_size=4).map(tuple) for name, part in PARTS.items()}
FIELDS = st.fixed_dictionaries({}, optional={name: LISTS.get(name, TEXTS) for name in FRONT_FIELDS})


@given(FIELDS)
def test_whatever_a_form_writes_reads_back_the_same(
    texts: dict[str, str | tuple[str, ...]],
) -> None:
    typed = {
        name: value if isinstance(value, str) else LIST_FIELDS[name].between.join(value)
        for name, value in texts.items()
    }
    written = with_form(
        "# A headline.\n", "a.md", "markdown", Form(fields=typed, body="# A headline.\n")
    )
    read = {name: field.value for name, field in open_text(written, "a.md", FRONT).fields.items()}
    assert read == {name: value for name, value in texts.items() if value}
    shown = form_of(written, "a.md", "markdown")
    assert shown
    assert shown.fields == {name: value for name, value in typed.items() if value}
    assert with_form(written, "a.md", "markdown", shown) == written


def test_what_a_form_writes_of_key_messages_and_authors_a_person_can_read() -> None:
    fields = {
        "key_messages": "It rose, a little.\nIt fell: “why?”",
        "authors": "Lee, B.; Smith, J.",
    }
    form = Form(fields=fields, body="# A headline.\n")
    assert with_form("# A headline.\n", "a.md", "markdown", form) == (
        '---\nkey_messages:\n  - It rose, a little.\n  - "It fell: “why?”"\n'
        "authors:\n  - Lee, B.\n  - Smith, J.\n---\n# A headline.\n"
    )
