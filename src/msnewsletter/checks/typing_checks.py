"""Checks for what readers see as it was typed: markup, entities, characters nobody sees. Pure.

Texts are shown as they stand, character for character. All of this could be meant, so it warns;
what no finished text can hold is `issue/unfinished.py`.
"""

from __future__ import annotations

import re
import unicodedata
from html.entities import html5
from typing import TYPE_CHECKING

from msnewsletter.checks.finding import finding
from msnewsletter.text import quoted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from msnewsletter.checks.finding import Finding

_SHOWN = 50  # characters of what was typed
_NAMED = 3  # of several, so many are quoted

# HTML, JATS and MathML, as journals and databases give them; `<Letters>` and `<16` are words.
_TAGS = (
    "a|abbr|aside|b|blockquote|bold|br|center|cite|code|dd|del|details|div|dl|dt|em|figure|font|"
    "h[1-6]|hr|i|img|inf|ins|italic|li|mark|math|mi|mn|mo|mrow|msub|msup|nobr|ol|p|pre|q|s|sc|section|"
    "small|span|strike|strong|style|sub|summary|sup|table|tbody|td|th|thead|title|tr|tt|u|ul|xref|"
    "abstracttext|(?:jats|mml|m|ns\\d):[a-z]+"
)
_ATTRIBUTES = r"""(?:\s+[\w:-]+\s*=\s*(?:"[^"<>]*"|'[^'<>]*'|[^\s"'<>]+))*"""
_COMMANDS = (
    "alpha|beta|gamma|delta|Delta|epsilon|kappa|lambda|mu|sigma|tau|omega|chi|rho|frac|sqrt|times|pm|"
    "leq?|geq?|neq|approx|sim|cdot|circ|ldots|dots|begin|end|cite[pt]?|ref|emph|item|percent|"
    "rightarrow|to|text(?:bf|it|rm|sc|sub|super|superscript|subscript)?|math(?:rm|bf|it|bb|sf)"
)
_MARKUP = re.compile(
    "|".join(
        (
            rf"</?(?:{_TAGS})(?i:{_ATTRIBUTES})\s*/?>",
            r"<https?://[^\s<>]+>",
            # Markdown. A star that follows a letter names an allele, one before a space a footnote.
            r"(?<![\d*])\*\*(?=[^\s*])[^*\n]+(?<=[^\s*])\*\*(?!\*)",
            r"(?<![\w*])\*(?=[^\s*])[^*\n]+(?<=[^\s*])\*(?![\w*])",
            r"(?<!\w)(__?)(?=[^\s_])[^_\n]+(?<=[^\s_])\1(?!\w)",
            r"~~[^~\n]+~~",
            r"^[ \t]*\#{1,6}[ \t]+\S.*",
            r"^[ \t]*(?:[-*_=][ \t]?){3,}$",
            r"^[ \t]*>[ \t]+[^\W\d_].*",
            r"^[ \t]*(?:[-*][ \t]+)?\[[ xX]\][ \t]",
            r"^:{3,}.*",
            r"!?\[[^\[\]\n]+\]\((?:https?:|mailto:|www\.|[./\#])[^)\n]*\)",
            r"\[\^[\w-]+\]",
            r"\[\[[^\[\]\n]+\]\]",
            r"\[/(?:b|i|u|url|quote|size|color)\]",
            r"\|[ \t][^|\n]*\|[ \t][^|\n]*\|",
            r"`[^`\n]+`|`{3}|``[^`'\n]+''",
            # TeX, and escapes of Markdown and of programs. A path has a colon or a stroke before.
            rf"(?<![:\\])\\(?:{_COMMANDS})(?![A-Za-z\\])",
            r"(?<!\\)\\[*_\#\[\]()%&$~^{}<>|`-]",
            r"\\u[0-9A-Fa-f]{4}|\\x[0-9A-Fa-f]{2}|\\n(?=[A-Z\\\n]|$)",
            r"(?<![\w$])\$(?=[^\s$])[^$\n\\^_<>=]{0,40}[\\^_<>=][^$\n]{0,80}(?<=[^\s$(<])\$(?![\d$])",
        )
    ),
    re.IGNORECASE | re.MULTILINE,
)
_HAS_MARKUP = re.compile(r"[<*_~#|`$\\\[=]|^[ \t]*(?:>|-[- ]|:::)", re.MULTILINE)

# Browsers know some without a semicolon as well.
_ENTITY = re.compile(
    r"&(?:#\d{1,7}|#[xX][0-9A-Fa-f]{1,6}|(?P<name>[A-Za-z][A-Za-z0-9]{1,31}));|&(?:nbsp|amp|quot)\b"
)

# Seen by nobody, but met by searches and by what reads aloud. The joiners (U+200C, U+200D), which
# Persian, Indic scripts and emoji need, and the marks of direction (U+200E, U+200F) are none.
_UNSEEN = re.compile(
    "[\u00ad\u061c\u180e\u200b\u2060-\u2064\u206a-\u206f\u202a-\u202e\ufeff\ufff9-\ufffc]"
    # Between Latin letters nothing needs a joiner.
    "|(?<=[A-Za-z\u00c0-\u024f .,;])[\u200c\u200d]+(?=[A-Za-z\u00c0-\u024f .,;])"
)
_END_OF_ISOLATES = "\u2069"


def check_typing(place: str, texts: Iterable[str]) -> tuple[Finding, ...]:
    """Findings on what was typed in the texts at a place: one of each kind."""
    return tuple(_findings(place, tuple(texts)))


def _findings(place: str, texts: tuple[str, ...]) -> Iterator[Finding]:
    if found := _all_of(map(_markup_in, texts)):
        yield finding("typed-markup", place, f"markup is shown as it was typed: {found}")
    if found := _all_of(map(_entities_in, texts)):
        yield finding("typed-entity", place, f"a character is shown as its code: {found}")
    if found := ", ".join(_first_of(_unseen_in(text) for text in texts)):
        yield finding("unseen-character", place, f"it holds what nobody sees: {found}")


def _markup_in(text: str) -> Iterator[str]:
    if _HAS_MARKUP.search(text):
        yield from (match[0] for match in _MARKUP.finditer(text))


def _entities_in(text: str) -> Iterator[str]:
    if "&" in text:
        for match in _ENTITY.finditer(text):
            if match["name"] is None or f"{match['name']};" in html5:
                yield match[0]


def _unseen_in(text: str) -> Iterator[str]:
    if text.isascii():
        return
    spots = {match.start() for match in _UNSEEN.finditer(text)} | _open_isolates(text)
    for spot in sorted(spots):
        name = unicodedata.name(text[spot], "no name").lower()
        around = text[max(0, spot - 20) : spot + 20].replace(text[spot], "·")
        yield f"U+{ord(text[spot]):04X} ({name}) at the dot in {quoted(around)}"


def _open_isolates(text: str) -> set[int]:
    """Where isolates begin that no one ends in their paragraph, or end that never began."""
    stray, begun = set[int](), list[int]()
    for match in re.finditer("[\u2066-\u2069\n]", text):
        if match[0] == "\n":
            stray.update(begun)
            begun.clear()
        elif match[0] != _END_OF_ISOLATES:
            begun.append(match.start())
        elif begun:
            begun.pop()
        else:
            stray.add(match.start())
    return stray.union(begun)


def _all_of(found: Iterable[Iterable[str]]) -> str:
    """What was found, quoted, as far as a line holds it; empty: nothing."""
    shown = _first_of(found)
    return ", ".join(
        quoted(each if len(each) <= _SHOWN else each[: _SHOWN - 1] + "…") for each in shown
    )


def _first_of(found: Iterable[Iterable[str]]) -> list[str]:
    shown: dict[str, None] = {}
    for part in found:
        for each in part:
            shown[each.strip()] = None
            if len(shown) == _NAMED:
                return list(shown)
    return list(shown)
