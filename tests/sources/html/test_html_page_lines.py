"""The visible text of a page, line by line."""

from __future__ import annotations

import pytest

from msnewsletter.sources.html.html_document import parse_markup
from msnewsletter.sources.html.html_lines import BOLD_LEVEL, text_of
from msnewsletter.sources.html.html_page_lines import visible_text


def lines(html: str) -> list[str]:
    return [line.text for line in visible_text(parse_markup(html).root).lines]


@pytest.mark.parametrize(
    ("html", "seen"),
    [
        ("<p>one\n  two</p><div>three<div>four</div>five", ["one two", "three", "four", "five"]),
        ("a<br>b<br/>c", ["a", "b", "c"]),
        ("<p>in<b>si</b>de <span>a</span> word", ["inside a word"]),
        ("<p>a&nbsp;b &amp;amp; c&shy;d", ["a\u00a0b &amp; c\u00add"]),
        ("CO<sub>2</sub>, 10<sup>-6</sup>, 1<sup>st</sup>", ["CO₂, 10⁻⁶, 1st"]),
        ("<ul><li>one<li><p>two</ul><ol><li>a<li>b</ol>", ["- one", "- two", "1. a", "2. b"]),
        ("<ol start=4><li>a<li>b</ol>", ["4. a", "5. b"]),
        ("<table><tr><td>a<td>b</table>", ["a", "b"]),
        ("<pre>a\n b</pre>", ["a", "b"]),
        ("<span style='display: block'>a</span><span>b</span>", ["a", "b"]),
        ("say <q>yes</q>, <del>not</del> now", ["say “yes”, now"]),
        ("<article><header><h1>T</h1><p>by A</p></header><p>x</article>", ["T", "x"]),
    ],
)
def test_lines_are_what_a_reader_sees(html: str, seen: list[str]) -> None:
    assert lines(html) == seen


@pytest.mark.parametrize(
    "hidden",
    [
        *("<script>x</script>", "<style>x</style>", "<noscript>x</noscript>", "<!-- x -->"),
        *("<template>x</template>", "<nav>x</nav>", "<header>x</header>", "<footer>x</footer>"),
        *("<p hidden>x</p>", "<p aria-hidden=true>x</p>", "<p style='display : NONE'>x</p>"),
        *("<button>x</button>", "<svg><title>x</title></svg>", "<p class='a sr-only'>x</p>"),
        *("<p style=visibility:hidden>x</p>", "<dialog>x</dialog>", "<textarea>x</textarea>"),
    ],
)
def test_what_is_not_shown_is_no_text(hidden: str) -> None:
    assert lines(f"<p>before</p>{hidden}<p>after</p>") == ["before", "after"]


def test_headings_bold_lines_and_definitions_have_a_level() -> None:
    html = "<h2>a</h2><p><strong>b</strong></p><dl><dt>c<dd>d</dl><p><b>e:</b> f"
    found = visible_text(parse_markup(html).root).lines
    assert [line.level for line in found] == [2, BOLD_LEVEL, BOLD_LEVEL, 0, 0]
    assert found[-1].lead == "e:"


def test_paragraphs_are_apart_and_lines_and_points_together() -> None:
    html = "<p>a<br>b</p><p>c:</p><ul><li>d<li>e</ul>f<br><br>g"
    found = visible_text(parse_markup(html).root).lines
    assert text_of(found) == "a\nb\n\nc:\n\n- d\n- e\n\nf\n\ng"


def test_a_tree_of_any_depth_is_walked() -> None:
    assert lines("<div>" * 20_000 + "x") == ["x"]
