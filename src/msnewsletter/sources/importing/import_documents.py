"""The documents that a path or an address names: a file, those of a folder, or what a server sends.

Writes nothing. What cannot be had is an error in its place, and the others follow.
"""

from __future__ import annotations

from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from msnewsletter.errors import BadValueError, SourceError
from msnewsletter.model import Note
from msnewsletter.regular_file import read_regular
from msnewsletter.sources.addresses import is_address
from msnewsletter.sources.folder import list_files
from msnewsletter.sources.formats import SIZE_LIMIT
from msnewsletter.sources.importing.content_kind import SUFFIXES
from msnewsletter.sources.importing.import_reader import LIMITS, MOST
from msnewsletter.sources.importing.imported_document import ImportedDocument

if TYPE_CHECKING:
    from collections.abc import Iterator

    from msnewsletter.sources.fetch.client import Fetcher

_LARGE = max(SIZE_LIMIT, 20_000_000)


def documents_at(
    place: str, *, kind: str | None, fetcher: Fetcher
) -> Iterator[ImportedDocument | SourceError | Note]:
    """The documents at a place, with an error for each that cannot be had.

    Args:
        place: a file, a folder or a web address.
        kind: that it is said to be; None: nothing was said.
        fetcher: asks for addresses.
    """
    if is_address(place):
        yield _fetched(place, kind, fetcher)
    elif Path(place).is_dir():
        yield from _of_folder(place, kind)
    else:
        yield _file(place, place, PurePath(place).stem)


def _fetched(address: str, kind: str | None, fetcher: Fetcher) -> ImportedDocument | SourceError:
    try:
        document = fetcher.get(address, limit=min(LIMITS.get(kind or "", _LARGE), _LARGE))
    except SourceError as error:
        return error
    return ImportedDocument(
        place=address, data=document.data, url=document.url, charset=document.charset
    )


def _of_folder(folder: str, kind: str | None) -> Iterator[ImportedDocument | SourceError | Note]:
    listing = list_files(Path(folder), format="import", display_path=str)
    yield from listing.refused
    other = 0
    for file in listing.files:
        suffix = PurePath(file.location).suffix.lower()
        # A saved site has pictures and styles beside its pages.
        if kind is None and suffix not in SUFFIXES:
            other += 1
        else:
            yield _file(file.address, file.location, file.name)
    if other:
        yield Note(place=folder, text=f"{other:,} files of other kinds are passed over")


def _file(address: str, place: str, name: str) -> ImportedDocument | SourceError:
    try:
        return ImportedDocument(place=place, data=read_regular(address, limit=MOST), name=name)
    except FileNotFoundError:
        return SourceError(place, "does not exist", "check the path")
    except BadValueError as error:
        return SourceError(place, error.problem, error.remedy)
