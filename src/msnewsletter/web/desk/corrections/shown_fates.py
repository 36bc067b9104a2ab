"""What frames show of a form that is not saved: its piece of the mail, and the summary's page.

Kept in memory for a while, under names that nobody guesses: a frame has no form to send.
"""

from __future__ import annotations

import secrets
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lxml import html as lxml_html

from msnewsletter import urls
from msnewsletter.web.desk.frames import with_style

if TYPE_CHECKING:
    from msnewsletter.publisher.editing.fate import FatePreview

# So many forms that are open at once can be looked at; a browser asks within a second.
_KEPT = 20


@dataclass(slots=True)
class ShownFates:
    """The pages for frames, by name: the newest few."""

    _pages: OrderedDict[str, dict[str, bytes]] = field(default_factory=OrderedDict)

    def keep(self, shown: FatePreview) -> str:
        """Keep what the frames of a form show; returns the name."""
        name = secrets.token_urlsafe(8)
        self._pages[name] = dict(_pages_of(shown))
        while len(self._pages) > _KEPT:
            self._pages.popitem(last=False)
        return name

    def page(self, name: str, part: str) -> bytes | None:
        """A page that is kept: `mail.html` or `page.html`; None: it is not there any more."""
        return self._pages.get(name, {}).get(part)


def _pages_of(shown: FatePreview) -> list[tuple[str, bytes]]:
    pages = []
    if shown.correction:
        pages.append(("mail.html", corrections_of_mail(shown.mail)))
    if shown.page is not None:
        style = shown.files.get(urls.STYLE, b"")
        pages.append(("page.html", with_style(shown.page, style)))
    return pages


def corrections_of_mail(digest: bytes) -> bytes:
    """The mail with nothing in it but its corrections, as they look there.

    A home's own template may mark them otherwise: then it is all of the mail.
    """
    mail = lxml_html.document_fromstring(digest)
    node = next(iter(mail.find_class("correction")), mail.body)
    # What is around them stays: the mail's colours hang on it.
    while node is not mail.body:
        parent = node.getparent()
        for other in parent.xpath("*"):
            if other is not node:
                parent.remove(other)
        node = parent
    return bytes(lxml_html.tostring(mail, doctype="<!doctype html>", encoding="utf-8"))
