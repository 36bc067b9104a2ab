"""Test sends: the preview's issue as mail to editors. Changes nothing.

The renderer is that of the real mail. Outbox, records and database know nothing of a test send, and
no address is kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from msnewsletter.delivery.smtp import connected, server_of
from msnewsletter.errors import DeliveryError, RefusedError, SettingsError
from msnewsletter.home import SETTINGS_NAME
from msnewsletter.publisher.preview import next_issue_preview
from msnewsletter.render.mail import mailmerge
from msnewsletter.render.mail.render import Edition, render_marked
from msnewsletter.settings import smtp_password
from msnewsletter.validators import mailbox

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime

    from msnewsletter.delivery.smtp import Server
    from msnewsletter.home import Home
    from msnewsletter.model import Issue
    from msnewsletter.publisher.next_issue_preview import NextIssuePreview

# A test is for editors; readers get the issue itself.
MOST_ADDRESSES = 20
# The token of every unsubscribe link in a test mail: no reader has it, so it unsubscribes nobody.
NOBODY = "test"


@dataclass(frozen=True, slots=True, kw_only=True)
class SendResult:
    """The result for one address; `refused`: why it was not sent there, None where it was."""

    address: str
    refused: DeliveryError | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SentTest:
    """A test send: its preview, and the result for each address, in their order."""

    preview: NextIssuePreview
    issue: Issue
    edition: Edition
    results: tuple[SendResult, ...]

    @property
    def refused(self) -> tuple[SendResult, ...]:
        """Those that it was not sent to."""
        return tuple(answer for answer in self.results if answer.refused)


def send_test(
    home: Home,
    addresses: Iterable[str],
    *,
    at: datetime,
    seed: str,
    edition: Edition = Edition.DIGEST,
) -> SentTest:
    """Send the issue that the preview shows to each of the addresses, in a message of its own.

    Blocking findings do not stop it: a test send is for looking at them.

    Args:
        home: the newsletter's home.
        addresses: as they were typed; each counts once.
        at: now, aware; the Date of the messages.
        seed: another for every test send, or mail programs take two of them for one.
        edition: which of the two.

    Raises:
        RefusedError: an address is not valid, there are none or too many, or nothing is new.
        SettingsError: there is no [smtp].
        DeliveryError: there is no connection to the mail server; nothing was sent.
        NewsletterError: whatever the preview raises.
    """
    to = mailboxes(addresses)
    made = next_issue_preview(home, at=at)
    settings, issue = made.settings, made.issue
    if settings.smtp is None:
        raise SettingsError(
            SETTINGS_NAME, "there is no [smtp] to send with", "add it, with the server as its host"
        )
    if settings.newsletter.sandbox:
        problem, remedy = "nothing is sent from a sandbox", "remove 'sandbox' from [newsletter]"
        raise SettingsError(SETTINGS_NAME, problem, remedy)
    if issue is None:
        raise RefusedError("the next issue", "nothing is new, so there is no mail", "add a summary")
    server = server_of(settings.smtp, password=smtp_password())
    sender = settings.mail.from_address
    parts = render_marked(issue, made.session.templates, edition=edition, at=at)
    letters = {
        address: mailmerge.fill(
            parts,
            address=address,
            message_id=_unique_id(f"{seed} {edition}", issue, address),
            token=NOBODY,
        )
        for address in to
    }
    results = tuple(_send(server, letters, sender=sender))
    return SentTest(preview=made, issue=issue, edition=edition, results=results)


def mailboxes(addresses: Iterable[str]) -> tuple[str, ...]:
    """What was typed, as addresses in ASCII, each once; raises RefusedError."""
    found: dict[str, None] = {}
    for typed in addresses:
        if not typed.isprintable():
            # Not even at its end: a line break would begin a header field.
            raise RefusedError(
                repr(typed), "it holds a line break or a control character", "type it again"
            )
        try:
            found[mailbox(typed)] = None
        except ValueError as error:
            raise RefusedError(repr(typed), str(error).rstrip("."), "correct the address") from None
    if not found:
        raise RefusedError("the addresses", "there are none", "type one or more")
    if len(found) > MOST_ADDRESSES:
        raise RefusedError(
            "the addresses",
            f"there are {len(found)}, and a test goes to {MOST_ADDRESSES} at most",
            "remove some; readers get the issue itself",
        )
    return tuple(found)


def _unique_id(seed: str, issue: Issue, address: str) -> str:
    """The left side of a Message-ID."""
    # Hashed: neither the address nor the seed must leak.
    unique = sha256(f"{seed}\0{issue.id}\0{address}".encode()).hexdigest()[:32]
    return f"test-{issue.number}.{unique}"


def _send(server: Server, letters: Mapping[str, bytes], *, sender: str) -> Iterator[SendResult]:
    with connected(server) as connection:
        for address, letter in letters.items():
            refused = None
            try:
                connection.send(letter, sender=sender, to=address)
            except DeliveryError as error:
                refused = error
            yield SendResult(address=address, refused=refused)
