"""What a screen reader says, from the markup: roles, names, levels, in order."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from msnewsletter.web.desk.aloud.markup_nodes import markup_nodes
from msnewsletter.web.desk.aloud.spoken import lines_of


def said(body: str, *, head: str = "<title>T</title>") -> list[str]:
    """The lines after the title: the reader's own words in brackets."""
    page = f"<!doctype html><html lang=en><head>{head}</head><body>{body}</body></html>"
    lines = lines_of(markup_nodes(page.encode()))
    shown = ["".join(f" [{p.own}] {p.text}" if p.own else p.text for p in line) for line in lines]
    return [line.removeprefix(" ") for line in shown[1:]]


def test_the_title_comes_first() -> None:
    [first] = lines_of(markup_nodes(b"<title> A \n b</title>"))[:1]
    assert [(piece.own, piece.text) for piece in first] == [("document", "A b")]


@pytest.mark.parametrize(
    ("body", "lines"),
    [
        ("<h2>Why?</h2>", ["[heading level 2] Why?"]),
        ("<h1><a href=x>Go</a></h1>", ["[heading level 1, link] Go"]),
        ("<p>See <a href=x>the study</a>, too.</p>", ["See [link] the study, too."]),
        ("<p><a>no link</a></p>", ["no link"]),
        ("<p>A <b>bold</b>\n  word</p><p>B", ["A bold word", "B"]),
        ("<div>A<div>B</div>C</div>", ["A", "B", "C"]),
        ("<p>A<br>B</p>", ["A B"]),
        (
            "<ul><li>a<li>b <a href=x>c</a></ul>d",
            ["[list with 2 items] ", "a", "b [link] c", "[end of list] ", "d"],
        ),
        ("<ol><li>a</ol>", ["[list with 1 item] ", "a", "[end of list] "]),
        ("<img alt='A chart'><img alt=''><img>", ["[image] A chart"]),
        ("<a href=x><img alt='Home'></a>", ["[link, image] Home"]),
        ("<a href=x aria-label='Issue 7'>7</a>", ["[link] Issue 7"]),
        ("<p>a <a href=x></a> b</p>", ["a [link] b"]),
        ("<nav aria-label=Site>a</nav>", ["[navigation landmark] Site", "a"]),
        ("<main>a</main><hr>", ["[main landmark] ", "a", "[separator] "]),
        ("<header>a</header><article><header>b</header></article>",
         ["[banner landmark] ", "a", "[article] ", "b"]),
        ("<section>a</section>", ["a"]),
        ("<h2 id=w>W</h2><section aria-labelledby=w>a</section>",
         ["[heading level 2] W", "[region] W", "a"]),
        ("<table role=presentation><tr><td>a<td>b</table>", ["a", "b"]),
        ("<table><tr><td>a</table>", ["[table] ", "a"]),
        ("<div role=article aria-label=Mail>a</div>", ["[article] Mail", "a"]),
    ],
)  # fmt: skip
def test_roles_and_names_are_said_before_the_words(body: str, lines: list[str]) -> None:
    assert said(body) == lines


@pytest.mark.parametrize(
    "hidden",
    [
        "<p aria-hidden=true>x</p>",
        "<p hidden>x</p>",
        "<div style='display:none;max-height:0'>a preheader</div>",
        "<p style='visibility : hidden'>x</p>",
        "<style>p{}</style><script>x</script><template>x</template><!-- x -->",
        "<p> \n </p>",
        "",
    ],
)
def test_what_is_hidden_is_not_said(hidden: str) -> None:
    assert said(f"<p>a</p>{hidden}<p>b</p>") == ["a", "b"]


def test_words_carry_their_language() -> None:
    page = b"<html lang=en><title>T</title><p>In <i lang=de>Die Zeit</i>, 2026</p>"
    [_, line] = lines_of(markup_nodes(page))
    assert [(piece.text, piece.language) for piece in line] == [
        ("In ", "en"),
        ("Die Zeit", "de"),
        (", 2026", "en"),
    ]


@given(st.text(st.sampled_from("<>/ abpiul=\"'h1\n\xa0éא"), max_size=80))
def test_any_markup_is_read_without_an_error(body: str) -> None:
    assert all(line == line.strip("\n") for line in said(body))
