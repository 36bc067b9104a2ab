"""Markdown: front matter, a headline and headed sections of plain text.

Owns the headings. The text under them stays text: nothing is rendered here, nothing is opened.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from msnewsletter.errors import SourceError
from msnewsletter.list_fields import LIST_FIELDS, points_in
from msnewsletter.sources.clean_text import NumberedLine
from msnewsletter.sources.field_rules import FRONT_FIELDS
from msnewsletter.sources.fields import Given, build, day, unknown
from msnewsletter.sources.front_matter import Shapes, open_text
from msnewsletter.sources.section_headings import field_of_heading, section_titles
from msnewsletter.text import quoted_value

if TYPE_CHECKING:
    from datetime import date

    from msnewsletter.sources.parsed import Reading

FRONT = Shapes(
    ("headline", *FRONT_FIELDS), texts_or_lists=LIST_FIELDS, of_sentences=("key_messages",)
)
# The sections with the texts, under the headings that we write.
SECTIONS = {
    "found": "What was found",
    "why_it_matters": "Why it matters",
    "cautions": "Cautions",
}
_NEEDED = ("found", "why_it_matters")
# The first is CommonMark's. The second is what is typed or pasted for it: another space after the
# signs (a no-break space is one key away), none at all, or white space before them.
_HEADING = re.compile(r"(?P<signs>#{1,6})[ \t]")
_GAP = r"[\s\u200b\u2060\ufeff]*"
_LIKE_HEADING = re.compile(rf"(?P<indent>{_GAP})(?P<signs>#{{1,6}})(?P<gap>{_GAP})(?=[^\s#])")
_INDENT = 8  # characters that may stand before the signs
# CommonMark's own way (0.31.2, section 2.4) to begin a line of text with the sign of a heading.
_ESCAPED = re.compile(rf"(?P<indent>{_GAP})\\(?P<signs>\\*#)")
_CARD = re.compile(r"[-*] +([0-9]{4}-[0-9]{2}-[0-9]{2}): *(\S.*)")


@dataclass(frozen=True, slots=True, kw_only=True)
class _HeadedText:
    place: str
    lines: list[NumberedLine] = field(default_factory=list)

    def given(self, *, listed: bool) -> Given:
        """Its text; `listed`: its paragraphs and the points of its lists."""
        text = "\n".join(_unescaped(line.text) for line in self.lines).strip()
        return Given(value=points_in(text) if listed else text, place=self.place)


class _SectionHeading(NamedTuple):
    """A heading's title, and the field that it names; None: it names none."""

    title: str
    name: str | None


def read(text: str, location: str, name: str, *, language: str = "en") -> Reading:
    """The one summary of a Markdown file; raises SourceError with the line.

    Args:
        text: of the file.
        location: the file, as errors name it.
        name: its key where it gives none.
        language: in which errors name the headings, BCP 47; those of every language are read.
    """
    opened = open_text(text, location, FRONT)
    sections = _sections(opened.lines, location, language)
    related = _cards(sections.pop("related", None), location)
    given = {"key": Given(value=name, place=location), **opened.fields}
    for field_name, section in sections.items():
        if field_name in given:
            problem = f"the front matter has a {field_name} too"
            raise SourceError(section.place, problem, "remove one of the two")
        given[field_name] = section.given(listed=field_name in LIST_FIELDS)
    _check_needed(given, location, language)
    return build(
        given, location=location, related=related, taken=opened.taken, warned=opened.warned
    )


def _sections(lines: list[NumberedLine], location: str, language: str) -> dict[str, _HeadedText]:
    """The text under each heading; the headline, if there is one, is its own section."""
    sections: dict[str, _HeadedText] = {}
    current: _HeadedText | None = None
    for line in lines:
        place = f"{location}:{line.number}"
        if heading := _heading(line, first=not sections):
            title, name = heading
            if name == "headline":
                headline = line._replace(text=title)
                sections[name] = _HeadedText(place=place, lines=[headline])
                continue
            if name is None:
                known = section_titles(language).values()
                raise unknown(title, known, place, "section")
            if name in sections:
                raise SourceError(place, f"a second section {quoted_value(title)}", "join the two")
            current = sections[name] = _HeadedText(place=place)
        elif current is not None:
            current.lines.append(line)
        elif not line.blank:
            remedy = f"put it under '## {section_titles(language)['found']}'"
            raise SourceError(place, "text before the first section", remedy)
    return sections


def _heading(line: NumberedLine, *, first: bool) -> _SectionHeading | None:
    """The heading that a line is; `first`: none stands above it, and it may be the headline."""
    if "#" not in line.text[:_INDENT]:
        return None
    strict = _HEADING.match(line.text)
    found = strict or _LIKE_HEADING.match(line.text)
    if found is None:
        return None
    title = line.text[found.end() :].strip().rstrip("#").rstrip()
    name = field_of_heading(title)
    may_be_headline = strict or found["gap"] or _is_sentence(title)
    if name is None and first and found["signs"] == "#" and may_be_headline:
        name = "headline"
    # Several signs and a space of any kind are never text: an unknown title is a misspelt one.
    sure = strict or (found["gap"] and not found["indent"] and found["signs"] != "#")
    return _SectionHeading(title, name) if name or sure else None


def is_headline(text: str) -> bool:
    """Whether a line with the sign of a headline before it is read as this headline, all of it."""
    heading = _heading(NumberedLine(1, f"# {text}"), first=True)
    return heading == _SectionHeading(text, "headline") and _unescaped(text) == text


def escaped(text: str) -> str:
    """A text as it stands in a section: what looks like a heading in it is none."""
    return "\n".join(map(_escaped, text.split("\n")))


def _escaped(line: str) -> str:
    if not _ESCAPED.match(line) and _heading(NumberedLine(1, line), first=False) is None:
        return line
    at = min(line.find(sign) for sign in "\\#" if sign in line)
    return f"{line[:at]}\\{line[at:]}"


def _unescaped(line: str) -> str:
    found = _ESCAPED.match(line)
    return f"{found['indent']}{line[found.start('signs') :]}" if found else line


def _is_sentence(title: str) -> bool:
    """Whether it may be a headline: "gut #sleep" and "1 in the list" are none."""
    return title[0].isalpha() and "#" not in title and len(title.split(maxsplit=1)) > 1


def _check_needed(given: dict[str, Given], location: str, language: str) -> None:
    if "headline" not in given:
        raise SourceError(
            location, "no headline", "begin with '# ' and one sentence", field="headline"
        )
    for name in _NEEDED:
        if name not in given or not given[name].value:
            place = given[name].place if name in given else location
            title = section_titles(language)[name]
            remedy = f"write it below a line '## {title}'"
            raise SourceError(place, f"no text under {title!r}", remedy, field=name)


def _cards(section: _HeadedText | None, location: str) -> list[tuple[date, Given]]:
    cards: list[tuple[date, Given]] = []
    for line in section.lines if section else ():
        if line.blank:
            continue
        place = f"{location}:{line.number}"
        match = _CARD.fullmatch(line.text.strip())
        if match is None:
            problem = f"{quoted_value(line.text)} is no related summary"
            raise SourceError(place, problem, "write '- 2026-05-01: teaser'")
        cards.append((day(match[1], place), Given(value=match[2], place=place)))
    return cards
