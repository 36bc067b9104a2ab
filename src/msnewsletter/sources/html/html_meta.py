"""What the head of a page says: meta elements, the canonical link, the title. Pure.

Owns which names of meta elements are fields of a summary. `citation_*` describes the paper, never
the page, so its date is the journal's. `description` is no field: many sites fill it with a text
that is cut, or the same for all pages; `[sources.select]` may name it.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urljoin, urlsplit

from msnewsletter.sources.html.html_document import attribute

if TYPE_CHECKING:
    from collections.abc import Mapping

    from msnewsletter.sources.html.field_candidates import FieldCandidates
    from msnewsletter.sources.html.html_document import HtmlTree

_PAPER: Final = {
    "doi": ("citation_doi", "prism.doi"),
    "pmid": ("citation_pmid",),
    "paper_title": ("citation_title",),
    "journal": ("citation_journal_title", "prism.publicationname"),
    "cover_date": ("citation_cover_date", "citation_publication_date", "citation_date"),
}
_PUBLISHED: Final = ("article:published_time", "og:published_time")
# Dublin Core is of the page where nothing else says that it is of a paper.
_PAGE_DATES: Final = ("dc.date.issued", "dcterms.issued", "dc.date", "dcterms.date")
_TITLES: Final = ("og:title", "twitter:title", "dc.title", "dcterms.title")
# Between a title and the name of the site.
_BESIDE_SITE: Final = (" | ", " - ", " – ", " — ", " · ", " :: ", " • ", " » ", " « ")


@dataclass(frozen=True, slots=True, kw_only=True)
class HtmlHead:
    """What the head of a page says.

    Attributes:
        meta: the contents of meta elements by name or property, in small letters.
        title: of the document.
        base: the address that relative ones in it are relative to.
        canonical, og_url: the page's address as it says itself, absolute; empty: it does not.
    """

    meta: Mapping[str, list[str]]
    title: str
    base: str
    canonical: str
    og_url: str

    @property
    def titles(self) -> tuple[str, ...]:
        """By which the page calls itself, without the site's name."""
        given = (*(self._first(name) for name in _TITLES), self.title)
        site = self._first("og:site_name")
        return tuple(dict.fromkeys(_without_site(title, site) for title in given if title))

    def add_fields(self, found: FieldCandidates) -> None:
        """Add what it says of fields; titles are for who finds none in the page."""
        for name, keys in _PAPER.items():
            for key in keys:
                found.add(name, self._first(key), f"meta: {key}")
        authors = tuple(self.meta.get("citation_author", ()))
        found.add("authors", authors, "meta: citation_author")
        dates = _PUBLISHED if self._of_paper else (*_PUBLISHED, *_PAGE_DATES)
        for key in dates:
            found.add("published", self._first(key), f"meta: {key}")
        for value in self.meta.get("dc.identifier", ()):
            if value.lower().startswith(("doi:", "10.", "https://doi.org/")):
                found.add("doi", value, "meta: dc.identifier")

    def add_titles(self, found: FieldCandidates) -> None:
        """Add its titles as headlines, without the site's name where the page shows a headline."""
        known = [str(one.value) for one in found.by_field.get("headline", ())]
        for title in self.titles:
            around = next((one for one in known if _is_around(title, one)), title)
            found.add("headline", around, "meta: title")

    @property
    def _of_paper(self) -> bool:
        return any(name.startswith("citation_") for name in self.meta)

    def _first(self, name: str) -> str:
        return self.meta.get(name, [""])[0]


def head_of(tree: HtmlTree, address: str) -> HtmlHead:
    """The head of the page that was read at an address."""
    meta: dict[str, list[str]] = defaultdict(list)
    for element in tree.all("meta"):
        name = attribute(element, "property") or attribute(element, "name")
        if name and (content := attribute(element, "content")):
            meta[name.lower()].append(content)
    base = base_of(tree, address)
    canonical = next(
        (
            attribute(link, "href")
            for link in tree.all("link[rel]")
            if "canonical" in attribute(link, "rel").lower().split()
        ),
        "",
    )
    titles = tree.all("head > title")
    title = " ".join(titles[0].to_text().split()) if titles else ""
    return HtmlHead(
        meta=dict(meta),
        title=title,
        base=base,
        canonical=absolute(base, canonical),
        og_url=absolute(base, meta["og:url"][0] if meta.get("og:url") else ""),
    )


def base_of(tree: HtmlTree, address: str) -> str:
    """The address that relative ones are relative to."""
    bases = tree.all("base[href]")
    return (absolute(address, attribute(bases[0], "href")) if bases else "") or address


def absolute(base: str, link: str) -> str:
    """A link's web address, without a fragment; empty: it has none."""
    try:
        whole = urljoin(base, link.strip()) if link.strip() else ""
        parts = urlsplit(whole)
        usable = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
    except ValueError:
        return ""
    if not usable or not whole.isprintable() or " " in whole:
        return ""
    return parts._replace(fragment="").geturl()


def _without_site(title: str, site: str) -> str:
    for sign in _BESIDE_SITE:
        if site and title.endswith(sign + site):
            return title[: -len(sign + site)]
    return title


def _is_around(title: str, headline: str) -> bool:
    """Whether a title is a headline and something beside it, as a rule the name of the site."""
    return any(
        title.startswith(headline + sign) or title.endswith(sign + headline)
        for sign in _BESIDE_SITE
    )
