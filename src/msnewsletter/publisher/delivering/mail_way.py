"""What becomes of an issue's mail, for the notice that it is out: by the outbox and the settings.

Asks neither the ledger nor a server.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from msnewsletter.home import issue_name
from msnewsletter.publisher.delivering.waiting_folders import late_after

if TYPE_CHECKING:
    from datetime import datetime

    from msnewsletter.home import Home
    from msnewsletter.model import Issue
    from msnewsletter.settings import Settings


class MailWay(StrEnum):
    """Who sends an issue's mail, or that it was sent."""

    ELSEWHERE = "elsewhere"  # another program
    BY_HAND = "by hand"  # a person, with `deliver`
    BY_ITSELF = "by itself"
    BEGUN = "begun"  # a person has begun to
    SENT = "sent"  # nothing is left to do


def mail_way(home: Home, settings: Settings | None, issue: Issue, *, at: datetime) -> MailWay:
    """Who sends an issue's mail, as of `at` (aware); a person may have sent it before.

    `settings`: None where they are not known.
    """
    section = settings.deliver if settings else None
    if settings is None or section is None:
        return MailWay.ELSEWHERE
    name = issue_name(issue.number)
    if (home.outbox / "sent" / name).is_dir():
        return MailWay.SENT
    begun = (home.outbox / "sending" / name).is_dir()
    if section.automatic and (begun or at - issue.cutoff <= late_after(settings)):
        return MailWay.BY_ITSELF
    return MailWay.BEGUN if begun else MailWay.BY_HAND


def mail_sentence(number: int, folder: str, way: MailWay) -> str:
    """Where an issue's mail is, and what becomes of it; `folder`: where it waits, or empty."""
    match way:
        case MailWay.SENT:
            return "Its mail was sent to your subscribers already"
        case MailWay.BEGUN:
            return "Its mail is being sent: 'msnewsletter status' says how that stands"
        case MailWay.BY_ITSELF:
            return "Its mail goes to your subscribers by itself"
        case MailWay.BY_HAND if folder:
            return f"Its mail waits in {folder}: send it with 'msnewsletter deliver {number}'"
        case _ if folder:
            return f"Its mail waits in {folder} for your mail system"
        case _:
            return "Its folder is no longer in outbox/new/"
