"""The form of a backup: a zip file with a home's files below `home/`, and a manifest of them.

Owns which names a backup may hold, and every check before one of its files counts. Knows sizes and
sums, not what files say.
"""

from __future__ import annotations

import hashlib
import os
import stat
import unicodedata
import zipfile
import zlib
from collections.abc import Callable
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime  # noqa: TC003  (pydantic reads the annotations of the manifest)
from typing import IO, TYPE_CHECKING, Self

from pydantic import ValidationError

from msnewsletter.errors import RefusedError
from msnewsletter.home import GLOSSARY_NAME, SETTINGS_NAME
from msnewsletter.serialize import from_json, pretty, shortened, to_document

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

# 1 had no subscribers; it is read all the same.
FORMAT = 2
DATABASE_NAME = "var/newsletter.db"
SUBSCRIBERS_NAME = "var/subscribers.db"
SITE_STATE_NAME = "var/site.json"  # the addresses that the site had
# Where files are unpacked until all of them are known to be whole; in the folder itself, because
# that may be a mount point, which nothing can be renamed over.
UNPACKING = ".restoring"
_MANIFEST = "manifest.json"
_FOLDER = "home/"
_CHUNK = 1 << 20
# 300,000 files.
_LARGEST_MANIFEST = 64 << 20
# Above it a zip entry needs the fields of ZIP64, and a file may grow while it is read.
_ZIP64_FROM = 1 << 30
# The same files, the same bytes: the earliest day that a zip file knows.
_DAY = (1980, 1, 1, 0, 0, 0)
_ANOTHER = "take another copy or another backup"
# All that zipfile raises for bytes that are no zip file, or a damaged one.
_DAMAGED = (
    *(zipfile.BadZipFile, zlib.error, EOFError, ValueError, OverflowError),
    *(NotImplementedError, RuntimeError, KeyError, IndexError),
)


# Called with how many bytes were copied now.
Copied = Callable[[int], None]


def ignore_bytes(number: int) -> None:
    """The default where bytes are copied: does nothing."""
    del number


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A file in a backup: its path in the home, its size in bytes, its SHA-256 in hexadecimal."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupManifest:
    """What a backup says of itself.

    Attributes:
        format: the version of this layout.
        newsletter: the newsletter's id.
        at: when it was made, aware UTC.
        last_issue: the number of the newest issue; None: there was none.
        tables: the revision of the database's tables; None: the database is not in the backup.
        subscriber_tables: the same of the subscribers' database.
        left_out: what of the home is not in it, a line each.
        folders: those that must be there even when they are empty: the sources'.
        members: the files, by name.
    """

    format: int
    newsletter: str
    at: datetime
    last_issue: int | None = None
    tables: str | None = None
    subscriber_tables: str | None = None
    left_out: tuple[str, ...]
    folders: tuple[str, ...]
    members: tuple[Member, ...]


class BackupWriter:
    """A backup being written into an open file; the manifest comes last."""

    def __init__(self, file: IO[bytes]) -> None:
        self._zip = zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED)
        self.members: list[Member] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        # It writes once more where it was not finished; the file is thrown away then.
        with suppress(OSError, ValueError):
            self._zip.close()

    def add(self, name: str, data: IO[bytes], *, size: int, added: Copied = ignore_bytes) -> int:
        """Add a file; `size` is what it is expected to have. Returns what it had.

        `added` is called with the number of bytes that were added, for every piece.
        """
        digest, total = hashlib.sha256(), 0
        large = size >= _ZIP64_FROM
        with self._zip.open(_entry(_FOLDER + name), "w", force_zip64=large) as entry:
            while chunk := data.read(_CHUNK):
                digest.update(chunk)
                total += len(chunk)
                entry.write(chunk)
                added(len(chunk))
        self.members.append(Member(name=name, size=total, sha256=digest.hexdigest()))
        return total

    def finish(self, manifest: BackupManifest) -> None:
        """Write the manifest; nothing can be added after it."""
        self._zip.writestr(_entry(_MANIFEST), pretty(to_document(manifest)))
        self._zip.close()


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _DAY)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = (stat.S_IFREG | 0o600) << 16
    return entry


class Backup:
    """An open backup whose names and sizes are as its manifest says."""

    def __init__(self, archive: zipfile.ZipFile, manifest: BackupManifest, shown: str) -> None:
        self.manifest = manifest
        self._zip = archive
        self._shown = shown

    @property
    def size(self) -> int:
        """The bytes of all its files."""
        return sum(member.size for member in self.manifest.members)

    def unpack(self, folder: Path, *, unpacked: Copied = ignore_bytes) -> None:
        """Write every file below the folder, which is ours alone; raises RefusedError, OSError.

        `unpacked` is called with the number of bytes that were written, for every piece.
        """
        for name in self.manifest.folders:
            (folder / name).mkdir(parents=True, exist_ok=True)
        for member in self.manifest.members:
            target = folder / member.name
            target.parent.mkdir(parents=True, exist_ok=True)
            mode = 0o600 if member.name == SUBSCRIBERS_NAME else 0o666
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
            with (
                os.fdopen(os.open(target, flags, mode), "wb") as file,
                _damage(self._shown, member.name),
            ):
                self._copy(member, file, unpacked)

    def _copy(self, member: Member, file: IO[bytes], unpacked: Copied) -> None:
        digest, left = hashlib.sha256(), member.size
        with self._zip.open(_FOLDER + member.name) as entry:
            while chunk := entry.read(_CHUNK):
                left -= len(chunk)
                if left < 0:
                    break
                digest.update(chunk)
                file.write(chunk)
                unpacked(len(chunk))
        if left or digest.hexdigest() != member.sha256:
            raise RefusedError(self._shown, f"{member.name} in it is damaged", _ANOTHER)


@contextmanager
def open_backup(path: Path, *, newest_tables: str, newest_subscribers: str) -> Iterator[Backup]:
    """An open backup; all that can be known without unpacking it has been checked.

    Args:
        path: the file.
        newest_tables: the revision of the database's tables that this program knows.
        newest_subscribers: the same of the subscribers' database.

    Raises RefusedError for a file that cannot be read, is cut, damaged, newer or hostile.
    """
    shown = str(path)
    try:
        # No waiting for a pipe's writer.
        file = os.fdopen(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb")
    except OSError as error:
        problem = f"cannot be read ({error.strerror})"
        raise RefusedError(shown, problem, "check its name and permissions") from None
    with file:
        status = os.fstat(file.fileno())
        if not stat.S_ISREG(status.st_mode):
            raise RefusedError(shown, "is no file", "name the file that backup wrote")
        try:
            archive = zipfile.ZipFile(file)
        except (*_DAMAGED, OSError):
            problem = "it is no backup, or it is cut off"
            raise RefusedError(shown, problem, _ANOTHER) from None
        with archive:
            entries = archive.infolist()
            _check_entries(entries, size=status.st_size, shown=shown)
            manifest = _manifest_of(archive, shown)
            if (manifest.tables or "") > newest_tables:
                raise _newer(shown)
            if (manifest.subscriber_tables or "") > newest_subscribers:
                raise _newer(shown)
            _check_names(manifest, shown)
            _compare(manifest, entries, shown)
            yield Backup(archive, manifest, shown)


@contextmanager
def _damage(shown: str, name: str) -> Iterator[None]:
    try:
        yield
    except _DAMAGED:
        raise RefusedError(shown, f"{name} in it is damaged", _ANOTHER) from None


def _newer(shown: str) -> RefusedError:
    return RefusedError(shown, "it was written by a newer msnewsletter", "update msnewsletter")


def _hostile(shown: str, name: str, why: str) -> RefusedError:
    problem = f"{name!r} in it {why}: no backup holds that"
    return RefusedError(shown, problem, "do not restore it; take another backup")


def _check_entries(entries: list[zipfile.ZipInfo], *, size: int, shown: str) -> None:
    """Refuse what `BackupWriter` never writes."""
    for entry in entries:
        kind = stat.S_IFMT(entry.external_attr >> 16)
        if kind not in {0, stat.S_IFREG} or entry.is_dir():
            raise _hostile(shown, entry.filename, "is no file")
        if entry.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
            raise _hostile(shown, entry.filename, "is packed in another way")
    packed = sum(entry.compress_size for entry in entries)
    # A file that begins before its first entry is another file's end: one that was cut, around a
    # backup. Entries that overlap unpack to far more than the file could hold.
    if packed > size or min((entry.header_offset for entry in entries), default=0) != 0:
        raise RefusedError(shown, "it is no backup, or it is cut off", _ANOTHER)


def _manifest_of(archive: zipfile.ZipFile, shown: str) -> BackupManifest:
    try:
        entry = archive.getinfo(_MANIFEST)
        if entry.file_size > _LARGEST_MANIFEST:
            raise RefusedError(shown, "its manifest is too large", _ANOTHER)
        with archive.open(entry) as file:
            data = file.read(_LARGEST_MANIFEST)
            file.read(1)  # at the end the checksum is compared
    except _DAMAGED:
        raise RefusedError(shown, "it is no backup of msnewsletter's", _ANOTHER) from None
    return _parsed(data, shown)


@dataclass(frozen=True, slots=True)
class _Format:
    format: int


def _parsed(data: bytes, shown: str) -> BackupManifest:
    try:
        if from_json(_Format, data).format > FORMAT:
            raise _newer(shown)
        return from_json(BackupManifest, data)
    except ValidationError as error:
        problem = f"its manifest cannot be read ({shortened(error.errors())})"
        raise RefusedError(shown, problem, _ANOTHER) from None


def _check_names(manifest: BackupManifest, shown: str) -> None:
    names = [member.name for member in manifest.members]
    for name in (*names, *manifest.folders):
        if fault := name_fault(name):
            raise _hostile(shown, name, fault)
    if SETTINGS_NAME not in names:
        raise RefusedError(shown, f"there is no {SETTINGS_NAME} in it", _ANOTHER)
    if twice := same_names(names):
        raise _hostile(shown, twice[1], f"has the name of {twice[0]!r}, or nearly")
    folders = {parent for name in names for parent in _parents(name)}.union(manifest.folders)
    if both := sorted(folders.intersection(names)):
        raise _hostile(shown, both[0], "is a file and a folder")


def _parents(name: str) -> Iterator[str]:
    parts = name.split("/")
    return ("/".join(parts[:end]) for end in range(1, len(parts)))


def name_fault(name: str) -> str | None:
    """Why a backup cannot hold a file of this name, as in "it …"; None: it can."""
    parts = name.split("/")
    if "\\" in name or any(unicodedata.category(sign) in {"Cc", "Cs"} for sign in name):
        return "has a sign in its name that a path should not have"
    if {"", ".", ".."} & set(parts):
        return "leads out of its folder"
    return None if _is_ours(name, parts) else "has a name that the program keeps for itself"


def _is_ours(name: str, parts: list[str]) -> bool:
    """Whether it is a name that `backup` gives, on disks that know no capital letters, too."""
    match [part.casefold() for part in parts]:
        case ["var", *_]:
            fetched = f"{name}/".startswith(_FETCHED)
            return fetched or name in _IN_VAR
        case ["outbox", *_]:
            return len(parts) == _DEPTH and parts[:2] in _MAIL
        case [first, *_] if first == UNPACKING:
            return False
        case [first]:
            return first not in _ALONE or name in _ALONE
        case _:
            return True


_FETCHED = "var/sources/"
_IN_VAR = frozenset({DATABASE_NAME, SUBSCRIBERS_NAME, SITE_STATE_NAME})
_DEPTH = 4  # outbox/new/0007/digest.eml
_MAIL = (["outbox", "new"], ["outbox", "sending"], ["outbox", "tmp"])
_ALONE = frozenset({SETTINGS_NAME, GLOSSARY_NAME})


def same_names(names: Iterable[str]) -> tuple[str, str] | None:
    """Two names that are one on some disks: the same, or apart from case or Unicode's form."""
    seen: dict[str, str] = {}
    for name in names:
        folded = unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())
        if folded in seen:
            return seen[folded], name
        seen[folded] = name
    return None


def _compare(manifest: BackupManifest, entries: list[zipfile.ZipInfo], shown: str) -> None:
    """Refuse a file whose entries are not those that its manifest names, in number and size."""
    promised = sorted((_FOLDER + member.name, member.size) for member in manifest.members)
    found = sorted(
        (entry.filename, entry.file_size) for entry in entries if entry.filename != _MANIFEST
    )
    if len(entries) != len(found) + 1 or promised != found:
        raise RefusedError(shown, "it holds other files than its manifest names", _ANOTHER)
