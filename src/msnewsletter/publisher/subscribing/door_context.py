"""What the public door needs of a home, gathered once: settings, pages, templates, tokens."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from msnewsletter.errors import SettingsError
from msnewsletter.home import SETTINGS_NAME
from msnewsletter.publisher.templates import load_templates
from msnewsletter.render.door.door_pages import DoorPages, consent_words
from msnewsletter.settings import load_settings
from msnewsletter.subscribers.door_rules import DoorLimits
from msnewsletter.subscribers.tokens import Tokens

if TYPE_CHECKING:
    from collections.abc import Mapping

    from msnewsletter.delivery_settings import SubscribeSection
    from msnewsletter.home import Home
    from msnewsletter.settings import Settings


@dataclass(frozen=True, kw_only=True, eq=False)
class DoorContext:
    """One home's door at one state of its settings.

    Attributes:
        settings: all of them; `section` is the door's.
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
    def limits(self) -> DoorLimits:
        """How many requests there may be."""
        return DoorLimits(
            of_network=self.section.most_an_hour_for_a_network, in_all=self.section.most_an_hour
        )


def door_context(home: Home, *, secret: bytes) -> DoorContext:
    """The context of a home's door; raises SettingsError without `[subscribe]`, TemplateError."""
    settings = load_settings(home.settings)
    section = settings.subscribe
    if section is None:
        raise SettingsError(SETTINGS_NAME, "there is no [subscribe]", "add it for sign-up pages")
    templates, masthead = load_templates(home), settings.masthead()
    pages = DoorPages(
        masthead,
        consent_words(masthead, section.consent),
        privacy=section.privacy,
        templates=templates,
    )
    return DoorContext(
        settings=settings,
        section=section,
        templates=templates,
        pages=pages,
        tokens=Tokens(secret),
        secret=secret,
    )
