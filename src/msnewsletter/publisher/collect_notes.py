"""Notes of collecting that are about no file of a summary: sources, the glossary, templates."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from msnewsletter import urls
from msnewsletter.errors import TemplateError
from msnewsletter.model import Note
from msnewsletter.publisher.own_templates.template_origins import behind_notes
from msnewsletter.publisher.shared_studies import override_notes
from msnewsletter.publisher.templates import idle_notes

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from msnewsletter.publisher.fetched_files import FetchedFiles
    from msnewsletter.publisher.key_ownership import Batch
    from msnewsletter.publisher.one_study_once import OneStudyOnce
    from msnewsletter.publisher.session import Session
    from msnewsletter.store import KeyPlace


def notes_on_sources(
    batch: Batch,
    placements: Mapping[str, KeyPlace],
    fetched: FetchedFiles,
    one_study: OneStudyOnce,
) -> Iterator[Note]:
    """Notes on what is taken of each source, and on what several of them have."""
    for one in fetched.since:
        yield from one.notes()
    yield from _left_out_now(batch, fetched)
    yield from override_notes(batch, placements, one_study.studies or ())
    yield from one_study.notes()


def _left_out_now(batch: Batch, fetched: FetchedFiles) -> Iterator[Note]:
    """Notes on pages that wait no more, because the settings of their source leave them out.

    A note is made by the look that takes them from what waits, and by no later one: there is
    nothing to do about a page that was named by mistake. `status` counts them all.
    """
    sources = Counter(
        file.source for key, file in fetched.left_out.items() if key in batch.absorbed
    )
    for source, number in sorted(sources.items()):
        them = "1 page that waited is" if number == 1 else f"{number:,} pages that waited are"
        yield Note(
            place=source,
            text=f"{them} left out from now on: by its include, exclude, urls, sitemap, index or "
            "links, which changed since; this is said once",
        )


def glossary_left(session: Session) -> Iterator[Note]:
    """A note where the site still has the page of a glossary that is there no longer."""
    home = session.home
    if not session.glossary.glossary.terms and (home.site / urls.GLOSSARY).is_file():
        yield Note(
            place=home.display_path(home.glossary),
            text="has no term any more; the site's glossary.html stays as it was, because pages "
            "that are out link to it; put the file back, or remove outbox/site/ and publish",
        )


def template_notes(session: Session) -> tuple[Note, ...]:
    """Notes on templates that change nothing, or that the program has changed since."""
    try:
        return (*idle_notes(session.templates), *behind_notes(session.home))
    except TemplateError:
        return ()  # summaries are read all the same; who publishes or looks hears of it
