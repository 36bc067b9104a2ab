"""What is said of fetched summaries that read badly: of a whole source it is one line, not many.

Pages of a site change their layout all at once.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from msnewsletter.errors import SourceError
from msnewsletter.model import Note

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from msnewsletter.sources.folder import SourceFile

_NAMED = 3  # lines on one source
_NAMED_SENT = 10  # of those that were sent
_ALL = "'msnewsletter status --json' names all"
_KEPT = "readers keep the text that they have"


def alarms_of_sent(
    lost: Mapping[str, Sequence[str]],
    files: Mapping[str, SourceFile],
    refused: Mapping[str, SourceError],
) -> tuple[Note, ...]:
    """One alarm for each source of which summaries that were sent cannot be read any more.

    Args:
        lost: keys of these summaries by the location of their file.
        files: all fetched files by location.
        refused: what is wrong with each, by location.
    """
    by_source: defaultdict[str, list[str]] = defaultdict(list)
    for location in lost:
        by_source[files[location].source].append(location)
    return tuple(_alarm(source, by_source[source], lost, refused) for source in sorted(by_source))


def _alarm(
    source: str,
    locations: Sequence[str],
    lost: Mapping[str, Sequence[str]],
    refused: Mapping[str, SourceError],
) -> Note:
    first = min(locations)
    if len(locations) == 1:
        why, key = _why(first, refused), lost[first][0]
        text = (
            f"sent to readers, and now {why}; {_KEPT} until you put it back, or write a file with "
            f"'key: {key}', and with 'status: withdrawn' if readers should not keep it"
        )
        return Note(place=first, text=text)
    many = f"{len(locations):,} summaries that were sent to readers cannot be read any more"
    named = ", ".join(
        f"{lost[location][0]!r} ({_why(location, refused)})"
        for location in sorted(locations)[:_NAMED_SENT]
    )
    left = len(locations) - _NAMED_SENT
    more = (
        f" and {left:,} more, all of which 'msnewsletter status --json' names" if left > 0 else ""
    )
    text = (
        f"{many}: {named}{more}; has the source changed? {_KEPT} until you put them back, or write "
        "files with their keys"
    )
    return Note(place=source, text=text)


def _why(location: str, refused: Mapping[str, SourceError]) -> str:
    return refused[location].problem if location in refused else "it does not read"


def refusals_in_short(
    refused: Iterable[SourceError], files: Mapping[str, SourceFile]
) -> tuple[SourceError, ...]:
    """The refusals, of each source that is fetched the first few and a line that counts the rest.

    `files` are the fetched ones by location.
    """
    kept: list[SourceError] = []
    more: defaultdict[str, list[SourceError]] = defaultdict(list)
    for error in refused:
        file = files.get(error.place)
        if file is None:
            kept.append(error)
            continue
        more[file.source].append(error)
        if len(more[file.source]) <= _NAMED:
            kept.append(error)
    for source, errors in more.items():
        if left := errors[_NAMED:]:
            problem = f"{len(left):,} more cannot be read, the last: {left[-1].problem}"
            kept.append(SourceError(source, problem, _ALL))
    return tuple(kept)


def notes_in_short(notes: Iterable[Note], files: Mapping[str, SourceFile]) -> tuple[Note, ...]:
    """The notes; what is the same of several summaries of a fetched source is one, with a count."""
    places: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    given = tuple(notes)
    for note in given:
        if note.place in files:
            places[files[note.place].source, note.text].add(note.place)
    known = Counter(file.source for file in files.values())
    kept: dict[Note, None] = {}
    for note in given:
        source = files[note.place].source if note.place in files else ""
        same = len(places[source, note.text]) if source else 1
        of = f" (in {same:,} of its {known[source]:,} summaries)"
        kept[Note(place=source, text=f"{note.text}{of}") if same > 1 else note] = None
    return tuple(kept)
