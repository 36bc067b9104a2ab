"""WordPress's export (WXR): its published posts and pages as entries. Opens nothing.

Read as a stream, an item after the other, with a document type refused: WordPress writes none, and
entities are the one way in which XML grows while it is read.
"""

from __future__ import annotations

import io
import re
from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from lxml import etree

from msnewsletter.errors import SourceError
from msnewsletter.sources.feed.feed_entries import SourceEntry
from msnewsletter.sources.importing.shortcodes import without_shortcodes

if TYPE_CHECKING:
    from collections.abc import Iterator

SIZE_LIMIT: Final = 300_000_000
_READ: Final = ("post", "page")
# What is no text: files, menus, styles, old states of posts.
_IGNORED: Final = frozenset(
    {
        *("attachment", "nav_menu_item", "revision", "custom_css", "customize_changeset"),
        *("oembed_cache", "user_request", "wp_block", "wp_template", "wp_template_part"),
        *("wp_global_styles", "wp_navigation", "wp_font_family", "wp_font_face"),
    }
)
_NO_DATE: Final = "0000-00-00"
_WORDPRESS: Final = re.compile(r"\{https?://wordpress\.org/export/[\d.]+/\}")
_CONTENT: Final = "{http://purl.org/rss/1.0/modules/content/}encoded"
# In the classic editor blank lines part paragraphs and line ends are kept; WordPress makes HTML of
# them when it shows a page (wpautop). The block editor marks its blocks by comments.
_BLOCKS: Final = "<!-- wp:"
_BLANK_LINES: Final = re.compile(r"\n[ \t]*\n\s*")
_LINE_END: Final = re.compile(r"(?<=[^\s>])[ \t]*\n[ \t]*(?=[^\s<])")


class WordpressItems:
    """The items of an export; what was passed over is counted while it is read.

    Attributes:
        passed_over: why, and how many: drafts, private posts, other types.
        shortcodes: that were taken out of texts: the name of each, and of how many texts.
    """

    def __init__(self, data: bytes, location: str) -> None:
        self._data, self._location = data, location
        self.passed_over: Counter[str] = Counter()
        self.shortcodes: Counter[str] = Counter()

    def entries(self) -> Iterator[tuple[int, SourceEntry]]:
        """Each published post and page with its line; raises SourceError where it cannot go on."""
        events = etree.iterparse(
            io.BytesIO(self._data),
            events=("end",),
            tag="item",
            resolve_entities=False,
            no_network=True,
            huge_tree=False,
        )
        try:
            for _, item in events:
                if item.getroottree().docinfo.doctype:
                    problem = "declares a document type, as no export of WordPress does"
                    raise SourceError(self._location, problem, "export it again")
                line, entry = item.sourceline or 1, self._entry(item)
                item.clear()
                while item.getprevious() is not None:
                    del item.getparent()[0]
                if entry:
                    yield line, entry
        except etree.XMLSyntaxError as error:
            problem = f"is not well-formed XML from here on ({error.msg})"
            place = f"{self._location}:{error.lineno or 1}"
            raise SourceError(
                place, problem, "export it again; what came before was read"
            ) from None

    def _entry(self, item: Any) -> SourceEntry | None:  # noqa: ANN401  (lxml's type is private)
        texts = _texts(item)
        kind, status = texts.get("post_type", "post"), texts.get("status", "publish")
        if kind not in _READ:
            if kind not in _IGNORED:
                self.passed_over[f"of the type {kind!r}"] += 1
            return None
        if status != "publish" or texts.get("post_password"):
            private = status == "private" or texts.get("post_password")
            self.passed_over["private" if private else f"not published ({status})"] += 1
            return None
        body, shortcodes = without_shortcodes(texts.get("body", ""))
        for name in shortcodes:
            self.shortcodes[name] += 1
        return SourceEntry(
            id=texts.get("guid", ""),
            link=texts.get("link", ""),
            title=texts.get("title", ""),
            body=_as_shown(body),
            body_name="content",
            published=_published(texts),
            tags=tuple(
                (one.text or "").strip()
                for one in item.iterfind("category")
                if one.get("domain", "category") in ("category", "post_tag")
            ),
        )


def _texts(item: Any) -> dict[str, str]:  # noqa: ANN401  (as above)
    """The texts of an item's elements, WordPress's without their namespace."""
    texts: dict[str, str] = {}
    for element in item:
        if isinstance(element.tag, str):
            name = "body" if element.tag == _CONTENT else _WORDPRESS.sub("", element.tag)
            texts.setdefault(name, (element.text or "").strip())
    return texts


def _published(texts: dict[str, str]) -> str:
    """When it was published: the moment, or the day where only the site's own time is known."""
    moment = texts.get("post_date_gmt", "")
    if moment and not moment.startswith(_NO_DATE):
        return f"{moment} +00:00"
    if texts.get("pubDate"):
        return texts["pubDate"]
    day = texts.get("post_date", "").partition(" ")[0]
    return "" if day == _NO_DATE else day


def _as_shown(body: str) -> str:
    """The HTML that WordPress would show."""
    body = body.replace("\r\n", "\n")
    if _BLOCKS in body:
        return body
    return _LINE_END.sub("<br>\n", _BLANK_LINES.sub("\n<p>\n", body))
