"""`glossary.md`, in which the editor explains hard words.

Owns the file's form: perhaps a title after `#` and an opening text; then, for each term, a heading
with the term and its other forms, and below it the explanation, in plain text. One bad term never
stops the others, and a bad glossary never stops an issue. Reads the file; never writes it.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from msnewsletter.errors import SourceError
from msnewsletter.glossary import (
    EXPLANATION_LIMIT,
    MOST_FORMS,
    MOST_TERMS,
    NO_GLOSSARY,
    OPENING_LIMIT,
    Glossary,
    Term,
    why_no_form,
)
from msnewsletter.issue.unfinished import residue_in
from msnewsletter.model import Note
from msnewsletter.sources.clean_text import clean_lines, decode, each_line, warn
from msnewsletter.sources.faults import Faults, first_notes
from msnewsletter.sources.formats import SIZE_LIMIT, too_large
from msnewsletter.sources.next_issue_file import bytes_if_any
from msnewsletter.text import quoted_value

if TYPE_CHECKING:
    from msnewsletter.home import Home

# CommonMark's headings, and what is typed for one: no space after two signs or more.
_HEADING = re.compile(r" {0,3}(?P<signs>#{1,6})(?:(?<=##)|[ \t\u00a0]|$)(?P<title>.*)")


@dataclass(frozen=True, slots=True, kw_only=True)
class GlossaryReading:
    """A glossary, and a line for each thing that is wrong with its file."""

    glossary: Glossary = NO_GLOSSARY
    refused: tuple[SourceError, ...] = ()
    warned: tuple[Note, ...] = ()


def read_glossary(home: Home) -> GlossaryReading:
    """Read the file, if it is there; whatever is wrong with it is a refusal."""
    place = home.display_path(home.glossary)
    try:
        data = bytes_if_any(home.glossary, place, limit=SIZE_LIMIT)
    except SourceError as error:
        return GlossaryReading(refused=(error,))
    if data is None:
        return GlossaryReading()
    return parse_glossary(data, place)


def parse_glossary(data: bytes, place: str) -> GlossaryReading:
    """What the file's bytes say; whatever they are, it returns."""
    try:
        if len(data) > SIZE_LIMIT:
            raise too_large(place, len(data))
        if not data.strip():
            raise _no_term(place)
        text, taken = clean_lines(decode(data, place), place)
    except SourceError as error:
        return GlossaryReading(refused=(error,))
    (top, *sections), count = _sections(text, place)
    terms = _Terms(place)
    for section in sections[:MOST_TERMS]:
        terms.read(section)
    if extra := sections[MOST_TERMS:]:
        problem = f"has {count} terms; the first {MOST_TERMS} count"
        terms.faults.add(SourceError(extra[0].place, problem, "remove some"))
    if not sections:
        terms.faults.add(_no_term(place))
    opening = top.text
    if fault := _fault_above(top, place):
        terms.faults.add(fault)
        top, opening = _HeadedLines(place=place), ""
    return GlossaryReading(
        glossary=Glossary(title=top.heading, opening=opening, terms=tuple(terms.terms)),
        refused=terms.faults.lines(),
        warned=first_notes((*warn(taken), *terms.warned), place),
    )


def _fault_above(top: _HeadedLines, place: str) -> SourceError | None:
    """Why what stands above the terms is left out, if it is."""
    says = "what is above the terms is left out:"
    length = len(top.heading) + len(top.text)
    if length > OPENING_LIMIT:
        problem = f"{says} it has {length:,} characters"
        return SourceError(place, problem, f"write at most {OPENING_LIMIT:,}")
    if residue := residue_in(f"{top.heading}\n{top.text}"):
        return SourceError(place, f"{says} {residue}", residue.remedy)
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class _HeadedLines:
    """A heading and the lines below it; the first section is what stands above the terms."""

    place: str
    heading: str = ""
    lines: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "\n".join(self.lines).strip()


def _sections(text: str, place: str) -> tuple[list[_HeadedLines], int]:
    """What is above the terms, and the terms, one more than count at most; and how many they are.

    What follows those is counted and not kept: it may be millions of lines.
    """
    count = 0
    sections = [_HeadedLines(place=place)]
    for number, line in each_line(text):
        found = _HEADING.match(line)
        if found is None:
            if count <= MOST_TERMS:
                sections[-1].lines.append(line)
            continue
        first = not (count or sections[0].heading or sections[0].text)
        section = _HeadedLines(place=f"{place}:{number}", heading=_title(found["title"]))
        if first and found["signs"] == "#":
            sections[0] = section
            continue
        count += 1
        if count <= MOST_TERMS + 1:
            sections.append(section)
    return sections, count


def _title(text: str) -> str:
    """A heading's text on one line, without the signs that may close it."""
    line = " ".join(text.split())
    kept = line.rstrip("#")
    return kept.rstrip() if not kept or kept.endswith(" ") else line


class _Terms:
    """The terms read so far, and what was wrong with others."""

    def __init__(self, place: str) -> None:
        self.terms: list[Term] = []
        self.faults = Faults(place=place)
        self.warned: list[Note] = []
        self._names: dict[str, str] = {}  # the term that has a form, by how the form sounds

    def read(self, section: _HeadedLines) -> None:
        """Take a term from its section, or note why it is none."""
        try:
            self._take(section)
        except SourceError as error:
            self.faults.add(error)

    def _take(self, section: _HeadedLines) -> None:
        place = section.place
        heading = unicodedata.normalize("NFC", section.heading)
        forms = list(dict.fromkeys(filter(None, map(str.strip, heading.split(",")))))
        if not forms:
            raise SourceError(place, "a heading without a term", "write '## ' and the term")
        name, *others = forms
        if reason := why_no_form(name):
            problem = f"the term {quoted_value(name)} {reason}"
            raise SourceError(place, problem, "name it otherwise, or remove it")
        if name.casefold() in self._names:
            self._note(
                place, f"{quoted_value(name)} is explained already: the first explanation counts"
            )
            return
        explanation = _explanation(section, name)
        kept = [form for form in others if self._may_be(form, name, place)]
        if len(kept) >= MOST_FORMS:
            self._note(place, f"the first {MOST_FORMS} forms of {quoted_value(name)} count")
        term = Term(forms=(name, *kept[: MOST_FORMS - 1]), explanation=explanation)
        self.terms.append(term)
        self._names |= {form.casefold(): name for form in term.forms}

    def _may_be(self, form: str, name: str, place: str) -> bool:
        reason = why_no_form(form)
        if owner := self._names.get(form.casefold()):
            reason = f"is a form of {quoted_value(owner)} already"
        if reason:
            self._note(
                place,
                f"the form {quoted_value(form)} of {quoted_value(name)} {reason}: it is left out",
            )
        return reason is None

    def _note(self, place: str, text: str) -> None:
        self.warned.append(Note(place=place, text=text))


def _explanation(section: _HeadedLines, name: str) -> str:
    text, said = section.text, quoted_value(name)
    if not any(map(str.isalnum, text)):
        raise SourceError(section.place, f"{said} has no explanation", "write it below the term")
    if len(text) > EXPLANATION_LIMIT:
        problem = f"the explanation of {said} has {len(text):,} characters"
        raise SourceError(section.place, problem, f"write at most {EXPLANATION_LIMIT:,}")
    if residue := residue_in(f"{section.heading}\n{text}"):
        problem = f"the explanation of {said} is not finished: {residue}"
        raise SourceError(section.place, problem, residue.remedy)
    return text


def _no_term(place: str) -> SourceError:
    remedy = "write '## ', a term, and below it the explanation; or remove the file"
    return SourceError(place, "holds no term", remedy)
