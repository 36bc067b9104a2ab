"""The disk side of sources: which files there are, and their bytes.

Owns what in a folder counts as a source. Follows no link out of the folder, opens nothing but
regular files, and turns whatever the disk answers into one line. Writes nothing.
"""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING

from msnewsletter.errors import BadValueError, SourceError
from msnewsletter.regular_file import read_regular, unreadable
from msnewsletter.sources.fetched_file import FORMAT
from msnewsletter.sources.formats import SIZE_LIMIT, format_of, read_bytes, too_large
from msnewsletter.sources.parsed import Reading

if TYPE_CHECKING:
    from collections.abc import Callable

# What a database index holds in one entry: PostgreSQL's 2,704 bytes.
_PATH_LIMIT = 2_600
_BACKUPS = ("~", "#", ".bak", ".orig", ".swp", ".tmp")
# Hidden files, drafts as in Jekyll and Hugo, and the locks of office programs.
_HIDDEN = (".", "#", "_", "~$")
# What Windows, macOS and Synology put beside files; in small letters.
_LEFT_BY_SYSTEMS = frozenset(
    {
        *("thumbs.db", "ehthumbs.db", "ehthumbs_vista.db", "desktop.ini", "$recycle.bin"),
        *("system volume information", "icon\r", "@eadir"),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFile:
    """A file to read.

    Attributes:
        address: where to open it; no symlink. `path` is the same as a Path.
        location: what the editor knows it by.
        format: "page", "markdown" or "json"; "fetched": see fetched_file.py.
        name: the key of a summary in it that gives none.
        size, changed_ns: bytes, and the inode's time of change in nanoseconds since 1970. Unlike
            the time of modification no program can set it back, so the same two mean the same
            content, as for git.
        written_ns: the time of modification, in the same unit: moved by whoever writes into it, not
            by a renaming.
        source: the label of the source that it belongs to.
        identities: what the summary of a fetched file is known by, wherever it is named.
        language: in which errors name the headings of a file, and files that are made of it have
            them, BCP 47.
    """

    # Not a Path: making 100,000 of them takes longer than listing the files.
    address: str
    location: str
    format: str
    name: str
    size: int
    changed_ns: int
    written_ns: int = 0
    source: str = ""
    identities: tuple[str, ...] = ()
    language: str = "en"

    @property
    def is_fetched(self) -> bool:
        """Whether no person wrote it: it is whole, and `name` is the key of its one summary."""
        return self.format == FORMAT

    @property
    def path(self) -> Path:
        """The path to open."""
        return Path(self.address)


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """The files of a source by location, and what cannot be one."""

    files: tuple[SourceFile, ...]
    refused: tuple[SourceError, ...]


def list_files(
    path: Path,
    *,
    format: str,  # noqa: A002  (the setting's name)
    display_path: Callable[[Path], str],
    source: str = "",
    language: str = "en",
) -> Listing:
    """The files at `path`, a file or a folder with all below it; never raises.

    In a folder these are passed over: hidden names and drafts (`_x.md`, `_drafts`), editors'
    backups, what systems and office programs leave behind, a README, links to what is listed
    anyway, and links to folders inside. `display_path` gives a path the name that the editor
    knows; it is called once a folder. `source` is the label of the source; `language` is as in
    SourceFile.
    """
    walk = _Walk(path, format, display_path, source, language)
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            walk.folders.append(str(path))
        else:
            walk.add(os.path.realpath(path), display_path(path), status)
    except (SourceError, OSError) as error:
        walk.refuse(display_path(path), error)
    while walk.folders:
        walk.enter(walk.folders.pop())
    walk.add_links()
    return Listing(
        files=tuple(sorted(walk.files, key=attrgetter("location"))),
        refused=tuple(sorted(walk.refused, key=attrgetter("place"))),
    )


def read_file(file: SourceFile) -> Reading:
    """Read a listed file; whatever is wrong with it is one refusal."""
    try:
        if file.size > SIZE_LIMIT:
            raise too_large(file.location, file.size)
        # It may have been exchanged for a link since it was listed.
        data = read_regular(file.address, limit=SIZE_LIMIT, follow=False)
        return parse_file(file, data)
    except SourceError as error:
        return Reading(refused=(error,))
    except FileNotFoundError as error:
        return Reading(refused=(_unreadable(file.location, error),))
    except BadValueError as error:
        return Reading(refused=(SourceError(file.location, error.problem, error.remedy),))


def parse_file(file: SourceFile, data: bytes) -> Reading:
    """The summaries in these bytes of a listed file; see `read_bytes`."""
    return read_bytes(
        data,
        location=file.location,
        format=file.format,
        name=file.name,
        language=file.language,
    )


class _Walk:
    """The state of a walk through a folder: what is still to do, and what was found."""

    def __init__(
        self,
        root: Path,
        format: str,  # noqa: A002
        display_path: Callable[[Path], str],
        source: str,
        language: str,
    ) -> None:
        self.root = str(root)
        self.source, self.language = source, language
        self.format = format
        self.display_path = display_path
        self.shown = display_path(root)
        self.folders: list[str] = []
        self.links: list[tuple[str, str]] = []
        self.files: list[SourceFile] = []
        self.refused: list[SourceError] = []

    def refuse(self, location: str, error: SourceError | OSError) -> None:
        """Note why this is no source."""
        known = error if isinstance(error, SourceError) else _unreadable(location, error)
        self.refused.append(known)

    def enter(self, folder: str) -> None:
        """List one folder; its folders and links are left for later."""
        shown = self.display_path(Path(folder))
        prefix = "" if shown == "." else f"{shown}/"
        try:
            with os.scandir(folder) as entries:
                for entry in entries:
                    if not is_passed_over(entry.name):
                        self._meet(entry, prefix + entry.name)
        except OSError as error:
            self.refuse(shown, error)

    def _meet(self, entry: os.DirEntry[str], location: str) -> None:
        try:
            if entry.is_symlink():
                self.links.append((entry.path, location))
            elif entry.is_dir(follow_symlinks=False):
                self.folders.append(entry.path)
            else:
                self.add(entry.path, location, entry.stat(follow_symlinks=False))
        except (SourceError, OSError) as error:
            self.refuse(location, error)

    def add(self, address: str, location: str, status: os.stat_result) -> None:
        """Take a file; raises SourceError where it is none, or has no good name."""
        if not stat.S_ISREG(status.st_mode):
            raise _not_a_file(location)
        _check_name(location)
        self.files.append(
            SourceFile(
                address=address,
                location=location,
                format=format_of(location) if self.format == "auto" else self.format,
                name=self._name(location),
                size=status.st_size,
                changed_ns=status.st_ctime_ns,
                written_ns=status.st_mtime_ns,
                source=self.source,
                language=self.language,
            )
        )

    def _name(self, location: str) -> str:
        """The file's name, less its suffix; of an index below the source's folder, its folder's."""
        folder, _, file = location.rpartition("/")
        # Not PurePath(file).stem, which takes longer than listing the file.
        stem, _, suffix = file.rpartition(".")
        stem = stem if stem and suffix else file
        if stem.lower() != "index" or location == self.shown or folder in ("", self.shown):
            return stem
        return folder.rpartition("/")[2]

    def add_links(self) -> None:
        """Take links to files of the folder that are not listed themselves."""
        home = os.path.realpath(self.root)
        listed = {file.address for file in self.files}
        for path, location in self.links:
            try:
                self._follow(os.path.realpath(path), location, home, listed)
            except (SourceError, OSError) as error:
                self.refuse(location, error)

    def _follow(self, target: str, location: str, home: str, listed: set[str]) -> None:
        if not f"{target}/".startswith(f"{home}/"):
            problem = "is a link that leads out of its folder"
            raise SourceError(location, problem, "put the file itself there")
        if self.root + target.removeprefix(home) not in listed:
            status = os.lstat(target)
            if not stat.S_ISDIR(status.st_mode):
                self.add(target, location, status)


def is_passed_over(name: str) -> bool:
    """Whether nothing of this name in a source's folder is read; see `list_files`."""
    return (
        name.startswith(_HIDDEN)
        or name.endswith(_BACKUPS)
        or name.lower() in _LEFT_BY_SYSTEMS
        or (name[:6].lower() == "readme" and name[6:7] in ("", "."))
    )


def _check_name(location: str) -> None:
    try:
        length = len(location.encode())
    except UnicodeEncodeError:
        raise SourceError(location, "its name is not UTF-8", "rename it") from None
    if length > _PATH_LIMIT:
        raise SourceError(location, f"its path has {length} bytes", "move it nearer to the home")


def _unreadable(location: str, error: OSError) -> SourceError:
    said = unreadable(error)
    return SourceError(location, said.problem, said.remedy)


def _not_a_file(location: str) -> SourceError:
    return SourceError(location, "is a pipe, a socket or a device", "remove it from the folder")
