"""The study that a page shows: its journal, DOI and PubMed number, in lines and links. Pure.

Owns which of them is that of the page's own study: what a line names ("Journal: …"), and a link
that is no part of the summary's sentences, for those may mention another study. Two that differ are
none.
"""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from msnewsletter.errors import BadValueError
from msnewsletter.sources.html.html_document import attribute, select_all
from msnewsletter.sources.html.html_lines import BLOCKS, is_hidden
from msnewsletter.sources.html.html_page_lines import visible_text
from msnewsletter.sources.identifiers import doi_of, pmid_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from justhtml import Node

    from msnewsletter.sources.html.field_candidates import FieldCandidates
    from msnewsletter.sources.html.html_page_lines import VisibleText

# What a page calls a journal, in English and in the languages of the catalogues; small letters.
_JOURNAL: Final = ("journal", "zeitschrift", "fachzeitschrift")
# The field that a term of a definition list or the head of a table's row names.
_TERMS: Final = {
    **dict.fromkeys(_JOURNAL, "journal"),
    "doi": "doi",
    **dict.fromkeys(("pmid", "pubmed", "pubmed id"), "pmid"),
}
_LABELLED: Final = re.compile(
    rf"(?:^|[|·•;.])\s*(?:{'|'.join(_JOURNAL)})\s*[:\uff1a]\s*(?P<name>[^|·•;]+)", re.IGNORECASE
)
# What may stand after a journal's name in its line: numbers of its study, a year, a volume.
_AFTER_JOURNAL: Final = re.compile(
    r"[.,]?\s*(?:\b(?:doi|pmid|pubmed)\b|https?://|\b(?:19|20)\d\d\b|\().*$", re.IGNORECASE
)
_DOI: Final = re.compile(
    r"\bdoi\b\s*[:\uff1a]?\s*(?:https?://(?:dx\.)?doi\.org/)?10\.\d{4,9}/\S+", re.IGNORECASE
)
_PMID: Final = re.compile(r"\b(?:pmid|pubmed(?: id)?)\s*[:\uff1a]\s*\d{1,8}\b", re.IGNORECASE)
_HOSTS: Final = {
    **dict.fromkeys(("doi.org", "dx.doi.org", "www.doi.org"), "doi"),
    **dict.fromkeys(
        ("pubmed.ncbi.nlm.nih.gov", "www.ncbi.nlm.nih.gov", "ncbi.nlm.nih.gov"), "pmid"
    ),
}
_LINE_LIMIT: Final = 300
_LINKS_LIMIT: Final = 2_000
_LONGEST_JOURNAL: Final = 200
# What holds other pages, or other people's words.
_OTHERS: Final = frozenset({"nav", "aside", "blockquote", "form", "footer", "template"})
_OTHER_CLASS: Final = re.compile(
    r"(?:^|[\s_-])(?:comments?|respond|related|cards?|teasers?|sidebar|widget|recent|latest|"
    r"recommended|breadcrumbs?)(?:$|[\s_-])",
    re.IGNORECASE,
)


class ShownStudy:
    """What a page says of its study.

    Args:
        main: the page's own part.
        without: elements of it that are no part of the summary.

    Attributes:
        nodes: elements that say nothing else: terms of lists and tables, with what stands beside.
    """

    def __init__(self, main: Node, without: Iterable[Node]) -> None:
        self._main, self._without = main, frozenset(map(id, without))
        self._said: list[tuple[str, str]] = []
        self.nodes: tuple[Node, ...] = ()
        for field, term, beside in _terms(main):
            self._said.append((field, _text(beside)[:_LINE_LIMIT]))
            self.nodes += (term, beside)

    def apart(self, visible: VisibleText) -> VisibleText:
        """The lines of the page's part without those that say nothing else, which are read here."""
        named = [line for line in visible.lines if _names_study(line.text)]
        self._said += _named([line.text for line in named])
        return replace(visible, lines=tuple(one for one in visible.lines if one not in named))

    def add_to(self, found: FieldCandidates, texts: Iterable[str]) -> None:
        """Add the journal and the numbers, where it is certain which they are.

        `texts`: the sections of the summary, whose sentences may mention other studies.
        """
        own = " ".join(" ".join(text.split()) for text in texts)
        said = [*self._said, *_linked(self._main, self._without, own)]
        for field, read in _READ.items():
            values = list(dict.fromkeys(_valid((text for of, text in said if of == field), read)))
            if len(values) == 1:
                found.add(field, values[0], "what the page shows of its study")


def _names_study(text: str) -> bool:
    """Whether a line does no more than to name the study."""
    return len(text) <= _LINE_LIMIT and any(
        pattern.match(text) for pattern in (_LABELLED, _DOI, _PMID)
    )


def _valid(said: Iterable[str], read: Callable[[str], str]) -> Iterator[str]:
    """The journals or numbers, in their one form."""
    for text in said:
        with suppress(BadValueError):  # the registries have addresses of other things, too
            if value := read(text):
                yield value


def _named(lines: Sequence[str]) -> Iterator[tuple[str, str]]:
    """What lines call a journal, a DOI or a PubMed number: the field, and the text."""
    for line in lines:
        yield from (("journal", match["name"]) for match in _LABELLED.finditer(line))
        yield from (("doi", match[0]) for match in _DOI.finditer(line))
        yield from (("pmid", match[0]) for match in _PMID.finditer(line))


def _terms(main: Node) -> Iterator[tuple[str, Node, Node]]:
    """Terms of definition lists and of tables that name a field, and what stands beside them."""
    for node in select_all(main, "dt, th")[:_LINKS_LIMIT]:
        field = _TERMS.get(_text(node).rstrip(" :\uff1a").casefold())
        after = _next_element(node)
        if field and after is not None and after.name in {"dd", "td"}:
            yield field, node, after


def _next_element(node: Node) -> Node | None:
    siblings = list(node.parent.children or ()) if node.parent is not None else []
    at = next((at for at, one in enumerate(siblings) if one is node), len(siblings))
    return next((one for one in siblings[at + 1 :] if not one.name.startswith("#")), None)


def _journal_of(text: str) -> str:
    """The name of a journal, without what follows it in its line; empty: it is none."""
    name = _AFTER_JOURNAL.sub("", text).strip(" .,:")
    return name if len(name) <= _LONGEST_JOURNAL else ""


def _linked(main: Node, without: frozenset[int], own: str) -> Iterator[tuple[str, str]]:
    """What links lead to that are neither part of the summary's sentences nor of another page."""
    for link in select_all(main, "a[href]")[:_LINKS_LIMIT]:
        address = attribute(link, "href").strip()
        if not (field := _HOSTS.get(_host(address))):
            continue
        around = [link, *_above(link, main)]
        if any(id(one) in without or _is_others(one) for one in around):
            continue
        if (text := _text_around(link, around)) and text in own:
            continue
        yield field, address


def _host(address: str) -> str:
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""


def _above(node: Node, top: Node) -> Iterator[Node]:
    above = node.parent
    while above is not None and above is not top:
        yield above
        above = above.parent


def _is_others(node: Node) -> bool:
    return (
        node.name in _OTHERS
        or is_hidden(node.name, node.attrs)
        or _OTHER_CLASS.search(attribute(node, "class")) is not None
    )


def _text_around(link: Node, around: Sequence[Node]) -> str:
    """The text of the block that holds a link."""
    return _text(next((one for one in around if one.name in BLOCKS), link))


def _text(node: Node) -> str:
    return " ".join(" ".join(line.text for line in visible_text(node).lines).split())


_READ: Final[Mapping[str, Callable[[str], str]]] = {
    "journal": _journal_of,
    "doi": doi_of,
    "pmid": pmid_of,
}
