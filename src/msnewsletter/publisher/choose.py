"""Choose: a person's choice of the text where several sources tell one study in different words.

The choice is a file in a folder of summaries, which overrides what was fetched. To take it back,
remove the file; what was sent by then stays as it is until a person chooses again.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from msnewsletter.errors import RefusedError, StaleError
from msnewsletter.issue.one_study import filled_from
from msnewsletter.publisher.collect import plan_collect
from msnewsletter.publisher.new_file import path_of_key, write_new
from msnewsletter.publisher.open_choice import open_choice_of, waiting_study
from msnewsletter.publisher.session import looking
from msnewsletter.publisher.shared_studies import versions_in
from msnewsletter.sources.markdown_writer import markdown_of

if TYPE_CHECKING:
    from datetime import datetime

    from msnewsletter.home import Home
    from msnewsletter.issue.one_study import SharedStudy, StudySource


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
    study = waiting_study(collected, key)
    if not study.differing:
        remedy = "write a file with its status, key and a note"
        raise RefusedError(key, "is taken back or doubted by one of its sources alone", remedy)
    if study.by_hand:
        places = " and ".join(one.place for one in (study.sources[0], *study.differing))
        problem = f"is in files that you can change yourself: {places}"
        raise RefusedError(key, problem, "remove one of them, or write the same into both")
    if seen is not None and seen != (now := open_choice_of(study, collected.files).version):
        raise StaleError(key, text="", version=now)
    wanted = _source_of(study, source)
    versions = [version for one in study.sources for version in versions_in(one, collected.files)]
    text = next((one.summary for one in versions if one.source == wanted), None)
    if text is None:
        raise RefusedError(wanted.place, "cannot be read now", "look at 'msnewsletter status'")
    filled, _ = filled_from(text, (one for one in versions if one.source != wanted))
    mine = study.sources[0].key
    text_of_mine = markdown_of(
        replace(filled, key=mine), language=settings.newsletter.effective_words
    )
    place = write_new(home, path_of_key(home, settings, mine), text_of_mine)
    return Chosen(place=place, key=mine)


def _source_of(study: SharedStudy, label: str) -> StudySource:
    for one in study.sources:
        if one.label == label:
            return one
    names = ", ".join(one.label for one in study.sources)
    raise RefusedError(study.key, f"is not in the source {label!r}", f"name one of {names}")
