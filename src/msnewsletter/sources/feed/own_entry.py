"""An entry of a feed that this program made → the fields of its summary. Pure.

The reverse of render/feeds/entry_html.py. What feeds do not carry, nothing here makes up.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from msnewsletter.issue.entry_words import (
    BECAME,
    EVIDENCE,
    MONTHS,
    STATUS_WORDS,
    TAKEN_DOWN,
    WRITTEN,
)
from msnewsletter.model import Status
from msnewsletter.sources.html.html_lines import BOLD_LEVEL, text_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from msnewsletter.sources.html.html_lines import HtmlTextLine

_APART: Final = " · "
_ISSUE: Final = re.compile(r"Issue [1-9][0-9]*")
_DAY: Final = (
    rf"(?:(?P<day>[1-9]|[12][0-9]|3[01]) )?(?P<month>{'|'.join(MONTHS)})? ?(?P<year>\d{{4}})"
)
# Feeds of older versions say that a page gave no date, also where there was no page.
_UNDATED: Final = r"\((?:no date given|the page gave no date)\)"
_DATE: Final = re.compile(rf"(?:First seen )?{_DAY}(?P<seen> {_UNDATED})?")
_COVER: Final = re.compile(rf"journal issue dated {_DAY}")
_REVIEW: Final = re.compile(
    rf"(?P<by>{'|'.join(sorted(WRITTEN.values(), key=len, reverse=True))})"
    rf"(?:; (?:checked by (?P<name>.+?)(?: on {_DAY})?"
    r"(?P<changed>, (?:before it was )?changed on .+)?"
    r"|not checked by a person))?"
)
_IN: Final = "In "
_PAPER: Final = "Paper: "
_CUT: Final = "…"
_TITLE_LIMIT: Final = 70
_BY_WORDS: Final = {words: who for who, words in WRITTEN.items()}


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
    if not lines or not _are_our_links(lines[-1]):
        return None
    found = OwnEntry()
    begin = next((i for i, line in enumerate(lines[:-1]) if _is_heading(line)), None)
    opening = list(lines[: -1 if begin is None else begin])
    status = _status(title, opening)
    _take_opening(found, title, opening, status)
    facts = next((i for i, line in enumerate(opening) if _facts(found, line)), None)
    if facts is not None:
        _take_first(found, opening[:facts])
    elif status is Status.TAKEN_DOWN:
        found.notes.append("the newsletter that it is from has taken it down")
    found.taken_back = status.takes_back
    if begin is not None:
        found.text = tuple(_without_closing(found, lines[begin:-1]))
    return found


def _are_our_links(line: HtmlTextLine) -> bool:
    """Whether a paragraph is the links with which each entry of ours ends."""
    words = [link.words for link in line.links]
    return bool(words) and line.text == _APART.join(words) and bool(_ISSUE.fullmatch(words[-1]))


def _is_heading(line: HtmlTextLine) -> bool:
    """Whether an element makes it one."""
    return 0 < line.level < BOLD_LEVEL


def _is_bold(line: HtmlTextLine) -> bool:
    return line.level == BOLD_LEVEL


def _status(title: str, opening: Sequence[HtmlTextLine]) -> Status:
    """The status that title and notice say; neither alone is sure."""
    if title == TAKEN_DOWN:
        return Status.TAKEN_DOWN
    for status, word in STATUS_WORDS.items():
        noticed = opening and _is_bold(opening[0]) and opening[0].text.startswith(BECAME[status])
        if word and title.startswith(f"{word}: ") and noticed:
            return status
    return Status.LIVE


def _take_opening(found: OwnEntry, title: str, opening: list[HtmlTextLine], status: Status) -> None:
    """Notice, headline and title; they are taken off the opening."""
    bold: list[str] = []
    while opening and _is_bold(opening[0]) and len(bold) < 2:  # noqa: PLR2004  (notice, headline)
        bold.append(opening.pop(0).text)
    if status is not Status.LIVE or len(bold) > 1:
        note = bold.pop(0).removeprefix(BECAME[status]).strip()
        if note:
            found.fields["note"] = note
    if status is Status.TAKEN_DOWN:  # a source cannot take down; the headline is gone
        found.fields["status"] = str(Status.WITHDRAWN)
        return
    if status is not Status.LIVE:
        found.fields["status"] = str(status)
        title = title.removeprefix(f"{STATUS_WORDS[status]}: ")
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


def _facts(found: OwnEntry, line: HtmlTextLine) -> bool:
    """Take the line of facts, and say whether the line is one."""
    parts = line.text.split(_APART)
    at = next((i for i in range(len(parts) - 1, -1, -1) if _DATE.fullmatch(parts[i])), None)
    if at is None or line.point:
        return False
    date = _DATE.fullmatch(parts[at])
    if date and not date["seen"] and date["day"]:
        found.fields["published"] = _iso(date)
    for part in parts[at + 1 :]:
        if cover := _COVER.fullmatch(part):
            found.fields["cover_date"] = _iso(cover)
    _take_study(found, parts[:at])
    return True


def _take_study(found: OwnEntry, parts: list[str]) -> None:
    """In whom, what kind of study, where: those that are known, in this order."""
    rest = []
    for part in parts:
        if kinds := _evidence(part):
            found.fields["evidence"] = kinds
        else:
            rest.append(part)
    if rest and (len(rest) > 1 or rest[0].startswith(_IN)):
        found.fields["studied_in"] = rest.pop(0).removeprefix(_IN)
    if rest:
        found.fields["journal"] = _APART.join(rest)


def _evidence(part: str) -> tuple[str, ...]:
    """The kinds of evidence that a part names; empty: it is something else."""
    left, kinds = part[:1].lower() + part[1:], []
    while left:
        known = next(
            (
                (kind, words)
                for kind, words in EVIDENCE.items()
                if left == words or left.startswith(f"{words}, ")
            ),
            None,
        )
        if known is None:
            return ()
        kinds.append(str(known[0]))
        left = left[len(known[1]) :].removeprefix(", ")
    return tuple(kinds)


def _without_closing(found: OwnEntry, lines: Sequence[HtmlTextLine]) -> Sequence[HtmlTextLine]:
    """The sections, less paper, review and disclaimer, which stand below the last of them."""
    at = next((i for i in range(len(lines) - 1, -1, -1) if _reviewed(lines[i])), None)
    if at is None:
        return lines
    review = _REVIEW.fullmatch(lines[at].text)
    if review:
        _take_review(found, review)
    if closing := lines[at + 1 :]:
        found.fields["disclaimer"] = " ".join(line.text for line in closing)
    if at and lines[at - 1].text.startswith(_PAPER) and not lines[at - 1].point:
        at -= 1
        found.fields["paper_title"] = lines[at].text.removeprefix(_PAPER)
    return lines[:at]


def _reviewed(line: HtmlTextLine) -> bool:
    return not _is_heading(line) and not line.point and bool(_REVIEW.fullmatch(line.text))


def _take_review(found: OwnEntry, review: re.Match[str]) -> None:
    found.fields["written_by"] = str(_BY_WORDS[review["by"]])
    if review["changed"]:
        found.notes.append("it was changed after it was checked, so no check is taken over")
    elif review["name"] and review["day"]:
        found.fields["reviewed_by"] = review["name"]
        found.fields["reviewed_on"] = _iso(review)


def _iso(date: re.Match[str]) -> str:
    """A date in words as ISO 8601, as precise as it is."""
    parts = [date["year"]]
    if date["month"]:
        parts.append(f"{MONTHS.index(date['month']) + 1:02}")
        if date["day"]:
            parts.append(f"{int(date['day']):02}")
    return "-".join(parts)
