"""What the threads of one run leave for those of the next: open dialogues, and their journals.

For who sends many small runs one after another, each of a few hundred messages: a connection for
each run would cost as much as what is sent over it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from msnewsletter.delivery.throttle import Throttle

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType
    from typing import Self

    from msnewsletter.delivery.dialogue import Dialogue
    from msnewsletter.delivery.send_journal import SendJournal
    from msnewsletter.delivery.send_plan import SendPlan


@dataclass(slots=True, kw_only=True)
class KeptConnection:
    """What one thread has: its journal, and its dialogue, where it has any."""

    journal: SendJournal | None = None
    dialogue: Dialogue | None = None

    def hang_up(self) -> None:
        """End the dialogue; the journal goes on."""
        if self.dialogue:
            self.dialogue.close()
            self.dialogue = None

    def close(self) -> None:
        """End both."""
        self.hang_up()
        if self.journal:
            self.journal.close()
            self.journal = None


class KeptConnections:
    """The connections of runs that follow each other, all with one plan; close it in the end.

    Attributes:
        plan: how to send.
        holds: whether what a run was given is still its own; asked before each is begun.
        throttle: what the server asked for stays asked for.
    """

    def __init__(self, plan: SendPlan, *, holds: Callable[[], bool] = lambda: True) -> None:
        """Begin with none."""
        self.plan, self.holds = plan, holds
        self.throttle = Throttle(plan.connections)
        self._kept: dict[int, KeptConnection] = {}

    def take(self, number: int) -> KeptConnection:
        """What the thread of that number left, or nothing yet; it is that thread's again."""
        return self._kept.pop(number, None) or KeptConnection()

    def leave(self, number: int, connection: KeptConnection) -> None:
        """Keep what the thread of that number has."""
        self._kept[number] = connection

    def forget_pauses(self) -> None:
        """Let the next run begin without the pauses that this one had grown by failing.

        For who waits longer from run to run by itself, and has nothing in hand meanwhile.
        """
        self.throttle = Throttle(self.plan.connections)

    def hang_up(self) -> None:
        """End the dialogues between two runs: nothing is to be sent for now."""
        for one in self._kept.values():
            one.hang_up()

    def close(self) -> None:
        """End all dialogues and journals; may be called twice."""
        for one in self._kept.values():
            one.close()
        self._kept = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
