"""An entry of a feed → the fields of a summary, and what editors should know of them. Pure.

What the entry gives by itself is taken only where it is valid; what `fields` names is taken as it
is, so that whoever reads the summary says what is wrong with it. Nothing is made up: the author of
an entry is who wrote the summary, not the study, and its `updated` is no date of publication.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from msnewsletter.errors import BadValueError
from msnewsletter.sources.feed.feed_dates import feed_date, names_no_zone
from msnewsletter.sources.feed.own_entry import own_entry
from msnewsletter.sources.fetched_file import Problem
from msnewsletter.sources.html.html_lines import lines_of_text, text_of
from msnewsletter.sources.html.html_piece import line_of, lines_of_html, text_of_html
from msnewsletter.sources.html.page_sections import sections_of_lines
from msnewsletter.sources.identifiers import doi_of, pmid_of, url_of
from msnewsletter.sources.text_limits import each_over_limit
from msnewsletter.text import quoted, quoted_value
from msnewsletter.validators import language_tag

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from msnewsletter.sources.feed.feed_entries import SourceEntry
    from msnewsletter.sources.html.html_lines import HtmlTextLine
    from msnewsletter.sources.html.page_sections import PageSections

_NEEDED: Final = {"found": "What was found", "why_it_matters": "Why it matters"}
_TAGS: Final = 20
# What blogs say of entries to which nobody gave a tag.
_NO_TAGS: Final = frozenset(("uncategorized", "uncategorised", "allgemein"))
# Elements that name a study, if they hold a DOI or a PubMed number.
_IDENTIFYING: Final = {
    "prism_doi": "prism:doi",
    "dc_identifier": "dc:identifier",
    "prism_url": "prism:url",
    "dc_source": "dc:source",
    "doi": "doi",
    "pmid": "pmid",
    "_study": "_study.identifiers",
    "id": "id",
}
_REGISTERS: Final = (
    ("doi", re.compile(r"(?:dx\.|www\.)?doi\.org"), doi_of),
    (
        "pmid",
        re.compile(r"pubmed\.ncbi\.nlm\.nih\.gov|(?:www\.)?ncbi\.nlm\.nih\.gov"),
        pmid_of,
    ),
)
# Most links lead elsewhere, and are not taken apart.
_REGISTER: Final = re.compile("doi|nih", re.IGNORECASE)
_NAMED: Final = (
    ("doi", re.compile(r"(?:doi[:\s]|info:doi/|10\.\d{4,9}/)\S", re.IGNORECASE), doi_of),
    ("pmid", re.compile(r"(?:pmid|pubmed|info:pmid/)[:\s/]*\d", re.IGNORECASE), pmid_of),
)
_INFO: Final = re.compile(r"info:(?:doi|pmid)/", re.IGNORECASE)


@dataclass(slots=True, kw_only=True)
class EntryFields:
    """What an entry says of a summary; the attributes are those of Read.

    Attributes:
        taken_back: a notice is in the place of the text.
    """

    fields: dict[str, str | tuple[str, ...]] = field(default_factory=dict)
    origins: dict[str, str] = field(default_factory=dict)
    weak: tuple[str, ...] = ()
    notes: list[str] = field(default_factory=list)
    problem: Problem | None = None
    taken_back: bool = False

    def take(self, name: str, value: str | tuple[str, ...], origin: str) -> None:
        """Take a field that is given, unless it is known already."""
        if value and name not in self.fields:
            self.fields[name] = value
            self.origins[name] = origin


def entry_fields(
    entry: SourceEntry, *, mapped: Mapping[str, str], at: datetime, texts: bool = True
) -> EntryFields:
    """The fields of a summary that an entry gives.

    Args:
        entry: it.
        mapped: a field: the name of the element that holds it; wins over all else.
        at: now, aware: no date lies far after it.
        texts: its sections too; False: they are read elsewhere.
    """
    found = EntryFields()
    _take_mapped(found, entry, mapped)
    title = line_of(entry.title)
    lines: Sequence[HtmlTextLine] = ()
    try:
        lines = lines_of_html(entry.body) if entry.is_html else lines_of_text(entry.body)
    except BadValueError as error:
        found.problem = Problem(says=f"its entry {error.problem}", remedy=error.remedy)
    own = own_entry(title, lines)
    if own:
        for name, value in own.fields.items():
            found.take(name, value, entry.body_name)
        found.notes += own.notes
        found.taken_back = own.taken_back
    if texts and not found.taken_back:
        _take_texts(found, entry, own.text if own else lines)
    found.take("headline", "" if own else title, "title")
    _take_date(found, entry, at)
    if own and "published" not in own.fields:  # where it says no day, the feed's is a hint
        found.weak = ("published",)
    _take_study(found, entry, lines)
    _take_rest(found, entry)
    return found


def _take_mapped(found: EntryFields, entry: SourceEntry, mapped: Mapping[str, str]) -> None:
    for name, element in mapped.items():
        value = entry.element(element)
        if value is None:
            found.notes.append(f"its entry has no {quoted_value(element)} for {name!r}")
        elif isinstance(value, str):
            found.take(name, line_of(value) if "\n" not in value else _plain(value), element)
        else:
            found.take(name, tuple(map(line_of, value)), element)


def _plain(value: str) -> str:
    return text_of_html(value) if "<" in value else value


def _take_texts(found: EntryFields, entry: SourceEntry, lines: Sequence[HtmlTextLine]) -> None:
    sections = sections_of_lines(lines)
    for name, value in sections.values():
        found.take(name, value, f"{entry.body_name}: {quoted(sections.titles[name])}")
    lacking = [title for name, title in _NEEDED.items() if name not in found.fields]
    if lacking:
        found.problem = found.problem or _incomplete(sections, lacking)
        found.take("found", text_of(sections.above), f"{entry.body_name}, without a heading")
        return
    if sections.above and "teaser" not in found.fields:
        before = quoted(text_of(sections.above))
        found.notes.append(f"what stands before the first section is not read: {before}")
    if sections.unread:
        found.notes.append(f"what begins with {quoted(sections.unread[0])} is in no section")


def _incomplete(sections: PageSections, lacking: list[str]) -> Problem:
    titles = " and ".join(map(quoted, lacking))
    says = f"its entry has no section {titles}" if sections.titles else "its entry has no sections"
    remedy = "set follow = true to read its page, or map the fields to its elements"
    return Problem(says=says, remedy=remedy)


def _take_date(found: EntryFields, entry: SourceEntry, at: datetime) -> None:
    if "published" in found.fields:
        _check_mapped_date(found, at)
        return
    for name, text in (("published", entry.published), ("updated", entry.updated)):
        if not text:
            continue
        try:
            day = feed_date(text, at=at)
        except BadValueError as error:
            found.notes.append(f"{name} {quoted_value(text)} {error.problem}; it is not taken")
            continue
        if names_no_zone(text):
            found.notes.append(
                f"{name} {quoted_value(text)} names no known time zone; only its day is taken"
            )
        found.take("published", day, name)
        if name == "updated":
            found.weak = ("published",)
            found.notes.append("its entry says when it was updated, not when it was published")
        return
    found.weak = ("published",)  # what it said before stays
    found.notes.append("its entry has no date that can be taken")


def _check_mapped_date(found: EntryFields, at: datetime) -> None:
    """A date from an element may be written as feeds write dates."""
    text = found.fields["published"]
    try:
        found.fields["published"] = feed_date(text if isinstance(text, str) else text[0], at=at)
    except BadValueError as error:
        origin = found.origins.pop("published")
        del found.fields["published"]
        found.notes.append(f"{origin} {quoted_value(str(text))} {error.problem}; it is not taken")


def _take_study(found: EntryFields, entry: SourceEntry, lines: Sequence[HtmlTextLine]) -> None:
    for name, value, origin in _named(entry):
        found.take(name, value, origin)
    for origin, addresses in (
        ("link", (*entry.addresses, entry.link)),
        (entry.body_name, tuple(link.address for line in lines for link in line.links)),
    ):
        for name, host, rule in _REGISTERS:
            linked = dict.fromkeys(_linked(addresses, host, rule))
            if len(linked) == 1:  # several are what the text refers to
                found.take(name, next(iter(linked)), f"a link in its {origin}")


def _named(entry: SourceEntry) -> Iterator[tuple[str, str, str]]:
    for key, element in _IDENTIFYING.items():
        value = entry.element(element) if key in entry.raw else None
        for text in (value,) if isinstance(value, str) else value or ():
            for name, looks, rule in _NAMED:
                if looks.match(text) or element == name:
                    try:
                        yield name, rule(_INFO.sub("", text)), element
                    except BadValueError:
                        continue


def _linked(
    addresses: Iterable[str], host: re.Pattern[str], rule: Callable[[str], str]
) -> Iterator[str]:
    for address in addresses:
        if not _REGISTER.search(address):
            continue
        try:
            if host.fullmatch((urlsplit(address).hostname or "").lower()):
                yield rule(address)
        except ValueError:  # BadValueError is one
            continue


def _take_rest(found: EntryFields, entry: SourceEntry) -> None:
    tags: dict[str, str] = {}
    for tag in map(line_of, entry.tags):
        fits = tag and each_over_limit("tags", tag) is None
        if fits and tag.casefold() not in _NO_TAGS:
            tags.setdefault(tag.casefold(), tag)
    found.take("tags", tuple(tags.values())[:_TAGS], "categories")
    for name, text, rule in (
        ("url", entry.link, url_of),
        ("language", entry.language, language_tag),
    ):
        try:
            found.take(name, rule(text) if text else "", "link" if name == "url" else name)
        except ValueError as error:
            found.notes.append(f"its {name} {quoted_value(text)} is not taken: {error}")
