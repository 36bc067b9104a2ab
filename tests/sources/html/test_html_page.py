"""A page: which place wins for each field, and what is no summary."""

from __future__ import annotations

import datetime as dt
import json
import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from msnewsletter.errors import SourceError
from msnewsletter.sources.html.html_page import PageReading, read_html

AT = dt.datetime(2026, 11, 27, 8, tzinfo=dt.UTC)
SECTIONS = (
    "<h2>What was found</h2><p>It was found.</p><h2>Why it matters</h2><p>It matters.</p>"
    "<h2>Limitations</h2><p>Few people.</p>"
)


def read(
    body: str = f"<main><h1>A headline.</h1>{SECTIONS}</main>",
    head: str = "",
    charset: str | None = None,
    **select: str,
) -> PageReading:
    html = f"<!doctype html><html><head>{head}</head><body>{body}</body></html>"
    return read_html(
        html.encode(), address="https://example.org/a", at=AT, charset=charset, select=select
    )


def json_ld(**fields: object) -> str:
    script = json.dumps({"@type": "Article", **fields})
    return f'<script type="application/ld+json">{script}</script>'


def problem(*args: str, **named: str) -> str:
    found = read(*args, **named).problem
    return found.says if found else ""


# ── which place wins ─────────────────────────────────────────────────────────────────────────────


def test_a_selector_wins_over_json_ld_and_that_over_meta_and_all_are_told() -> None:
    meta = '<meta property="article:published_time" content="2026-11-03T08:00:00Z">'
    head = json_ld(headline="From JSON-LD.", datePublished="2026-11-02") + meta
    body = f"<main><h1>A headline.</h1><time datetime=2026-11-01>x</time>{SECTIONS}</main>"
    found = read(body, head, published="main time")
    assert [(one.value, one.origin) for one in found.candidates["published"]] == [
        ("2026-11-01", "select: main time"),
        ("2026-11-02", "JSON-LD: datePublished"),
        ("2026-11-03T08:00:00+00:00", "meta: article:published_time"),
        ("2026-11-01", "the page's <time>"),
    ]
    assert found.fields["headline"] == "From JSON-LD."
    assert read(body, meta).fields["published"] == "2026-11-03T08:00:00+00:00"


def test_a_headline_that_was_cut_for_cards_gives_way_to_the_whole() -> None:
    head = json_ld(headline="A head…")
    assert read(head=head).fields["headline"] == "A headline."


def test_a_title_for_social_networks_is_a_headline_only_where_the_page_shows_none() -> None:
    head = (
        '<meta property="og:title" content="Click! | Site">'
        '<meta property="og:site_name" content="Site">'
    )
    assert read(head=head).fields["headline"] == "A headline."
    assert read(f"<main>{SECTIONS}</main>", head).fields["headline"] == "Click!"


@pytest.mark.parametrize("sign", [" | ", " - ", " – ", " — ", " · "])
def test_the_site_s_name_in_a_title_makes_it_no_whole_headline(sign: str) -> None:
    # Without an end of a sentence the h1 looks like the cut beginning of the title.
    body = f"<main><h1>Sleep helps</h1>{SECTIONS}</main>"
    for title in (f"Sleep helps{sign}Leeds MS Friends", f"Leeds MS Friends{sign}Sleep helps"):
        found = read(body, f"<title>{title}</title>{json_ld(headline='Sleep helps')}")
        assert {one.value for one in found.candidates["headline"]} == {"Sleep helps"}
    cut = read(f"<main><h1>Sleep</h1>{SECTIONS}</main>", "<title>Sleep helps</title>")
    assert cut.fields["headline"] == "Sleep helps"


def test_citation_meta_elements_are_of_the_paper_and_their_date_is_the_journals() -> None:
    head = "".join(
        f'<meta name="{name}" content="{value}">'
        for name, value in (
            ("citation_title", "A paper"),
            ("citation_author", "A. Example"),
            ("Citation_Author", "B. Example"),
            ("citation_journal_title", "Brain"),
            ("citation_publication_date", "2026/12/31"),
            ("citation_doi", "doi:10.1000/ABC."),
            ("dc.date", "2026-11-02"),
        )
    )
    fields = read(head=head).fields
    assert "published" not in fields
    assert fields["authors"] == ("A. Example", "B. Example")
    assert (fields["cover_date"], fields["doi"]) == ("2026-12-31", "10.1000/abc")


@pytest.mark.parametrize("date", ["1970-01-01", "2099-01-01", "3/4/2026"])
def test_a_date_that_cannot_be_is_not_taken_and_said(date: str) -> None:
    found = read(head=json_ld(datePublished=date))
    assert "published" not in found.fields
    assert date in found.notes[0]


def test_selectors_join_paragraphs_and_lists_and_read_attributes() -> None:
    body = (
        "<main><h1>A headline.</h1><div class=f>One.</div><div class=f>Two:<ul><li>a<li>b</ul>"
        "</div><p class=w>Why.</p><p class=c>But.</p><i class=a>A. B</i><i class=a>C. D</i>"
        "<a class=d href='https://doi.org/10.1000/abc'>paper</a></main>"
    )
    found = read(
        body, found=".f", why_it_matters=".w", cautions=".c", authors=".a", doi=".d", journal=".x"
    )
    assert found.problem is None
    assert found.fields["found"] == "One.\n\nTwo:\n\n- a\n- b"
    assert found.fields["authors"] == ("A. B", "C. D")
    assert found.fields["doi"] == "10.1000/abc"
    assert "nothing in the page is '.x'" in found.notes[0]


def test_a_wrong_selector_is_one_line() -> None:
    with pytest.raises(SourceError, match="journal"):
        read(journal="p[[")


# ── sections ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "sections",
    [
        SECTIONS,
        SECTIONS.replace("h2", "h4"),
        (
            "<p><b>What was found?</b></p><p>It was found.</p><p><b>Why it matters</b>"
            "<p>It matters.<p><strong>Keep in mind:</strong></p><p>Few people."
        ),
        (
            "<p><b>What was found:</b> It was found.</p><p><b>Why it matters</b>: It matters.</p>"
            "<p><b>Cautions.</b> Few people.</p>"
        ),
        (
            "<dl><dt>What was found<dd>It was found.<dt>Why it matters<dd>It matters."
            "<dt>Cautions<dd>Few people.</dl>"
        ),
        "".join(
            f"<div><div><div><h3>{title}</h3></div></div><div><div><p>{text}</p></div></div></div>"
            for title, text in (
                ("What was found", "It was found."),
                ("Why does it matter?", "It matters."),
                ("What should you keep in mind?", "Few people."),
            )
        ),
    ],
)
@pytest.mark.parametrize(
    "after",
    [
        "",
        "<h2>Share this</h2><p>With everybody.</p>",
        "<h5>Related articles</h5><p>With everybody.</p>",
        "<p><a href=/x>Next</a></p>",
        "<p>5/1/2026</p><p>A teaser that is cut in the mid</p><a href=/>Read More</a>",
        "<p>Studies published in respected medical journals like Brain often range from</p>",
        "<nav>Next page</nav>",
    ],
)
def test_sections_are_found_in_all_markups_and_end_where_the_page_goes_on(
    sections: str, after: str
) -> None:
    found = read(f"<main><h1>A headline.</h1><div>{sections}</div>{after}</main>")
    texts = [found.fields[name] for name in ("found", "why_it_matters", "cautions")]
    assert texts == ["It was found.", "It matters.", "Few people."]
    assert found.problem is None


def test_the_name_of_the_site_is_no_headline_where_the_main_part_has_its_own() -> None:
    found = read(f"<header><h1>A site</h1></header><main><h2>A headline.</h2>{SECTIONS}</main>")
    assert found.fields["headline"] == "A headline."
    found = read(f"<header><h1>A headline.</h1></header><main>{SECTIONS}</main>")
    assert found.fields["headline"] == "A headline."


def test_what_stands_outside_the_element_of_all_sections_is_no_caution() -> None:
    found = read(f"<main><h1>A.</h1><div>{SECTIONS}</div><div><p>Sign up now!</p></div></main>")
    assert found.fields["cautions"] == "Few people."


def test_a_copy_for_small_screens_is_no_second_section_and_another_text_is() -> None:
    assert problem(f"<h1>A headline.</h1><div>{SECTIONS}</div><div>{SECTIONS}</div>") == ""
    other = SECTIONS.replace("Few", "Many")
    said = problem(f"<h1>A headline.</h1><div>{SECTIONS}</div><div>{other}</div>")
    assert said == "it has two sections “cautions”"


def test_the_parts_and_the_body_of_json_ld_are_texts() -> None:
    parts = [
        {"@type": "WebPageElement", "name": name, "text": text}
        for name, text in (("What was found", "F."), ("Why it matters", "W."), ("Cautions", "C."))
    ]
    assert read("", json_ld(headline="H.", hasPart=parts)).fields["cautions"] == "C."
    body = "What was found\nF.\nWhy it matters\nW.\n\nCautions\nC.\nD."
    assert read("", json_ld(headline="H.", articleBody=body)).fields["cautions"] == "C.\n\nD."
    html = SECTIONS.replace("</p>", "<br></p>")
    assert read("", json_ld(headline="H.", articleBody=html)).fields["cautions"] == "Few people."


# ── what is no summary ───────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ("<h1>A.</h1>" + SECTIONS.partition("<h2>Lim")[0], "no cautions found"),
        ("<h1>Page not found</h1><p>Sorry.</p>", "it says that there is no such page"),
        ("<form><input type=Password></form><p>Log in", "it is a page to log in"),
        ("<p>One</p><p>Two</p><p>Three</p><p>Four</p>", "it has none of the parts of a summary"),
        ("", "it has none of the parts of a summary"),
    ],
)
def test_what_is_no_whole_summary_is_called_what_it_is(body: str, says: str) -> None:
    assert problem(body).startswith(says)


def test_short_lines_without_sentences_are_never_texts() -> None:
    found = read("<h1>Welcome</h1><p>News</p><p>About us</p><p>Contact</p>")
    assert "cautions" not in found.fields
    assert found.notes


def test_letters_that_were_read_wrongly_hold_a_page_back() -> None:
    body = f"<main><h1>It’s a headline – “yes”.</h1>{SECTIONS}</main>"
    assert problem(body) == ""
    assert "and is UTF-8" in problem(body, charset="windows-1252")


@pytest.mark.parametrize(
    ("head", "title"),
    [
        ('<link rel=canonical href="/b">', "Two."),
        ('<meta property="og:title" content="Two.">', "Two."),
        ("", ""),
    ],
)
def test_of_several_articles_the_page_s_own_name_chooses(head: str, title: str) -> None:
    two = "".join(
        f"<article><h1><a href={link}>{name}</a></h1>{SECTIONS}</article>"
        for link, name in (("/c", "One."), ("/b", "Two."))
    )
    found = read(f"<main>{two}</main>", head)
    assert found.fields.get("headline", "") == title
    assert (found.problem is None) == bool(title)
    if found.problem:
        assert found.problem.says.startswith("it has several articles")


def test_articles_that_are_cards_are_no_part_of_the_summary() -> None:
    cards = "<article><h2>Cautions</h2><p>Of a card.</p></article>" * 3
    found = read(f"<main><h1>A.</h1><article>{SECTIONS}{cards}</article>{cards}</main>")
    assert found.fields["cautions"] == "Few people."


# ── hostile pages ────────────────────────────────────────────────────────────────────────────────

_PIECES = st.sampled_from(
    [
        *("<h1>", "</h1>", "<h2>Cautions</h2>", "<p>", "text", "<article>", "</article>", "<main>"),
        *("<b>Why it matters:</b>", "<dt>", "<li>", "<ol start=99>", "<sup>", "</sup>", "<br>"),
        *('<script type="application/ld+json">', "</script>", '{"@type":"Article"}', "<!--", "\0"),
        *("<base href='http://['>", "<link rel=canonical href='//'>", "<time datetime=x>", "&amp"),
        *("<meta property='og:url' content='http://a:99999'>", "5/1/2026", "<table>", "<svg>"),
    ]
)


@given(st.lists(_PIECES, max_size=25).map("".join))
@example("<h1><main><h2>Cautions</h2>")
def test_any_markup_is_read_or_refused_in_one_line(html: str) -> None:
    try:
        read_html(html.encode(), address="https://example.org/a", at=AT)
    except SourceError as error:
        assert "\n" not in str(error)  # noqa: PT017  (most are read)


@pytest.mark.parametrize(
    "html",
    [
        "<div>" * 20_000,
        "<article><h2>Cautions</h2>" * 9_000,
        "\0" * 3_000_000,
        "<a href=" + "x" * 2_900_000 + ">",
        "&" * 1_000_000,
        '<script type="application/ld+json">' + "[" * 1_000_000,
    ],
    ids=lambda html: html[:12].replace("\0", "NUL"),
)
def test_a_hostile_page_takes_seconds_at_most(html: str) -> None:
    start = time.process_time()
    read_html(html.encode(), address="https://example.org/a", at=AT)
    assert time.process_time() - start < 30


def said_of(*parts: tuple[str, str], headings: dict[str, str] | None = None) -> PageReading:
    sections = "".join(f"<h2>{title}</h2><p>{text}</p>" for title, text in parts)
    page = f"<main><h1>A headline.</h1>{sections}</main>"
    return read_html(page.encode(), address="https://a.example/x", at=AT, headings=headings)


def test_headings_that_a_source_names_say_what_stands_under_them() -> None:
    parts = (("Das kam raus", "It was."), ("Und jetzt?", "So."), ("Aber:", "Few."))
    without = said_of(*parts)
    assert without.problem
    assert "say in [sources.headings] what stands under “Das kam raus”" in without.problem.remedy
    own = {"das kam raus?": "found", "Und jetzt": "why_it_matters", "Aber": "cautions"}
    found = said_of(*parts, headings=own)
    assert (found.problem, [found.fields[name] for name in own.values()]) == (
        None,
        ["It was.", "So.", "Few."],
    )


def test_a_wider_heading_counts_only_where_the_page_has_no_other_for_its_field() -> None:
    known = (("What was found", "It was."), ("Cautions", "Few."))
    wider = ("Was heißt das für uns?", "So.")
    assert said_of(*known, wider).fields["why_it_matters"] == "So."
    both = said_of(*known, ("Why it matters", "Because."), wider)
    assert (both.fields["why_it_matters"], both.problem) == ("Because.", None)
