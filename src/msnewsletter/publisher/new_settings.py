"""The settings of a new newsletter, of the few things that its editor has to say. Pure.

What is not said follows from them; nothing is invented that could be taken for an address.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from msnewsletter.catalogues.catalogue_files import catalogue_for, words_in
from msnewsletter.catalogues.own_words import to_say
from msnewsletter.delivery_settings import UNSUBSCRIBE_PATH
from msnewsletter.model import WrittenBy
from msnewsletter.publisher.filled_settings import filled_settings
from msnewsletter.publisher.plain_letters import plain_letters
from msnewsletter.settings import parse_settings
from msnewsletter.validators import is_at_loopback

if TYPE_CHECKING:
    from datetime import date

# What readers read of a newsletter whose editor has written nothing else yet.
_DESCRIPTION: Final = to_say("New studies in plain language, with what they do not show.")
_WHY: Final = to_say("You get this mail because you subscribed to %(newsletter)s.")
_SUBJECT: Final = to_say("Issue {number}: {count}, {date}")
# The checks block it until it is filled in (issue/residue_kinds.py).
POSTAL_PLACEHOLDER: Final = "[your postal address]"
_SLUG_LIMIT = 60  # characters of a name in an id


@dataclass(frozen=True, slots=True, kw_only=True)
class NewsletterAnswers:
    """What an editor says of a new newsletter.

    Attributes:
        name: its name.
        site: the absolute address of its site.
        zone: the IANA name of its time zone.
        from_address: the mail address that it comes from.
        from_name: the name that it comes from; None: its own.
        postal_address: the sender's, on one line; None: a placeholder stands in its place.
        start: the first day that issue 1 reaches back to.
        id: its permanent id; None: made of the site, the year and the name.
        language: of its summaries, BCP 47; without a catalogue of words, these are English.
        written_by: who writes the summaries that do not say it themselves.
    """

    name: str
    site: str
    zone: str
    from_address: str
    start: date
    from_name: str | None = None
    postal_address: str | None = None
    id: str | None = None
    language: str = "en"
    written_by: WrittenBy = WrittenBy.AI


def new_settings(answers: NewsletterAnswers, *, on: date, sandbox: bool = False) -> str:
    """A whole newsletter.toml; `on` is today. Raises SettingsError where an answer cannot be."""
    words = words_in(answers.language)
    values: dict[tuple[str, str], object] = {
        ("newsletter", "id"): answers.id
        or permanent_id(answers.name, answers.site, year=on.year, language=answers.language),
        ("newsletter", "title"): answers.name,
        ("newsletter", "description"): words.say(_DESCRIPTION),
        ("newsletter", "site"): answers.site,
        ("newsletter", "language"): answers.language,
        ("newsletter", "zone"): answers.zone,
        ("newsletter", "start"): answers.start,
        ("newsletter", "written_by"): str(answers.written_by),
        ("mail", "subject"): words.say(_SUBJECT),
        ("mail", "from_name"): answers.from_name or answers.name,
        # Nobody knows yet of other mailboxes.
        **dict.fromkeys(
            (("mail", name) for name in ("from_address", "list_address", "unsubscribe_address")),
            answers.from_address,
        ),
        ("mail", "unsubscribe_url"): unsubscribe_url(answers.site, sandbox=sandbox),
        ("mail", "postal_address"): answers.postal_address or POSTAL_PLACEHOLDER,
        ("mail", "why"): words.say(_WHY, newsletter=answers.name),
    }
    if catalogue_for(answers.language) is None:
        values["newsletter", "words"] = words.language
    if sandbox:
        values["newsletter", "sandbox"] = True
    text = filled_settings(values)
    parse_settings(text)
    return text


def permanent_id(name: str, site: str, *, year: int, language: str = "en") -> str:
    """A tag URI (RFC 4151) of the site's host, a year in which the host was the editor's, a name.

    `tag:notes.example.org,2026:plain-research-notes`
    """
    slug = re.sub(r"[^a-z0-9]+", "-", plain_letters(name, language))[:_SLUG_LIMIT].strip("-")
    return f"tag:{urlsplit(site).hostname},{year}:{slug or 'newsletter'}"


def unsubscribe_url(site: str, *, sandbox: bool = False) -> str:
    """The address below the site at which the program's own door lets readers leave.

    By https, but for a `sandbox` whose site is on this machine: `serve` has no TLS.
    """
    parts = urlsplit(site)
    scheme = parts.scheme if sandbox and is_at_loopback(site) else "https"
    return f"{scheme}://{parts.netloc}{parts.path.rstrip('/')}/{UNSUBSCRIBE_PATH}"
