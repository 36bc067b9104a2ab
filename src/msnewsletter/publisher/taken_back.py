"""Retractions and withdrawals that come in a file of their own, or in one that was renamed.

The journal's notice has a headline and a DOI of its own, and editors write RETRACTED before a
file's name. Either is about a summary that was sent, and its readers must hear of it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from msnewsletter.errors import SourceError
from msnewsletter.model import Note, Status, Summary
from msnewsletter.sources.publication_marks import unmarked_stem
from msnewsletter.store import SettledAs

if TYPE_CHECKING:
    from collections.abc import Container, Mapping

    from msnewsletter.store import KnownKey, Store


def read_as_sent(
    summary: Summary, path: str, *, listed: Container[str], store: Store
) -> tuple[Summary, Note | None]:
    """The summary under the key of the one that it takes back, with a note; or as it is.

    Args:
        summary: with a key that no summary has so far.
        path: its file.
        listed: the source files that exist, as paths.
        store: what was sent.

    Raises SourceError where the file of what it takes back is still there, or which one is unsure.
    """
    status, sent = _taken_back(summary, store)
    if not sent:
        return summary, None
    names = ", ".join(f"{key!r} ({_where(one)})" for key, one in sent.items())
    if len(sent) > 1:
        problem = f"it is {status}, and it may be {names}"
        raise SourceError(summary.location, problem, "name the one that is meant: 'key: ...'")
    key, one = next(iter(sent.items()))
    if one.path != path and one.path in listed:
        problem = f"it is {status}, and it is the study of {names}, whose file is {one.path}"
        remedy = f"write 'status: {status}' and a note into that file, and delete this one"
        raise SourceError(summary.location, problem, remedy)
    text = f"read as {names}: it is {status}, and readers are told"
    return replace(summary, key=key, status=status), Note(place=summary.location, text=text)


def _taken_back(summary: Summary, store: Store) -> tuple[Status, Mapping[str, KnownKey]]:
    """The status that a summary has, and which of those that were sent it can be."""
    status = summary.status
    found: Mapping[str, KnownKey] = {}
    if marked := unmarked_stem(summary.key):
        found = store.known([marked.rest])
        status = marked.status if found and status is Status.LIVE else status
    if not found and (status.takes_back or status is Status.CONCERN):
        found = store.same_study(summary)
    return status, {key: one for key, one in found.items() if _is_sent(one)}


def _is_sent(one: KnownKey) -> bool:
    return one.settled is not None and one.settled.settled_as is SettledAs.ISSUE


def _where(one: KnownKey) -> str:
    return one.settled.where if one.settled else ""
