"""Bounces that are no delivery status notification: text for people. Pure.

flufl.bounce knows the forms that servers have written over thirty years, and whether they go on
trying. It gives no code, so the code is read from the text.
"""

from __future__ import annotations

import re
from email.message import Message
from typing import TYPE_CHECKING, Final

from flufl.bounce import all_failures

from msnewsletter.delivery.inbound.diagnostic import excerpt, scrubbed
from msnewsletter.delivery.inbound.inbound_kinds import Bounce, NoticeAction, StatusNotice
from msnewsletter.delivery.inbound.reply_words import judged
from msnewsletter.delivery.inbound.status_codes import code_in_text

if TYPE_CHECKING:
    from msnewsletter.delivery.inbound.bounded_message import BoundedMessage

# Lines and characters of a report before the mail that it returns; flufl.bounce looks at each line
# sixty times.
_LINES, _WIDTH = 300, 500
# At what the returned mail begins (qmail, exim, Yahoo, T-Online, old Gmail).
_RETURNED: Final = re.compile(
    r"(?im)^[ \t>|-]{0,40}(?:below this line is a copy|this is a copy of|original message|"
    r"the following is a copy|message header follows|start of returned message|return-path:)"
)
# What servers call themselves in From.
DAEMONS: Final = frozenset(
    {"mailer-daemon", "postmaster", "mail-daemon", "mailerdaemon", "mdaemon", "mail-deamon"}
    | {"maildaemon", "microsoftexchange329e71ec88ae4615bbc36ab6ce41109e", "double-bounce"}
)
_HEADERS: Final = ("from", "subject", "x-failed-recipients")


def text_bounce(delivery: int, message: BoundedMessage) -> Bounce | StatusNotice | None:
    """What a mail server says of a delivery of ours; None: nothing that we understand."""
    text = _report(message.human_text)
    delayed, failed = _failures(message, text)
    if delayed and not failed:
        return StatusNotice(delivery=delivery, action=NoticeAction.DELAYED)
    said = excerpt(text)
    if not failed and not said:
        return None
    code, kind = judged(code_in_text(text), said)
    return Bounce(
        delivery=delivery,
        kind=kind,
        code=code,
        diagnostic=scrubbed(said, recipients=failed),
        recipients=failed,
    )


def _report(text: str) -> str:
    found = _RETURNED.search(text)
    lines = (text[: found.start()] if found else text).splitlines()
    return "\n".join(line[:_WIDTH] for line in lines[:_LINES])


def _failures(message: BoundedMessage, text: str) -> tuple[frozenset[str], frozenset[str]]:
    """The addresses that are tried again, and those that have failed."""
    # One plain part: flufl.bounce decodes nothing, and would look into the mail that is returned.
    plain = Message()
    for name in _HEADERS:
        for value in message.headers.get(name, ()):
            plain[name] = value
    plain.set_payload(text)
    try:
        delayed, failed = all_failures(plain)
    except Exception:  # noqa: BLE001  (a detector that fails on odd text has found nothing)
        return frozenset(), frozenset()
    return _addresses(delayed), _addresses(failed)


def _addresses(found: frozenset[bytes]) -> frozenset[str]:
    return frozenset(address.decode("ascii", "replace").lower() for address in found)
