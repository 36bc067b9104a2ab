"""Retractions and withdrawals that come in a file of their own, or in one that was renamed.

The journal's notice has a headline and a DOI of its own, and editors write RETRACTED before a
file's name. Either is about a summary that was sent, and its readers must hear of it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from msnewsletter.errors import SourceError
from msnewsletter.model import Note, Status, Summary
from msnewsletter.sources.publication_marks import Unmarked, unmarked_stem
from msnewsletter.store import SettledAs

if TYPE_CHECKING:
    from collections.abc import Container

    from msnewsletter.store import KnownKey, Store


class SentStudyError(SourceError):
    """A summary that takes back one that was sent is refused: its readers do not hear of it."""


def read_as_sent(
    summary: Summary,
    path: str,
    *,
    listed: Container[str],
    fetched: Container[str],
    store: Store,
) -> tuple[Summary, Note | None]:
    """The summary under the key of the one that it takes back, with a note; or as it is.

    Args:
        summary: with a key that no settled summary has.
        path: its file.
        listed: the source files that exist, as paths.
        fetched: those that no person wrote, or can write into.
        store: what was collected.

    Raises SourceError where the file of what it takes back is still there, or which one is unsure:
    a SentStudyError where that was sent.
    """
    if marked := unmarked_stem(summary.key):
        found = _by_name(summary, marked, store)
        if found is not summary:
            text = f"read as {found.key!r}, {found.status}: its file's name says so"
            known = store.known([found.key]).get(found.key)
            if known and known.path != path and known.path in listed:
                raise _beside(found, path, known, fetched)
            return found, Note(place=summary.location, text=text)
    return _by_study(summary, path, listed=listed, fetched=fetched, store=store)


def _by_name(summary: Summary, marked: Unmarked, store: Store) -> Summary:
    """The summary as the mark before its file's name has it; itself, where that is no mark."""
    status = marked.status if summary.status is Status.LIVE else summary.status
    if marked.rest in store.known([marked.rest]):
        return replace(summary, key=marked.rest, status=status)
    # Of what nobody has sent: "retracted-papers.md" may be about them, RETRACTED-gut.md is not.
    return replace(summary, status=status) if marked.mark.isupper() else summary


def _by_study(
    summary: Summary,
    path: str,
    *,
    listed: Container[str],
    fetched: Container[str],
    store: Store,
) -> tuple[Summary, Note | None]:
    """The same for a notice that is known by its study."""
    status = summary.status
    if status is Status.LIVE:
        return summary, None
    sent = {key: one for key, one in store.same_study(summary).items() if is_sent(one)}
    if status is Status.CORRECTED:
        # Beside the file of the one that was sent, it is a summary of its own.
        sent = {key: one for key, one in sent.items() if one.path not in listed}
    names = ", ".join(f"{key!r} ({_where(one)})" for key, one in sent.items())
    if len(sent) > 1:
        problem = f"it is {status}, and it may be {names}"
        raise SentStudyError(summary.location, problem, "name the one that is meant: 'key: ...'")
    for key, one in sent.items():
        found = replace(summary, key=key)
        if one.path != path and one.path in listed:
            raise _beside(found, path, one, fetched)
        text = f"read as {names}: it is {status}, and readers are told"
        return found, Note(place=summary.location, text=text)
    return summary, None


def _beside(found: Summary, path: str, known: KnownKey, fetched: Container[str]) -> SourceError:
    """The error for a notice while the file of what it takes back is still there."""
    where = f" ({_where(known)})" if is_sent(known) else ""
    problem = (
        f"it is {found.status}, and it is the study of {found.key!r}{where}, whose file is "
        f"{known.path}"
    )
    remedy = f"write 'status: {found.status}' and a note into that file"
    if known.path in fetched:
        remedy = (
            f"write it into a file with 'key: {found.key}', 'status: {found.status}' and a note"
        )
    elif path not in fetched:
        remedy = f"{remedy}, and delete this one"
    kind = SentStudyError if is_sent(known) else SourceError
    return kind(found.location, problem, remedy)


def is_sent(one: KnownKey) -> bool:
    """Whether an issue carried the summary."""
    return one.settled is not None and one.settled.settled_as is SettledAs.ISSUE


def _where(one: KnownKey) -> str:
    return one.settled.where if one.settled else ""
