"""What tests of sending share: deliveries, and a dialogue with a server of theirs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msnewsletter.delivery.dialogue import Dialogue
from msnewsletter.delivery.send_journal import SendJournal, read_journal
from msnewsletter.delivery.smtp import Server, open_smtp
from msnewsletter.delivery.transaction import Outgoing, Transaction, transaction
from patience import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from msnewsletter.delivery.send_journal import ReadJournal
    from msnewsletter.delivery.send_outcomes import SendOutcome

BOOT = "3f6c1b52-0e0f-4c55-9d84-6a1f2f3f9d00"
HEAD = b"Subject: x\r\n\r\n"
OTHER_BOOT = "00000000-0000-4000-8000-000000000000"


def outgoing(number: int) -> Outgoing:
    return Outgoing(
        id=number,
        sender=f"b{number}@n.test",
        recipient=recipient(number),
        parts=(HEAD, body(number)),
    )


def recipient(number: int) -> str:
    return f"reader.{number}@in.test"


def body(number: int) -> bytes:
    return b"L%d\r\n..dot\r\n" % number


def message(number: int) -> bytes:
    """As it comes over the wire."""
    return HEAD + body(number)


def server(port: int, timeout: float = 10) -> Server:
    return Server(host="127.0.0.1", port=port, security="none", timeout=timeout)


def sent(
    port: int,
    numbers: Iterable[int],
    journal: Path,
    *,
    journals: type[SendJournal] = SendJournal,
    pipelining: bool = True,
    answer_within: float = PATIENCE,
    verdict_within: float = PATIENCE,
) -> tuple[list[SendOutcome], Dialogue]:
    """Send these over one connection, as far as it goes."""
    smtp = open_smtp(server(port))
    left = iter([outgoing(number) for number in numbers])
    with journals(journal, boot=BOOT) as writing:
        dialogue = Dialogue(
            smtp,
            writing,
            pipelining=pipelining,
            answer_within=answer_within,
            verdict_within=verdict_within,
        )
        outcomes = everything(dialogue, left)
        dialogue.close()
    return outcomes, dialogue


def everything(dialogue: Dialogue, left: Iterable[Outgoing]) -> list[SendOutcome]:
    waiting = iter(left)

    def ahead() -> Transaction | None:
        one = next(waiting, None)
        made = one and transaction(one, dialogue.offers)
        assert made is None or isinstance(made, Transaction)
        return made

    outcomes: list[SendOutcome] = []
    while dialogue.end is None and (first := ahead()):
        outcomes += dialogue.send(first, ahead)
    return outcomes


def kinds(outcomes: Iterable[SendOutcome]) -> list[tuple[int, str]]:
    return [(one.id, type(one).__name__) for one in outcomes]


def journal_at(path: Path) -> ReadJournal:
    return read_journal(path.read_bytes())
