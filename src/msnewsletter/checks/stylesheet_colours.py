"""The colours of a stylesheet: which text it puts on which ground, in light and in dark. Pure.

Knows what a stylesheet says, not what a browser lays out: a rule that names no ground counts as on
the ground of the page. What it cannot resolve (a gradient, a mixture) is nobody's pair.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from msnewsletter.theme.contrast import AAA, contrast, parse

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_VARIABLE = re.compile(r"var\(\s*(--[\w-]+)\s*(?:,[^()]*)?\)")
_DARK = re.compile(r"prefers-color-scheme\s*:\s*dark", re.IGNORECASE)
# Of what is printed nobody chooses the ground.
_PRINT = re.compile(r"\bprint\b", re.IGNORECASE)
_MODES: Final = ("light", "dark")
# Elements whose ground is the page's, the innermost last: text is on it where a rule has no other.
_PAGE: Final = ("html", "body", ".sheet")

Declarations = dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class FaintText:
    """Text on a ground with too little contrast.

    Attributes:
        selector, declaration: where the stylesheet says so: the declaration as it is written.
        ink, ground: the colours, as they are written or as their variables say.
        mode: "light" or "dark".
        ratio: WCAG 2.2, "contrast ratio".
    """

    selector: str
    declaration: str
    ink: str
    ground: str
    mode: str
    ratio: float

    def __str__(self) -> str:
        return (
            f"{self.selector!r} has {self.ink} on {self.ground} in the {self.mode} mode: "
            f"contrast {self.ratio:.1f} to 1"
        )


@dataclass(slots=True, kw_only=True)
class _Sheet:
    """The rules of one mode, in the order in which they were met: selector to declarations."""

    rules: dict[str, Declarations] = field(default_factory=dict)

    def add(self, selector: str, declarations: Declarations) -> None:
        self.rules.setdefault(selector, {}).update(declarations)

    def value(self, text: str) -> str:
        """A value with its variables replaced."""
        variables = self.rules.get(":root", {})
        for _ in range(len(_PAGE)):  # a variable may name another one
            text = _VARIABLE.sub(lambda found: variables.get(found[1], ""), text)
        return text.replace("!important", "").strip()

    def ground(self, selector: str, around: str) -> str:
        """The ground that a rule sets, or the one around it."""
        said = self.rules.get(selector, {})
        return self.value(said.get("background-color") or said.get("background") or "") or around


def faint_texts(css: str, *, grounds: Mapping[str, str] | None = None) -> Iterator[FaintText]:
    """Each pair of text and ground whose contrast is under 7 to 1.

    Args:
        css: the stylesheet.
        grounds: by mode, the ground of text where no rule names one; None: what the stylesheet
            gives the page, or else white.
    """
    sheets = {mode: _Sheet() for mode in _MODES}
    for media, selector, declarations in _rules(_COMMENT.sub("", css)):
        if _PRINT.search(media):
            continue
        for mode, sheet in sheets.items():
            if mode == "dark" or not _DARK.search(media):
                sheet.add(selector, declarations)
    for mode, sheet in sheets.items():
        around = (grounds or {}).get(mode) or _page_ground(sheet)
        for selector, declarations in sheet.rules.items():
            written = declarations.get("color")
            if written is None:
                continue
            ink, ground = sheet.value(written), sheet.ground(selector, around)
            one, other = parse(ink), parse(ground)
            if one and other and (ratio := contrast(one, other)) < AAA:
                yield FaintText(
                    selector=selector,
                    declaration=f"color: {written}",
                    ink=ink,
                    ground=ground,
                    mode=mode,
                    ratio=ratio,
                )


def _page_ground(sheet: _Sheet) -> str:
    ground = "#ffffff"
    for selector in _PAGE:
        ground = sheet.ground(selector, ground)
    return ground


def _rules(css: str, media: str = "") -> Iterator[tuple[str, str, Declarations]]:
    """The medium, the selector and the declarations of each rule; nested at-rules are opened."""
    at = 0
    while (opened := css.find("{", at)) >= 0:
        head = css[at:opened].rsplit(";", 1)[-1].strip()
        closed = _end_of_block(css, opened)
        body = css[opened + 1 : closed]
        if head.startswith("@"):
            yield from _rules(body, f"{media} {head}")
        else:
            for selector in head.split(","):
                yield media, " ".join(selector.split()), _declarations(body)
        at = closed + 1


def _end_of_block(css: str, opened: int) -> int:
    depth = 0
    for at in range(opened, len(css)):
        depth += {"{": 1, "}": -1}.get(css[at], 0)
        if depth == 0:
            return at
    return len(css)


def _declarations(body: str) -> Declarations:
    found: Declarations = {}
    for one in body.split(";"):
        name, colon, value = one.partition(":")
        if colon:
            found[name.strip().casefold()] = value.strip()
    return found
