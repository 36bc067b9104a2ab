"""An entry of a feed that this program made → the fields of its summary. Pure.

The reverse of render/feeds/entry_html.py. What feeds do not carry, nothing here makes up.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from msnewsletter.catalogues.catalogue_files import languages
from msnewsletter.catalogues.own_words import ENGLISH
from msnewsletter.model import Status
from msnewsletter.sources.feed.entry_patterns import entry_patterns
from msnewsletter.sources.html.html_lines import BOLD_LEVEL, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from msnewsletter.sources.feed.entry_patterns import EntryPatterns, EntryReview
    from msnewsletter.sources.html.html_lines import HtmlTextLine

_APART: Final = " · "
_NUMBERED: Final = re.compile(r"\D+[1-9][0-9]*\D*")
_CUT: Final = "…"


@dataclass(slots=True, kw_only=True)
class OwnEntry:
    """What the entry says besides its sections.

    Attributes:
        fields: of the summary; all but its sections.
        text: the lines of its sections, headings included.
        taken_back: a notice is in the place of the text.
        notes: what editors should know.
    """

    fields: dict[str, str | tuple[str, ...]] = field(default_factory=dict)
    text: tuple[HtmlTextLine, ...] = ()
    taken_back: bool = False
    notes: list[str] = field(default_factory=list)


def own_entry(title: str, lines: Sequence[HtmlTextLine]) -> OwnEntry | None:
    """What an entry of ours says; None: another program made it."""
    said = _patterns_of(lines[-1]) if lines else None
    if said is None:
        return None
    found = OwnEntry()
    begin = next((i for i, line in enumerate(lines[:-1]) if _is_heading(line)), None)
    opening = list(lines[: -1 if begin is None else begin])
    status = _status(title, opening, said)
    _take_opening(found, title, opening, status, said)
    facts = next((i for i, line in enumerate(opening) if _facts(found, line, said)), None)
    if facts is not None:
        _take_first(found, opening[:facts])
    elif status is Status.TAKEN_DOWN:
        found.notes.append("the newsletter that it is from has taken it down")
    found.taken_back = status.takes_back
    if begin is not None:
        found.text = tuple(_without_closing(found, lines[begin:-1], said))
    return found


def _patterns_of(line: HtmlTextLine) -> EntryPatterns | None:
    """What entries say in the language of the links with which each of ours ends; None: no such."""
    words = [link.words for link in line.links]
    if not words or line.text != _APART.join(words):
        return None
    known = (entry_patterns(language) for language in _languages(words[-1]))
    return next((said for said in known if said.issue.fullmatch(words[-1])), None)


def _languages(last: str) -> Iterator[str]:
    """English first: to read another catalogue takes a moment, and few feeds are ours at all."""
    yield ENGLISH.language
    if _NUMBERED.fullmatch(last):
        yield from languages()


def _is_heading(line: HtmlTextLine) -> bool:
    """Whether an element makes it one."""
    return 0 < line.level < BOLD_LEVEL


def _is_bold(line: HtmlTextLine) -> bool:
    return line.level == BOLD_LEVEL


def _status(title: str, opening: Sequence[HtmlTextLine], said: EntryPatterns) -> Status:
    """The status that title and notice say; neither alone is sure."""
    if title == said.taken_down:
        return Status.TAKEN_DOWN
    for status, word in said.status_words.items():
        became = said.became[status]
        noticed = opening and _is_bold(opening[0]) and opening[0].text.startswith(became)
        if word and title.startswith(f"{word}: ") and noticed:
            return status
    return Status.LIVE


def _take_opening(
    found: OwnEntry,
    title: str,
    opening: list[HtmlTextLine],
    status: Status,
    said: EntryPatterns,
) -> None:
    """Notice, headline and title; they are taken off the opening."""
    bold: list[str] = []
    while opening and _is_bold(opening[0]) and len(bold) < 2:  # noqa: PLR2004  (notice, headline)
        bold.append(opening.pop(0).text)
    if status is not Status.LIVE or len(bold) > 1:
        note = bold.pop(0).removeprefix(said.became[status]).strip()
        if note:
            found.fields["note"] = note
    if status is Status.TAKEN_DOWN:  # a source cannot take down; the headline is gone
        found.fields["status"] = str(Status.WITHDRAWN)
        return
    if status is not Status.LIVE:
        found.fields["status"] = str(status)
        title = title.removeprefix(f"{said.status_words[status]}: ")
    found.fields["headline"] = bold[0] if bold else title
    if bold and _letters(bold[0]) != _letters(title) and not title.endswith(_CUT):
        found.fields["title"] = title


def _letters(text: str) -> str:
    """Letters and digits alone: feeds differ in what they keep of signs."""
    return "".join(filter(str.isalnum, re.sub("</?[a-zA-Z][^<>]*>", "", text)))


def _take_first(found: OwnEntry, lines: Sequence[HtmlTextLine]) -> None:
    """Key messages, or the editor's teaser."""
    if lines and all(line.point for line in lines):
        found.fields["key_messages"] = tuple(line.text.removeprefix("- ") for line in lines)
    elif lines:
        found.fields["teaser"] = text_of(lines)


def _facts(found: OwnEntry, line: HtmlTextLine, said: EntryPatterns) -> bool:
    """Take the line of facts, and say whether the line is one."""
    parts = line.text.split(_APART)
    at = next(
        (
            i
            for i in range(len(parts) - 1, -1, -1)
            if said.date_of(parts[i]) or said.is_seen(parts[i])
        ),
        None,
    )
    if at is None or line.point:
        return False
    if (day := said.date_of(parts[at])) and day.is_day:
        found.fields["published"] = day.iso
    for part in parts[at + 1 :]:
        if cover := said.cover_of(part):
            found.fields["cover_date"] = cover.iso
    _take_study(found, parts[:at], said)
    return True


def _take_study(found: OwnEntry, parts: list[str], said: EntryPatterns) -> None:
    """In whom, what kind of study, where: those that are known, in this order."""
    before, journal = said.before_studied, parts
    kinds = {i: kinds for i, part in enumerate(parts) if (kinds := _evidence(part, said))}
    studied: list[str] = []
    if kinds:
        at = min(kinds)
        found.fields["evidence"] = kinds[at]
        studied, journal = parts[:at], parts[at + 1 :]
    elif len(parts) > 1 or (parts and before and parts[0].startswith(before)):
        # One part alone is a journal, where no word of ours tells.
        studied, journal = parts[:1], parts[1:]
    if studied:
        found.fields["studied_in"] = _APART.join(studied).removeprefix(before)
    if journal:
        found.fields["journal"] = _APART.join(journal)


def _evidence(part: str, said: EntryPatterns) -> tuple[str, ...]:
    """The kinds of evidence that a part names; empty: it is something else."""
    left, kinds = part, []
    while left:
        known = next(
            (
                (kind, words)
                for kind, words in said.evidence.items()
                if left.casefold() == words.casefold()
                or left.casefold().startswith(f"{words.casefold()}, ")
            ),
            None,
        )
        if known is None:
            return ()
        kinds.append(str(known[0]))
        left = left[len(known[1]) :].removeprefix(", ")
    return tuple(kinds)


def _without_closing(
    found: OwnEntry, lines: Sequence[HtmlTextLine], said: EntryPatterns
) -> Sequence[HtmlTextLine]:
    """The sections, less paper, review and disclaimer, which stand below the last of them."""
    reviewed = ((i, _reviewed(lines[i], said)) for i in range(len(lines) - 1, -1, -1))
    at, review = next(((i, one) for i, one in reviewed if one), (None, None))
    if at is None or review is None:
        return lines
    _take_review(found, review)
    if closing := lines[at + 1 :]:
        found.fields["disclaimer"] = " ".join(line.text for line in closing)
    before = said.before_paper
    if at and lines[at - 1].text.startswith(before) and not lines[at - 1].point:
        at -= 1
        found.fields["paper_title"] = lines[at].text.removeprefix(before)
    return lines[:at]


def _reviewed(line: HtmlTextLine, said: EntryPatterns) -> EntryReview | None:
    return None if _is_heading(line) or line.point else said.review_of(line.text)


def _take_review(found: OwnEntry, review: EntryReview) -> None:
    found.fields["written_by"] = str(review.by)
    if review.changed:
        found.notes.append("it was changed after it was checked, so no check is taken over")
    elif review.name and review.on:
        found.fields["reviewed_by"] = review.name
        found.fields["reviewed_on"] = review.on
