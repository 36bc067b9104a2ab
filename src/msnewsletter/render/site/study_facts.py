"""What a page says of the study itself, as far as the editor gave it. Pure; guesses nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from markupsafe import Markup

from msnewsletter.catalogues.catalogue_files import words_in
from msnewsletter.catalogues.own_words import to_say
from msnewsletter.render import wording
from msnewsletter.render.languages import own_language, words_of
from msnewsletter.text_sentences import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from msnewsletter.catalogues.own_words import OwnWords
    from msnewsletter.model import Masthead, Summary

_AUTHORS = 6  # as many as reference lists name before `et al.` (ICMJE, sample references)


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyFact:
    """One fact: what it is, and what the editor wrote.

    Attributes:
        label: our words.
        text: one line.
        others: our words after it, e.g. `and 12 others`; mostly empty.
        words: the `lang` attribute of `text`, where it is not in the newsletter's language.
    """

    label: str
    text: str
    others: str = ""
    words: Markup


def study_facts(summary: Summary, masthead: Masthead) -> tuple[StudyFact, ...]:
    """The facts that are known, in the order of a page."""
    return tuple(fact for fact in _facts(summary, masthead) if fact.text)


def _facts(summary: Summary, masthead: Masthead) -> Iterator[StudyFact]:
    lang, words = words_of(summary, masthead), words_in(masthead.words)
    # A paper's title and names are in a language that nobody states.
    yield StudyFact(
        label=words.say("The paper"), text=one_line(summary.paper_title or ""), words=Markup()
    )
    yield StudyFact(
        label=words.say("Who wrote it"),
        # A name may hold a comma: `Example, A.`.
        text="; ".join(map(one_line, summary.authors[:_AUTHORS])),
        others=_others(len(summary.authors) - _AUTHORS, words),
        words=Markup(),
    )
    evidence = wording.evidence(summary, words)
    yield StudyFact(
        label=words.say("Kind of study"),
        text=wording.listed(evidence),
        words=own_language(masthead),
    )
    for label, text in (
        (to_say("How many took part"), summary.participants),
        (to_say("Who they were"), summary.population),
        (to_say("Who paid for it"), summary.funding),
        (to_say("What the authors declared"), summary.interests),
    ):
        yield StudyFact(label=words.say(label), text=one_line(text or ""), words=lang)


def _others(count: int, words: OwnWords) -> str:
    if count < 1:
        return ""
    return words.say_many("and %(number)s other", "and %(number)s others", count)
