"""A summary's web page: what each of its places says of each field, and which of them counts.

The order: `[sources.select]`, for an editor wrote it; JSON-LD; meta elements; headings in the main
part, and the date that it shows; the order of the visible lines. Headlines: select, JSON-LD, the
page's own `h1`, and only then titles for search engines. Texts come from one place together, or not
at all. Opens nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from msnewsletter.errors import BadValueError, SourceError
from msnewsletter.partial_date import PartialDate
from msnewsletter.sources.addresses import identity_of
from msnewsletter.sources.clean_text import NumberedLine
from msnewsletter.sources.field_rules import TEXT_FIELDS
from msnewsletter.sources.html.field_candidates import FieldCandidate, FieldCandidates
from msnewsletter.sources.html.html_document import attribute, language_of, parse_html
from msnewsletter.sources.html.html_lines import lines_of_text
from msnewsletter.sources.html.html_main import main_part
from msnewsletter.sources.html.html_meta import head_of
from msnewsletter.sources.html.html_page_lines import VisibleText, visible_text
from msnewsletter.sources.html.html_piece import lines_of_html
from msnewsletter.sources.html.json_ld import article_of, nodes_of
from msnewsletter.sources.html.page_dates import cover_date_of, published_of
from msnewsletter.sources.html.page_faults import fault_of
from msnewsletter.sources.html.page_sections import sections_in, sections_of_lines
from msnewsletter.sources.html.page_selected import add_selected
from msnewsletter.sources.html.shown_dates import add_shown_dates
from msnewsletter.sources.html.shown_study import ShownStudy
from msnewsletter.sources.identifiers import doi_of, pmid_of
from msnewsletter.sources.page_text import is_disclaimer, journal_in, parts_of
from msnewsletter.sources.section_headings import ends_texts, heading_reader

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from msnewsletter.sources.fetched_file import Problem
    from msnewsletter.sources.html.html_document import HtmlTree
    from msnewsletter.sources.html.html_lines import HtmlTextLine
    from msnewsletter.sources.html.html_main import MainPart
    from msnewsletter.sources.html.html_meta import HtmlHead
    from msnewsletter.sources.html.json_ld import JsonLdArticle
    from msnewsletter.sources.html.page_sections import PageSections

_SECTIONS: Final = ("found", "why_it_matters", "cautions")
_NO_ORDER: Final = (
    "it has no headings such as “What was found”, nor just a headline and three paragraphs"
)
# Characters of a text that has no heading: what is shorter is a button, a name or a date.
_SENTENCE: Final = 60
_ENDS: Final = (".", "!", "?", "…", "”", '"', ")", "]")


@dataclass(frozen=True, slots=True, kw_only=True)
class PageReading:
    """What was read of a page.

    Attributes:
        candidates: what the places say of each field; the first of each counts.
        notes: what editors should know of the reading.
        problem: why it is no summary that can go out; None: it is one.
        canonical, og_url: the page's address as it says itself, absolute; empty: it does not.
        author: the person whom it names as its author for programs; empty: it names none.
    """

    candidates: Mapping[str, tuple[FieldCandidate, ...]]
    notes: tuple[str, ...] = ()
    problem: Problem | None = None
    canonical: str = ""
    og_url: str = ""
    author: str = ""

    @property
    def fields(self) -> dict[str, str | tuple[str, ...]]:
        """The value of each field that counts."""
        return {name: found[0].value for name, found in self.candidates.items()}

    @property
    def origins(self) -> dict[str, str]:
        """Where each of them was found."""
        return {name: found[0].origin for name, found in self.candidates.items()}


def read_html(
    data: bytes,
    *,
    address: str,
    at: datetime,
    charset: str | None = None,
    media_type: str = "",
    select: Mapping[str, str] | None = None,
    headings: Mapping[str, str] | None = None,
) -> PageReading:
    """Read a page; raises SourceError where it is none, or a selector is wrong.

    Args:
        data: its bytes.
        address: that answered.
        at: now, aware.
        charset, media_type: as the server names them.
        select: a CSS selector for each field that has a place of its own.
        headings: the site's own headings, each with the field that stands under it.
    """
    tree = parse_html(data, address, charset=charset, media_type=media_type)
    try:
        return _read(tree, address, at, select or {}, heading_reader(headings or {}))
    except BadValueError as error:
        raise SourceError(address, error.problem, error.remedy) from None


def _read(
    tree: HtmlTree,
    address: str,
    at: datetime,
    select: Mapping[str, str],
    names: Callable[[str], str | None],
) -> PageReading:
    head = head_of(tree, address)
    main = main_part(tree, head, address, names)
    article = _article(tree, head, main, address)
    found = FieldCandidates()
    add_selected(found, tree, select, head.base)
    is_selected = bool(found.first("headline"))
    article.add_fields(found)
    head.add_fields(found)
    # Of several summaries none may be read in part.
    nothing = VisibleText(lines=(), spans=())
    study = ShownStudy(main.node, main.without)
    visible = nothing
    if not main.several:
        visible = study.apart(visible_text(main.node, without=(*main.without, *study.nodes)))
    sections = sections_in(visible, names)
    above = [line.text for line in sections.above if line.level]
    if main.outside and sections.texts and len(above) == 1:
        found.add("headline", above[0], "the heading above the sections")
    found.add("headline", main.heading, "the page's h1")
    if not main.several:
        add_shown_dates(found, main.around_headline(), main.without_of_dates(), names)
    _add_bodies(found, article)
    _add_sections(found, sections, "the heading “{}”", headed=True)
    if not _is_whole(found):
        _add_by_order(found, visible.lines, main)
    if not main.several:
        study.add_to(found, [*map(found.first, _SECTIONS), *sections.texts.values()])
    disclaimer = next((line.text for line in visible.lines if is_disclaimer(line.text)), "")
    found.add("disclaimer", disclaimer, "the line of a disclaimer")
    if "journal" not in found.by_field:
        everything = visible_text(tree.root).lines
        journal = next((name for line in everything if (name := journal_in(line.text))), "")
        found.add("journal", journal, "the standing paragraph")
    found.add("headline", _line_above(sections), "the line above the sections")
    head.add_titles(found)
    if not is_selected:
        _drop_cut_headlines(found)
    _check(found, at, language_of(tree))
    chosen = {name: tuple(values) for name, values in found.by_field.items() if values}
    reading = PageReading(
        candidates=chosen,
        canonical=head.canonical,
        og_url=head.og_url,
        author=article.author,
    )
    given = [name for name in TEXT_FIELDS if name not in select]
    problem = fault_of(
        tree,
        reading.fields,
        several=bool(given) and (main.several or article.several),
        twice=[name for name in sections.twice if chosen[name][0].headed],
        unnamed=[
            line.text
            for line in visible.lines
            if line.level and line.text not in {main.heading, *sections.titles.values()}
            if not names(line.text) and not ends_texts(line.text)
        ],
    )
    notes = dict.fromkeys((*found.notes, *(found.attempts if problem else ())))
    return replace(reading, notes=tuple(notes), problem=problem)


def _article(tree: HtmlTree, head: HtmlHead, main: MainPart, address: str) -> JsonLdArticle:
    scripts = [
        "".join(child.data for child in node.children or () if isinstance(child.data, str))
        for node in tree.all("script[type]")
        if attribute(node, "type").split(";")[0].strip().lower() == "application/ld+json"
    ]
    addresses = {identity_of(one) for one in (head.canonical, address, head.og_url) if one}
    titles = [one for one in (main.heading, *head.titles) if one]
    return article_of(nodes_of(scripts), addresses=addresses, titles=titles)


def _add_bodies(found: FieldCandidates, article: JsonLdArticle) -> None:
    """The texts of JSON-LD: its parts, or its body, by headings or by order."""
    lines: Sequence[HtmlTextLine] = ()
    for title, body in article.bodies():
        if title:
            named = sections_of_lines([*lines_of_text(title), *_lines_of(body)])
            _add_sections(found, named, "JSON-LD: hasPart “{}”")
        else:
            lines = _lines_of(body)
    sections = sections_of_lines(lines)
    _add_sections(found, sections, "JSON-LD: articleBody, “{}”")
    if lines and not sections.texts:
        _add_texts_by_order(
            found, [found.first("headline"), *_texts(lines)], "JSON-LD: articleBody"
        )


def _lines_of(body: str) -> Sequence[HtmlTextLine]:
    """The lines of a text in JSON-LD, which may be HTML."""
    if "</" in body or "<br" in body:
        return lines_of_html(body)
    # Some part their paragraphs by one line break.
    return lines_of_text(body, all_apart=True)


def _add_sections(
    found: FieldCandidates, sections: PageSections, origin: str, *, headed: bool = False
) -> None:
    for name, value in sections.values():
        found.add(name, value, origin.format(sections.titles[name]), headed=headed)


def _add_by_order(found: FieldCandidates, lines: Sequence[HtmlTextLine], main: MainPart) -> None:
    """The texts of visible lines without headings, from the headline on."""
    headline = next((at for at, line in enumerate(lines) if line.text == main.heading), None)
    kept = lines[headline + 1 :] if headline is not None else lines
    first = [main.heading] if main.heading else []
    _add_texts_by_order(found, [*first, *_texts(kept)], "the order of the lines")


def _texts(lines: Sequence[HtmlTextLine]) -> list[str]:
    # A line of links alone leads away: what is before, what comes next, where to share it.
    return [text for line in lines if not line.linked for text in line.text.split("\n")]


def _add_texts_by_order(found: FieldCandidates, texts: Sequence[str], origin: str) -> None:
    numbered = [NumberedLine(number, text) for number, text in enumerate(texts, start=1)]
    try:
        parts = parts_of(numbered, "line", cut=True)
    except SourceError:
        found.attempts.append(_NO_ORDER)
        return
    given = {name: one.value for name, one in parts.given.items() if isinstance(one.value, str)}
    whole = all(_is_sentence(given.get(name, "")) for name in _SECTIONS)
    if not whole and "journal" not in given:
        found.attempts.append(_NO_ORDER)
        return
    for name, text in given.items():
        found.add(name, text, origin)


def _is_sentence(text: str) -> bool:
    return len(text) >= _SENTENCE and ("\n" in text or text.rstrip().endswith(_ENDS))


def _is_whole(found: FieldCandidates) -> bool:
    return any(found.first(name) for name in _SECTIONS)


def _line_above(sections: PageSections) -> str:
    """The headline of a page without an h1: the one heading or line above all sections."""
    headings = [line for line in sections.above if line.level]
    lines = headings or [line for line in sections.above if not line.linked]
    return lines[0].text if sections.texts and len(lines) == 1 else ""


def _drop_cut_headlines(found: FieldCandidates) -> None:
    """Put behind what is only the beginning of what another place says: it was cut for a card."""
    headlines = found.by_field.get("headline", [])
    values = [str(one.value) for one in headlines]
    cut = [one for one in headlines if _is_cut(str(one.value), values)]
    if cut:
        found.by_field["headline"] = [*(one for one in headlines if one not in cut), *cut]


def _is_cut(text: str, others: Sequence[str]) -> bool:
    start = text.rstrip(".… ")
    return any(len(one) > len(text) and one.startswith(start) for one in others) and (
        text.endswith(("…", "...")) or not text.endswith((".", "!", "?"))
    )


def _check(found: FieldCandidates, at: datetime, language: str) -> None:
    """Leave out what is no date or no identifier, and say so."""
    rules: dict[str, Callable[[str], str]] = {
        "published": lambda text: published_of(text, at, language=language),
        "cover_date": lambda text: PartialDate.parse(cover_date_of(text)).text,
        "doi": doi_of,
        "pmid": pmid_of,
    }
    for name, rule in rules.items():
        kept = []
        for one in found.by_field.get(name, ()):
            try:
                kept.append(replace(one, value=rule(str(one.value))))
            except BadValueError as error:
                found.notes.append(f"{name}: {error.problem} ({one.origin})")
        found.by_field[name] = kept
