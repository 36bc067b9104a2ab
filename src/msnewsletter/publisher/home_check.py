"""Whether every folder and file of a home can be read, and written by who works in it.

Looks at kinds and rights, and reads what is read at every run. Changes nothing.
"""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from typing import TYPE_CHECKING

from msnewsletter.disk.outbox import claim_here
from msnewsletter.errors import BadValueError, NewsletterError, OutboxError
from msnewsletter.publisher.home_theme import home_theme
from msnewsletter.publisher.imported_digests import NAME as IMPORTED_NAME
from msnewsletter.publisher.record_files import records_here, takedowns_here
from msnewsletter.publisher.source_files import list_sources
from msnewsletter.publisher.source_memory import health_path, index_path
from msnewsletter.publisher.templates import load_templates
from msnewsletter.regular_file import (
    WRITTEN_LIMIT,
    refuse_broken_link,
    refuse_other_than_regular,
    too_large,
    unreadable,
)
from msnewsletter.settings import load_settings
from msnewsletter.sources.formats import SIZE_LIMIT
from msnewsletter.sources.next_issue_file import bytes_if_any, read_next_issue

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from msnewsletter.home import Home

# The JSON files of the modules that keep them: each owns the name of its own.
_IN_VAR = (
    *("clock.json", "consumers.json", "hub.json", "inbound.json", "notify.json", "push.json"),
    *("restored.json", "site.json"),
    *("retractions.json", "sending.json"),
)


def examine_home(home: Home, *, user: int) -> str:
    """What is well with the home's folders and files; raises a NewsletterError for what is not.

    `user`: the number of the user who asks. Only who owns the home, or root, has to be able to
    write there: another may look.
    """
    owner = examine_rights(home, user=user)
    _examine_site(home)
    load_templates(home)
    home_theme(home, load_settings(home.settings))
    read_next_issue(home)
    takedowns_here(home)
    claim_here(home)
    bytes_if_any(home.glossary, home.display_path(home.glossary), limit=SIZE_LIMIT)
    list_sources(home, load_settings(home.settings))
    if user in {0, owner}:
        return "its folders and files can be read and written"
    return f"its folders and files can be read; who works here, user {owner}, has to write them"


def examine_rights(home: Home, *, user: int) -> int:
    """Look at the rights of the program's own folders and files, which is quick.

    Returns the number of the user who owns the home; raises OutboxError as `examine_home` does.
    """
    try:
        owner = home.root.stat().st_uid
    except OSError as error:
        raise _refused(str(home.root), unreadable(error).problem) from None
    works_here = user in {0, owner}
    for folder in (home.root, *_folders(home)):
        _examine_folder(home, folder, written=works_here)
    for folder in _of_senders(home):
        _examine_kind(home, folder)
    for path in _files(home):
        _examine_file(home, path, written=works_here and path.parent == home.var)
    return owner


def _folders(home: Home) -> Iterator[Path]:
    """The folders in which the program writes."""
    yield from (home.var, home.records, home.outbox)
    yield from (home.outbox / name for name in ("tmp", "new"))
    yield home.site
    yield home.site / "summaries"
    yield home.fetched
    for folder in _fetched(home):
        yield from (folder, folder / "items")


def _of_senders(home: Home) -> Iterator[Path]:
    """Folders in which who sends or serves may be another user than who publishes."""
    yield from (home.outbox / name for name in ("sending", "sent", "withdrawn"))
    yield from (home.redirects, home.journals, home.workers)


def _fetched(home: Home) -> list[Path]:
    """The folders of sources that were fetched."""
    with suppress(OSError):  # what it is instead of a folder is said of it
        return sorted(path for path in home.fetched.iterdir() if path.is_dir())
    return []


def _files(home: Home) -> Iterator[Path]:
    """The program's own files; those of templates, sources and the site are apart."""
    yield from (home.reset, home.lock, home.claim, home.database)
    yield from (home.clock_lock, home.fetch_lock, home.subscribers)
    for folder in _fetched(home):
        yield from (health_path(home, folder.name), index_path(home, folder.name))
    yield from (home.var / name for name in _IN_VAR)
    yield home.var / IMPORTED_NAME  # as long as the archive that was imported
    yield from (home.record(number) for number in sorted(records_here(home)))


def _examine_kind(home: Home, folder: Path) -> bool:
    """Whether there is a folder; raises OutboxError for something else in its place."""
    place = home.display_path(folder)
    try:
        kind = folder.stat().st_mode
    except FileNotFoundError:
        if folder.is_symlink():
            raise _refused(place, "is a link to a folder that is not there") from None
        return False
    except OSError as error:
        raise _refused(place, unreadable(error).problem) from None
    if not stat.S_ISDIR(kind):
        raise _refused(place, "is no folder")
    return True


def _examine_folder(home: Home, folder: Path, *, written: bool) -> None:
    place = home.display_path(folder)
    if not _examine_kind(home, folder):
        return  # it is made when it is needed
    if not _may(folder, os.R_OK | os.X_OK):
        raise _refused(place, "cannot be read")
    if written and not _may(folder, os.W_OK):
        raise _refused(place, "cannot be written")


def _examine_file(home: Home, path: Path, *, written: bool) -> None:
    place = home.display_path(path)
    try:
        refuse_broken_link(path)
        refuse_other_than_regular(path)
        size = path.stat().st_size
        if path.name in _IN_VAR and size > WRITTEN_LIMIT:
            raise too_large(size, WRITTEN_LIMIT)
    except (FileNotFoundError, NotADirectoryError):
        return
    except BadValueError as error:
        raise OutboxError(place, error.problem, error.remedy) from None
    except OSError as error:
        raise _refused(place, unreadable(error).problem) from None
    if not _may(path, os.R_OK):
        raise _refused(place, "cannot be read")
    if written and not _may(path, os.W_OK):
        raise _refused(place, "cannot be written")


def _examine_site(home: Home) -> None:
    """Raise OutboxError for what is neither file nor folder below the site, or cannot be listed."""
    folders = [str(home.site)] if home.site.exists() else []
    while folders:
        folder = folders.pop()
        try:
            with os.scandir(folder) as entries:
                for entry in entries:
                    if entry.is_dir(follow_symlinks=False):
                        folders.append(entry.path)
                    elif not entry.is_file():
                        raise _refused(_shown(home, entry.path), "is no regular file")
        except OSError as error:
            raise _refused(_shown(home, folder), unreadable(error).problem) from None


def _shown(home: Home, path: str) -> str:
    return os.path.relpath(path, home.root)


def _may(path: Path, mode: int) -> bool:
    return os.access(path, mode, effective_ids=os.access in os.supports_effective_ids)


def _refused(place: str, problem: str) -> NewsletterError:
    return OutboxError(place, problem, "check what is there, and its permissions")
