"""Choose: a person's choice of the text where several sources tell one study in different words.

The choice is a file in a folder of summaries, which overrides what was fetched. To take it back,
remove the file.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from msnewsletter.disk.save import save, version_of
from msnewsletter.errors import RefusedError, StaleError
from msnewsletter.issue.one_study import filled_from
from msnewsletter.publisher.collect import plan_collect
from msnewsletter.publisher.session import looking
from msnewsletter.publisher.shared_studies import told_in
from msnewsletter.publisher.source_files import list_sources
from msnewsletter.sources.markdown_writer import markdown_of

if TYPE_CHECKING:
    from datetime import datetime

    from msnewsletter.home import Home
    from msnewsletter.issue.one_study import SharedStudy, Teller
    from msnewsletter.publisher.collect import Collected
    from msnewsletter.settings import Settings
    from msnewsletter.sources import SourceFile

_NOT_IN_NAMES = re.compile(r"[^a-z0-9]+")
_LONGEST = 80  # characters of a file's name, before its suffix


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """The file that was written, as editors know it, and the key of its summary."""

    place: str
    key: str


def choose(home: Home, key: str, *, source: str, at: datetime) -> Chosen:
    """Write the text of a source into a file that overrides the others.

    Args:
        home: the newsletter's home.
        key: of one of the summaries that are the study.
        source: the label of the source whose text it is.
        at: now, aware.

    Raises RefusedError where there is nothing to choose, and where the file is there already.
    """
    with looking(home, at=at) as session:
        collected = plan_collect(session)
        settings = session.settings
    files = {file.location: file for file in list_sources(home, settings).files}
    study = _study_of(collected, key)
    teller = _teller_of(study, source)
    chosen = told_in(teller, files)
    others = [told for one in study.tellers if one != teller for told in told_in(one, files)]
    if not chosen:
        raise RefusedError(teller.place, "cannot be read now", "look at 'msnewsletter status'")
    text, _ = filled_from(chosen[0].summary, others)
    mine = _overridable(study, files)
    place = _write(home, settings, mine, markdown_of(replace(text, key=mine)))
    return Chosen(place=place, key=mine)


def _study_of(collected: Collected, key: str) -> SharedStudy:
    for study in collected.one_study.studies or ():
        if key in (study.key, *study.others) and study.key in collected.one_study.pending:
            if not study.differing:
                break
            return study
    raise RefusedError(
        key, "waits for no choice between sources", "look at what 'msnewsletter status' holds"
    )


def _teller_of(study: SharedStudy, source: str) -> Teller:
    for teller in study.tellers:
        if teller.source == source:
            return teller
    names = ", ".join(one.source for one in study.tellers)
    raise RefusedError(study.key, f"is not in the source {source!r}", f"name one of {names}")


def _overridable(study: SharedStudy, files: dict[str, SourceFile]) -> str:
    """The key of what was fetched: the first of the tellers'."""
    for teller in study.tellers:
        if files[teller.place].is_fetched:
            return teller.key
    places = " and ".join(one.place for one in study.tellers)
    raise RefusedError(study.key, f"is in files alone: {places}", "change or remove one of them")


def _write(home: Home, settings: Settings, key: str, text: str) -> str:
    folders = [home.root / one.path for one in settings.folders]
    # A source may be one file; a folder that is missing is made.
    folder = next((one for one in folders if not one.is_file()), home.root / "summaries")
    path = Path(folder).resolve() / f"{_name_of(key)}.md"
    place = home.display_path(path)
    try:
        save(home, path, text.encode(), version=version_of(None), display=place)
    except StaleError:
        remedy = "change that file, or remove it and choose again"
        raise RefusedError(place, "is there already", remedy) from None
    return place


def _name_of(key: str) -> str:
    """A file's name for a key; another key has another name."""
    name = _NOT_IN_NAMES.sub("-", key.casefold()).strip("-")
    if name == key and len(name) <= _LONGEST:
        return name
    return f"{name[:_LONGEST].strip('-')}-{sha256(key.encode(errors='replace')).hexdigest()[:6]}"
