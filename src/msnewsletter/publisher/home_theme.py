"""The theme of a home: its settings, and the logo's file in its templates/."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msnewsletter.errors import BadValueError, TemplateError
from msnewsletter.regular_file import WRITTEN_LIMIT, read_regular, refuse_link_outside
from msnewsletter.theme.newsletter_theme import DEFAULT_THEME

if TYPE_CHECKING:
    from msnewsletter.home import Home
    from msnewsletter.settings import Settings
    from msnewsletter.theme.newsletter_theme import Theme


def home_theme(home: Home, settings: Settings) -> Theme:
    """The theme in force; raises TemplateError for a logo that cannot be used."""
    section = settings.theme
    if section is None:
        return DEFAULT_THEME
    return section.theme(logo_svg=_logo(home, section.logo) if section.logo else "")


def _logo(home: Home, name: str) -> str:
    # Imported where there is one: most homes have none.
    from msnewsletter.theme.logo import safe_logo  # noqa: PLC0415

    place = f"templates/{name}"
    try:
        refuse_link_outside(home.templates / name, home.templates)
        return safe_logo(read_regular(home.templates / name, limit=WRITTEN_LIMIT))
    except FileNotFoundError:
        remedy = "put it there, or remove theme.logo from newsletter.toml"
        raise TemplateError(place, "there is no such file", remedy) from None
    except BadValueError as error:
        raise TemplateError(place, error.problem, error.remedy) from None
