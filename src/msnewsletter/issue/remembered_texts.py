"""Remembers what pure functions make of summaries, by all that these say. Nothing goes out of date.

The desk composes and checks the same thousands of summaries again at every change of one.
"""

from __future__ import annotations

from dataclasses import fields, replace
from functools import lru_cache, wraps
from operator import attrgetter
from typing import TYPE_CHECKING, Concatenate, ParamSpec, Self, TypeVar

from msnewsletter.model import Summary

if TYPE_CHECKING:
    from collections.abc import Callable

_P = ParamSpec("_P")
_T = TypeVar("_T")

# Summaries that each function remembers: those of a few huge issues.
_REMEMBERED = 8192
# Until it is in the store it is first seen at each look, which changes no text.
_text_of = attrgetter(*(one.name for one in fields(Summary) if one.name != "first_seen"))


class SummaryText(tuple[object, ...]):  # noqa: SLOT001  (a tuple has no other slots)
    """All that a summary says, to be compared by, with the summary."""

    summary: Summary

    @classmethod
    def of(cls, summary: Summary) -> Self:
        """What this one says."""
        text = cls(_text_of(summary))
        text.summary = summary
        return text


def remembered_by_text(
    function: Callable[Concatenate[Summary, _P], _T],
) -> Callable[Concatenate[Summary, _P], _T]:
    """The function, which gets a summary without `first_seen`, and is asked once for each text.

    It is pure, its other arguments can be hashed, and what it returns is never changed.
    """

    @lru_cache(maxsize=_REMEMBERED)
    def remembered(text: SummaryText, *args: _P.args, **named: _P.kwargs) -> _T:
        return function(replace(text.summary, first_seen=None), *args, **named)

    @wraps(function)
    def asked(summary: Summary, /, *args: _P.args, **named: _P.kwargs) -> _T:
        return remembered(SummaryText.of(summary), *args, **named)  # type: ignore[arg-type]  # can be hashed

    return asked
