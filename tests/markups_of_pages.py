"""One summary in the markups in which web sites write it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True)
class PageOfText:
    """The lines of a page's text: the texts, then cards of two lines, then standing paragraphs."""

    texts: tuple[str, ...]
    cards: tuple[tuple[str, str], ...] = ()
    standing: tuple[str, ...] = ()

    @classmethod
    def of(cls, data: bytes) -> PageOfText:
        """The parts of a page that was saved as text."""
        lines = data.decode().split("\n")
        first = next(at for at, line in enumerate(lines) if line.count("/") == 2 and len(line) < 11)
        cards, standing = [], []
        date = lines[first]
        for teaser, after in zip(lines[first + 1 :: 2], lines[first + 2 :: 2], strict=False):
            cards.append((date, teaser))
            date = after.removeprefix("Read More")
            if date.count("/") != 2:
                break
        start = first + 2 * len(cards)
        standing = [lines[start].removeprefix("Read More"), *lines[start + 1 :]]
        return cls(tuple(lines[:first]), tuple(cards), tuple(filter(None, standing)))


def _cards(page: PageOfText, card: str) -> str:
    return "".join(
        card.replace("{date}", date).replace("{teaser}", escape(teaser))
        for date, teaser in page.cards
    )


def _standing(page: PageOfText) -> str:
    return "".join(f"<p>{escape(text)}</p>" for text in page.standing)


def semantic(page: PageOfText) -> str:
    headline, found, why, cautions, *rest = map(escape, page.texts)
    card = '<article><time>{date}</time><p>{teaser}</p><a href="/x">Read More</a></article>'
    return f"""<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>{headline} | Research</title>
<meta property="og:title" content="{headline}"></head>
<body><a class="skip" href="#main">Skip to content</a>
<header><nav><ul><li><a href="/">Home</a><li><a href="/research">Research</a></ul></nav></header>
<main id="main"><article>
<header><h1>{headline}</h1><p>By the team, <time datetime="1999-01-01">long ago</time></p></header>
<section><h2>What was found</h2>
<p>{found}</p></section>
<section><h2>Why it matters</h2>
<p>{why}</p></section>
<section><h2>What should you keep in mind?</h2>
<p>{cautions}</p>{"".join(f"<p><small>{text}</small></p>" for text in rest)}</section>
<footer><a href="https://social.example/">Share</a> this page</footer>
</article>
<aside><h2>Related</h2>{_cards(page, card)}</aside>
{_standing(page)}</main>
<footer><p>© 2026 A site</p></footer></body></html>"""


def div_soup(page: PageOfText) -> str:
    texts = "\n".join(
        f"<div class=t><font size=2>{escape(text)}</font></div>" for text in page.texts
    )
    card = "<div><div class=d>{date}</div><div><b></b>{teaser}</div><a href=/x>Read More</a>"
    return (
        "<title>Research</title><div class=top><div><a href=/>Home</a> <a href=/r>Research</a>"
        f"</div></div><div class=c><div>\n{texts}\n</div>"
        f"<div class=cards>{_cards(page, card)}{_standing(page)}</div>"
        "<div class=bottom>© 2026 A site<br>All rights reserved"
    )


def json_ld_only(page: PageOfText) -> str:
    graph = {
        "@context": "https://schema.org",
        "@graph": [
            {"@type": "WebSite", "name": "A site", "url": "https://example.org/"},
            {"@type": "BreadcrumbList", "itemListElement": []},
            {
                "@type": ["Article", "MedicalWebPage"],
                "headline": page.texts[0],
                "dateModified": "2026-11-26T08:00:00+00:00",
                "articleBody": "\n\n".join(page.texts[1:]),
            },
        ],
    }
    script = json.dumps(graph, ensure_ascii=False).replace("</", "<\\/")
    return (
        "<!doctype html><meta charset=utf-8><title>A site</title>"
        '<script type="application/ld+json">{ "@type": "Article", broken</script>'
        f'<script type="application/ld+json">\n{script}\n</script>'
        "<body><div id=root></div><noscript>Please switch on scripts.</noscript></body>"
    )


def page_builder(page: PageOfText) -> str:
    def widget(kind: str, inside: str) -> str:
        return (
            f'<div class="el-widget el-{kind}" data-id="7f3" data-settings=\'{{"a":"b>c"}}\' '
            f'style="padding:0;display:flex"><div class="el-container">{inside}</div></div>'
        )

    def column(inside: str) -> str:
        return f'<div class="el-col" style="width:100%"><div class="el-wrap">{inside}</div></div>'

    headline, found, why, cautions, *rest = map(escape, page.texts)
    sections = [("What was found:", found), ("Why does it matter?", why), ("Cautions", cautions)]
    body = "".join(
        column(
            widget("heading", f'<p style="font-size:2em"><strong><span>{title}</span></strong></p>')
            + widget(
                "text", f'<div class="el-text"><p style="margin:0"><span>{text}</span></p></div>'
            )
        )
        for title, text in sections
    )
    disclaimer = "".join(column(widget("text", f"<p><em>{text}</em></p>")) for text in rest)
    card = column(widget("card", "<p>{date}</p><h3>{teaser}</h3><a href='/x'>Read More</a>"))
    return (
        "<!DOCTYPE html><html><head><meta charset='utf-8'>"
        f"<title>{headline[:60]}…</title><style>p{{display:none}}</style></head><body>"
        f'<div class="el-menu"><ul><li><a href="/">Home</a></li></ul></div>'
        f'<div style="display: none"><h1>{headline}</h1><p>Mobile copy</p></div>'
        f"{widget('heading', f'<h1 class=el-title>{headline}</h1>')}"
        f'<div class="el-section">{body}{disclaimer}</div>'
        f"<div class=el-section>{_cards(page, card)}</div>{column(_standing(page))}"
        "<script>document.write('<p>More</p>')</script></body></html>"
    )


MARKUPS: dict[str, Callable[[PageOfText], str]] = {
    "semantic": semantic,
    "div soup": div_soup,
    "JSON-LD only": json_ld_only,
    "page builder": page_builder,
}
