"""Choose: a person's choice of the text where several sources tell one study in different words.

The choice is a file in a folder of summaries, which overrides what was fetched. To take it back,
remove the file.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from msnewsletter.errors import RefusedError, StaleError
from msnewsletter.issue.one_study import filled_from
from msnewsletter.publisher.collect import plan_collect
from msnewsletter.publisher.open_choice import open_choice_of, waiting_study
from msnewsletter.publisher.override_file import write_override
from msnewsletter.publisher.session import looking
from msnewsletter.publisher.shared_studies import told_in
from msnewsletter.publisher.source_files import list_sources
from msnewsletter.sources.markdown_writer import markdown_of

if TYPE_CHECKING:
    from datetime import datetime

    from msnewsletter.home import Home
    from msnewsletter.issue.one_study import SharedStudy, Teller
    from msnewsletter.sources import SourceFile


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """The file that was written, as editors know it, and the key of its summary."""

    place: str
    key: str


def choose(home: Home, key: str, *, source: str, at: datetime, seen: str | None = None) -> Chosen:
    """Write the text of a source into a file that overrides the others.

    Args:
        home: the newsletter's home.
        key: of one of the summaries that are the study.
        source: the label of the source whose text it is.
        at: now, aware.
        seen: the version of what a person saw and chose from; None: they name the source alone.

    Raises RefusedError where there is nothing to choose, and where the file is there already;
    StaleError where a text is no longer the one that was seen.
    """
    with looking(home, at=at) as session:
        collected = plan_collect(session)
        settings = session.settings
    files = {file.location: file for file in list_sources(home, settings).files}
    study = waiting_study(collected, key)
    if not study.differing:
        remedy = "write a file with its status, key and a note"
        raise RefusedError(key, "is taken back or doubted by one of its sources alone", remedy)
    if seen is not None and seen != (now := open_choice_of(study, files).version):
        raise StaleError(key, text="", version=now)
    teller = _teller_of(study, source)
    chosen = told_in(teller, files)
    others = [told for one in study.tellers if one != teller for told in told_in(one, files)]
    if not chosen:
        raise RefusedError(teller.place, "cannot be read now", "look at 'msnewsletter status'")
    text, _ = filled_from(chosen[0].summary, others)
    mine = _overridable(study, files)
    place = write_override(home, settings, mine, markdown_of(replace(text, key=mine)))
    return Chosen(place=place, key=mine)


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
