"""Renders the pages of the public door, in the site's look. Pure.

No page says whether an address is known.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from msnewsletter import urls
from msnewsletter.catalogues.catalogue_files import words_in
from msnewsletter.catalogues.own_words import to_say
from msnewsletter.glossary import NO_GLOSSARY
from msnewsletter.render.site.frame import Frame
from msnewsletter.render.xml_text import cleaned
from msnewsletter.subscribers.door_rules import KEPT_PENDING, PAUSES
from msnewsletter.subscribers.subscriber import SubscribedEdition

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from msnewsletter.model import Masthead

_WORDS: Final = to_say(
    "Yes, send me {title} by e-mail. I know that it is about multiple sclerosis, so my address on "
    "its list may say something about my health. My address, the mail that I chose and the time at "
    "which I agreed are kept for this newsletter alone. I can leave at any time, by a link in "
    "every mail."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentWords:
    """What people agree to.

    Attributes:
        text: the very words.
        own: they are the program's own, in the language of its words.
    """

    text: str
    own: bool

    @property
    def digest(self) -> str:
        """Says in a form which words it showed; another one for other words."""
        return hashlib.sha256(self.text.encode()).hexdigest()[:16]


def consent_words(masthead: Masthead, own: str | None) -> ConsentWords:
    """The words of the settings, or the program's; `own`: with `{title}`, the newsletter's."""
    text = (own or words_in(masthead.words).say(_WORDS)).replace("{title}", masthead.title)
    return ConsentWords(text=text, own=own is None)


@dataclass(frozen=True, slots=True, kw_only=True)
class PageLink:
    """A link or a button to another page of the door: its path, and its words."""

    path: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DoorMessage:
    """What a page says that asks for nothing more: a title, lines, what one can do next.

    Each in English, by which catalogues have its translation.
    """

    title: str
    lines: tuple[str, ...]
    button: PageLink | None = None
    links: tuple[PageLink, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FormFill:
    """What a form shows when it comes back.

    Attributes:
        address, edition: what was typed and chosen.
        problem: why it comes back, in English or translated already; empty: it is new.
        wrong_address: the address is the reason.
    """

    address: str = ""
    edition: str = ""
    problem: str = ""
    wrong_address: bool = False


EMPTY_FORM: Final = FormFill()
SIGN_UP_AGAIN: Final = PageLink(path=urls.SIGN_UP, label=to_say("Sign up again"))
ASK_FOR_LINK: Final = PageLink(path=urls.PREFERENCES, label=to_say("Ask for a new link"))


class DoorPages:
    """The pages of one newsletter's door; `here` is the way from a page to the door's root.

    Args:
        masthead: as the settings have it today.
        words: what people agree to.
        privacy: the page that says what is done with addresses; None: there is none.
        templates: those in force.
        site_is_there: the newsletter's site can be linked to.
    """

    def __init__(
        self,
        masthead: Masthead,
        words: ConsentWords,
        *,
        privacy: str | None,
        templates: Mapping[str, str],
        site_is_there: bool = True,
    ) -> None:
        self._frame = Frame(cleaned(masthead), templates, NO_GLOSSARY)
        self.words = words
        self._said = words_in(masthead.words)
        self._privacy = privacy
        self._site_is_there = site_is_there

    def say(self, text: str, **values: str) -> str:
        """A text of the door's in the newsletter's language."""
        return self._said.say(text, **values)

    def rehearse(self) -> None:
        """Render each page once; raises TemplateError."""
        full, said = SubscribedEdition.FULL, DoorMessage(title="", lines=())
        self.style()
        self.sign_up(form="")
        self.ask_for_link(form="")
        self.confirm("")
        self.preferences("", edition=full, paused_until=None)
        self.unsubscribe("")
        self.message(said)

    def style(self) -> bytes:
        """The stylesheet: the site's, and that of forms."""
        return self._frame.file("door/style.css.j2")

    def sign_up(self, *, form: str, fill: FormFill = EMPTY_FORM, here: str = "") -> bytes:
        """The page to sign up; `form`: a token that says when it was asked for."""
        return self._page(
            "door/subscribe.html.j2",
            form=form,
            address=fill.address,
            edition=fill.edition,
            problem=self.say(fill.problem),
            wrong_address=fill.wrong_address,
            words=self.words.text,
            own_words=self.words.own,
            privacy=self._privacy,
            kept_days=KEPT_PENDING.days,
            here=here,
        )

    def ask_for_link(self, *, form: str, fill: FormFill = EMPTY_FORM, here: str = "") -> bytes:
        """The page that mails somebody the link to their preferences."""
        return self._page(
            "door/link.html.j2",
            form=form,
            address=fill.address,
            problem=self.say(fill.problem),
            wrong_address=fill.wrong_address,
            here=here,
        )

    def confirm(self, token: str, *, problem: str = "", here: str = "../") -> bytes:
        """The page whose button confirms."""
        return self._page(
            "door/confirm.html.j2",
            token=token,
            words=self.words.text,
            own_words=self.words.own,
            digest=self.words.digest,
            problem=self.say(problem),
            here=here,
        )

    def preferences(
        self,
        token: str,
        *,
        edition: SubscribedEdition,
        paused_until: date | None,
        saved: bool = False,
        problem: str = "",
        here: str = "../",
    ) -> bytes:
        """The page to choose an edition or a pause, or to leave."""
        return self._page(
            "door/preferences.html.j2",
            token=token,
            edition=edition,
            paused_until=self._said.day(paused_until) if paused_until else "",
            pauses=PAUSES,
            saved=saved,
            problem=self.say(problem),
            here=here,
        )

    def unsubscribe(self, token: str, *, here: str = "../") -> bytes:
        """The page whose button unsubscribes."""
        return self._page("door/unsubscribe.html.j2", token=token, here=here)

    def message(self, said: DoorMessage, *, here: str = "../") -> bytes:
        """A page that says what has become of something."""
        return self._page(
            "door/message.html.j2",
            title=self.say(said.title),
            lines=tuple(map(self.say, said.lines)),
            button=said.button and self._link(said.button),
            links=tuple(map(self._link, said.links)),
            here=here,
        )

    def _link(self, link: PageLink) -> PageLink:
        return replace(link, label=self.say(link.label))

    def _page(self, template: str, **values: object) -> bytes:
        return self._frame.file(template, site_is_there=self._site_is_there, **values)
