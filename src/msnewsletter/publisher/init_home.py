"""Init: a new home, with one form of a summary, or with the samples to try things out.

Where records or summaries are left of a home, they are kept, and nothing comes among them.
"""

from __future__ import annotations

import errno
import os
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from msnewsletter.disk.atomic import disk_errors, temporary_of, write_atomically
from msnewsletter.errors import RefusedError
from msnewsletter.home import NEXT_NAME, packaged_home
from msnewsletter.publisher.filled_settings import filled_settings
from msnewsletter.publisher.first_summary import FIRST_NAME, first_summary
from msnewsletter.publisher.new_settings import new_settings
from msnewsletter.publisher.readiness import blocking_in_settings
from msnewsletter.settings import parse_settings

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import date
    from pathlib import Path

    from msnewsletter.checks import Finding
    from msnewsletter.home import Home
    from msnewsletter.publisher.new_settings import NewsletterAnswers
    from msnewsletter.publisher.settings_from_record import SettingsFromRecord

_README = "issues/README.md"


def init_samples(home: Home, *, sandbox: bool = True) -> None:
    """Create a home that publishes at once, from the packaged settings, note and samples.

    `sandbox`: any moment is allowed there, and nothing leaves it. Raises RefusedError where there
    is a home already, or something is left of one.
    """
    refuse_home(home)
    if is_left_of_a_home(home):
        problem = "something of a home is there, and samples never come among it"
        raise RefusedError(str(home.root), problem, "leave out --samples, or name a new folder")
    chosen = ("samples", *(("sandbox",) if sandbox else ()))
    _lay_out(home, filled_settings({("newsletter", name): True for name in chosen}), _samples())


def init_own(
    home: Home, answers: NewsletterAnswers, *, on: date, sandbox: bool = False
) -> tuple[Finding, ...]:
    """Create a home with settings of its own, and a form of a summary; `on` is today.

    Returns what in these settings blocks every issue until it is filled in. Raises RefusedError
    where there is a home already, SettingsError where an answer cannot be: nothing is written then.
    """
    refuse_home(home)
    text = new_settings(answers, on=on, sandbox=sandbox)
    left, form = is_left_of_a_home(home), first_summary(on, answers.language)
    forms = {} if left else {f"summaries/{FIRST_NAME}": form}
    _lay_out(home, text, {_README: (packaged_home() / _README).read_bytes(), **forms})
    return blocking_in_settings(parse_settings(text))


def init_again(home: Home, found: SettingsFromRecord, *, sandbox: bool = False) -> None:
    """Make a home again of what is left of one, with the settings that were found in a record."""
    refuse_home(home)
    text = in_sandbox(found.text.encode()).decode() if sandbox else found.text
    _lay_out(home, text, {_README: (packaged_home() / _README).read_bytes()})


def refuse_home(home: Home) -> None:
    """Raises RefusedError where there is a home already, or where no folder can be."""
    path = (home.root, *home.root.parents)
    if in_the_way := next((one for one in path if one.exists() and not one.is_dir()), None):
        raise RefusedError(str(in_the_way), "it is not a folder", "name another folder")
    if home.settings.exists():
        raise RefusedError(
            str(home.settings), "there is a home here already", "name another folder"
        )


def _lay_out(home: Home, settings: str, files: Mapping[str, bytes]) -> None:
    """Write files, by their paths in the home, and then its settings.

    Files that exist stay as they are: whoever lost newsletter.toml alone loses nothing else.
    """
    folders = (home.root / "summaries", home.records, home.templates)
    targets = (*(home.root / name for name in files), home.settings)
    with disk_errors(home, str(home.root)), _undone_where_it_fails((*folders, *targets)):
        _make_root(home.root)
        for folder in folders:
            folder.mkdir(parents=True, exist_ok=True)
        for name, data in files.items():
            if not (target := home.root / name).exists():
                write_atomically(home, target, data)
        # Last: a folder with settings is a home, and a half-made one must not look like one.
        write_atomically(home, home.settings, settings.encode())


@contextmanager
def _undone_where_it_fails(places: Iterable[Path]) -> Iterator[None]:
    """Remove again those of the places, and of the folders above them, that were not there before.

    Half a home would not let the next init begin.
    """
    near = {one for place in places for one in (place, temporary_of(place), *place.parents)}
    absent = [
        one for one in near if not os.path.lexists(one)
    ]  # a link is there, whatever it leads to
    try:
        yield
    except BaseException:
        for one in sorted(absent, reverse=True):  # what is in a folder before the folder
            with suppress(OSError):  # it was never made, or somebody else put something into it
                one.rmdir() if one.is_dir() else one.unlink()
        raise


def _make_root(root: Path) -> None:
    """Make the folder; raises OSError, NotADirectoryError where a file is in the way."""
    try:
        root.mkdir(parents=True, exist_ok=True)
    except FileExistsError:
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR)) from None


def in_sandbox(settings: bytes) -> bytes:
    """The packaged settings as those of a sandbox."""
    return settings.replace(b"\n# sandbox = true\n", b"\nsandbox = true\n", 1)


def is_left_of_a_home(home: Home) -> bool:
    """Whether there is something of a home: records, a note, summaries, mail or a database."""
    return home.database.exists() or any(
        folder.is_dir() and any(folder.iterdir())
        for folder in (home.records, home.root / "summaries", home.outbox)
    )


def _samples() -> dict[str, bytes]:
    """The packaged files that a home of samples starts with, by their paths, less its settings."""
    source = packaged_home()
    samples = sorted(path.name for path in (source / "summaries").iterdir())
    # By name: in a checkout that somebody published from, the folder holds records as well.
    names = (
        *(f"summaries/{name}" for name in samples if not name.startswith(".")),
        *(_README, f"issues/{NEXT_NAME}"),
    )
    return {name: (source / name).read_bytes() for name in names}
