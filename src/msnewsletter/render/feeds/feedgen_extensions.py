"""The elements that feedgen 1.0.0 omits or loses, through its public `register_extension`.

Owns the elements that feedgen cannot write: entry links with their attributes
(python-feedgen#135), dc:creator, dc:language and dc:identifier, xml:lang, atom:updated and dates
in RSS, the stylesheet instruction. Never decides what a feed says.
"""

from __future__ import annotations

from datetime import datetime
from email.utils import format_datetime
from typing import TYPE_CHECKING, Any

from lxml import etree

from msnewsletter import urls
from msnewsletter.catalogues.catalogue_files import words_in
from msnewsletter.render import wording
from msnewsletter.render.languages import direction_of
from msnewsletter.render.xml_text import uri

if TYPE_CHECKING:
    from msnewsletter.render.feeds.view import FeedEntry, FeedView

ATOM = "http://www.w3.org/2005/Atom"
DUBLIN_CORE = "http://purl.org/dc/elements/1.1/"
LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
SYNDICATION = "http://purl.org/rss/1.0/modules/syndication/"
XHTML = "http://www.w3.org/1999/xhtml"
HISTORY = "http://purl.org/syndication/history/1.0"


class UnseenDate(datetime):
    """A date that feedgen holds but does not write into RSS.

    feedgen writes RSS dates through `locale.setlocale`, which changes the whole process while other
    threads run; where it finds this, it writes nothing, and `FeedParts` writes the date instead.
    """

    def __bool__(self) -> bool:
        return False


class FeedParts:
    """The feed's part; set `view` before the feed is written."""

    view: FeedView

    def extend_ns(self) -> dict[str, str]:
        """Prefixes for the root element."""
        linked = self.view.linked
        return {
            "dc": DUBLIN_CORE,
            "html": XHTML,
            **({"fh": HISTORY} if linked.archived else {}),
            **({"sy": SYNDICATION} if linked.pace else {}),
        }

    def extend_rss(self, root: Any) -> None:  # noqa: ANN401  (an lxml element; lxml has no types)
        """Add to `<rss>`."""
        channel = root[0]
        # RFC 822 dates as RSS 2.0 wants them.
        _add(channel, "lastBuildDate", format_datetime(self.view.updated))
        if pace := self.view.linked.pace:
            _add(channel, "ttl", str(pace.ttl))
        # RFC 5005, appendix B: in RSS 2.0 the same elements, in Atom's namespace.
        self._add_links(channel, "rss.xml", "application/rss+xml")
        self._add_words(channel)
        _add_style(root, self.view.style)

    def extend_atom(self, root: Any) -> None:  # noqa: ANN401  (an lxml element)
        """Add to `<feed>`."""
        self._add_links(root, "atom.xml", "application/atom+xml")
        self._add_words(root)
        _add_style(root, self.view.style)

    def _add_links(self, parent: Any, name: str, kind: str) -> None:  # noqa: ANN401  (an lxml element)
        """Hub, archive and pace: WebSub, section 4; RFC 5005, section 4; the syndication module."""
        linked, previous = self.view.linked, self.view.previous_link(name)
        if linked.hub:
            _add_link(parent, rel="hub", href=linked.hub)
        if previous:
            _add_link(parent, rel="prev-archive", type=kind, href=previous)
        if linked.archived:
            _add_link(parent, rel="current", type=kind, href=self.view.current_link(name))
            etree.SubElement(parent, f"{{{HISTORY}}}archive")
        if linked.pace:
            _add(parent, f"{{{SYNDICATION}}}updatePeriod", linked.pace.period)
            _add(parent, f"{{{SYNDICATION}}}updateFrequency", str(linked.pace.frequency))

    def _add_words(self, parent: Any) -> None:  # noqa: ANN401  (an lxml element)
        """What a feed is, and where the pages are: for people who open it in a browser."""
        site, said = self.view.masthead.site, words_in(self.view.masthead.words)
        words = _add_own(parent, "p", self.view.own_language)
        words.text = f"{said.say(wording.FEED_IN_A_BROWSER)} "
        for address, text, after in (
            (site + urls.FEEDS, wording.FEED_HELP, ". "),
            (self.view.page, wording.FEED_PAGE, "."),
        ):
            link = etree.SubElement(words, f"{{{XHTML}}}a", href=uri(address))
            link.text, link.tail = said.say(text), after


class EntryParts:
    """One entry's part; set `view` before the feed is written."""

    view: FeedEntry

    def extend_rss(self, item: Any) -> None:  # noqa: ANN401  (an lxml element)
        """Add to `<item>`."""
        _add(item, "pubDate", format_datetime(self.view.published))
        _add(item, f"{{{ATOM}}}updated", self.view.updated.isoformat())
        if self.view.language:
            _add(item, f"{{{DUBLIN_CORE}}}language", self.view.language)
        self._add_dublin_core(item)
        self._add_way(item)

    def extend_atom(self, entry: Any) -> None:  # noqa: ANN401  (an lxml element)
        """Add to `<entry>`."""
        # Their order is feedgen's too: RFC 4287, section 4.1.2 leaves it open.
        etree.SubElement(entry, "link", rel="alternate", type="text/html", href=self.view.link)
        for study in self.view.studies:
            etree.SubElement(
                entry, "link", rel="related", type="text/html", href=study.link, title=study.name
            )
        language = self.view.language
        _set_language(entry, "title", self.view.title_language or language)
        _set_language(entry, "summary", language)
        _set_language(entry, "content", language)
        self._add_dublin_core(entry)
        self._add_way(entry)

    def _add_way(self, element: Any) -> None:  # noqa: ANN401  (an lxml element)
        # No stylesheet can make a link of `link`, or text of escaped HTML; XHTML is both anywhere.
        view = self.view
        headline = _add_shown(element, "a", view.title, view.title_language or view.language)
        headline.set("href", view.link)
        if view.teaser:
            _add_shown(element, "p", view.teaser, view.language)

    def _add_dublin_core(self, element: Any) -> None:  # noqa: ANN401  (an lxml element)
        _add(element, f"{{{DUBLIN_CORE}}}creator", self.view.creator)
        for study in self.view.studies:
            _add(element, f"{{{DUBLIN_CORE}}}identifier", study.identifier)


def _add(parent: Any, tag: str, text: str) -> None:  # noqa: ANN401  (an lxml element)
    etree.SubElement(parent, tag).text = text


def _add_own(parent: Any, name: str, language: str) -> Any:  # noqa: ANN401  (an lxml element)
    """An element of XHTML with the program's own words."""
    element = etree.SubElement(parent, f"{{{XHTML}}}{name}")
    if language:
        element.set(LANGUAGE, language)
        element.set("dir", direction_of(language))
    return element


def _add_shown(parent: Any, name: str, text: str, language: str) -> Any:  # noqa: ANN401  (an lxml element)
    """An element of XHTML with an entry's words, which run as they begin."""
    element = etree.SubElement(parent, f"{{{XHTML}}}{name}", dir="auto")
    element.text = text
    if language:
        element.set(LANGUAGE, language)
    return element


def _set_language(entry: Any, name: str, language: str) -> None:  # noqa: ANN401  (an lxml element)
    # RFC 4287, section 2. Not the whole entry's: its author's name is the newsletter's.
    element = entry.find(name)
    if language and element is not None:
        element.set(LANGUAGE, language)


def _add_link(parent: Any, **attributes: str) -> None:  # noqa: ANN401  (an lxml element)
    # feedgen gives no namespace to what it writes into Atom until it is parsed.
    tag = "link" if parent.tag == "feed" else f"{{{ATOM}}}link"
    etree.SubElement(parent, tag, **attributes)


def _add_style(root: Any, style: str) -> None:  # noqa: ANN401  (an lxml element)
    # W3C, Associating Style Sheets with XML documents 1.0: before the root element.
    instruction = f'href="{style}" type="text/css"'
    root.addprevious(etree.ProcessingInstruction("xml-stylesheet", instruction))
