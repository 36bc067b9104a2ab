"""The choice of a view, as the address of a screen expresses it. Pure."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Self
from urllib.parse import urlencode

from msnewsletter.validators import issue_number

if TYPE_CHECKING:
    from collections.abc import Mapping

VIEWS: Mapping[str, str] = {
    "inbox": "Inbox",
    "mail": "Mail",
    "text": "Text",
    "aloud": "Read aloud",
    "source": "Source",
    "feeds": "Feeds",
    "pages": "Pages",
    "compare": "Compare",
    "checks": "Checks",
}
# The first choice of each is the default.
_CHOICES: Mapping[str, tuple[str, ...]] = {
    "view": ("mail", *(view for view in VIEWS if view != "mail")),
    "width": ("600", "320"),
    "mode": ("light", "dark", "both"),
    "images": ("on", "off"),
    "size": ("100", "200"),
    "styles": ("on", "off"),
    "feed": ("rss.xml", "atom.xml", "feed.json"),
    "edition": ("digest", "digest-short", "mailmerge", "mailmerge-short"),
}


def key_in(query: Mapping[str, str], name: str = "key") -> str:
    """The key of a summary in an address, in the form that keys have (NFC); empty: it has none."""
    return unicodedata.normalize("NFC", query.get(name, ""))


def number_in(text: str) -> int | None:
    """The number of an issue, as an address gives it; None: it is not valid."""
    try:
        return issue_number(text)
    except ValueError:
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """The choice: each field a word of `_CHOICES`, but for these.

    Attributes:
        path: where the screen is, e.g. `/` or `/issues/7`.
        page: a page of the site; empty where a view shows a mail, too: the mail.
        against: what to compare with: "before", or an issue's number; empty: the last issue.
        find: words to look for in the list of summaries.
        first: the list begins with this summary; 0 is the first.
    """

    path: str
    view: str = "mail"
    width: str = "600"
    mode: str = "light"
    images: str = "on"
    size: str = "100"
    styles: str = "on"
    feed: str = "rss.xml"
    edition: str = "digest"
    page: str = ""
    against: str = ""
    find: str = ""
    first: int = 0

    @classmethod
    def read(cls, path: str, query: Mapping[str, str]) -> Self:
        """The choice in an address; unknown words count as not given."""
        said = {
            name: query[name] for name, known in _CHOICES.items() if query.get(name, "") in known
        }
        first = query.get("first", "")
        return cls(
            path=path,
            **said,
            page=query.get("page", ""),
            against=query.get("against", ""),
            find=query.get("find", "").strip(),
            first=int(first) if first.isascii() and first.isdigit() and len(first) < 7 else 0,  # noqa: PLR2004
        )

    def url(self, **changes: str | int) -> str:
        """Return the URL with these changes; defaults are left out."""
        wanted = replace(self, **changes)  # type: ignore[arg-type]
        usual = Choice(path=self.path)
        said = {
            one.name: getattr(wanted, one.name)
            for one in fields(self)
            if one.name != "path" and getattr(wanted, one.name) != getattr(usual, one.name)
        }
        return f"{self.path}{'?' if said else ''}{urlencode(said)}"

    def to(self, reader: str) -> str:
        """The URL of the same edition as it goes to the `list` or to `one` reader."""
        name = "mailmerge" if reader == "one" else "digest"
        return self.url(edition=f"{name}-short" if self.is_short else name)

    def length(self, length: str) -> str:
        """The URL of the edition that is `short`, or `whole`, to the same readers."""
        name = "mailmerge" if self.is_to_one else "digest"
        return self.url(edition=f"{name}-short" if length == "short" else name)

    @property
    def is_short(self) -> bool:
        """Whether the edition is the short one."""
        return self.edition.endswith("-short")

    @property
    def is_to_one(self) -> bool:
        """Whether the edition is the one that is filled in for each reader."""
        return self.edition.startswith("mailmerge")

    @property
    def in_frame(self) -> str:
        """How a frame has to show its file, as the query of its address."""
        names = ("mode", "images", "size", "styles")
        return urlencode({name: getattr(self, name) for name in names})
