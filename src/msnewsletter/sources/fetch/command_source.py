"""The kind `command`: a program that prints a JSON object a line, as a .jsonl file has them.

Owns what it is given, and the line about one that fails.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msnewsletter.child_environment import child_environment
from msnewsletter.errors import SourceError, printable
from msnewsletter.sources.fetch.child_process import ChildOutput, Ending, run
from msnewsletter.sources.fetch.object_finds import ObjectFinds
from msnewsletter.sources.formats import SIZE_LIMIT
from msnewsletter.sources.json_objects import each_object
from msnewsletter.text import ending_of, quoted, quoted_value, without_addresses

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from msnewsletter.source_settings import CommandSource
    from msnewsletter.sources.fetch.client import Fetcher
    from msnewsletter.sources.fetch.finds import Find
    from msnewsletter.sources.fetch.known_source import KnownSource

# Of the longest summary, in a JSON that escapes each of its letters.
_LINE_LIMIT: Final = 2_000_000


def look(
    source: CommandSource, *, fetcher: Fetcher, known: KnownSource, root: Path
) -> Iterator[Find]:
    """Run the program, and yield what it prints; raises SourceError where it fails.

    What it printed before it failed is yielded first.
    """
    del fetcher
    outcome = _run(source, root)
    failure = _failure_of(source, outcome)
    objects = ObjectFinds(source.name, source.fields, known=known, most=source.most)
    # One that was ended may have been in the middle of a line.
    lines = outcome.printed if failure is None else outcome.printed[: _end_of(outcome.printed)]
    try:
        for value, place in _objects(lines, f"{source.name}, output"):
            yield from objects.find(value, place)
            if objects.too_many_faults:
                break
        yield from objects.end()
    except SourceError:
        if failure is None:
            raise
    if failure is not None:
        raise failure


def _run(source: CommandSource, root: Path) -> ChildOutput:
    told = {"MSNEWSLETTER_HOME": str(root)}
    try:
        return run(
            source.words,
            folder=root,
            environment=child_environment(source.environment, told),
            timeout=source.timeout,
            limit=SIZE_LIMIT,
        )
    except OSError as error:
        problem = f"the program {quoted_value(source.words[0])} cannot be run ({error.strerror})"
        remedy = "correct command: the program and its arguments, without a shell"
        raise SourceError(source.name, problem, remedy) from None


def _failure_of(source: CommandSource, outcome: ChildOutput) -> SourceError | None:
    """Why the look failed; None: it did not."""
    remedy = "run it by hand in the home; the next look tries again"
    match outcome.ending:
        case Ending.ITSELF if outcome.code == 0:
            return None
        case Ending.ITSELF:
            how = ending_of(outcome.code)
        case Ending.TOO_SLOW:
            how = f"took longer than {source.timeout} s, and was ended"
            remedy = "make it quicker, or raise its timeout"
        case Ending.TOO_MUCH:
            how = f"printed more than {SIZE_LIMIT / 1e6:.0f} MB, and was ended"
            remedy = "let it print what is new only"
        case Ending.STOPPED:
            how = "was ended, as we were stopped"
    last = _last_line(outcome.last_words)
    problem = f"the program {quoted_value(source.words[0])} {how}{f': {last}' if last else ''}"
    return SourceError(source.name, problem, remedy)


def _last_line(said: bytes) -> str:
    lines = [line for line in said.decode(errors="replace").splitlines() if line.strip()]
    return printable(quoted(without_addresses(lines[-1]))) if lines else ""


def _end_of(printed: bytes) -> int:
    return printed.rfind(b"\n") + 1


def _objects(printed: bytes, name: str) -> Iterator[tuple[object, str]]:
    """Each object, or the fault of its line, with its place in `name`; raises SourceError."""
    lines = printed.split(b"\n")
    for number, line in enumerate(lines, start=1):
        if fault := _fault_of(line, f"{name}:{number}"):
            lines[number - 1] = b""
            yield fault, fault.place
    text = b"\n".join(lines).decode().removeprefix("\N{ZERO WIDTH NO-BREAK SPACE}")
    for place, value in each_object(text, name, by_lines=True):
        yield value, place


def _fault_of(line: bytes, place: str) -> SourceError | None:
    """Why a line is no text that may be read; None: it is one."""
    if len(line) > _LINE_LIMIT:
        problem = f"is a line of {len(line) / 1e6:.1f} MB"
        return SourceError(place, problem, "let the program print one summary a line")
    try:
        line.decode()
    except UnicodeDecodeError:
        return SourceError(place, "is not UTF-8", "let the program print UTF-8")
    return None
