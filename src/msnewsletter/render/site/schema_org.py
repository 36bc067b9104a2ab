"""Structured data about pages, as schema.org names it: what search engines read. Pure.

Says only what the summary says: a field that nobody gave is left out, never filled in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msnewsletter import urls
from msnewsletter.catalogues.catalogue_files import words_in
from msnewsletter.language_tags import language_of
from msnewsletter.model import Status
from msnewsletter.render import wording
from msnewsletter.render.corrections import NO_HISTORY, correction_views
from msnewsletter.render.site.names import headline_name
from msnewsletter.render.studies import studies_of
from msnewsletter.render.xml_text import uri
from msnewsletter.text_sentences import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from msnewsletter.model import Entry, Masthead, Summary
    from msnewsletter.render.corrections import SummaryHistory

_CONTEXT = "https://schema.org"


def website(masthead: Masthead) -> dict[str, Any]:
    """The site itself, for the home page."""
    return {"@context": _CONTEXT, **_site(masthead), "description": masthead.description}


def issue_page(masthead: Masthead, number: int, title: str) -> dict[str, Any]:
    """An issue's page."""
    return {
        "@context": _CONTEXT,
        "@type": "CollectionPage",
        "url": uri(masthead.site + urls.issue_page_name(number)),
        "name": title,
        "inLanguage": masthead.language,
        "isPartOf": _site(masthead),
    }


def summary_page(
    masthead: Masthead, entry: Entry, history: SummaryHistory = NO_HISTORY
) -> dict[str, Any]:
    """A summary's page: a MedicalWebPage about the study, a MedicalScholarlyArticle."""
    summary = entry.summary
    page: dict[str, Any] = {
        "@context": _CONTEXT,
        "@type": "MedicalWebPage",
        "@id": entry.id,
        "url": uri(masthead.site + urls.page_name(entry)),
        "headline": headline_name(entry, masthead).line,
        "inLanguage": language_of(summary, masthead),
        "isAccessibleForFree": True,
        "isPartOf": _site(masthead),
        "publisher": {"@type": "Organization", "name": masthead.title, "url": masthead.site},
    }
    if (name := wording.title(entry, words_in(masthead.words))) != page["headline"]:
        page["name"] = name
    if summary.published:
        page["datePublished"] = str(summary.published)
    if history.modified:
        page["dateModified"] = _moment(history.modified)
    if not wording.is_taken_back(summary):
        page["description"] = wording.teaser(entry, masthead)
    if summary.tags:
        page["keywords"] = [one_line(tag) for tag in summary.tags]
    if wording.checked_as_shown(summary):
        page["reviewedBy"] = {"@type": "Person", "name": summary.reviewed_by}
        if summary.reviewed_on:
            page["lastReviewed"] = summary.reviewed_on.isoformat()
    if comments := [*_announced(masthead, history), *_unannounced(summary, masthead, history)]:
        page["correction"] = comments if len(comments) > 1 else comments[0]
    if study := _study(summary, masthead):
        page["about"] = study
    return page


def _announced(masthead: Masthead, history: SummaryHistory) -> Iterator[dict[str, Any]]:
    views = correction_views(masthead, (one.correction for one in history.announced))
    for one, view in zip(history.announced, views, strict=True):
        yield {
            "@type": "CorrectionComment",
            "text": view.text,
            "datePublished": _moment(one.cutoff),
            "url": uri(masthead.site + urls.issue_page_name(one.number)),
        }


def _unannounced(
    summary: Summary, masthead: Masthead, history: SummaryHistory
) -> Iterator[dict[str, Any]]:
    """The notice, unless there is none, or it is what the last issue said of it."""
    last = history.announced[-1].correction.status if history.announced else Status.LIVE
    notice = wording.notice(summary, words_in(masthead.words))
    if notice and summary.status is not last:
        yield {"@type": "CorrectionComment", "text": notice}


def _moment(instant: datetime) -> str:
    return instant.replace(microsecond=0).isoformat()


def _site(masthead: Masthead) -> dict[str, Any]:
    return {
        "@type": "WebSite",
        "@id": masthead.id,
        "url": masthead.site,
        "name": masthead.title,
        "inLanguage": masthead.language,
    }


def _study(summary: Summary, masthead: Masthead) -> dict[str, Any] | None:
    """The known facts about the study, or None."""
    # Who paid is a sentence of the editor's; `funding` and `sponsor` want a grant or somebody.
    study: dict[str, Any] = {}
    told = not wording.is_taken_back(summary)
    if summary.paper_title and told:
        study["headline"] = study["name"] = one_line(summary.paper_title)
    if summary.authors and told:
        # As texts: nobody says which of them are people and which are groups.
        study["author"] = [one_line(author) for author in summary.authors]
    if summary.journal:
        study["isPartOf"] = {"@type": "Periodical", "name": summary.journal}
    if studies := studies_of(summary, words_in(masthead.words)):
        study["identifier"] = [
            {"@type": "PropertyValue", "propertyID": one.scheme, "value": one.value}
            for one in studies
        ]
        study["sameAs"] = [one.link for one in studies]
    return {"@type": "MedicalScholarlyArticle", **study} if study else None
