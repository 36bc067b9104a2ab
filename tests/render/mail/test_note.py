"""The editor's note, subject and question: what they may say, and that no more gets through."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from chance import examples
from msnewsletter.render.mail.render import render_mail
from msnewsletter.render.note import Paragraph, Run, paragraphs_of
from render.mail.samples import SUMMARIES, issue_of
from render.mail.test_digest import HOSTILE, Page, flat

if TYPE_CHECKING:
    from msnewsletter.render.mail.render import Mail

NOTE = """Two studies **only**, and *one* [long read](https://example.org/x?a=1&b=2).

- first
- second
"""
ALLOWED = {"p", "strong", "em", "a"}


def noted(templates: dict[str, str], note: str | None) -> Mail:
    issue = dataclasses.replace(issue_of(SUMMARIES[0]), note=note)
    return render_mail(issue, templates)


def test_a_note_stands_before_the_entries_in_both_parts(templates: dict[str, str]) -> None:
    mail = noted(templates, NOTE)
    page, text = Page(mail.html), flat(mail.text)
    for shown in (page.text, text):
        assert "Two studies only, and one long read" in shown
        assert shown.index("• second") < shown.index(flat(SUMMARIES[0].headline))
    assert ("https://example.org/x?a=1&b=2", "long read") in page.links
    assert "https://example.org/x?a=1&b=2" in text


def test_markdown_becomes_paragraphs_of_runs() -> None:
    assert paragraphs_of("# Hello\n\n3. a **b** [*c* d](https://e.org)") == (
        Paragraph(runs=(Run(text="Hello", strong=True),)),
        Paragraph(
            runs=(
                Run(text="a "),
                Run(text="b", strong=True),
                Run(text=" "),
                Run(text="c d", url="https://e.org"),
            ),
            mark="3. ",
        ),
    )
    assert paragraphs_of(None) == ()


@pytest.mark.parametrize(
    "text",
    [
        *HOSTILE,
        "<img src=https://e.org/p.gif onerror=alert(1)>",
        "![pixel](https://e.org/p.gif)",
        "[x](javascript:alert(1)) [y](data:text/html,x) [z](vbscript:x)",
        "<style>p{display:none}</style>\n\n<div>\nraw\n</div>",
        "[a]: https://e.org\n\n> quoted [a]\n\n```\ncode </mj-text>\n```",
        "&lt;script&gt; &#0; &#xD800; \\<b\\>",
    ],
)
def test_hostile_notes_add_no_element_but_the_four_that_a_note_may_have(
    text: str, templates: dict[str, str]
) -> None:
    page, plain = Page(noted(templates, text).html), Page(noted(templates, None).html)
    tags = {tag for tag, _ in page.tags}
    assert tags - ALLOWED == {tag for tag, _ in plain.tags} - ALLOWED
    for tag, attributes in page.tags[len(plain.tags) :]:
        assert not any(name.startswith("on") for name in attributes), tag
    assert not [url for url, _ in page.links if not url.startswith(("https:", "mailto:"))]


@settings(max_examples=examples(100))
@given(st.text(alphabet="*_[]()<>!#-`\\&;\n 1.ahtmpls:/\x00\ud800é", max_size=60))
@example("See `&amp;` and &amp;lt; and &amp;amp;amp;.")
def test_any_note_at_all_renders(templates: dict[str, str], note: str) -> None:
    page = Page(noted(templates, note).html)
    assert page.count("h2") == 1
    assert {tag for tag, _ in page.tags}.isdisjoint({"script", "img", "style:"})


def test_an_issue_s_own_subject_replaces_that_of_the_settings_and_is_one_line(
    templates: dict[str, str],
) -> None:
    issue = dataclasses.replace(issue_of(SUMMARIES[0]), subject="For {you}\r\nBcc: x@y.z")
    head = render_mail(issue, templates).eml.partition(b"\r\n\r\n")[0]
    assert b"\r\nSubject: For {you} Bcc: x@y.z\r\n" in head


def test_a_question_for_the_ms_team_is_asked_in_both_parts(templates: dict[str, str]) -> None:
    mail = render_mail(issue_of(SUMMARIES[0], question="Would a walk <suit> me?"), templates)
    for shown in (Page(mail.html).text, flat(mail.text)):
        assert "A question to take to your MS team: Would a walk <suit> me?" in shown
    without = render_mail(issue_of(SUMMARIES[0]), templates)
    assert b"MS team" not in without.html + without.text
