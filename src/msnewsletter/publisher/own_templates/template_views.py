"""Every view that templates make of an issue: mail, pages, the door's pages and letters.

Each view is rendered apart, so that one that breaks hides no other.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from msnewsletter import urls
from msnewsletter.delivery_settings import SubscribeSection
from msnewsletter.glossary import NO_GLOSSARY
from msnewsletter.model import AnnouncedCorrection, ArchivedIssue
from msnewsletter.render.door.door_pages import (
    ASK_FOR_LINK,
    DoorMessage,
    DoorPages,
    FormFill,
    consent_words,
)
from msnewsletter.render.door.letter_message import LetterHeaders, letter_message
from msnewsletter.render.mail.issue_folder import render_folder
from msnewsletter.render.mail.render import render_mail, render_short
from msnewsletter.render.site.index_pages import SitePages
from msnewsletter.render.site.issue_pages import NONE_AROUND, render_issue_page, render_pages
from msnewsletter.subscribers.door_rules import DoorLetter
from msnewsletter.subscribers.subscriber import SubscribedEdition

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from msnewsletter.glossary import Glossary
    from msnewsletter.model import Issue

# A moment of a letter on which nothing depends.
_SOME_TIME = datetime(2026, 1, 12, 7, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateView:
    """One view.

    Attributes:
        name: what it shows, e.g. `site/archive.html`.
        files: renders it: files by name; raises TemplateError.
        is_mail: it is an edition of the mail: its style sheets are in its HTML.
    """

    name: str
    files: Callable[[], Mapping[str, bytes]]
    is_mail: bool = False


def mail_views(issue: Issue, templates: Mapping[str, str]) -> Iterator[TemplateView]:
    """Both editions of the mail, each apart."""
    yield TemplateView(
        name="digest.html",
        files=lambda: {"digest.html": render_mail(issue, templates).html},
        is_mail=True,
    )
    yield TemplateView(
        name="digest-short.html",
        files=lambda: {"digest-short.html": render_short(issue, templates).html},
        is_mail=True,
    )


def mail_files(issue: Issue, templates: Mapping[str, str]) -> Mapping[str, bytes]:
    """All files of an issue's folder; raises TemplateError."""
    return render_folder(issue, templates).files


def page_views(
    issue: Issue, templates: Mapping[str, str], glossary: Glossary
) -> Iterator[TemplateView]:
    """Each kind of page of the site, and its stylesheet."""
    pages = SitePages(issue.masthead, templates, glossary=glossary)
    path, summary = urls.issue_page_name(issue.number), "a page in summaries/"
    yield TemplateView(name=urls.HOME, files=lambda: {urls.HOME: pages.home([issue])})
    yield TemplateView(
        name=path,
        files=lambda: render_issue_page(issue, templates, glossary=glossary, around=NONE_AROUND),
    )
    yield TemplateView(
        name=summary, files=lambda: render_pages(issue, templates, glossary=glossary)
    )
    yield TemplateView(name=urls.LATEST, files=lambda: {urls.LATEST: pages.latest(issue.number)})
    yield TemplateView(
        name=urls.ARCHIVE,
        files=lambda: {urls.ARCHIVE: pages.archive(urls.ARCHIVE, [_archived(issue)], chunk=1)},
    )
    yield TemplateView(
        name=urls.CORRECTIONS,
        files=lambda: {urls.CORRECTIONS: pages.ledger(urls.CORRECTIONS, _ledger(issue), chunk=1)},
    )
    tag = urls.tag_page_name("samples")
    yield TemplateView(
        name=tag, files=lambda: {tag: pages.tag("samples", "samples", issue.entries)}
    )
    yield TemplateView(
        name=f"{urls.ABOUT} and the pages beside it",
        files=lambda: pages.fixed({"samples": "samples"}, counts={"samples": 1}),
    )


def _archived(issue: Issue) -> ArchivedIssue:
    return ArchivedIssue(number=issue.number, cutoff=issue.cutoff, count=len(issue.entries))


def _ledger(issue: Issue) -> list[AnnouncedCorrection]:
    return [
        AnnouncedCorrection(number=issue.number, cutoff=issue.cutoff, correction=one)
        for one in issue.corrections
    ]


def door_views(issue: Issue, templates: Mapping[str, str]) -> Iterator[TemplateView]:
    """The door's pages, its stylesheet and its letters; an address in them is nobody's."""
    masthead = issue.masthead
    section = SubscribeSection.model_validate({})
    door = DoorPages(
        masthead,
        consent_words(masthead, section.consent),
        privacy="https://example.org/privacy",
        templates=templates,
    )
    wrong = FormFill(address="nobody@", problem="This is no address.", wrong_address=True)
    said = DoorMessage(title="Done", lines=("It is done.",), links=(ASK_FOR_LINK,))
    made: dict[str, Callable[[], bytes]] = {
        "door/style.css": door.style,
        "door/subscribe.html": lambda: door.sign_up(form="", fill=wrong),
        "door/link.html": lambda: door.ask_for_link(form="", fill=wrong),
        "door/confirm.html": lambda: door.confirm("", problem="Something is missing."),
        "door/preferences.html": lambda: door.preferences(
            "", edition=SubscribedEdition.FULL, paused_until=_SOME_TIME.date(), saved=True
        ),
        "door/unsubscribe.html": lambda: door.unsubscribe(""),
        "door/message.html": lambda: door.message(said),
        "door/letter": lambda: letter_message(
            DoorLetter.CONFIRM,
            LetterHeaders(to="nobody@example.org", date=_SOME_TIME, unique="sample"),
            link="https://example.org/confirm/sample",
            masthead=masthead,
            templates=templates,
        ),
    }
    for name, make in made.items():
        yield TemplateView(name=name, files=partial(_file, name, make))


def _file(name: str, make: Callable[[], bytes]) -> Mapping[str, bytes]:
    return {name: make()}


def all_views(
    issue: Issue, templates: Mapping[str, str], glossary: Glossary = NO_GLOSSARY
) -> tuple[TemplateView, ...]:
    """All of them."""
    return (
        *mail_views(issue, templates),
        *page_views(issue, templates, glossary),
        *door_views(issue, templates),
    )
