"""The study that a page shows: its journal, DOI and PubMed number, in lines and links. Pure.

Owns which of them is that of the page's own study: what a line names ("Journal: …"), what stands
beside such a name, and a link. None in the summary's sentences, for those may mention another
study; none of other pages, comments and references. Two that differ are none.
"""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import urlsplit

from msnewsletter.errors import BadValueError
from msnewsletter.sources.html.html_document import attribute, select_all
from msnewsletter.sources.html.html_lines import is_hidden
from msnewsletter.sources.html.html_page_lines import visible_text
from msnewsletter.sources.html.others_on_page import others_class
from msnewsletter.sources.html.page_sections import AFTER_LEAD
from msnewsletter.sources.identifiers import doi_of, pmid_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from justhtml import Node

    from msnewsletter.sources.html.field_candidates import FieldCandidates
    from msnewsletter.sources.html.html_lines import HtmlTextLine
    from msnewsletter.sources.html.html_page_lines import VisibleText

# What a page calls a journal, in English and in the languages of the catalogues; small letters.
_JOURNAL: Final = ("journal", "zeitschrift", "fachzeitschrift")
_APPEARED: Final = ("published in", "erschienen in", "veröffentlicht in")
# The field that a term of a definition list or the head of a table's row names.
_TERMS: Final = {
    **dict.fromkeys(_JOURNAL, "journal"),
    "doi": "doi",
    **dict.fromkeys(("pmid", "pubmed", "pubmed id"), "pmid"),
}
_LABELLED: Final = re.compile(
    rf"(?:^|[|·•;.:])\s*(?:{'|'.join((*_JOURNAL, *_APPEARED))})\s*[:\uff1a]\s*(?P<name>[^|·•;]+)",
    re.IGNORECASE,
)
_DOI: Final = re.compile(
    r"(?:\bdoi\b\s*[:\uff1a]?\s*(?:https?://(?:dx\.)?doi\.org/)?|https?://(?:dx\.)?doi\.org/)"
    r"10\.\d{4,9}/\S+",
    re.IGNORECASE,
)
_PMID: Final = re.compile(r"\b(?:pmid|pubmed(?: id)?)\s*[:\uff1a]\s*\d{1,8}\b", re.IGNORECASE)
_HOSTS: Final = {
    **dict.fromkeys(("doi.org", "dx.doi.org", "www.doi.org"), "doi"),
    **dict.fromkeys(
        ("pubmed.ncbi.nlm.nih.gov", "www.ncbi.nlm.nih.gov", "ncbi.nlm.nih.gov"), "pmid"
    ),
}
# What may stand after a journal's name in its line: numbers of its study, a year, a volume.
_AFTER_JOURNAL: Final = re.compile(
    r"[.,]?\s*(?:\b(?:doi|pmid|pubmed|vol|volume|pages?|pp|published|veröffentlicht|band|heft|"
    r"seiten?)\b|https?://|\(|\s\d).*$",
    re.IGNORECASE,
)
# A sentence after it: three words or more without the full stops of abbreviations.
_SENTENCE_AFTER: Final = re.compile(r"\.\s+\w[\w'’-]*(?:\s+[\w'’-]+){2,}.*$")
# Words of a line that does no more than to name the study.
_BESIDE: Final = re.compile(
    r"\b(?:doi|pmid|pubmed|id|vol|volume|no|issue|pages?|pp|epub|online|published|the|study|paper|"
    r"article|band|heft|seiten?|studie|s)\b|https?://\S+|[\W\d_]+",
    re.IGNORECASE,
)
# Headings of what names other studies.
_OTHERS_BELOW: Final = re.compile(
    r"(?:references?|related|further reading|comments?|read (?:more|next)|bibliography|literatur|"
    r"kommentare?|weitere|more (?:from|research|stories|articles|news))\b",
    re.IGNORECASE,
)
_LINE_LIMIT: Final = 300
_LONGEST_JOURNAL: Final = 100
_TERMS_LIMIT: Final = 50
# What holds other pages, or other people's words.
_OTHERS: Final = "nav, aside, blockquote, form, footer, template"
_OTHER_CLASS: Final = others_class()


class _NamedValue(NamedTuple):
    """A name in a list or a table: of which field, and what stands beside it."""

    field: str
    name: Node
    beside: Node


class ShownStudy:
    """What a page says of its study.

    Args:
        main: the page's own part.
        without: elements of it that are no part of the summary.

    Attributes:
        nodes: elements that say nothing else: terms of lists and tables, with what stands beside.
    """

    def __init__(self, main: Node, without: Iterable[Node]) -> None:
        outside = (*without, *_others(main))
        self._terms = list(_terms(main, frozenset(map(id, outside))))
        self.nodes = tuple(node for term in self._terms for node in (term.name, term.beside))
        lines = visible_text(main, without=(*outside, *self.nodes)).lines
        self._lines = list(_before_others(lines))

    def apart(self, visible: VisibleText) -> VisibleText:
        """The lines of the page's part without those that say nothing else."""
        only = {line.text for line in self._lines if _names_only_study(line)}
        return replace(visible, lines=tuple(one for one in visible.lines if one.text not in only))

    def add_to(self, found: FieldCandidates, texts: Iterable[str]) -> None:
        """Add the journal and the numbers, where it is certain which they are.

        `texts`: the sections of the summary, whose sentences may mention other studies.
        """
        own = {line.strip() for text in texts for line in text.splitlines()}
        said = [(term.field, _text(term.beside)[:_LINE_LIMIT]) for term in self._terms]
        for line in self._lines:
            if line.text not in own and _without_lead(line) not in own:
                said += _said_in(line)
        for field, read in _READ.items():
            values = dict.fromkeys(_valid((text for of, text in said if of == field), read))
            if len(values) == 1:
                found.add(field, next(iter(values)), "what the page shows of its study")


def _others(main: Node) -> Iterator[Node]:
    """Elements of the part that hold other pages, or other people's words."""
    yield from select_all(main, _OTHERS)
    for node in select_all(main, "[class]"):
        if _OTHER_CLASS.search(attribute(node, "class")):
            yield node


def _before_others(lines: Iterable[HtmlTextLine]) -> Iterator[HtmlTextLine]:
    """The lines that stand under no heading of references, comments and the like."""
    of_others = False
    for line in lines:
        if line.level:
            of_others = _OTHERS_BELOW.match(line.text) is not None
        if not of_others:
            yield line


def _terms(main: Node, outside: frozenset[int]) -> Iterator[_NamedValue]:
    """Terms of definition lists and of tables that name a field, and what stands beside them."""
    named = 0
    for node in select_all(main, "dt, th"):
        text = node.to_text()
        field = _TERMS.get(" ".join(text[:_LINE_LIMIT].split()).rstrip(" :\uff1a").casefold())
        if field is None or named >= _TERMS_LIMIT:
            continue
        named += 1
        after = _next_element(node)
        is_own = not any(id(one) in outside or is_hidden(one.name, one.attrs) for one in _up(node))
        if is_own and after is not None and after.name in {"dd", "td"}:
            yield _NamedValue(field=field, name=node, beside=after)


def _next_element(node: Node) -> Node | None:
    siblings = list(node.parent.children or ()) if node.parent is not None else []
    at = next((at for at, one in enumerate(siblings) if one is node), len(siblings))
    return next((one for one in siblings[at + 1 :] if not one.name.startswith("#")), None)


def _up(node: Node) -> Iterator[Node]:
    one: Node | None = node
    while one is not None:
        yield one
        one = one.parent


def _said_in(line: HtmlTextLine) -> Iterator[tuple[str, str]]:
    """What a line calls a journal, a DOI or a PubMed number, or links to: the field, the text."""
    text = line.text[:_LINE_LIMIT]
    for match in _LABELLED.finditer(text):
        yield "journal", _without_link(match["name"], line)
    yield from (("doi", match[0]) for match in _DOI.finditer(text))
    yield from (("pmid", match[0]) for match in _PMID.finditer(text))
    for link in line.links:
        if field := _HOSTS.get(_host(link.address)):
            yield field, link.address


def _names_only_study(line: HtmlTextLine) -> bool:
    """Whether a line does no more than to name the study."""
    text = line.text
    if line.level or len(text) > _LINE_LIMIT or not any(_said_in(line)):
        return False
    for match in _LABELLED.finditer(text):
        name = _journal_of(_without_link(match["name"], line))
        text = text.replace(match[0], match["name"].replace(name, "", 1)) if name else text
    for pattern in (_DOI, _PMID):
        text = pattern.sub("", text)
    for link in line.links:
        text = text.replace(link.words, "")
    return not _BESIDE.sub("", text)


def _without_link(name: str, line: HtmlTextLine) -> str:
    """A journal's name without the words of a link to the study behind it."""
    name = name.rstrip(" .")
    words = (link.words for link in line.links if _host(link.address) in _HOSTS)
    return name.removesuffix(next((one for one in words if one and name.endswith(one)), ""))


def _without_lead(line: HtmlTextLine) -> str:
    return line.text.removeprefix(line.lead).lstrip(AFTER_LEAD) if line.lead else line.text


def _valid(said: Iterable[str], read: Callable[[str], str]) -> Iterator[str]:
    """The journals or numbers, in their one form."""
    for text in said:
        with suppress(BadValueError):  # the registries have addresses of other things, too
            if value := read(text):
                yield value


def _journal_of(text: str) -> str:
    """The name of a journal, without what follows it in its line; empty: it is none."""
    name = _SENTENCE_AFTER.sub("", _AFTER_JOURNAL.sub("", text)).strip(" .,:")
    # "npj Digital Medicine" begins so; a sentence has no letter in capitals, or is long.
    is_name = any(letter.isupper() for letter in name) and len(name) <= _LONGEST_JOURNAL
    return name if is_name else ""


def _host(address: str) -> str:
    try:
        return urlsplit(address.strip()).hostname or ""
    except ValueError:
        return ""


def _text(node: Node) -> str:
    return " ".join(" ".join(line.text for line in visible_text(node).lines).split())


_READ: Final[Mapping[str, Callable[[str], str]]] = {
    "journal": _journal_of,
    "doi": doi_of,
    "pmid": pmid_of,
}
