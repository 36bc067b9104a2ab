"""Keeps what a look at a source finds: a file for each summary, and the index of them.

A file is written before the index names what came with it, and `Remembered` documents come last, so
that whatever is lost in a crash comes again; what is met again without the index is what its file
says.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from msnewsletter.disk.atomic import bytes_if_any, write_all
from msnewsletter.errors import NewsletterError, printable
from msnewsletter.publisher.reused_identities import (
    is_nearer,
    key_beside,
    meant_by,
    reused_remark,
)
from msnewsletter.publisher.source_memory import SourceMemory, indexed
from msnewsletter.sources.addresses import is_worldwide, key_of_identity
from msnewsletter.sources.fetch.finds import (
    Empty,
    Forgotten,
    NamedNow,
    NotAsked,
    Read,
    Remark,
    Remembered,
    Resting,
    Unchanged,
    Unread,
)
from msnewsletter.sources.fetch.known_source import KnownSource, KnownSummary
from msnewsletter.sources.fetched_file import (
    FetchedSummary,
    fetched_bytes,
    file_of,
    parse_fetched,
    study_in,
)
from msnewsletter.sources.formats import SIZE_LIMIT

if TYPE_CHECKING:
    from datetime import date, datetime, timedelta

    from msnewsletter.home import Home
    from msnewsletter.model import WrittenBy
    from msnewsletter.sources.fetch.finds import Find


# So many summaries that were read well and are not any more are no accident of single pages.
_SPOILT = 3


class Keeper:
    """What one look at one source has brought so far.

    Attributes:
        memory: what is remembered of the source now.
        came: new and changed summaries.
        new: those that were not known at all.
        problems: summaries with a problem.
        unsynced: files were written that are not durable yet; whoever writes the index syncs them.
        empty: it names no summary.
        rest: how long its server wants no request, though some of it was read; None: it says
            nothing of it.
        not_asked: known pages that were not asked for; None: all were, or the kind has none.
    """

    def __init__(
        self,
        home: Home,
        source: str,
        memory: SourceMemory,
        *,
        at: datetime,
        first_look: bool,
        written_by: WrittenBy | None = None,
    ) -> None:
        self._written_by = written_by
        self._home, self._source, self._at, self._first = home, source, at, first_look
        self.memory = SourceMemory(
            health=memory.health,
            summaries=dict(memory.summaries),
            documents=dict(memory.documents),
        )
        self._keys = {
            identity: key for key, one in memory.summaries.items() for identity in one.identities
        }
        self.came = self.new = self.problems = 0
        self.unsynced = False
        self._remarks: list[str] = []
        self._reused: list[tuple[str, str]] = []
        self.empty = self._named = self._partial = False
        self.rest: timedelta | None = None
        self.not_asked: NotAsked | None = None

    def known(self, *, since: date | None = None, again: bool = False) -> KnownSource:
        """What the source's kind needs to know; what has lost its file must come again.

        `since`, `again`: as in KnownSource.
        """
        summaries = self.memory.summaries
        return KnownSource(
            at=self._at,
            summaries={
                identity: KnownSummary(
                    key=key,
                    first_seen=summaries[key].first_seen,
                    looked=summaries[key].looked,
                    read=summaries[key].read,
                    # Without a digest its file is lost, and has to come again.
                    stamp=summaries[key].stamp if summaries[key].digest else None,
                    named_by=summaries[key].named_by,
                    published=summaries[key].published,
                    headline=summaries[key].headline,
                )
                for identity, key in self._keys.items()
            },
            # A copy, for what is found changes ours.
            documents=dict(self.memory.documents),
            since=since,
            again=again,
        )

    def keep_written_by(self) -> None:
        """Write who wrote the texts into the files that say another; raises OutboxError."""
        for key, one in list(self.memory.summaries.items()):
            if one.written_by == self._written_by or not one.digest:
                continue
            if (kept := self._kept(key)) is not None:
                self._rewrite(replace(kept, written_by=self._written_by))

    def keep(self, find: Find) -> None:
        """Keep one thing that was found; raises OutboxError."""
        self._named |= isinstance(find, Read | Unread | Unchanged)
        match find:
            case Read():
                self._keep_read(find)
            case Unread():
                self._keep_unread(find)
            case Unchanged():
                self._keep_unchanged(find)
            case Remembered():
                self.memory.documents[find.url] = find
            case Forgotten():
                self.memory.documents.pop(find.url, None)
            case NamedNow():
                self._keep_named(find)
            case _:
                self._note(find)

    def _note(self, find: Remark | Resting | Empty | NotAsked) -> None:
        """Note what is of the look as a whole."""
        match find:
            case Remark():
                self.remark(find.says)
                self._partial |= find.partial
            case Resting():
                self.rest = find.retry_after
            case Empty():
                self.empty = True
            case NotAsked():
                self.not_asked = find

    def remark(self, text: str) -> None:
        """Note what editors should know of the source."""
        self._remarks.append(text)

    @property
    def remarks(self) -> tuple[str, ...]:
        """All of it."""
        reused = (reused_remark(self._reused),) if self._reused else ()
        return (*self._remarks, *reused)

    @property
    def is_whole(self) -> bool:
        """Whether the source named something, and nothing that names more was left out."""
        return self._named and not self._partial

    @property
    def unanswered(self) -> int:
        """How many documents did not come when they were last asked for, and may come again."""
        return sum(one.failing_since is not None for one in self.memory.documents.values())

    @property
    def is_partial(self) -> bool:
        """Whether not all that the source names could be read, for now."""
        return self._partial or bool(self.unanswered)

    @property
    def spoilt(self) -> int:
        """How many of those met now were read well before and are not any more, if it is most."""
        met = [one for one in self.memory.summaries.values() if one.looked == self._at]
        spoilt = sum(one.problem and one.read is not None for one in met)
        least = min(_SPOILT, len(self.memory.summaries))
        return spoilt if spoilt >= least and 2 * spoilt >= len(met) else 0

    def _keep_read(self, find: Read) -> None:
        before, key = self._recognised(find)
        fields, origins = dict(find.fields), dict(find.origins)
        if before:
            # A hint says no more the second time than it did the first.
            stays = {name for name in find.weak if name in before.fields}
            if find.partial:
                stays |= before.fields.keys() - fields.keys()
            fields |= {name: before.fields[name] for name in stays}
            origins |= {name: before.origins[name] for name in stays & before.origins.keys()}
        self._save(
            before,
            FetchedSummary(
                source=self._source,
                key=key,
                identities=self._identities(key, before, find.identities),
                address=find.address,
                first_seen=before.first_seen if before else self._at,
                changed=self._at,
                first_look=before.first_look if before else self._first,
                fields=fields,
                origins=origins,
                weak=find.weak,
                notes=find.notes,
                problem=find.problem,
                author=find.author,
                read=(before.read if before else None) if find.problem else self._at,
            ),
            stamp=find.stamp,
        )

    def _keep_unread(self, find: Unread) -> None:
        before = self._before(find)
        if find.passing and before and before.read:
            self._look_at(before.key)
            return
        problem = find.problem
        if before and before.read:
            problem = replace(
                problem, says=f"{problem.says}; last read well on {before.read:%Y-%m-%d}"
            )
        key = before.key if before else self._new_key(find)
        new = before or FetchedSummary(
            source=self._source,
            key=key,
            identities=(),
            address=find.address,
            first_seen=self._at,
            changed=self._at,
            first_look=self._first,
        )
        self._save(
            before,
            replace(
                new,
                identities=self._identities(key, before, find.identities),
                address=find.address,
                changed=self._at,
                problem=problem,
            ),
        )

    def _keep_unchanged(self, find: Unchanged) -> None:
        if (key := self._keys.get(find.identity)) is not None:
            self._look_at(key)

    def _keep_named(self, find: NamedNow) -> None:
        for identity in find.identities:
            if (key := self._keys.get(identity)) is not None:
                one = self.memory.summaries[key]
                self.memory.summaries[key] = replace(one, named_by=find.by)

    def _save(
        self, before: FetchedSummary | None, summary: FetchedSummary, *, stamp: str | None = None
    ) -> None:
        summary = replace(summary, written_by=self._written_by)
        entry = indexed(summary, self._at, stamp=stamp)
        known = self.memory.summaries.get(summary.key)
        entry = replace(entry, named_by=known.named_by if known else "")
        if before is None or known is None or known.digest != entry.digest:
            path = file_of(self._home, self._source, summary.key)
            # A new one that a power cut takes comes again, as long as no index names it.
            self.unsynced |= known is None
            write_all(self._home, {path: fetched_bytes(summary)}, durable=known is not None)
            if summary.problem is None:
                self.came += 1
        self.problems += summary.problem is not None
        self.new += known is None
        self.memory.summaries[summary.key] = entry
        self._keys |= dict.fromkeys(summary.identities, summary.key)

    def _look_at(self, key: str) -> None:
        one = self.memory.summaries[key]
        self.memory.summaries[key] = replace(one, looked=self._at)

    def _before(self, find: Read | Unread) -> FetchedSummary | None:
        """What was known of the summary with one of these identities, from its file."""
        return next(iter(self._known_by(find)), None)

    def _recognised(self, find: Read) -> tuple[FetchedSummary | None, str]:
        """What was known of a summary, and its key; what it is known by becomes its own."""
        known = self._known_by(find)
        before = meant_by(find, known)
        key = before.key if before else self._new_key(find)
        given_up = find.identities[:1] if before else find.identities
        if before is None and known:
            key = self._key_beside(find, known)
            # After a crash it has its file, and no index that names that.
            before = self._kept(key)
            self._reused.append((_headline(find), _headline(known[0])))
        for other in known:
            if other.key != key and (before is None or is_nearer(find, before, other)):
                self._give_up(other, given_up)
        return before, key

    def _key_beside(self, find: Read, known: list[FetchedSummary]) -> str:
        """The key of a new study with ids or addresses that lead to others."""
        new = (one for one in find.identities if one not in self._keys)
        keys = [self._key_of(one, find) for one in (*new, find.identities[0])]
        return key_beside(find, keys, {*self.memory.summaries, *(one.key for one in known)})

    def _give_up(self, one: FetchedSummary, identities: tuple[str, ...]) -> None:
        """Have a summary be known no more by what is another's."""
        left = tuple(known for known in one.identities if known not in identities)
        for identity in set(one.identities) - set(left):
            self._keys.pop(identity, None)
        if one.key in self.memory.summaries and left != one.identities:
            self._rewrite(replace(one, identities=left))

    def _rewrite(self, summary: FetchedSummary) -> None:
        """Write a file whose summary says the same as before; raises OutboxError."""
        one = self.memory.summaries[summary.key]
        identities = summary.identities
        if one.digest:
            path = file_of(self._home, self._source, summary.key)
            write_all(self._home, {path: fetched_bytes(summary)}, durable=True)
            one = replace(one, digest=indexed(summary, one.looked).digest)
        one = replace(one, identities=identities, written_by=summary.written_by)
        self.memory.summaries[summary.key] = one

    def _known_by(self, find: Read | Unread) -> list[FetchedSummary]:
        """The summaries that the identities of a find lead to, each once, from their files."""
        keys = dict.fromkeys(self._keys[one] for one in find.identities if one in self._keys)
        known = [self._kept(key) or self._without_file(key) for key in keys]
        # A crash may have left its file, and no index that names it; or what it is known by was
        # another's for a while.
        key = self._new_key(find)
        if key not in keys and (kept := self._kept(key)):
            known.append(kept)
        return known

    def _without_file(self, key: str) -> FetchedSummary:
        one = self.memory.summaries[key]
        return FetchedSummary(
            source=self._source,
            key=key,
            identities=one.identities,
            address=one.address,
            first_seen=one.first_seen,
            changed=one.looked,
            first_look=one.first_look,
            read=one.read,
        )

    def _kept(self, key: str) -> FetchedSummary | None:
        """What a summary's file says; None: it has none, or it is made again."""
        path = file_of(self._home, self._source, key)
        try:
            data = bytes_if_any(self._home, path, limit=SIZE_LIMIT)
            found = parse_fetched(data, self._home.display_path(path)) if data is not None else None
        except NewsletterError:
            return None
        return found if found and found.key == key else None

    def _identities(
        self, key: str, before: FetchedSummary | None, found: tuple[str, ...]
    ) -> tuple[str, ...]:
        """All that the summary was known by, less what is another's."""
        both = (*(before.identities if before else ()), *found)
        return tuple(dict.fromkeys(one for one in both if self._keys.get(one, key) == key))

    def _new_key(self, find: Read | Unread) -> str:
        return self._key_of(find.identities[0], find)

    def _key_of(self, identity: str, find: Read | Unread) -> str:
        """An entry's number is another's elsewhere, so the source's name stands before it."""
        has_key = find.has_key and identity == find.identities[0]
        as_it_is = has_key or is_worldwide(identity)
        return key_of_identity(identity if as_it_is else f"{self._source}:{identity}")


def _headline(one: Read | FetchedSummary) -> str:
    """For editors, at most a line."""
    return printable(study_in(one.fields).headline)
