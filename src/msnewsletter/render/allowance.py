"""What one rendering of a template may take: so many steps, so many characters."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Final

from jinja2.exceptions import SecurityError

if TYPE_CHECKING:
    from collections.abc import Iterator

# Parts of templates that one rendering may run through. The page of an issue of 10,000 entries, the
# largest of all, takes 5,600,000 with our templates; all of it takes a second or two.
STEPS: Final = 20_000_000
# Characters that one rendering may put together; what is put together again counts again. That page
# takes 3,400,000.
CHARACTERS: Final = 50_000_000


class Allowance:
    """What one rendering may still take."""

    __slots__ = ("_characters", "_steps")

    def __init__(self) -> None:
        self._steps = STEPS
        self._characters = CHARACTERS

    def take_steps(self, count: int) -> None:
        """Take so many steps; raises SecurityError where there are not so many left."""
        self._steps -= count
        if self._steps < 0:
            raise SecurityError(f"takes more than {STEPS:,} steps; does a loop or macro never end?")

    def take_characters(self, count: int) -> None:
        """Take so many characters; raises SecurityError where there are not so many left."""
        self._characters -= count
        if self._characters < 0:
            raise SecurityError(f"makes more than {CHARACTERS:,} characters of text")


# A template may be compiled outside a rendering, and its constants be worked out then.
_allowance: ContextVar[Allowance] = ContextVar("allowance")


@contextmanager
def allowed() -> Iterator[None]:
    """One rendering, with an allowance of its own."""
    token = _allowance.set(Allowance())
    try:
        yield
    finally:
        _allowance.reset(token)


def present() -> Allowance:
    """The allowance of the rendering that is under way."""
    return _allowance.get(None) or Allowance()
