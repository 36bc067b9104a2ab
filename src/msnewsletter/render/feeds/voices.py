"""Whose words the parts of a feed entry are: their attributes of language and direction. Pure.

A feed reader shows an entry away from its feed, and lays it out from left to right unless it is
told otherwise. So the elements say all of it themselves: in a newsletter from left to right what
runs the other way is marked, in the others everything is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from markupsafe import Markup

from msnewsletter.catalogues.own_words import ENGLISH
from msnewsletter.language_tags import language_of, sound_alike
from msnewsletter.render.languages import (
    dir_attribute,
    direction_in,
    direction_of,
    lang_attribute,
    own_tag,
)

if TYPE_CHECKING:
    from msnewsletter.model import Masthead, Summary

_LEFT_TO_RIGHT = "ltr"


@dataclass(frozen=True, slots=True)
class Voices:
    """The languages of the newsletter's texts, of one summary's, and of our own words; BCP 47.

    Each attribute that is returned begins with a space.
    """

    newsletter: str
    summary: str
    ours: str = ENGLISH.language

    @property
    def declared(self) -> str:
        """The language of the entry; empty where it is the newsletter's."""
        return self.summary if self._differ else ""

    @property
    def own_language(self) -> str:
        """The language of what the program itself says; empty where all is in that language."""
        return self.ours if self._is_foreign else ""

    @property
    def own(self) -> Markup:
        """The attributes of what the program itself says."""
        runs = direction_of(self.ours)
        if self._is_foreign:
            return lang_attribute(self.ours) + dir_attribute(runs)
        return Markup() if runs == _LEFT_TO_RIGHT else dir_attribute(runs)

    def words(self, text: str) -> Markup:
        """The attributes of a text of the summary, in an element of its own."""
        lang = lang_attribute(self.summary) if self._differ else Markup()
        return lang + self._dir(text, self.summary)

    def house(self, text: str) -> Markup:
        """The attributes of a text from the newsletter's settings, in an element of its own."""
        lang = lang_attribute(self.newsletter) if self._differ else Markup()
        return lang + self._dir(text, self.newsletter)

    def quoted(self, text: str) -> Markup:
        """The attributes of a summary's words amid the program's own."""
        alike = sound_alike(self.summary, self.ours)
        lang = Markup() if alike else lang_attribute(self.summary)
        runs = direction_in(text, self.summary)
        return lang + (Markup() if runs == direction_of(self.ours) else dir_attribute(runs))

    @property
    def _differ(self) -> bool:
        return self.summary.casefold() != self.newsletter.casefold()

    @property
    def _is_foreign(self) -> bool:
        alike = sound_alike(self.newsletter, self.ours) and sound_alike(self.summary, self.ours)
        return not alike

    def _dir(self, text: str, language: str) -> Markup:
        runs = direction_in(text, language)
        either = {direction_of(self.newsletter), direction_of(self.summary), runs}
        return Markup() if either == {_LEFT_TO_RIGHT} else dir_attribute(runs)


def voices_of(masthead: Masthead, summary: Summary | None = None) -> Voices:
    """The voices of an entry about that summary, or of one about no single summary."""
    language = language_of(summary, masthead) if summary else masthead.language
    return Voices(masthead.language, language, own_tag(masthead))
