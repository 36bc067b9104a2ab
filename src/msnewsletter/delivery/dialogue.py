"""The sending half of an SMTP session: whole transactions over one connection, in a pipeline.

RFC 2920 lets the commands of the next message go out with the final dot of this one, so that each
message costs one round trip::

    we       MAIL RCPT DATA       body . MAIL RCPT DATA          body . MAIL RCPT DATA
    server                  250 250 354                250 250 250 354                  ...

Where the server does not offer it, or the caller forbids it, each command waits for its reply.
Each reply is matched to its command; a message's outcome rests on the replies that were read, and
on whether its final dot may have left. Opens no connection; decides nothing about other tries.
"""

from __future__ import annotations

import socket
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from msnewsletter.delivery.send_outcomes import (
    Accepted,
    ConnectionEnd,
    InDoubt,
    NotTried,
    RefusedForGood,
    RefusedForNow,
    SmtpStep,
)
from msnewsletter.delivery.smtp_errors import FAILURES
from msnewsletter.delivery.smtp_reply import (
    SERVICE_LEAVING,
    ReplyReader,
    SmtpReply,
    UnreadableReplyError,
    parsed,
)
from msnewsletter.delivery.transaction import ServerOffers, Transaction
from msnewsletter.errors import OutboxError

if TYPE_CHECKING:
    import smtplib
    from collections.abc import Callable, Iterator

    from msnewsletter.delivery.send_journal import SendJournal
    from msnewsletter.delivery.send_outcomes import SendOutcome

# RFC 5321, section 4.5.3.2.6: the server may be delivering the message before it answers, and
# giving up leaves in doubt what it will accept.
VERDICT_WITHIN = 600.0
_LAST_WORD = 2.0  # seconds for what a server said before it closed the connection
_GOODBYE = 5.0

_DOT = b".\r\n"
_GO_ON = 354
_YES, _NOT_NOW, _NO = 2, 4, 5  # RFC 5321, section 4.2.1: the first digit


class _EndedError(Exception):
    """The connection can be used no longer."""

    def __init__(self, end: ConnectionEnd, reply: SmtpReply | None = None) -> None:
        super().__init__(end)
        self.end = end
        self.reply = reply


@dataclass(slots=True)
class _Flight:
    """A transaction whose commands have been sent, or are about to be."""

    transaction: Transaction
    leading: tuple[bytes, ...]  # what comes before its commands, each with a reply of its own
    dot_may_have_left: bool = False


class Dialogue:
    """Sends over an open connection, logged in where that is needed; see `smtp.open_smtp`.

    Attributes:
        offers: what the server's EHLO says.
        end: why it can be used no longer; None while it can.
        last_reply: the 421 with which it ended.
        fault: why the journal cannot be written; nothing may be sent without one.
    """

    def __init__(
        self,
        smtp: smtplib.SMTP,
        journal: SendJournal,
        *,
        pipelining: bool = True,
        answer_within: float,
        verdict_within: float = VERDICT_WITHIN,
    ) -> None:
        """Take over the connection.

        Args:
            smtp: open, and after EHLO; the dialogue owns it from here on.
            journal: of this connection.
            pipelining: False forbids it, whatever the server offers.
            answer_within: seconds for each reply, and for the server to take what is sent.
            verdict_within: seconds for the reply to a whole message.
        """
        self.offers = offers_of(smtp)
        self.end: ConnectionEnd | None = None
        self.last_reply: SmtpReply | None = None
        self.fault: OutboxError | None = None
        if smtp.sock is None:
            raise ValueError("the connection is closed")
        self._smtp, self._socket, self._journal = smtp, smtp.sock, journal
        # What is sent last waits for no acknowledgement of what was sent before (RFC 896).
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._replies = ReplyReader(self._socket)
        self._pipelining = pipelining and self.offers.pipelining
        self._answer_within, self._verdict_within = answer_within, verdict_within
        self._leading: tuple[bytes, ...] = ()
        self._flights: list[_Flight] = []

    def usable(self) -> bool:
        """Whether it may be used after a pause: servers leave who is idle, with 421 or without."""
        return self.end is None and not self._replies.unasked()

    def send(
        self, first: Transaction, ahead: Callable[[], Transaction | None]
    ) -> Iterator[SendOutcome]:
        """Send a message and those that are ready meanwhile; yield an outcome for each, in order.

        Args:
            first: the first.
            ahead: gives the next one where one is ready now, and None otherwise.

        Ends when nothing is under way, or the connection has ended: `end` says which. Raises
        nothing of its own.
        """
        self._flights = []
        try:
            self._write(self._take_off(first))
            while self._flights and self.end is None:
                outcome = self._settle(self._flights[0], ahead)
                del self._flights[0]
                yield outcome
            self._finish_leading()
        except _EndedError as ended:
            self._note_end(ended)
        yield from self._unsettled()

    def _unsettled(self) -> list[SendOutcome]:
        """What became of those that were under way when the connection ended."""
        end = self.end or ConnectionEnd.CLOSED
        left, self._flights = self._flights, []
        return [
            InDoubt(id=one.transaction.id, end=end)
            if one.dot_may_have_left
            else NotTried(id=one.transaction.id, end=end)
            for one in left
        ]

    def close(self) -> None:
        """Say goodbye where the server still listens, and close the connection."""
        if self.end is None:
            # A failed QUIT takes back nothing that the server has accepted.
            with suppress(*FAILURES):
                self._socket.settimeout(_GOODBYE)
                self._smtp.quit()
            self.end = ConnectionEnd.CLOSED
        self._smtp.close()

    # ── one message ──────────────────────────────────────────────────────────────────────────────

    def _settle(self, flight: _Flight, ahead: Callable[[], Transaction | None]) -> SendOutcome:
        """Bring the oldest one to its end, and the next one under way."""
        refusal = self._invitation(flight) or self._body(flight)
        # Asked before the last bytes leave: from then on nothing but the network takes time.
        following = ahead() if self._pipelining and self.end is None else None
        if refusal is None:
            self._last_bytes(flight, following)
            return self._verdict(flight.transaction)
        if following:
            self._write_or_end(self._take_off(following))
        return self._refused(flight.transaction, *refusal)

    def _take_off(self, transaction: Transaction) -> bytes:
        """Count it among those under way; return its commands where they go out together."""
        flight = _Flight(transaction, self._leading)
        self._leading = ()
        self._flights.append(flight)
        if not self._pipelining:
            return b""
        return b"".join((*flight.leading, *(line for _, line in transaction.commands)))

    def _invitation(self, flight: _Flight) -> tuple[SmtpStep, SmtpReply] | None:
        """Read the replies to its commands; return the first refusal, None: the body may go."""
        for line in flight.leading:
            # Whatever it says: the transaction before has ended.
            self._reply_to(line)
        refusal: tuple[SmtpStep, SmtpReply] | None = None
        invited = False
        for step, line in flight.transaction.commands:
            if refusal and not self._pipelining:
                break
            code, lines = self._reply_to(line)
            if step is SmtpStep.DATA and code == _GO_ON:
                invited = True
            elif code // 100 in (_NOT_NOW, _NO):
                refusal = refusal or (step, self._parsed(code, lines))
            elif code // 100 != _YES or step is SmtpStep.DATA:
                raise _EndedError(ConnectionEnd.UNREADABLE)
        if refusal:
            self._recover(refusal[0], invited=invited)
        return refusal

    def _reply_to(self, line: bytes) -> tuple[int, list[bytes]]:
        if not self._pipelining:
            self._write(line)
        code, lines = self._read(self._answer_within)
        if code == SERVICE_LEAVING:
            raise _EndedError(ConnectionEnd.LEAVING, self._parsed(code, lines))
        return code, lines

    def _recover(self, refused: SmtpStep, *, invited: bool) -> None:
        """Bring the session back to where MAIL may come."""
        if not invited:
            self._leading = (b"RSET\r\n",)
        elif refused is SmtpStep.RCPT:
            # RFC 2920, section 3.1: invited without a recipient, one sends an empty message.
            self._leading = (_DOT, b"RSET\r\n")
        else:
            # The recipient may count though the sender was refused: nobody shall get an empty one.
            self.end = ConnectionEnd.UNREADABLE

    def _body(self, flight: _Flight) -> tuple[SmtpStep, SmtpReply] | None:
        """Send all but the last bytes; return a refusal that came too early."""
        try:
            self._write(flight.transaction.body)
        except _EndedError as ended:
            code, lines = self._last_word()
            if code // 100 not in (_NOT_NOW, _NO) or code == SERVICE_LEAVING:
                raise
            self._note_end(ended)
            return SmtpStep.DOT, self._parsed(code, lines)
        if self._replies.has_more:
            # What has come before the dot would be taken for the answer to it.
            raise _EndedError(ConnectionEnd.UNREADABLE)
        return None

    def _last_bytes(self, flight: _Flight, following: Transaction | None) -> None:
        data = _DOT + (self._take_off(following) if following else b"")
        try:
            self._journal.sending(flight.transaction.id)
        except OutboxError as error:
            self.fault = error
            raise _EndedError(ConnectionEnd.GIVEN_UP) from None
        flight.dot_may_have_left = True
        self._write_or_end(data)

    def _verdict(self, transaction: Transaction) -> SendOutcome:
        code, lines = self._read(self._verdict_within) if self.end is None else self._last_word()
        reply = self._parsed(code, lines)
        if code // 100 == _YES:
            self._note(lambda: self._journal.accepted(transaction.id))
            return Accepted(id=transaction.id, reply=reply)
        if code // 100 not in (_NOT_NOW, _NO):
            raise _EndedError(self.end or ConnectionEnd.UNREADABLE)
        if code == SERVICE_LEAVING:
            self._note_end(_EndedError(ConnectionEnd.LEAVING, reply))
        return self._refused(transaction, SmtpStep.DOT, reply)

    def _refused(self, transaction: Transaction, step: SmtpStep, reply: SmtpReply) -> SendOutcome:
        self._note(lambda: self._journal.refused(transaction.id, step, reply))
        kind = RefusedForGood if reply.code // 100 == _NO else RefusedForNow
        return kind(id=transaction.id, step=step, reply=reply)

    def _note(self, write: Callable[[], None]) -> None:
        """Write down what is known; where that fails it is still told, and nothing more is sent."""
        try:
            write()
        except OutboxError as error:
            self.fault = error
            self._note_end(_EndedError(ConnectionEnd.GIVEN_UP))

    # ── the connection ───────────────────────────────────────────────────────────────────────────

    def _finish_leading(self) -> None:
        """Leave no transaction open in which the server would wait for more."""
        leading, self._leading = self._leading, ()
        if self.end is not None:
            return
        for line in leading:
            self._write(line)
            code, lines = self._read(self._answer_within)
            if code == SERVICE_LEAVING:
                raise _EndedError(ConnectionEnd.LEAVING, self._parsed(code, lines))

    def _write(self, data: bytes) -> None:
        try:
            if self._socket.gettimeout() != self._answer_within:
                self._socket.settimeout(self._answer_within)
            self._socket.sendall(data)
        except TimeoutError:
            raise _EndedError(ConnectionEnd.TIMEOUT) from None
        except OSError:
            raise _EndedError(ConnectionEnd.CLOSED) from None

    def _write_or_end(self, data: bytes) -> None:
        try:
            self._write(data)
        except _EndedError as ended:
            self._note_end(ended)

    def _read(self, within: float) -> tuple[int, list[bytes]]:
        try:
            return self._replies.read(within)
        except TimeoutError:
            raise _EndedError(ConnectionEnd.TIMEOUT) from None
        except UnreadableReplyError:
            raise _EndedError(ConnectionEnd.UNREADABLE) from None
        except (EOFError, OSError):
            raise _EndedError(ConnectionEnd.CLOSED) from None

    def _last_word(self) -> tuple[int, list[bytes]]:
        """What the server said before it closed the connection; raises _EndedError."""
        try:
            return self._read(_LAST_WORD)
        except _EndedError as ended:
            raise _EndedError(self.end or ended.end) from None

    def _parsed(self, code: int, lines: list[bytes]) -> SmtpReply:
        hide = [address for one in self._flights for address in one.transaction.addresses]
        return parsed(code, lines, hide=hide)

    def _note_end(self, ended: _EndedError) -> None:
        self.end = self.end or ended.end
        self.last_reply = self.last_reply or ended.reply


def offers_of(smtp: smtplib.SMTP) -> ServerOffers:
    """What the server offers, by its reply to EHLO."""
    size = smtp.esmtp_features.get("size") if smtp.has_extn("size") else None
    # RFC 1870, section 3: without a number it names no limit.
    limit = int(size) if size and size.isascii() and size.isdigit() else 0
    return ServerOffers(
        pipelining=smtp.has_extn("pipelining"),
        eight_bit=smtp.has_extn("8bitmime"),
        utf8=smtp.has_extn("smtputf8"),
        size=None if size is None else limit,
    )
