"""Turns an Issue into mail: HTML, plain text and two messages. Opens no file and no socket."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cache, partial
from html import unescape
from typing import TYPE_CHECKING, Any

from msnewsletter.catalogues.catalogue_files import words_in
from msnewsletter.errors import TemplateError
from msnewsletter.render.jinja import PLACE, environment, render, template_line_of
from msnewsletter.render.mail import low_energy, mailmerge, message, mjml
from msnewsletter.render.mail.entries import said_once
from msnewsletter.render.mail.list_addresses import list_addresses
from msnewsletter.render.mail.references import References
from msnewsletter.render.mail.shortening import Detail, details, shortening
from msnewsletter.render.mail.view import digest_view
from msnewsletter.render.template_words import template_words
from msnewsletter.render.xml_text import legal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from jinja2 import Environment

    from msnewsletter.model import Issue
    from msnewsletter.render.mail.view import DigestView
    from msnewsletter.render.note import Paragraph


class Edition(StrEnum):
    """One of an issue's mails; the value begins the names of its files."""

    DIGEST = "digest"  # all of it
    SHORT = "digest-short"  # low-energy


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """One edition of an issue; every byte follows from the issue and the templates.

    Attributes:
        html, text: UTF-8, lines ended by LF; their unsubscribe link is the general one.
        eml: the message to the list address, CRLF.
        mailmerge: the message to one reader, CRLF, with merge fields (see mailmerge.py).
        merge_fields: byte offsets in `mailmerge` of each field, by the field as written there.
        mjml: what the HTML was made from.
        minutes: about how long it takes to read.
    """

    html: bytes
    text: bytes
    eml: bytes
    mailmerge: bytes
    merge_fields: dict[str, list[int]]
    mjml: str
    minutes: int


def render_editions(issue: Issue, templates: Mapping[str, str]) -> dict[Edition, Mail]:
    """Render all editions; raises as `render_mail` does."""
    tokens = mailmerge.tokens_for(issue, templates.values())
    return {edition: _mail(issue, templates, edition, tokens) for edition in Edition}


def render_mail(issue: Issue, templates: Mapping[str, str]) -> Mail:
    """Render the digest with these templates, given by name, e.g. "digest.mjml.j2".

    Raises:
        TemplateError: a template is broken; with its line.
        SettingsError: an address may not be in a mail.
    """
    tokens = mailmerge.tokens_for(issue, templates.values())
    return _mail(issue, templates, Edition.DIGEST, tokens)


def render_short(issue: Issue, templates: Mapping[str, str]) -> Mail:
    """Render the low-energy edition: three entries, and a link to all; raises as `render_mail`."""
    tokens = mailmerge.tokens_for(issue, templates.values())
    return _mail(issue, templates, Edition.SHORT, tokens)


def render_marked(
    issue: Issue, templates: Mapping[str, str], *, edition: Edition, at: datetime
) -> mailmerge.MergeParts:
    """A test mail of one edition, sent at `at` (aware), to be filled for each address.

    Bodies and header fields are those of the real mail to one reader, but for Subject and Date.
    Raises as `render_mail` does.
    """
    tokens = mailmerge.tokens_for(issue, templates.values())
    made = _made(issue, templates, edition, tokens.token)
    bodies = message.encoded_bodies(text=made.text, html=made.html, field=tokens.token)
    short = edition is Edition.SHORT
    return mailmerge.split_merge(
        message.reader_message(issue, bodies, tokens, short=short, test_at=at)
    )


def _mail(
    issue: Issue,
    templates: Mapping[str, str],
    edition: Edition,
    tokens: mailmerge.MergeFields,
) -> Mail:
    made, short = _made(issue, templates, edition, tokens.token), edition is Edition.SHORT
    bodies = message.encoded_bodies(text=made.text, html=made.html, field=tokens.token)
    merge_message = message.reader_message(issue, bodies, tokens, short=short)
    return Mail(
        html=made.html.replace(tokens.token, "").encode(),
        text=made.text.replace(tokens.token, "").encode(),
        eml=message.list_message(issue, bodies, short=short),
        mailmerge=merge_message,
        merge_fields=mailmerge.field_offsets(merge_message, tokens),
        mjml=made.mjml.replace(tokens.token, ""),
        minutes=made.minutes,
    )


def _made(issue: Issue, templates: Mapping[str, str], edition: Edition, token: str) -> _Rendered:
    env = environment(templates)
    return _short(issue, env, token) if edition is Edition.SHORT else _digest(issue, env, token)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rendered:
    """Both bodies of an edition, with the token in their unsubscribe links, and the MJML."""

    html: str
    text: str
    mjml: str
    minutes: int


def _digest(issue: Issue, env: Environment, token: str) -> _Rendered:
    """Both bodies of the digest, as long as a mail may be."""
    unsubscribe = list_addresses(issue.masthead, short=False, token=token)
    once = said_once(issue)
    counts, wanted = (len(issue.entries), len(issue.corrections)), issue.masthead.detail

    @cache
    def view(steps: int, corrections: int) -> DigestView:
        return digest_view(
            issue,
            unsubscribe=unsubscribe,
            chosen=details(counts[0], steps, wanted),
            most_corrections=corrections,
            once=once,
        )

    @cache
    def html(steps: int, corrections: int) -> _Html:
        shown = view(steps, corrections)
        return _html(env, Edition.DIGEST, shown, shown.note)

    chosen = shortening(*counts, lambda *steps: len(html(*steps).html.encode()), wanted)
    shown = view(*chosen)
    return _rendered(html(*chosen), env, Edition.DIGEST, shown, shown.note)


def _short(issue: Issue, env: Environment, token: str) -> _Rendered:
    shown = low_energy.shown_of(issue)
    view = digest_view(
        shown,
        unsubscribe=list_addresses(issue.masthead, short=True, token=token),
        chosen=[Detail.SHORT] * len(shown.entries),
        most_corrections=low_energy.CORRECTIONS,
        total=len(issue.entries),
    )
    words = low_energy.words_of(issue, view.studies)
    html = _html(env, Edition.SHORT, view, words.note, short=words)
    return _rendered(html, env, Edition.SHORT, view, words.note, short=words)


@dataclass(frozen=True, slots=True)
class _Html:
    """The HTML of an edition, and the MJML that it was made from."""

    html: str
    mjml: str


def _html(
    env: Environment,
    edition: Edition,
    view: DigestView,
    note: Sequence[Paragraph],
    **more: object,
) -> _Html:
    name = f"{edition}.mjml.j2"
    values: dict[str, Any] = {"digest": view, **_words(view), **more}
    source = _legal(render(env, name, **values))
    html = mjml.to_html(source, partial(template_line_of, env, name, **values))
    _prove(name, unescape(html), view, note)
    return _Html(html=html, mjml=source)


def _rendered(
    made: _Html,
    env: Environment,
    edition: Edition,
    view: DigestView,
    note: Sequence[Paragraph],
    **more: object,
) -> _Rendered:
    """Both bodies: the text, which no length is measured by, is made once."""
    name = f"{edition}.txt.j2"
    text = _legal(render(env, name, reference=References(), digest=view, **_words(view), **more))
    # Plain text has no codes: what looks like one there, a reader sees as it is.
    _prove(name, text, view, note)
    return _Rendered(html=made.html, text=text, mjml=made.mjml, minutes=view.minutes)


def _words(view: DigestView) -> dict[str, Any]:
    return template_words(words_in(view.masthead.words))


def _prove(name: str, shown: str, view: DigestView, note: Sequence[Paragraph]) -> None:
    """Raises TemplateError where a body lacks what every mail must have."""
    # An address in HTML need not be escaped: `&copy=1` is read as a sign then.
    if not any(url in shown for url in (view.unsubscribe_url, unescape(view.unsubscribe_url))):
        remedy = "link to {{ digest.unsubscribe_url }} as it is"
        raise TemplateError(PLACE + name, "the mail has no unsubscribe link", remedy)
    if not _says(shown, note):
        remedy = 'set note = digest.note (short.note), and include "digest/note.mjml.j2" or .txt.j2'
        raise TemplateError(PLACE + name, "the mail lacks the editor's note", remedy)


def _says(body: str, note: Sequence[Paragraph]) -> bool:
    """Whether the beginning of each paragraph is in the body, whatever its lines."""
    words = " ".join(body.split())
    firsts = (" ".join(legal(paragraph.runs[0].text).split()) for paragraph in note)
    return all(first in words for first in firsts)


def _legal(text: str) -> str:
    """The text without what XML and mail cannot carry."""
    if text.replace("\n", " ").isprintable():  # mostly, and thirty times as quick
        return text
    return "\n".join(line if line.isprintable() else legal(line) for line in text.split("\n"))
