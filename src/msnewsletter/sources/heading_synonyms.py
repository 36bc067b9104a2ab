"""Headings that pages in other languages write for ours, beside those of the catalogues. Pure.

In small letters, without a question mark or a colon. English ones are in section_headings.py.

Of the wider ones a page may have one beside the heading that we know, so that they count only where
it has no other for their field.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

# By the tag of the language (BCP 47), then by the field that a heading names.
SYNONYMS: Final[Mapping[str, Mapping[str, tuple[str, ...]]]] = MappingProxyType(
    {
        "de": {
            "found": (
                *("was wurde gefunden", "was wurde entdeckt", "was kam heraus"),
                *("was haben die forschenden herausgefunden", "was haben die forscher gefunden"),
                *("was haben die forscher herausgefunden", "was die studie zeigt"),
                *("was hat die studie gezeigt", "was hat die studie ergeben"),
                *("was zeigt die studie", "ergebnis", "das ergebnis"),
                *("ergebnisse", "die ergebnisse"),
            ),
            "why_it_matters": (
                *("warum das wichtig ist", "warum es wichtig ist", "warum ist es wichtig"),
                *("warum ist dies wichtig", "warum dies wichtig ist", "weshalb ist das wichtig"),
                *("wieso ist das wichtig", "warum ist das für menschen mit ms wichtig"),
                *("warum ist das für mich wichtig", "warum ist das für uns wichtig"),
            ),
            "cautions": (
                *("einschränkungen", "einschränkungen der studie", "grenzen der studie"),
                *("grenzen", "schwächen der studie", "was ist zu beachten", "zu beachten"),
                *("was zu beachten ist", "was sie beachten sollten", "was sollte man beachten"),
                *("was sollten wir beachten", "was die studie nicht zeigt"),
                *("was zeigt die studie nicht", "vorsicht"),
            ),
            "disclaimer": ("haftungsausschluss",),
            "key_messages": (
                *("das wichtigste in kürze", "das wichtigste", "die wichtigsten punkte"),
                *("kernaussagen", "auf einen blick"),
            ),
        },
    }
)
# Of every language together, by field.
WIDER: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "why_it_matters": (
            *("what does this mean", "what does it mean", "what this means", "what it means"),
            *("what does this mean for you", "what this means for you"),
            *("what does this mean for me", "what does this mean for people with ms"),
            *("what this means for people with ms", "implications", "significance"),
            *("was bedeutet das", "was bedeutet das für menschen mit ms", "was heißt das"),
            *("was bedeutet das für mich", "was bedeutet das für uns", "bedeutung"),
            *("was bedeutet das für betroffene", "was heißt das für menschen mit ms"),
            *("was heißt das für mich", "was heißt das für uns", "die bedeutung"),
            *("was heißt das für betroffene", "bedeutung für die praxis"),
        ),
        "cautions": (
            *("what we don't know", "what we do not know", "what we don't know yet"),
            *("what we do not know yet", "what is still unknown", "what is not known"),
            *("was ist unsicher", "was ist unklar", "was wir noch nicht wissen"),
            *("was man noch nicht weiß", "was noch unklar ist", "was ist noch unklar"),
            *("was ist noch offen", "was noch offen ist", "worauf sollten sie achten"),
            *("worauf sollte man achten", "schwächen", "offene fragen"),
        ),
    }
)
