"""What a page says of the study itself, as far as the editor gave it. Pure; guesses nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from markupsafe import Markup

from msnewsletter.render import wording
from msnewsletter.render.languages import own_language, words_of
from msnewsletter.text_sentences import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator

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
    words = words_of(summary, masthead)
    # A paper's title and names are in a language that nobody states.
    yield StudyFact(label="The paper", text=one_line(summary.paper_title or ""), words=Markup())
    yield StudyFact(
        label="Who wrote it",
        # A name may hold a comma: `Example, A.`.
        text="; ".join(map(one_line, summary.authors[:_AUTHORS])),
        others=_others(len(summary.authors) - _AUTHORS),
        words=Markup(),
    )
    evidence = wording.evidence(summary)
    yield StudyFact(
        label="Kind of study", text=wording.listed(evidence), words=own_language(masthead)
    )
    for label, text in (
        ("How many took part", summary.participants),
        ("Who they were", summary.population),
        ("Who paid for it", summary.funding),
        ("What the authors declared", summary.interests),
    ):
        yield StudyFact(label=label, text=one_line(text or ""), words=words)


def _others(count: int) -> str:
    if count < 1:
        return ""
    return f"and {count} others" if count > 1 else "and 1 other"
