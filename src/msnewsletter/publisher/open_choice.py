"""A study that waits for a person's choice: what each of its sources says, side by side."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from msnewsletter.disk.save import version_of
from msnewsletter.errors import RefusedError
from msnewsletter.issue.one_study import hindrance_of
from msnewsletter.publisher.collect import plan_collect
from msnewsletter.publisher.session import looking
from msnewsletter.publisher.shared_studies import versions_in
from msnewsletter.sources.markdown_writer import markdown_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from msnewsletter.home import Home
    from msnewsletter.issue.one_study import SharedStudy, StudySource
    from msnewsletter.model import Summary
    from msnewsletter.publisher.collected import Collected
    from msnewsletter.sources import SourceFile


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyText:
    """The text of one source, to be chosen or not.

    Attributes:
        source: its label.
        place: where the text is.
        summary: the text; None: it cannot be read now.
        is_fetched: no person wrote it.
        text: it as Markdown without its key, to be compared; empty where it cannot be read.
    """

    source: str
    place: str
    summary: Summary | None
    is_fetched: bool
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenChoice:
    """A study that waits for a person, who looks at what its sources say.

    Attributes:
        key: of the study.
        why: what they differ in, in a sentence.
        texts: what each says, the one that has the text now first.
        can_choose: one of them is to be chosen; else one takes the study back, or doubts it, and
            only a file of one's own can say what is right.
    """

    key: str
    why: str
    texts: tuple[StudyText, ...]
    can_choose: bool

    @property
    def version(self) -> str:
        """Another one whenever any of the texts is another."""
        texts = "\0".join(f"{one.place}\0{one.text}" for one in self.texts)
        return version_of(texts.encode(errors="replace"))


def open_choice(home: Home, key: str, *, at: datetime) -> OpenChoice:
    """What the sources of a study say that waits for a choice between them.

    Args:
        home: the newsletter's home.
        key: of one of the summaries that are the study.
        at: now, aware.

    Raises RefusedError where it waits for none.
    """
    with looking(home, at=at) as session:
        collected = plan_collect(session)
    return open_choice_of(waiting_study(collected, key), collected.files)


def open_choice_of(study: SharedStudy, files: Mapping[str, SourceFile]) -> OpenChoice:
    """What the sources of a study say, read from their files (by location) now."""
    versions = ((one, next(iter(versions_in(one, files)), None)) for one in study.sources)
    hindrance = hindrance_of(study)
    return OpenChoice(
        key=study.key,
        why=hindrance.reason if hindrance else "",
        texts=tuple(
            _study_text(one, found.summary if found else None, files.get(one.place))
            for one, found in versions
        ),
        can_choose=bool(study.differing) and not study.doubting and not study.by_hand,
    )


def _study_text(one: StudySource, summary: Summary | None, file: SourceFile | None) -> StudyText:
    text = ""
    if summary and file:
        text = markdown_of(replace(summary, key=""), language=file.language)
    return StudyText(
        source=one.label,
        place=one.place,
        summary=summary,
        is_fetched=file is not None and file.is_fetched,
        text=text,
    )


def waiting_study(collected: Collected, key: str) -> SharedStudy:
    """The study of a key, which waits for a person; raises RefusedError where none does."""
    for study in collected.one_study.studies or ():
        if key not in (study.key, *study.others):
            continue
        if study.key in collected.one_study.parted:
            remedy = "look at what 'msnewsletter status' holds"
            raise RefusedError(key, "was sent before its DOI or PubMed number was another", remedy)
        # After a choice was taken back, what was sent waits for another one too.
        pending = study.key in collected.one_study.pending
        if study.differing or (study.doubting and pending):
            return study
    raise RefusedError(
        key, "waits for no choice between sources", "look at what 'msnewsletter status' holds"
    )
