"""Settings of the look: `[theme]`, colours in light and in dark, typefaces, a logo."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Final

from pydantic import AfterValidator, BeforeValidator, Field

from msnewsletter.errors import BadValueError
from msnewsletter.settings_section import Line, Section
from msnewsletter.text import required_line
from msnewsletter.theme.nearest_colour import FaintPair, faint_pairs
from msnewsletter.theme.newsletter_theme import DEFAULT_THEME, Theme
from msnewsletter.theme.palette import Mode
from msnewsletter.theme.typefaces import STACKS, Typeface
from msnewsletter.type_name import TypeName

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_HEX: Final = re.compile(r"#(?:[0-9a-f]{3}|[0-9a-f]{6})", re.IGNORECASE)
_LONG: Final = 7  # characters of #rrggbb
_LOGO: Final = re.compile(r"[\w-][\w.-]*\.svg", re.ASCII)
_LOGO_TEXT_LIMIT: Final = 20  # characters: it stands beside the name on a small phone


def _colour(text: str) -> str:
    if not _HEX.fullmatch(text):
        # Mail programs know no other way to write one.
        raise BadValueError("it is no colour", 'write it as "#rrggbb", six hexadecimal digits')
    low = text.lower()
    return low if len(low) == _LONG else "#" + "".join(2 * digit for digit in low[1:])


def _pair(value: object) -> object:
    if isinstance(value, list | tuple) and len(value) == len(Mode):
        return value
    remedy = 'write one for light and one for dark: ["#0b4a5a", "#9bd7e6"]'
    raise BadValueError("these are not two colours", remedy)


def _logo(text: str) -> str:
    if not _LOGO.fullmatch(text):
        remedy = "put an SVG file into templates/, and write its name alone: logo.svg"
        raise BadValueError("it is not the name of an SVG file", remedy)
    return text


def _logo_text(text: str) -> str:
    line = required_line(text)
    if len(line) > _LOGO_TEXT_LIMIT:
        raise BadValueError(f"it has {len(line)} characters", f"write at most {_LOGO_TEXT_LIMIT}")
    return line


Colour = Annotated[str, AfterValidator(_colour)]
# In light and in dark: who chooses one has to choose the other, for readers have both.
Colours = (
    Annotated[
        tuple[Colour, Colour],
        Field(strict=False),
        BeforeValidator(_pair),
        TypeName("two colours"),
    ]
    | None
)


class ThemeSection(Section):
    """`[theme]`: what is set takes the place of the program's own.

    Colours are pairs, in light and in dark, `["#0b4a5a", "#9bd7e6"]`. Text and ground with a
    contrast under 7 to 1 are refused. See [themes](../guides/themes.md#colours-and-typefaces).
    """

    accent: Colours = None
    """Links, badges, the rule at the top, buttons, the icon."""
    text: Colours = None
    """Text to read."""
    quiet: Colours = None
    """Dates, journals and what is small."""
    sheet: Colours = None
    """The reading surface."""
    page: Colours = None
    """What is around the reading surface."""
    tint: Colours = None
    """Behind the question of a mail."""
    rule: Colours = None
    """Thin lines."""
    caution: Colours = None
    """A caution's first words."""
    caution_rule: Colours = None
    """The line beside a caution."""
    correction: Colours = None
    """Corrections and notices."""
    correction_ground: Colours = None
    """Behind corrections and notices."""
    body: Annotated[Typeface, Field(strict=False)] = Typeface.SYSTEM
    """The typeface of the text: each is a stack of faces that devices have."""
    headings: Annotated[Typeface, Field(strict=False)] = Typeface.GEORGIA
    """The typeface of names and headlines."""
    logo: Annotated[str, AfterValidator(_logo), TypeName("name of a file")] | None = None
    """An SVG file in `templates/`, shown on pages beside the newsletter's name."""
    logo_text: Annotated[Line, AfterValidator(_logo_text)] | None = None
    """Up to 20 characters: the logo in mail, and on pages without a file."""

    @property
    def chosen(self) -> Mapping[str, tuple[str, str]]:
        """The colours that are set, in light and in dark, by name."""
        names = dict(DEFAULT_THEME.light)
        values = {name: getattr(self, name, None) for name in names}
        return {name: value for name, value in values.items() if value}

    def theme(self, *, logo_svg: str = "") -> Theme:
        """The theme, with the logo of its file, made safe."""
        chosen = self.chosen
        light, dark = (
            tuple((name, chosen[name][at] if name in chosen else usual) for name, usual in colours)
            for at, colours in enumerate((DEFAULT_THEME.light, DEFAULT_THEME.dark))
        )
        return Theme(
            light=light,
            dark=dark,
            body=STACKS[self.body],
            headings=STACKS[self.headings],
            logo_text=self.logo_text or "",
            logo_svg=logo_svg,
        )

    def faint(self) -> Iterator[tuple[Mode, FaintPair]]:
        """The pairs in which mail, pages or door would be hard to read."""
        theme = self.theme()
        for mode in Mode:
            for pair in faint_pairs(theme.palette(mode), self.chosen):
                yield mode, pair
