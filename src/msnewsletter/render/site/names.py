"""What a page calls a summary: our own word before it, and its own words. Pure.

`wording.title` says the same on one line, for feeds and for `<title>`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from markupsafe import Markup

from msnewsletter.catalogues.catalogue_files import words_in
from msnewsletter.issue.entry_words import TAKEN_DOWN
from msnewsletter.language_tags import language_of
from msnewsletter.model import Status
from msnewsletter.render import wording
from msnewsletter.render.languages import (
    own_language,
    own_tag,
    own_words_beside,
    side_of,
    words_of,
)
from msnewsletter.text_sentences import one_line

if TYPE_CHECKING:
    from msnewsletter.model import Entry, Masthead, Summary


_NONE = Markup()


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """The name of a summary.

    Attributes:
        before: our word for a status that is not live, e.g. `Withdrawn`; empty for others.
        text: the headline or a title; the words of a takedown, which leaves neither.
        language: of `text`, BCP 47.
        words: the `lang` attribute of `text`, where it is not in the newsletter's language.
        own: the attributes of `before` beside it.
        side: the `dir` attribute of both, where they run against the page.
    """

    before: str = ""
    text: str
    language: str
    words: Markup
    own: Markup = _NONE
    side: Markup = _NONE

    @property
    def line(self) -> str:
        """All of it on one line."""
        return f"{self.before}: {self.text}" if self.before else self.text


def short_name(entry: Entry, masthead: Masthead) -> Name:
    """By its title, or by its headline where it has none: in lists, on cards."""
    return _name(entry, masthead, wording.listed_name(entry.summary))


def name_in(summary: Summary, masthead: Masthead, *, before: str, text: str) -> Name:
    """A text in the summary's language, behind our word."""
    return Name(
        before=before,
        text=text,
        language=language_of(summary, masthead),
        words=words_of(summary, masthead),
        own=own_words_beside(summary, masthead),
        side=side_of(summary, masthead),
    )


def headline_name(entry: Entry, masthead: Masthead) -> Name:
    """By its whole headline: where the summary itself stands."""
    return _name(entry, masthead, one_line(entry.summary.headline))


def _name(entry: Entry, masthead: Masthead, text: str) -> Name:
    summary, words = entry.summary, words_in(masthead.words)
    if summary.status is Status.TAKEN_DOWN:
        text = words.say(TAKEN_DOWN)
        return Name(text=text, language=own_tag(masthead), words=own_language(masthead))
    # A heading must not be empty; a permanent id is at least true.
    before = wording.prefix(summary.status, words)
    return name_in(summary, masthead, before=before, text=text or entry.id)
