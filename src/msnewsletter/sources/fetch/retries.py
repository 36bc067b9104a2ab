"""Asks again at once where a fault may have passed; what lasts longer is for the next look."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

import stamina

if TYPE_CHECKING:
    from collections.abc import Callable

    from msnewsletter.sources.fetch.deadline import Deadline
    from msnewsletter.sources.fetch.fetch_error import FetchError

_T = TypeVar("_T")

# It would log each repeat, with what was asked for; what failed in the end is said once.
stamina.instrumentation.set_on_retry_hooks(())


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryRule:
    """How often, and after how long, a document is asked for again within one call.

    Attributes:
        attempts: in all.
        first: seconds before the second; each further pause is twice as long.
        longest: of the pauses, in seconds.
        jitter: seconds, at most, that are added by chance, so that many do not come at once.
    """

    attempts: int = 3
    first: float = 0.5
    longest: float = 2.0
    jitter: float = 0.5


class PassingFaultError(Exception):
    """A fault that may have passed in a moment; `error` is what to say if it has not."""

    def __init__(self, error: FetchError) -> None:
        super().__init__(error)
        self.error = error


def repeated(ask: Callable[[], _T], *, rule: RetryRule, deadline: Deadline) -> _T:
    """What `ask` returns, as soon as it raises no PassingFaultError; raises FetchError."""

    def again(error: Exception) -> bool:
        return isinstance(error, PassingFaultError) and deadline.left() > rule.longest

    caller = stamina.RetryingCaller(
        attempts=rule.attempts,
        timeout=None,
        wait_initial=rule.first,
        wait_max=rule.longest,
        wait_jitter=rule.jitter,
    )
    try:
        return caller(again, ask)
    except PassingFaultError as fault:
        raise fault.error from None
