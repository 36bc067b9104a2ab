"""A list of subscribers, merged with those of the home: a piece at a time, in bounded memory.

The same list again changes nothing, so one that was interrupted is simply imported again.
"""

from __future__ import annotations

import gc
import os
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from itertools import count, islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from msnewsletter.errors import BadValueError, RefusedError, SourceError
from msnewsletter.publisher.session import no_progress_shown
from msnewsletter.publisher.subscribing.opened import reading_subscribers, working_subscribers
from msnewsletter.regular_file import opened_regular
from msnewsletter.settings import load_settings
from msnewsletter.sources.importing.subscriber_list import read_subscriber_list
from msnewsletter.store import copy_database
from msnewsletter.store.subscribers import ListedChange, open_subscribers, subscribers_at
from msnewsletter.subscribers.list_merge import KnownSubscriber, MergeOutcome, merged
from msnewsletter.subscribers.listed_subscriber import ListedSubscriber, ListStanding, RefusedLine
from msnewsletter.subscribers.subscriber import Consent, ConsentWay

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import datetime

    from msnewsletter.home import Home
    from msnewsletter.publisher.session import Progress
    from msnewsletter.sources.importing.subscriber_list import SubscriberList
    from msnewsletter.store.subscribers import SubscriberStore
    from msnewsletter.subscribers.listed_subscriber import LineFault
    from msnewsletter.subscribers.subscriber import SubscriberState

# Lines in one transaction: a door that writes at the same time waits for one of them at most.
_PIECE = 2_000
# SQLAlchemy leaves circles around the rows of a statement, and the program looks for such rarely:
# after so many pieces they are some MB. They are young; what is old takes long to look through.
_COLLECTED = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class ListOrder:
    """What is to be imported, and how.

    Attributes:
        file: the list.
        format: a name of FORMATS; None: by its columns.
        consent: the words that people on it agreed to, where it does not say them.
        standing: where all on it stand, where it does not say so, or says less.
        dry_run: whether nothing is to be changed.
        progress: called with how many bytes of the file are done.
    """

    file: Path
    format: str | None = None
    consent: str | None = None
    standing: ListStanding | None = None
    dry_run: bool = False
    progress: Progress = no_progress_shown


@dataclass(frozen=True, slots=True, kw_only=True)
class LineResult:
    """What becomes of a line.

    Attributes:
        line: where it begins, from 1.
        outcome: what was done, or why it is refused.
        state: where they stand then; None: they are not on the books.
        why: why it is refused.
        undated: its time cannot be read; the moment of the import counts.
    """

    line: int
    outcome: MergeOutcome | LineFault
    state: SubscriberState | None = None
    why: str = ""
    undated: bool = False


def import_list(
    home: Home, order: ListOrder, *, at: datetime, say: Callable[[LineResult], None]
) -> str:
    """Merge a list; `at` is now, aware; `say` gets what becomes of each line, in order.

    Returns the name of the list's kind. Raises SourceError where the file cannot be read, or not
    from some line on: what was said before that is done. Raises RefusedError where nobody says what
    people agreed to.
    """
    location = str(order.file)
    try:
        with opened_regular(order.file) as file:
            found = read_subscriber_list(
                file.readline,
                location,
                format=order.format,
                standing=order.standing,
                consent=order.consent,
                at=at,
            )
            _require_consent(found, order)
            opened = _trial(home) if order.dry_run else working_subscribers(home)
            with opened as store:
                size = os.fstat(file.fileno()).st_size
                merge = _Merge(store, at=at, say=say)
                for _ in merge.pieces(found.lines):
                    order.progress(file.tell(), size)
    except BadValueError as error:
        raise SourceError(location, error.problem, error.remedy) from None
    except OSError as error:
        problem = f"cannot be read ({error.strerror or error})"
        raise SourceError(location, problem, "check its name and permissions") from None
    return found.format.name


def _require_consent(found: SubscriberList, order: ListOrder) -> None:
    """Refuse a list of people of whom nobody could say what they agreed to."""
    if order.consent is None and not found.says_consent:
        raise RefusedError(
            "--consent",
            "it is missing, and the list does not say what people agreed to",
            "write the words that they were shown when they signed up",
        )


@contextmanager
def _trial(home: Home) -> Iterator[SubscriberStore]:
    """The subscribers, to be changed without any effect; nobody has to wait for it.

    Of a file, a copy, on the disk: it may be large. In PostgreSQL, a transaction that is undone.
    """
    location = subscribers_at(home, load_settings(home.settings))
    with ExitStack() as opened:
        if location.path is None:
            store = opened.enter_context(reading_subscribers(home))
            yield opened.enter_context(store.trial())
            return
        # For its owner's eyes alone, as the folder is.
        folder = opened.enter_context(TemporaryDirectory(prefix="msnewsletter-"))
        copy = replace(location, path=Path(folder) / location.path.name, lasting=False)
        if copy.path and copy_database(location, copy.path) is None:
            copy.path.unlink(missing_ok=True)
        yield opened.enter_context(open_subscribers(copy))


class _Merge:
    """The merging of one list."""

    def __init__(
        self, store: SubscriberStore, *, at: datetime, say: Callable[[LineResult], None]
    ) -> None:
        self._store, self._at, self._say = store, at, say
        self._secret = store.secret()

    def pieces(self, lines: Iterable[ListedSubscriber | RefusedLine]) -> Iterator[None]:
        """Merge all lines, and yield after each piece of them.

        What was read before a line that cannot be is merged, too.
        """
        left = iter(lines)
        failed: SourceError | None = None
        for number in count(1):
            piece: list[ListedSubscriber | RefusedLine] = []
            try:
                piece.extend(islice(left, _PIECE))
            except SourceError as error:
                failed = error
            if not piece:
                break
            self._piece(piece)
            yield
            if failed:
                break
            if number % _COLLECTED == 0:
                gc.collect(0)
        if failed:
            raise failed

    def _piece(self, piece: list[ListedSubscriber | RefusedLine]) -> None:
        """Gather who is known, decide line by line, apply what has changed; then say it."""
        addresses = [one.address for one in piece if isinstance(one, ListedSubscriber)]
        before = self._store.known_among(addresses)
        forgotten = self._store.forgotten_among(addresses, secret=self._secret)
        now, changes = dict(before), dict[str, ListedChange]()
        results = []
        for one in piece:
            if isinstance(one, RefusedLine):
                results.append(LineResult(line=one.line, outcome=one.fault, why=one.why))
                continue
            key = one.address.key
            known = now.get(key)
            outcome, state = merged(known, one.standing, forgotten=key in forgotten, at=one.at)
            if state and (known is None or state is not known.state):
                changes[key] = self._change(one, before.get(key), changes.get(key))
                number, here = (known.id, known.consented_here) if known else (None, None)
                now[key] = KnownSubscriber(id=number, state=state, consented_here=here)
            results.append(
                LineResult(line=one.line, outcome=outcome, state=state, undated=one.undated)
            )
        self._store.put_list(list(changes.values()), at=self._at)
        for result in results:
            self._say(result)

    def _change(
        self, one: ListedSubscriber, before: KnownSubscriber | None, earlier: ListedChange | None
    ) -> ListedChange:
        """What a line changes; `earlier`: what another line of the same piece did."""
        agreed = earlier.consent if earlier else None
        if one.words:
            agreed = Consent(at=one.at or self._at, way=ConsentWay.IMPORT, words=one.words)
        return ListedChange(
            address=one.address,
            before=before,
            standing=one.standing,
            edition=one.edition,
            since=one.at or self._at,
            paused_until=one.paused_until,
            consent=agreed,
        )
