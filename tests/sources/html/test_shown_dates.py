"""The date that a page shows of itself: which of its dates it is, and which it is not."""

from __future__ import annotations

import datetime as dt

import pytest

from msnewsletter.sources.html.html_page import PageReading, read_html

AT = dt.datetime(2026, 11, 27, 8, tzinfo=dt.UTC)
SECTIONS = (
    "<h2>What was found</h2><p>It was found.</p><h2>Why it matters</h2><p>It matters.</p>"
    "<h2>Limitations</h2><p>Few people.</p>"
)
H1 = "<h1>A headline.</h1>"
TIME = '<time datetime="2019-05-01">1 May 2019</time>'
MARKED = '<time class="entry-date published" datetime="2019-05-01T08:00">x</time>'
ITEM = "<time itemprop=datePublished datetime=2019-05-01></time>"
OTHER = '<time datetime="2020-06-02">2 June 2020</time>'


def read(body: str, head: str = "", language: str = "en") -> PageReading:
    html = f"<!doctype html><html lang={language}><head>{head}</head><body>{body}</body></html>"
    return read_html(html.encode(), address="https://example.org/a", at=AT)


@pytest.mark.parametrize(
    "body",
    [
        f"<main><article><header>{H1}<p>{TIME}</p></header>{SECTIONS}</article></main>",
        f"<main>{H1}<p>By A. Writer, {TIME}</p>{SECTIONS}</main>",
        f"<header>{H1}{TIME}</header><main>{SECTIONS}</main>",
        f"<main>{H1}<p>{TIME}</p><article>{SECTIONS}</article></main>",
        f"<main>{H1}<ul><li><a href=/w>A. Writer</a></li><li>{TIME}</li></ul>{SECTIONS}</main>",
        f"<main>{H1}<p>Published {TIME}, updated {OTHER}</p>{SECTIONS}</main>",
        f"<main>{H1}<p>Updated {OTHER} · Published {TIME}</p>{SECTIONS}</main>",
        f'<main>{H1}{TIME}<time class="updated" datetime="2026-01-01">x</time>{SECTIONS}</main>',
        f"<main>{H1}{SECTIONS}<footer>Posted <a href=/a>{MARKED}</a></footer></main>",
        f"<main>{H1}{ITEM}{OTHER}{SECTIONS}</main>",
        f"<main>{H1}<p>Published 1 May 2019</p>{SECTIONS}</main>",
        f"<main>{H1}<p class=by>By A. Writer | Posted on May 1, 2019</p>{SECTIONS}</main>",
        f"<main>{H1}<p><b>Published:</b> <span>2019-05-01</span></p>{SECTIONS}</main>",
        f"<main><header>{H1}<p>First published: 1 May 2019</p></header>{SECTIONS}</main>",
    ],
)
def test_a_date_at_the_head_of_the_page_is_that_of_its_publication(body: str) -> None:
    assert str(read(body).fields.get("published", "")).startswith("2019-05-01"), read(body).notes


@pytest.mark.parametrize(
    "body",
    [
        f"<main>{H1}{SECTIONS}<p>{TIME}</p></main>",
        f"<main>{H1}<p>Updated {TIME}</p>{SECTIONS}</main>",
        f"<main>{H1}<p>Last reviewed on <b>{TIME}</b></p>{SECTIONS}</main>",
        f'<main>{H1}<time itemprop="dateModified" datetime="2019-05-01">x</time>{SECTIONS}</main>',
        f"<main>{H1}<p>Published in The Journal, {TIME}</p>{SECTIONS}</main>",
        f"<main>{H1}<ul><li><a href=/b>Another</a> {TIME}</li></ul>{SECTIONS}</main>",
        f'<main>{H1}<div class="related-posts">{TIME}</div>{SECTIONS}</main>',
        f'<main>{H1}<div class="card"><a href=/b>B</a>{TIME}</div>{SECTIONS}</main>',
        f"<main>{H1}<aside>{TIME}</aside>{SECTIONS}</main>",
        f"<header>{TIME}</header><main>{H1}{SECTIONS}</main>",
        f"<main>{H1}{SECTIONS}<footer>Last updated {TIME}</footer></main>",
        f"<main>{H1}{SECTIONS}<footer>{TIME}</footer></main>",
        f"<main>{H1}{SECTIONS}<section class=comments><header>{TIME}</header></section></main>",
        f"<main>{H1}<p>{TIME} {OTHER}</p>{SECTIONS}</main>",
        f"<main>{H1}<p>Published in Brain, 1 May 2019</p>{SECTIONS}</main>",
        f"<main>{H1}<p>1 May 2019</p>{SECTIONS}</main>",
        f"<main>{H1}<p>Updated 1 May 2019</p>{SECTIONS}</main>",
        f"<main>{H1}{SECTIONS}<p>Published 1 May 2019</p></main>",
        f"<main>{H1}<p>A study published 1 May 2019 in a journal.</p>{SECTIONS}</main>",
        f"<main>{H1}<p>Veröffentlicht in Brain am 1. Mai 2019</p>{SECTIONS}</main>",
        f"<main>{H1}<p>Die Studie, veröffentlicht am 1. Mai 2019</p>{SECTIONS}</main>",
        f"<main>{H1}<p>Aktualisiert am 1. Mai 2019</p>{SECTIONS}</main>",
    ],
)
def test_other_dates_of_a_page_are_not(body: str) -> None:
    assert "published" not in read(body).fields


@pytest.mark.parametrize(
    "line",
    [
        "Veröffentlicht am 1. Mai 2019",
        "Veröffentlicht: <b>1. Mai 2019, 10:30 Uhr</b>",
        "Von A. Autorin | Veröffentlicht am Mittwoch, 1. Mai 2019",
        "VERÖFFENTLICHT AM 01.05.2019",
        "Publiziert am 1.5.2019, zuletzt aktualisiert am 2.6.2020",
        "Published 1 May 2019, last updated 2 June 2020",
        "Veröffentlicht am 1. Mai 2019, letzte Änderung am 2. Juni 2020",
    ],
)
def test_a_line_of_publication_is_read_in_every_language_of_a_catalogue(line: str) -> None:
    # Its own words say the language, whatever that of the page is.
    found = read(f"<main>{H1}<p>{line}</p>{SECTIONS}</main>")
    assert found.fields.get("published") == "2019-05-01", found.notes


def test_a_german_page_gives_its_dates_in_numbers() -> None:
    meta = '<meta property="article:published_time" content="{}">'
    body = f"<main>{H1}{SECTIONS}</main>"
    assert read(body, meta.format("03.04.2019"), "de").fields["published"] == "2019-04-03"
    for text, language in (("03.04.2019", "en"), ("03/04/2019", "de")):
        found = read(body, meta.format(text), language)
        assert "published" not in found.fields
        assert f"'{text}' could be two days" in "".join(found.notes)


def test_what_the_head_says_counts_before_what_is_shown() -> None:
    meta = '<meta property="article:published_time" content="2019-05-01">'
    found = read(f"<main>{H1}{OTHER}{SECTIONS}</main>", meta).candidates["published"]
    assert [one.value for one in found] == ["2019-05-01", "2020-06-02"]


def test_a_day_that_could_be_two_is_none_and_is_said() -> None:
    found = read(f"<main>{H1}<p>Published 04/05/2019</p>{SECTIONS}</main>")
    assert "published" not in found.fields
    assert "could be two days" in "".join(found.notes)


def test_two_dates_of_which_none_is_marked_are_said() -> None:
    assert "shows 2 dates" in "".join(
        read(f"<main>{H1}<p>{TIME} {OTHER}</p>{SECTIONS}</main>").notes
    )


UNKNOWN = (
    "<h2>Ergebnisse im Detail</h2><p>Viel.</p><h2>Hintergrund</h2><p>Wenig.</p>"
    "<h2>Weiteres</h2><p>Nichts.</p>"
)
CARDS = (
    f"<h2>Weitere Meldungen</h2><div><a href=/b>Eine andere</a> {OTHER}</div><p>Stand: {OTHER}</p>"
)


@pytest.mark.parametrize(
    "body",
    [
        f"<main>{H1}<p>{TIME}</p>{UNKNOWN}{CARDS}</main>",
        f"<main><article>{H1}{TIME}{UNKNOWN}</article></main>",
        f"<main><article><header>{H1}<p>{TIME}</p></header>{UNKNOWN}{CARDS}</article></main>",
        f"<body><article>{H1}<p>Veröffentlicht am {TIME}</p>{UNKNOWN}</article></body>",
        f"<main>{H1}<p>{TIME}, aktualisiert am {OTHER}</p>{UNKNOWN}</main>",
        f"<main>{H1}<p>Veröffentlicht am {TIME}, letzte Änderung {OTHER}</p>{UNKNOWN}</main>",
    ],
)
def test_a_date_below_the_headline_is_taken_where_no_heading_is_known(body: str) -> None:
    assert read(body).fields.get("published") == "2019-05-01", read(body).notes


@pytest.mark.parametrize(
    "body",
    [
        f"<main>{H1}<p>{TIME}</p><p>{OTHER}</p>{UNKNOWN}</main>",
        f"<main>{H1}<p>Studie vom {TIME}</p>{UNKNOWN}</main>",
        f"<main>{H1}<p>Aktualisiert: {TIME}</p>{UNKNOWN}</main>",
        f"<main>{H1}<p>Letzte Änderung: {TIME}</p>{UNKNOWN}</main>",
        f"<main>{H1}<p>Zuletzt bearbeitet am {TIME}</p>{UNKNOWN}</main>",
        f"<main>{H1}<p>Letzte Aenderung am {TIME}</p>{UNKNOWN}</main>",
        f"<main>{H1}<p>Stand: {TIME}</p>{UNKNOWN}</main>",
        f"<main><h1>Neues</h1><article><h2>Eine Meldung</h2>{TIME}</article></main>",
    ],
)
def test_a_date_that_is_not_certain_is_none_where_no_heading_is_known(body: str) -> None:
    assert "published" not in read(body).fields
