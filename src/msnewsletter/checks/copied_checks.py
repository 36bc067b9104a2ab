"""Checks for what was copied along with a text: furniture of PDFs, databases and chats. Pure.

All of this could be meant, so it warns; what no finished text can hold is `issue/unfinished.py`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from msnewsletter.checks.finding import finding
from msnewsletter.issue.residue_kinds import any_of
from msnewsletter.text import quoted

if TYPE_CHECKING:
    from collections.abc import Iterable

    from msnewsletter.checks.finding import Finding


@dataclass(frozen=True, slots=True)
class _Furniture:
    what: str
    pattern: re.Pattern[str]
    in_prose: bool = False  # a fact, such as the number of those who took part, may look like it


def _any(*patterns: str) -> re.Pattern[str]:
    return any_of(*patterns, flags=re.MULTILINE)


_FURNITURE = (
    _Furniture(
        "a hyphen from a line's end",
        _any(
            r"[^\W\d_]{2}[-\u2010\u00ac]\n[ \t]*[^\W\d_]",
            # `Two- and three-year` and `pre- to post-` are how one writes.
            r"\b[a-z]{2,}- (?!and\b|or\b|to\b|nor\b|but\b|versus\b|vs\b|as\b|und\b|oder\b|bis\b)"
            r"[a-z]{2}",
            r"[^\W\d_]\u00ac\s?[^\W\d_]",
        ),
    ),
    _Furniture("a ligature", _any("[\ufb00-\ufb06]")),
    _Furniture(
        "a word that lost its ligature",
        _any(
            r"\b(?:signi cant(?:ly)?|bene t(?:s|ed)?|di erent|di erences?|e ects?|"
            r"con rmed|identi ed|speci c|de ned|in ammat\w+)\b"
        ),
    ),
    _Furniture(
        "a page's header or footer",
        _any(
            r"\b(?i:page \d+ of \d+\b)",
            r"\b(?i:author(?:'s|s'|’s|s’)? (?:accepted )?manuscript\b)",
            r"\b(?i:downloaded (?:from|by|on)\b.{0,60}(?:https?:|www\.|\bon \d))",
            r"\b(?i:not (?:been )?certified by peer review\b)",
            r"\b(?i:for personal use only\b)",
            r"^(?i:(?:received|accepted|revised)\b:? .{0,40}\b(?:19|20)\d\d)",
            r"\bet al\.? ?Page \d+\b",
            r"^[ \t]*(?:[-–] ?)?\d{1,4}(?: ?[-–])?[ \t]*$",
            r"\bVol(?:\.|ume) \d+,? (?:No\.|Issue|Number|\()",
            r"^[A-Z][A-Z ,:&-]{8,60} \d{1,4}$",
            # Volume, issue and pages of a citation: `2024;31(5):112`, `(2024) 271:123–130`.
            r"\b(?:19|20)\d\d(?: [A-Z][a-z]{2}(?: \d{1,2})?)?; ?\d+(?:\(\w[^)\n]{0,12}\))?: ?e?\d+",
            r"\((?:19|20)\d\d\) \d+:\d+[–-]\d+",
        ),
        in_prose=True,
    ),
    _Furniture("line numbers", _any(r"^(?:[ \t]*\d{1,4}[ \t]+[^\W\d_].*\n){2,}")),
    _Furniture(
        "a line of a database",
        _any(
            r"\bPMC?ID:?\s?(?:PMC)?\d+",
            r"\[(?:PubMed|Google Scholar|CrossRef|Crossref|Medline|PMC free article)\]",
            r"\b(?i:(?:conflicts? of interest|competing interests?|disclosure) statement\b)",
            r"\b(?:Free PMC article|PubMed Disclaimer|Similar articles|Publication types)\b",
            r"\bMeSH terms\b",
            r"\b(?i:copyright (?:©|\(c\)))",
            r"©\s?(?:the authors?\b|(?:19|20)\d\d)",
            r"\b(?i:all rights reserved\b)",
            r"\b(?:ABSTRACT|BACKGROUND|OBJECTIVES?|METHODS|RESULTS|CONCLUSIONS?|INTERPRETATION)\b:?"
            r"(?=\s)",
            r"\bEpub (?:19|20)\d\d\b",
        ),
    ),
    _Furniture(
        "a note's property or sign",
        _any(
            r"^(?:Status|Created(?: by| time)?|Last edited(?: by| time)?|Assignee|Due(?: date)?|"
            r"Owner|Parent item|Property|Tags|Reviewer|Priority|Category|Slug|Assigned to|"
            r"Last updated|Publish date):[ \t]+\S.*",
            r"^[ \t]*[▸▾▶▼►◀]\ufe0f?[ \t]*\S*",
            # An emoji before a line is a sign of a callout or of a chatbot's heading.
            r"^[ \t]*(?:[-*•][ \t]+)?[\U0001f300-\U0001faff\u2600-\u27bf]\ufe0f?[ \t]*\S*",
        ),
    ),
    _Furniture(
        "a label",
        _any(
            r"^(?:Headline|Title|Summary|Plain[- ][Ll]anguage [Ss]ummary|TL;DR|Key (?:[Ff]indings?|"
            r"[Tt]akeaways?|[Pp]oints?)):",
            r"\b(?i:(?:word count|reading (?:level|grade)): ?\S)",
        ),
    ),
    _Furniture(
        "a change of Word's",
        _any(r"\b(?:Deleted|Inserted|Moved (?:up|down) \[\d+\]|Formatted(?: Table)?): ?\S"),
    ),
    _Furniture(
        "a figure that is not here, or empty brackets",
        _any(
            r"(?i:\((?:see )?(?:supplement(?:ary|al) )?(?:fig(?:ure)?s?\.?|tables?|appendix) ?S?"
            r"\d+\w?\b[^)\n]{0,40}\))",
            r"(?<!\w)\([ \t]{0,3}[;,]?[ \t]{0,3}\)|(?<!\w)\[\]",
        ),
    ),
    _Furniture(
        "a number of a reference",
        # `median 15 [12–18]` is a range: it follows a number, or a space.
        _any(
            r"[^\W\d_][.,;:]?\[\d{1,3}(?:[,–-] ?\d{1,3})*\](?:\[\d{1,3}\])*",
            r"[^\W\d_] \[\d{1,3}(?:, ?\d{1,3})*\][.,;]",
        ),
    ),
)


def check_copied(
    place: str, prose: Iterable[str], facts: Iterable[str] = ()
) -> tuple[Finding, ...]:
    """One finding on all that was copied along in the texts at a place, or none.

    `prose` holds sentences. `facts` are names and numbers, which no header or footer is sought in.
    """
    prose, facts = tuple(prose), tuple(facts)
    copied = [
        f"{kind.what} in {quoted(found)}"
        for kind in _FURNITURE
        if (found := _found_in(prose if kind.in_prose else (*prose, *facts), kind.pattern))
    ]
    return (finding("copied-along", place, f"copied along: {', '.join(copied)}"),) if copied else ()


def _found_in(texts: Iterable[str], pattern: re.Pattern[str]) -> str:
    return next(filter(None, (_around(pattern, text) for text in texts)), "")


def _around(pattern: re.Pattern[str], text: str) -> str:
    found = pattern.search(text)
    return (
        text[max(0, found.start() - 20) : min(found.end(), found.start() + 40) + 20]
        if found
        else ""
    )
