"""JSON-LD in a page: what schema.org's words say of a summary and of the paper that it is about.

Owns which node of a graph the page is, and which words of it are fields. Broken scripts are passed
over, as by search engines. `dateModified` is never a date of publication. Pure.
"""

from __future__ import annotations

import html
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from msnewsletter.issue.teaser import sound_of
from msnewsletter.sources.addresses import identity_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from msnewsletter.sources.html.field_candidates import FieldCandidates

    JsonNode = dict[str, Any]

_NODES_LIMIT: Final = 2_000
# The kinds of nodes that may be the page, those before that say more of it.
_KINDS: Final = (
    frozenset({"Article", "NewsArticle", "BlogPosting", "Report"}),
    frozenset({"MedicalWebPage"}),
    frozenset({"ScholarlyArticle", "MedicalScholarlyArticle"}),
    frozenset({"WebPage", "ItemPage"}),
)
_PAPERS: Final = _KINDS[2]
# What leads from a page to the paper that it is about.
_TO_PAPER: Final = ("about", "isBasedOn", "mainEntity", "citation")
_FRAME: Final = re.compile(
    r"\A\s*(?:<!--|//\s*<!\[CDATA\[|<!\[CDATA\[)|(?://\s*)?(?:-->|\]\]>)\s*\Z"
)
_ENTITY: Final = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});")
_DOI: Final = re.compile(
    r"(?:https?://(?:dx\.)?doi\.org/)?10\.[0-9]{4,9}/[^\s\"<>]+", re.IGNORECASE
)
_PMID_URL: Final = re.compile(r"https?://(?:www\.)?(?:pubmed\.ncbi|ncbi)\.nlm\.nih\.gov/\S+")


@dataclass(frozen=True, slots=True, kw_only=True)
class JsonLdArticle:
    """What a page says in JSON-LD.

    Attributes:
        page: the node of the page; None: there is none.
        paper: the node of the paper that it is about; None: none, or several.
        several: several nodes may be the page, and nothing says which.
        author: the person whom the page names as its author; empty: it names none.
    """

    page: JsonNode | None = None
    paper: JsonNode | None = None
    several: bool = False
    author: str = ""

    def add_fields(self, found: FieldCandidates) -> None:
        """Add what it says of the fields of a summary, less its texts."""
        if self.page is not None:
            for name in ("headline", "name"):
                found.add("headline", text_in(self.page.get(name)), f"JSON-LD: {name}")
            date = text_in(self.page.get("datePublished"))
            found.add("published", date, "JSON-LD: datePublished")
        if self.paper is not None:
            _add_paper(self.paper, found)

    def bodies(self) -> Iterator[tuple[str, str]]:
        """Its texts: each with the words above it, which are empty for the body of the article."""
        page = self.page or {}
        for part in _nodes_in(page.get("hasPart")):
            title = text_in(part.get("name")) or text_in(part.get("headline"))
            text = text_in(part.get("text")) or text_in(part.get("articleBody"))
            if title and text:
                yield title, text
        if body := text_in(page.get("articleBody")) or text_in(page.get("text")):
            yield "", body


def nodes_of(scripts: Iterable[str]) -> list[JsonNode]:
    """The nodes of all scripts, those of graphs and arrays too; what is no JSON is passed over."""
    found: list[JsonNode] = []
    for script in scripts:
        waiting = [_parsed(script)]
        while waiting and len(found) < _NODES_LIMIT:
            value = waiting.pop()
            if isinstance(value, list):
                waiting += reversed(value)
            elif isinstance(value, dict):
                found.append(value)
                waiting.append(value.get("@graph"))
    return found


def article_of(
    nodes: list[JsonNode], *, addresses: Collection[str], titles: Collection[str]
) -> JsonLdArticle:
    """The node that the page is, and its paper.

    Args:
        nodes: of the page.
        addresses: identities of the page.
        titles: by which the page calls itself elsewhere.
    """
    by_id = {node["@id"]: node for node in nodes if isinstance(node.get("@id"), str)}
    entities = [part for node in nodes for part in _nodes_in(node.get("mainEntity"), by_id) if part]
    for kinds in _KINDS:
        group = [node for node in (*nodes, *entities) if kinds & _types(node)]
        group = _one_each(group)
        if not group:
            continue
        pages = _named(group, addresses, titles) if len(group) > 1 else group
        if len(pages) != 1:
            return JsonLdArticle(several=True)
        around = [node for node in nodes if _types(node) & (_KINDS[1] | _KINDS[3])]
        paper = _paper_of((pages[0], *around), nodes, by_id, page=pages[0])
        return JsonLdArticle(page=pages[0], paper=paper, author=_person_of(pages[0], by_id))
    return JsonLdArticle()


def text_in(value: object) -> str:
    """The text of a value, entities decoded once; empty: it has none."""
    if isinstance(value, list):
        value = value[0] if value else ""
    if isinstance(value, dict):
        value = value.get("@value", value.get("name", ""))
    return (
        _ENTITY.sub(lambda one: html.unescape(one[0]), value).strip()
        if isinstance(value, str)
        else ""
    )


def _parsed(script: str) -> object:
    text = _FRAME.sub("", script)
    for form in (text, html.unescape(text)):
        try:
            # A line end in a text is no JSON, and common.
            return json.loads(form, strict=False)
        except (ValueError, RecursionError):
            continue
    return None


def _types(node: JsonNode) -> set[str]:
    found = node.get("@type")
    names = found if isinstance(found, list) else [found]
    return {str(name).rpartition("/")[2] for name in names if isinstance(name, str)}


def _nodes_in(value: object, by_id: dict[str, JsonNode] | None = None) -> list[JsonNode]:
    """The nodes that a value holds, those that it names by their id too."""
    values = value if isinstance(value, list) else [value]
    nodes = [one for one in values[:_NODES_LIMIT] if isinstance(one, dict)]
    return [_whole(node, by_id or {}) for node in nodes]


def _whole(node: JsonNode, by_id: dict[str, JsonNode]) -> JsonNode:
    name = node.get("@id")
    known = by_id.get(name) if isinstance(name, str) and len(node) <= 2 else None  # noqa: PLR2004  (its id, perhaps its type)
    return known or node


def _one_each(nodes: list[JsonNode]) -> list[JsonNode]:
    """Without those that are there twice."""
    kept: list[JsonNode] = []
    for node in nodes:
        if not any(node is one or node == one for one in kept[:50]):
            kept.append(node)
    return kept


def _named(
    nodes: list[JsonNode], addresses: Collection[str], titles: Collection[str]
) -> list[JsonNode]:
    """Those of several nodes that the page's address, or else its title, names."""
    by_address = [node for node in nodes if _addresses(node) & set(addresses)]
    if len(by_address) == 1:
        return by_address
    sounds = {sound_of(title) for title in titles if title}
    return [
        node for node in by_address or nodes if sound_of(text_in(node.get("headline"))) in sounds
    ]


def _addresses(node: JsonNode) -> set[str]:
    entity = node.get("mainEntityOfPage")
    inner = entity.get("@id", entity.get("url")) if isinstance(entity, dict) else entity
    found = (node.get("url"), node.get("@id"), inner)
    return {identity_of(one) for one in found if isinstance(one, str)}


def _paper_of(
    pages: Iterable[JsonNode],
    nodes: list[JsonNode],
    by_id: dict[str, JsonNode],
    *,
    page: JsonNode,
) -> JsonNode | None:
    """The one paper that a page is about; None: none, or several."""
    for one in pages:
        for name in _TO_PAPER:
            cited = one.get(name)
            texts = [{"sameAs": text} for text in _texts(cited)]
            papers = [
                node
                for node in (*_nodes_in(cited, by_id), *texts)
                if node is not page and (_PAPERS & _types(node) or _doi_in(node))
            ]
            if papers:
                return papers[0] if len(papers) == 1 else None
    others = [node for node in nodes if _PAPERS & _types(node) and node is not page]
    return others[0] if len(others) == 1 else None


def _person_of(page: JsonNode, by_id: dict[str, JsonNode]) -> str:
    """The first person who is a page's author; that of a paper wrote the paper."""
    if _PAPERS & _types(page):
        return ""
    authors = _nodes_in(page.get("author"), by_id)
    names = (text_in(one.get("name")) for one in authors if "Person" in _types(one))
    return next(filter(None, names), "")


def _add_paper(paper: JsonNode, found: FieldCandidates) -> None:
    found.add("doi", _doi_in(paper), "JSON-LD: the paper's identifier")
    found.add("pmid", _pmid_in(paper), "JSON-LD: the paper's identifier")
    for name in ("headline", "name"):
        found.add("paper_title", text_in(paper.get(name)), f"JSON-LD: the paper's {name}")
    authors = paper.get("author")
    values = authors if isinstance(authors, list) else [authors]
    names = tuple(name for name in map(text_in, values) if name)
    found.add("authors", names, "JSON-LD: the paper's author")
    found.add("journal", _journal_in(paper), "JSON-LD: the paper's isPartOf")
    date = text_in(paper.get("datePublished"))
    found.add("cover_date", date, "JSON-LD: the paper's datePublished")


def _journal_in(paper: JsonNode) -> str:
    """The name of the periodical, also where an issue or a volume stands between."""
    part: object = paper.get("isPartOf")
    for _ in range(4):
        nodes = _nodes_in(part)
        if not nodes:
            return ""
        periodical = next((node for node in nodes if "Periodical" in _types(node)), None)
        if periodical:
            return text_in(periodical.get("name"))
        part = nodes[0].get("isPartOf")
    return ""


def _texts(value: object) -> list[str]:
    values = value if isinstance(value, list) else [value]
    return [one for one in values if isinstance(one, str)]


def _identifiers(node: JsonNode, scheme: str) -> Iterator[str]:
    values = node.get("identifier")
    for one in values if isinstance(values, list) else [values]:
        if isinstance(one, dict) and text_in(one.get("propertyID")).lower() == scheme:
            value = one.get("value")
            yield str(value) if isinstance(value, int) else text_in(value)


def _doi_in(node: JsonNode) -> str:
    plain = (*_texts(node.get("sameAs")), *_texts(node.get("identifier")))
    links = (*plain, *_texts(node.get("@id")), *_texts(node.get("url")))
    matches = (_DOI.search(text) for text in links)
    given = (*_identifiers(node, "doi"), *(match[0] for match in matches if match))
    return next(filter(None, given), "")


def _pmid_in(node: JsonNode) -> str:
    links = (*_texts(node.get("sameAs")), *_texts(node.get("identifier")))
    matches = (_PMID_URL.search(text) for text in links)
    given = (*_identifiers(node, "pmid"), *(match[0] for match in matches if match))
    return next(filter(None, given), "")
