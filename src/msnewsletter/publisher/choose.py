"""Choose: a person's choice of the text where several sources tell one study in different words.

The choice is a file in a folder of summaries, which overrides what was fetched. To take it back,
remove the file; what was sent by then stays as it is until a person chooses again.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from msnewsletter.disk.save import save, version_of
from msnewsletter.errors import RefusedError
from msnewsletter.issue.one_study import filled_from
from msnewsletter.publisher.collect import plan_collect
from msnewsletter.publisher.import_names import file_name
from msnewsletter.publisher.session import looking
from msnewsletter.publisher.shared_studies import versions_in
from msnewsletter.publisher.summaries_folder import names_in, summaries_folder
from msnewsletter.sources.markdown_writer import markdown_of

if TYPE_CHECKING:
    from datetime import datetime

    from msnewsletter.home import Home
    from msnewsletter.issue.one_study import SharedStudy, StudySource
    from msnewsletter.model import Summary
    from msnewsletter.publisher.collect import Collected
    from msnewsletter.settings import Settings


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

    Raises RefusedError where there is nothing to choose, and where there is no folder for the file.
    """
    with looking(home, at=at) as session:
        collected = plan_collect(session)
        settings = session.settings
    study = _study_of(collected, key)
    wanted = _source_of(study, source)
    versions = [version for one in study.sources for version in versions_in(one, collected.files)]
    text = next((one.summary for one in versions if one.source == wanted), None)
    if text is None:
        raise RefusedError(wanted.place, "cannot be read now", "look at 'msnewsletter status'")
    filled, _ = filled_from(text, (one for one in versions if one.source != wanted))
    return _write(home, settings, replace(filled, key=study.sources[0].key))


def _study_of(collected: Collected, key: str) -> SharedStudy:
    for study in collected.one_study.studies or ():
        if key not in (study.key, *study.others) or not study.differing:
            continue
        if study.by_hand:
            places = " and ".join(one.place for one in (study.sources[0], *study.differing))
            problem = f"is in files that you can change yourself: {places}"
            raise RefusedError(key, problem, "remove one of them, or write the same into both")
        return study
    raise RefusedError(
        key, "waits for no choice between sources", "look at what 'msnewsletter status' holds"
    )


def _source_of(study: SharedStudy, label: str) -> StudySource:
    for one in study.sources:
        if one.label == label:
            return one
    names = ", ".join(one.label for one in study.sources)
    raise RefusedError(study.key, f"is not in the source {label!r}", f"name one of {names}")


def _write(home: Home, settings: Settings, summary: Summary) -> Chosen:
    folder = summaries_folder(home, settings)
    path = folder / file_name(summary, names_in(folder))
    place = home.display_path(path)
    save(home, path, markdown_of(summary).encode(), version=version_of(None), display=place)
    return Chosen(place=place, key=summary.key)
