"""The summary that a new home begins with: a form to write over, held until it is filled in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msnewsletter.catalogues.catalogue_files import words_in
from msnewsletter.catalogues.own_words import to_say
from msnewsletter.sources.section_headings import section_titles

if TYPE_CHECKING:
    from datetime import date

FIRST_NAME: Final = "first-summary.md"

_SIGN: Final = to_say("Take out the sign in front of what you know:")
_STUDIED_IN: Final = to_say("120 people")
_JOURNAL: Final = to_say("The name of the journal")
_DOI: Final = to_say("10.1000/the-number")
# Every place to write in is a placeholder of issue/residue_kinds.py, in every language.
_HEADLINE: Final = to_say("[insert one sentence that says what was found]")
_SECTIONS: Final = {
    "found": to_say("[insert what was done, and what came of it]"),
    "why_it_matters": to_say("[insert what it may mean for people with MS]"),
    "cautions": to_say("[insert what the study does not show]"),
}


def first_summary(on: date, language: str = "en") -> bytes:
    """The form, dated `on`, in a language (BCP 47) that has a catalogue."""
    words, titles = words_in(language), section_titles(language)
    lines = [
        "---",
        f"published: {on.isoformat()}",
        f"# {words.say(_SIGN)}",
        f"# studied_in: {words.say(_STUDIED_IN)}",
        f"# journal: {words.say(_JOURNAL)}",
        f"# doi: {words.say(_DOI)}",
        "---",
        f"# {words.say(_HEADLINE)}",
    ]
    for name, place in _SECTIONS.items():
        lines += ["", f"## {titles[name]}", "", words.say(place)]
    return "\n".join([*lines, ""]).encode()
