"""Headings that pages in other languages write for ours, beside those of the catalogues. Pure.

In small letters, without a question mark or a colon. English ones are in section_headings.py.
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
                "wieso ist das wichtig",
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
