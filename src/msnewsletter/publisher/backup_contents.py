"""What of a home belongs into its backup: which files, and what is left out."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from msnewsletter.disk.backup_file import SITE_STATE_NAME, UNPACKING, name_fault, same_names
from msnewsletter.errors import RefusedError, printable
from msnewsletter.source_settings import OVERRIDES
from msnewsletter.sources.folder import is_passed_over, list_files

if TYPE_CHECKING:
    from collections.abc import Iterator

    from msnewsletter.home import Home
    from msnewsletter.settings import Settings

# Of the home's own folders: what is in no backup, or only in part.
_PARTLY = frozenset({"var", "outbox", UNPACKING})
_UNREAD = "never read"
_REMEDY = "nothing was written: check its permissions and run again"


class BackupContents:
    """The files of a home that its backup holds, by name, and a line for all else.

    Attributes:
        files: each file's path in the home, with slashes, and where it is.
        folders: the home's folders, which it needs even when they are empty.
        left_out: what is not in the backup, though a person may look for it there.
    """

    def __init__(self, home: Home, settings: Settings, *, without: frozenset[str]) -> None:
        self.files: dict[str, Path] = {}
        self.folders: list[str] = []
        self.left_out: list[str] = []
        self._home = home
        self._without = without
        self._unread: set[str] = set()
        for path in (home.settings, home.glossary, home.root / SITE_STATE_NAME):
            self._add_file(path)
        for folder in self._mail():
            self._add_folder(folder)
        for folder in (home.records, home.templates, home.fetched):
            self._add_own(folder)
        for source in settings.folders:
            if source is not OVERRIDES or (home.root / source.path).exists():
                self._add_source(source.path)
        self._leave_out_twins()
        self._name_what_is_left()
        self.left_out = [printable(line) for line in self.left_out]

    def _mail(self) -> Iterator[Path]:
        """Mail that waits for its sender, that is being sent, and that of an issue under way."""
        return (self._home.outbox / name for name in ("new", "sending", "tmp"))

    def _add_source(self, name: str) -> None:
        home, path = self._home, Path(os.path.normpath(self._home.root / name))
        if path == home.root:
            # Old backups may lie there, and whatever else: what is no summary stays out.
            listing = list_files(path, format="auto", display_path=home.display_path)
            for file in listing.files:
                if file.location.partition("/")[0] not in _PARTLY:
                    self.files.setdefault(file.location, file.path)
        elif not path.is_relative_to(home.root):
            self.left_out.append(f"{path} (a source outside the home)")
        elif path.is_dir():
            self._add_own(path)
        elif path.exists():
            self._add_file(path)
        else:
            self.left_out.append(f"{name} (a source that is missing)")

    def _add_file(self, path: Path) -> None:
        """Add one of the home's own files, wherever a link in its place leads."""
        if path.exists() and str(path) not in self._without:
            self.files[self._home.display_path(path)] = path

    def _add_own(self, folder: Path) -> None:
        if folder.is_dir():
            self.folders.append(self._home.display_path(folder))
            self._add_folder(folder)

    def _add_folder(self, folder: Path) -> None:
        folders = [str(folder)] if folder.is_dir() else []
        own = len(folder.parts)
        while folders:
            for entry in _entries(folders.pop(), self._home):
                if entry.is_dir(follow_symlinks=False):
                    folders.append(entry.path)
                elif entry.is_file(follow_symlinks=False):
                    self._add_entry(entry, Path(entry.path).parts[own:])
                else:
                    kind = "a link" if entry.is_symlink() else "no file"
                    self.left_out.append(f"{self._shown(entry.path)} ({kind})")

    def _add_entry(self, entry: os.DirEntry[str], below: tuple[str, ...]) -> None:
        # What an interrupted write of ours left: `.0007.json.tmp`.
        half_written = entry.name.startswith(".") and entry.name.endswith(".tmp")
        if half_written or entry.path in self._without:
            return
        name = self._shown(entry.path)
        if any(map(is_passed_over, below)):
            if name_fault(name):
                self.left_out.append(f"{name} ({_UNREAD}, under a name that no backup can have)")
                return
            self._unread.add(name)
        self.files[name] = Path(entry.path)

    def _leave_out_twins(self) -> None:
        """Leave out what is never read and has another file's name on some disks."""
        while twins := same_names(self.files):
            unread = [name for name in reversed(twins) if name in self._unread]
            if not unread:
                return  # Both are read: a person has to rename one.
            del self.files[unread[0]]
            self.left_out.append(f"{unread[0]} ({_UNREAD}, and named as another but for capitals)")

    def _shown(self, path: str) -> str:
        return self._home.display_path(Path(path))

    def _name_what_is_left(self) -> None:
        """Name the rest at the top of the home: only a person knows what it is for."""
        named = (*self.files, *self.folders)
        known = {name.partition("/")[0] for name in named} | _PARTLY
        for entry in _entries(str(self._home.root), self._home):
            if entry.name not in known and entry.path not in self._without and _filled(entry):
                self.left_out.append(f"{entry.name} (no part of the newsletter)")


def _filled(entry: os.DirEntry[str]) -> bool:
    """Whether it is more than an empty folder."""
    if not entry.is_dir(follow_symlinks=False):
        return True
    with suppress(OSError):
        return bool(os.listdir(entry.path))  # noqa: PTH208  (its names are enough)
    return True


def _entries(folder: str, home: Home) -> Iterator[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            yield from sorted(entries, key=lambda entry: entry.name)
    except OSError as error:
        place = home.display_path(Path(folder))
        raise RefusedError(place, f"cannot be read ({error.strerror})", _REMEDY) from None


def open_file(path: Path, shown: str) -> int:
    """Open a regular file for reading; its handle. Raises RefusedError, FileNotFoundError."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        raise
    except OSError as error:
        raise RefusedError(shown, f"cannot be read ({error.strerror})", _REMEDY) from None
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise RefusedError(shown, "is no plain file", "put a file in its place and run again")
    return handle
