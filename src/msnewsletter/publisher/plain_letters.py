"""Words in the 26 letters of ASCII, for keys and ids that are made of a headline or a name. Pure.

Only for what is new: a key that exists is never made again.
"""

from __future__ import annotations

import unicodedata
from typing import Final

from msnewsletter.language_tags import is_german
from msnewsletter.search_words import folded

# DIN 5007-2: what German writes where there are no such letters. Elsewhere they lose their marks.
_IN_GERMAN: Final = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"}
)


def plain_letters(text: str, language: str) -> str:
    """The text in small letters of ASCII, on one line; what has none there is left out.

    `language`: of the text, BCP 47. `ß` is `ss` in every language.
    """
    whole = unicodedata.normalize("NFC", text)  # a mark may stand apart from its letter
    if is_german(language):
        whole = whole.translate(_IN_GERMAN)
    return folded(whole).encode("ascii", "ignore").decode()
