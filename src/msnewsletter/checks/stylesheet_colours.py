"""The colours of a stylesheet: which text it puts on which ground, in light and in dark. Pure.

Knows what a stylesheet says, not what a browser lays out: a rule that names no ground counts as on
the ground of the page. What it cannot resolve (a gradient, a mixture) is nobody's pair.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import tinycss2
from tinycss2.ast import AtRule, Declaration, LiteralToken, QualifiedRule

from msnewsletter.theme.contrast import AAA, contrast, parse

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from tinycss2.ast import Node

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
    for media, selector, declarations in _rules(css):
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


def _rules(css: str) -> Iterator[tuple[str, str, Declarations]]:
    """The medium, the selector and the declarations of each rule; nested rules are opened."""
    read = tinycss2.parse_rule_list(css, skip_comments=True, skip_whitespace=True)
    yield from _opened(read, "", ())


def _opened(
    nodes: Iterable[Node], media: str, selectors: Sequence[str]
) -> Iterator[tuple[str, str, Declarations]]:
    """The same of what is in a rule of these selectors; without any, in no rule."""
    nodes = tuple(nodes)
    if declarations := _declarations(nodes):
        yield from ((media, selector, declarations) for selector in selectors)
    for rule in nodes:
        if isinstance(rule, AtRule) and rule.content is not None:
            within = f"{media} {tinycss2.serialize(rule.prelude)}"
            yield from _opened(_contents(rule), within, selectors)
        elif isinstance(rule, QualifiedRule):
            yield from _opened(_contents(rule), media, _selectors(rule.prelude, selectors))


def _contents(rule: AtRule | QualifiedRule) -> Sequence[Node]:
    return tinycss2.parse_blocks_contents(
        rule.content or (), skip_comments=True, skip_whitespace=True
    )


def _selectors(prelude: Iterable[Node], around: Sequence[str]) -> list[str]:
    """The selectors of a rule, each with those around it (CSS Nesting 1, section 3)."""
    parts: list[list[Node]] = [[]]
    for node in prelude:
        if isinstance(node, LiteralToken) and node.value == ",":
            parts.append([])
        else:
            parts[-1].append(node)
    own = [" ".join(tinycss2.serialize(part).split()) for part in parts]
    return [
        one.replace("&", outer) if "&" in one else f"{outer} {one}".strip()
        for outer in around or [""]
        for one in own
    ]


def _declarations(nodes: Iterable[Node]) -> Declarations:
    return {
        one.name if one.name.startswith("--") else one.lower_name: _written(one)
        for one in nodes
        if isinstance(one, Declaration)
    }


def _written(one: Declaration) -> str:
    important = " !important" if one.important else ""
    return tinycss2.serialize(one.value).strip() + important
