"""A thread of the door: begins with a `with`, and is asked to end with it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from threading import Thread
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from types import TracebackType


class DoorThread(ABC):
    """Work beside the answering of requests.

    Args:
        name: of the thread.
        patience: seconds for which its end is waited for; None: as long as it takes.
    """

    def __init__(self, name: str, *, patience: float | None = None) -> None:
        self._thread = Thread(target=self._run, name=name, daemon=True)
        self._patience = patience

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._ask_to_end()
        self._thread.join(timeout=self._patience)

    @abstractmethod
    def _run(self) -> None:
        """Work until it is asked to end."""

    @abstractmethod
    def _ask_to_end(self) -> None:
        """Let `_run` return soon."""
