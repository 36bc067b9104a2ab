"""The theme of one newsletter: all that its templates take colours, typefaces and a logo from."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from hashlib import sha256
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from markupsafe import Markup

from msnewsletter.theme.contrast import Pair
from msnewsletter.theme.palette import DARK, LIGHT, PAIRS, Mode
from msnewsletter.theme.typefaces import STACKS, Typeface

if TYPE_CHECKING:
    from collections.abc import Mapping

# Pixels. Nothing readable is smaller than `small`.
SIZES: Final[Mapping[str, int]] = MappingProxyType(
    {"small": 16, "text": 18, "headline": 22, "lead": 26, "title": 28}
    | {"headline_phone": 20, "lead_phone": 24}
    | {"side": 24, "side_phone": 16, "gap": 40}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """A theme. It can be hashed: what is rendered with the same one is rendered once.

    Attributes:
        light, dark: colours as `#rrggbb`, with their names, in the palette's order.
        body, headings: stacks of typefaces, as CSS writes them.
        logo_text: the logo as text; empty: none.
        logo_svg: the logo as an SVG element that is safe in a page; empty: none.
    """

    light: tuple[tuple[str, str], ...] = tuple(LIGHT.items())
    dark: tuple[tuple[str, str], ...] = tuple(DARK.items())
    body: str = STACKS[Typeface.SYSTEM]
    headings: str = STACKS[Typeface.GEORGIA]
    logo_text: str = ""
    logo_svg: str = ""

    def palette(self, mode: Mode) -> Mapping[str, str]:
        """The colours of a mode by name."""
        return MappingProxyType(dict(self.light if mode is Mode.LIGHT else self.dark))

    @property
    def values(self) -> Mapping[str, object]:
        """What templates know as `theme`."""
        return MappingProxyType(
            {
                "light": self.palette(Mode.LIGHT),
                "dark": self.palette(Mode.DARK),
                "size": SIZES,
                "body": self.body,
                "headings": self.headings,
                # As copies of templates from before there were themes name them.
                "sans": self.body,
                "serif": self.headings,
                "logo": self._logo(self.logo_svg or self.logo_text),
                "logo_text": self.logo_text,
            }
        )

    def _logo(self, shown: str) -> Markup:
        """The logo of a page: beside the newsletter's name, which is what it would be read as."""
        if not shown:
            return Markup()
        # The SVG is what theme/logo.py made anew of the parts that it allows.
        inside = Markup(shown) if self.logo_svg else shown  # noqa: S704
        return Markup('<span class="logo" aria-hidden="true">{}</span>').format(inside)

    @property
    def pairs(self) -> tuple[Pair, ...]:
        """Text on its ground, as the templates combine them, in both modes."""
        return tuple(
            Pair(name=f"{ink} on {ground} ({mode})", ink=palette[ink], ground=palette[ground])
            for mode, palette in ((mode, self.palette(mode)) for mode in Mode)
            for ink, ground in PAIRS
        )

    @property
    def digest(self) -> str:
        """Eight hexadecimal digits that name it; empty: it is the program's own."""
        if self == DEFAULT_THEME:
            return ""
        return sha256(json.dumps(asdict(self)).encode()).hexdigest()[:8]


DEFAULT_THEME: Final = Theme()
