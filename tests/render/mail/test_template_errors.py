"""A broken template is named with its line."""

from __future__ import annotations

import time

import pytest

from msnewsletter.errors import TemplateError
from msnewsletter.render.mail.render import render_mail
from render.mail.samples import ISSUES

ENTRIES = "digest/entries.mjml.j2"
SECONDS = 10  # of CPU; many times what it takes here


def refusal(templates: dict[str, str], name: str, line: int, text: str) -> TemplateError:
    """What is said when that line of a template reads so."""
    lines = templates[name].split("\n")
    lines[line - 1] = text
    with pytest.raises(TemplateError) as caught:
        render_mail(ISSUES["eight"], {**templates, name: "\n".join(lines)})
    assert "\n" not in str(caught.value)
    return caught.value


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("{% if entry.badge || 1 %}", "expected token"),
        ("{{ entry.nonsense }}", "no attribute 'nonsense'"),
        ("{{ nonsense }}", "'nonsense' is undefined"),
        ("{{ entry.headline | nonsense }}", "nonsense"),
        ("{{ 'nonsense' | style }}", "nonsense"),
        ("{{ 1 / 0 }}", "ZeroDivisionError"),
        ("{% include 'nonsense.j2' %}", "no template nonsense.j2"),
        ("<p>{{ entry.headline }}</b>", "mismatched tag in '<p>People who took"),
        ("<p class=x>{{ entry.headline }}</p>", "not well-formed"),
        ("<p>a < b</p>", "not well-formed"),
        ("<!-- a -- b -->", "not well-formed"),
        ("<p>a & b</p>", "not well-formed"),
    ],
)
@pytest.mark.parametrize("line", [6, 7])
def test_a_fault_in_a_partial_is_blamed_on_its_line(
    line: int, text: str, problem: str, templates: dict[str, str]
) -> None:
    error = refusal(templates, ENTRIES, line, text)
    assert error.place == f"templates/{ENTRIES}:{line}"
    assert problem in error.problem


@pytest.mark.parametrize("line", [6, 20, 31])
def test_a_fault_in_the_outer_template_is_blamed_on_its_line(
    line: int, templates: dict[str, str]
) -> None:
    error = refusal(templates, "digest.mjml.j2", line, "<p>a &nonsense b</p>")
    assert error.place == f"templates/digest.mjml.j2:{line}"


def test_a_fault_in_the_text_template_is_blamed_on_its_line(templates: dict[str, str]) -> None:
    error = refusal(templates, "digest.txt.j2", 2, "{{ digest.nonsense }}")
    assert error.place == "templates/digest.txt.j2:2"


def test_a_wrong_closing_mjml_tag_is_refused_though_mjml_takes_it(
    templates: dict[str, str],
) -> None:
    broken = templates["digest.mjml.j2"].replace("</mj-body>", "</mj-bod>")
    with pytest.raises(TemplateError, match="mismatched tag"):
        render_mail(ISSUES["one"], {**templates, "digest.mjml.j2": broken})


def test_what_only_mjml_refuses_is_refused_too(templates: dict[str, str]) -> None:
    with pytest.raises(TemplateError, match=r"templates/digest\.mjml\.j2:\d+: MJML: "):
        render_mail(ISSUES["one"], {**templates, "digest.mjml.j2": "<p>no mjml</p>\n"})


def test_a_missing_template_is_named(templates: dict[str, str]) -> None:
    with pytest.raises(TemplateError, match=r"there is no template digest\.txt\.j2"):
        render_mail(ISSUES["one"], {k: v for k, v in templates.items() if k != "digest.txt.j2"})


@pytest.mark.parametrize("name", ["digest.mjml.j2", "digest.txt.j2"])
def test_a_template_without_an_unsubscribe_link_is_refused(
    name: str, templates: dict[str, str]
) -> None:
    kind = name.removeprefix("digest")
    bare = {
        each: text.replace("digest.unsubscribe_url", "digest.web.url")
        if each == name or (each.startswith("digest/") and each.endswith(kind))
        else text
        for each, text in templates.items()
    }
    with pytest.raises(TemplateError, match=f"{name}: the mail has no unsubscribe link"):
        render_mail(ISSUES["one"], bare)


def test_named_entities_of_html_are_welcome(templates: dict[str, str]) -> None:
    top = templates["digest/masthead.mjml.j2"].replace("·", "&middot;&nbsp;")
    html = render_mail(ISSUES["one"], {**templates, "digest/masthead.mjml.j2": top}).html
    assert b"&middot;&nbsp;" in html


def test_a_title_with_combining_marks_is_not_spelled_out_to_screen_readers(
    templates: dict[str, str],
) -> None:
    # mrml writes attributes as Rust's Debug does: `e\u{301}`.
    template = templates["digest.mjml.j2"].replace("<mj-title>", "<mj-title>e\u0301 \\ 👩‍🔬 ")
    html = render_mail(ISSUES["one"], {**templates, "digest.mjml.j2": template}).html.decode()
    assert 'aria-label="e\u0301 \\ 👩‍🔬 Plain Research Notes, Issue 7"' in html


def test_a_fault_in_a_huge_line_is_blamed_soon(templates: dict[str, str]) -> None:
    begun = time.process_time()
    error = refusal(templates, ENTRIES, 6, "<p>" + "ab" * 5_000 + " & " + "ba" * 5_000 + "</p>")
    assert error.place == f"templates/{ENTRIES}:6"
    assert time.process_time() - begun < SECONDS
