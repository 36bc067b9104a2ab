"""The files of all sources, each once."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from msnewsletter.errors import BadValueError, RefusedError, SettingsError, SourceError
from msnewsletter.home import SETTINGS_NAME
from msnewsletter.publisher.fetched_files import FetchedFiles, fetched_files
from msnewsletter.regular_file import read_regular
from msnewsletter.source_settings import OVERRIDES
from msnewsletter.sources.folder import SourceFile, list_files
from msnewsletter.sources.formats import SIZE_LIMIT

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from msnewsletter.home import Home
    from msnewsletter.publisher.fetched_files import StoredDay
    from msnewsletter.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFiles:
    """The files of all sources in the order of the settings, and what cannot be one.

    `fetched` are those that are fetched, with what is known of the others.
    """

    files: tuple[SourceFile, ...]
    refused: tuple[SourceError, ...]
    fetched: FetchedFiles


def label_of(labels: Mapping[str, str], place: str) -> str:
    """The label of the source that a place is in, from those of the files; empty: not known."""
    if place in labels:
        return labels[place]
    # A place in a file: `summaries/all.jsonl:3`.
    return labels.get(place.rpartition(":")[0] or place, "")


def list_sources(
    home: Home,
    settings: Settings,
    *,
    sent: frozenset[str] = frozenset(),
    stored: Mapping[tuple[str, str], StoredDay] = MappingProxyType({}),
) -> SourceFiles:
    """All source files, each once: those of the folders, and what was fetched.

    `sent`, `stored`: see `fetched_files`.
    """
    found, refused = list_folders(home, settings)
    fetched = fetched_files(home, settings, sent=sent, stored=stored)
    files = ranked((*found, *fetched.files), settings)
    return SourceFiles(files=files, refused=tuple(refused), fetched=fetched)


def ranked(files: Iterable[SourceFile], settings: Settings) -> tuple[SourceFile, ...]:
    """The files in the order of their sources in the settings."""
    rank = {source.label: number for number, source in enumerate(settings.sources)}
    rank.setdefault(OVERRIDES.label, -1)
    return tuple(sorted(files, key=lambda file: rank[file.source]))


def list_folders(home: Home, settings: Settings) -> tuple[list[SourceFile], list[SourceError]]:
    """The files of the sources that are folders or files, each once, in the settings' order."""
    found: dict[str, SourceFile] = {}
    refused: list[SourceError] = []
    glossary = str(home.glossary)
    for source in settings.folders:
        path = home.root / source.path
        if source is OVERRIDES and not path.exists():
            continue
        # A disk that is not mounted must not pass for a week without news.
        try:
            whole = stat.S_ISDIR(path.stat().st_mode)
        except (FileNotFoundError, NotADirectoryError):
            problem = f"the source {source.path!r} is missing"
            remedy = "create it, or correct its path"
            raise SettingsError(SETTINGS_NAME, problem, remedy) from None
        except OSError:
            whole = True  # listing it says why
        listing = list_files(
            path,
            format=source.format,
            display_path=home.display_path,
            source=source.label,
            language=settings.newsletter.effective_words,
        )
        _refuse_unlisted(source.path, listing.refused, place=home.display_path(path))
        if whole and not os.access(path, os.X_OK):  # its names can be listed, its files not opened
            problem = f"the files of the source {source.path!r} cannot be read"
            raise SettingsError(SETTINGS_NAME, problem, "check the folder's permissions")
        refused += listing.refused
        for file in listing.files:
            # Where the home itself is a source, its glossary is no summary.
            if file.address != glossary:
                found.setdefault(file.location, file)
    return list(found.values()), refused


def _refuse_unlisted(source: str, refused: Iterable[SourceError], *, place: str) -> None:
    """Raise SettingsError where the source's folder could not be listed, or its file be one.

    What was there, a folder that became a file with it, would be taken for removed.
    """
    error = next((one for one in refused if one.place == place), None)
    if error:
        problem = f"the source {source!r} {error.problem}"
        raise SettingsError(SETTINGS_NAME, problem, error.remedy)


def source_at(home: Home, settings: Settings, place: str) -> SourceFile | None:
    """The source file of a place, e.g. `summaries/gut.md:3`; None: it is in no source."""
    listed = list_sources(home, settings)
    fetched = listed.fetched
    # What was collected has its file, whatever the settings say now.
    inside = (
        file
        for file in (*listed.files, *fetched.older.values(), *fetched.left_out.values())
        if place == file.location or place.startswith((f"{file.location}:", f"{file.location}#"))
    )
    return max(inside, key=lambda file: len(file.location), default=None)


def file_bytes(file: SourceFile) -> bytes:
    """What a file holds now; raises SourceError where it cannot be read."""
    try:
        return read_regular(file.address, limit=SIZE_LIMIT, follow=False)
    except FileNotFoundError:
        raise SourceError(file.location, "is gone since it was listed", "run again") from None
    except BadValueError as error:
        raise SourceError(file.location, error.problem, error.remedy) from None


def path_inside(home: Home, settings: Settings, file: SourceFile) -> Path:
    """The file without links on the way; raises RefusedError where it is outside the sources."""
    folder, name = os.path.split(file.address)
    real = os.path.join(os.path.realpath(folder), name)  # noqa: PTH118  (as addresses are made)
    for source in settings.folders:
        root = os.path.realpath(home.root / source.path)
        if real == root or real.startswith(f"{root}/"):
            return Path(real)
    raise RefusedError(file.location, "is outside the sources", "put the file itself there")
