"""The settings of a newsletter whose newsletter.toml is lost, from the record of its newest issue.

A record holds the masthead, which is most of them. What it does not hold is written as a comment
that says so.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

from msnewsletter.catalogues.catalogue_files import catalogue_for, words_in
from msnewsletter.mail_settings import MailSection
from msnewsletter.model import Masthead
from msnewsletter.publisher.filled_settings import (
    SECTION,
    SETTING,
    packaged_settings,
    toml_value,
)
from msnewsletter.publisher.record_files import load_record_of, records_here
from msnewsletter.settings import SAMPLE_ISSUE, NewsletterSection

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from msnewsletter.home import Home

    KnownSettings = Mapping[tuple[str, str], object]

_LOST = "# Not in the records: if you had set this, set it again."
_IN_RECORDS = frozenset({"newsletter", "mail", "low_energy", "teaser"})
_FIELDS = {
    "newsletter": frozenset(NewsletterSection.model_fields),
    "mail": frozenset(MailSection.model_fields),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingsFromRecord:
    """Settings that were found again.

    Attributes:
        text: a whole newsletter.toml.
        issue: the issue whose record they are from.
        approved: whether an issue was approved: review = "required" is set again then.
        unknown: the settings that no record holds, as a person knows them.
    """

    text: str
    issue: int
    approved: bool
    unknown: tuple[str, ...]


def settings_from_record(home: Home) -> SettingsFromRecord | None:
    """The settings in the newest record; None: there is no record. Raises RecordError."""
    numbers = sorted(records_here(home), reverse=True)
    if not numbers:
        return None
    newest = load_record_of(home, numbers[0])
    # An approval shows that it was required; the newest that has one ends the search.
    approved = newest.approval is not None or any(
        load_record_of(home, number).approval for number in numbers[1:]
    )
    known = _known(newest.issue.masthead, approved=approved)
    example = packaged_settings()
    return SettingsFromRecord(
        text="\n".join(_lines(example.splitlines(), known)) + "\n",
        issue=numbers[0],
        approved=approved,
        unknown=(
            *(() if approved else ("review",)),
            *("start", "hub", "database", "[schedule]", "[smtp]", "[[sources]]"),
        ),
    )


def _known(masthead: Masthead, *, approved: bool) -> dict[tuple[str, str], object]:
    """The settings that the masthead holds, by section and name; None: it was not set."""
    values = {field.name: getattr(masthead, field.name) for field in fields(Masthead)}
    values["samples"] = masthead.samples or None
    standard = NewsletterSection.model_construct(
        written_by=masthead.written_by,
        samples=masthead.samples,
        language=masthead.language,
        words=masthead.words,
    )
    if masthead.disclaimer == standard.effective_disclaimer:
        values["disclaimer"] = None
    elif masthead.samples:
        samples = words_in(masthead.words).say(SAMPLE_ISSUE)
        values["disclaimer"] = masthead.disclaimer.removeprefix(f"{samples} ")
    known: dict[tuple[str, str], object] = {("teaser", "limit"): masthead.teaser_limit}
    for section, names in _FIELDS.items():
        known |= {(section, name): values[name] for name in names if name in values}
    if short := masthead.low_energy:
        known |= {("low_energy", one.name): getattr(short, one.name) for one in fields(short)}
    if approved:
        known["newsletter", "review"] = "required"
    if masthead.words == catalogue_for(masthead.language):
        known["newsletter", "words"] = None
    return known


def _lines(example: list[str], known: KnownSettings) -> Iterator[str]:
    """The example, line by line, with what is known and nothing else of it."""
    section = ""
    sections = {name for name, _ in known}
    for line in example:
        if found := SECTION.match(line):
            section = found[1]
            if section in sections:
                yield line.removeprefix("# ")
            else:
                if section not in _IN_RECORDS:
                    yield _LOST
                yield _commented(line)
            # What the example leaves out stands at the top of its section.
            yield from _lacking(section, example, known)
        elif not (found := SETTING.match(line)):
            yield line
        elif (section, found[1]) in known:
            value = known[section, found[1]]
            yield _commented(line) if value is None else f"{found[1]} = {toml_value(value)}"
        else:
            if found[1] in _FIELDS.get(section, ()):
                yield _LOST
            yield _commented(line)


def _lacking(section: str, example: list[str], known: KnownSettings) -> Iterator[str]:
    names = {found[1] for line in example if (found := SETTING.match(line))}
    for (where, name), value in known.items():
        if where == section and name not in names and value is not None:
            yield f"{name} = {toml_value(value)}"


def _commented(line: str) -> str:
    return line if line.startswith("#") else f"# {line}"
