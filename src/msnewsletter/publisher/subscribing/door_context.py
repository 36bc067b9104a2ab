"""What the public door needs of a home, gathered once: settings, pages, templates, tokens."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from msnewsletter import urls
from msnewsletter.delivery_settings import SubscribeSection
from msnewsletter.publisher.home_theme import home_theme
from msnewsletter.publisher.templates import load_templates
from msnewsletter.regular_file import is_there
from msnewsletter.render.door.door_pages import DoorPages, consent_words
from msnewsletter.settings import load_settings
from msnewsletter.subscribers.door_rules import DoorLimits
from msnewsletter.subscribers.tokens import Tokens

if TYPE_CHECKING:
    from collections.abc import Mapping

    from msnewsletter.home import Home
    from msnewsletter.settings import Settings


@dataclass(frozen=True, kw_only=True, eq=False)
class DoorContext:
    """One home's door at one state of its settings.

    Attributes:
        settings: all of them; `section` is the door's, or what it is without one.
        templates: those in force.
        pages: rendered with both.
        tokens: of this newsletter.
        secret: the key of the subscribers' database.
    """

    settings: Settings
    section: SubscribeSection
    templates: Mapping[str, str]
    pages: DoorPages
    tokens: Tokens
    secret: bytes = field(repr=False)

    @property
    def only_out(self) -> bool:
        """Whether nobody can sign up here: the links of mails that were sent work all the same."""
        return self.settings.subscribe is None

    @property
    def limits(self) -> DoorLimits:
        """How many requests there may be."""
        return DoorLimits(
            of_network=self.section.most_an_hour_for_a_network, in_all=self.section.most_an_hour
        )


def is_published(home: Home) -> bool:
    """Whether the site is there for a door to link to: it comes with the first issue."""
    return is_there(home.site / urls.HOME)


def door_context(home: Home, *, secret: bytes) -> DoorContext:
    """The context of a home's door; raises SettingsError, TemplateError."""
    settings = load_settings(home.settings)
    templates = load_templates(home, home_theme(home, settings))
    return DoorContext(
        settings=settings,
        section=_section(settings),
        templates=templates,
        pages=_pages(home, settings, templates),
        tokens=Tokens(secret),
        secret=secret,
    )


def home_pages(home: Home, settings: Settings) -> DoorPages:
    """The pages alone, also of a home without a door; raises TemplateError."""
    return _pages(home, settings, load_templates(home, home_theme(home, settings)))


def _pages(home: Home, settings: Settings, templates: Mapping[str, str]) -> DoorPages:
    masthead, section = settings.masthead(), _section(settings)
    return DoorPages(
        masthead,
        consent_words(masthead, section.consent),
        privacy=section.privacy,
        templates=templates,
        site_is_there=is_published(home),
    )


def _section(settings: Settings) -> SubscribeSection:
    return settings.subscribe or SubscribeSection.model_validate({})
