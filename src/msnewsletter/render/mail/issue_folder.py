"""The files of an issue's folder in the outbox, and their manifest."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from msnewsletter.render.mail import mailmerge, message
from msnewsletter.render.mail.list_addresses import list_addresses
from msnewsletter.render.mail.render import render_mail, render_short
from msnewsletter.serialize import pretty

if TYPE_CHECKING:
    from collections.abc import Mapping

    from msnewsletter.model import Issue


def manifest_of(files: Mapping[str, bytes], **about: object) -> bytes:
    """The manifest of a folder: what it is about, then SHA-256 and size of each of its files."""
    listed = {
        name: {"sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)}
        for name, data in sorted(files.items())
    }
    return pretty({**about, "files": listed})


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueFolder:
    """An issue's folder in the outbox: its files by name, their manifest, and minutes to read."""

    files: Mapping[str, bytes]
    manifest: bytes
    minutes: int


def render_folder(issue: Issue, templates: Mapping[str, str]) -> IssueFolder:
    """Render an issue's folder in the outbox; raises TemplateError."""
    mail, short = render_mail(issue, templates), _low_energy(issue, templates)
    files = {
        "digest.eml": mail.eml,
        "digest.html": mail.html,
        "digest.txt": mail.text,
        "mailmerge.eml": mail.mailmerge,
        **short.files,
    }
    manifest = manifest_of(
        files,
        issue=issue.number,
        id=issue.id,
        slot=issue.slot,
        cutoff=issue.cutoff.isoformat(),
        merge_fields=mail.merge_fields,
        merge_fields_short=short.merge_fields,
    )
    return IssueFolder(files=files, manifest=manifest, minutes=mail.minutes)


@dataclass(frozen=True, slots=True, kw_only=True)
class _LowEnergy:
    """The files of the low-energy edition, and the merge fields of the one to be filled."""

    files: Mapping[str, bytes]
    merge_fields: Mapping[str, list[int]]


def _low_energy(issue: Issue, templates: Mapping[str, str]) -> _LowEnergy:
    tokens = mailmerge.tokens_for(issue, (repr(issue), *templates.values()))
    # Rendered once: what the list gets is what a reader gets, but for the token.
    marked = render_short(_with_token(issue, tokens.token), templates)
    text, html = marked.text.decode(), marked.html.decode()
    to_fill = message.encoded_bodies(text=text, html=html, field=tokens.token)
    text, html = (body.replace(tokens.token, "") for body in (text, html))
    to_list = message.encoded_bodies(text=text, html=html)
    merge = message.reader_message(issue, to_fill, tokens, short=True)
    files = {
        "digest-short.eml": message.list_message(issue, to_list, short=True),
        "digest-short.html": html.encode(),
        "digest-short.txt": text.encode(),
        "mailmerge-short.eml": merge,
    }
    return _LowEnergy(files=files, merge_fields=mailmerge.field_offsets(merge, tokens))


def _with_token(issue: Issue, token: str) -> Issue:
    """The issue as one reader gets its low-energy edition: the unsubscribe URL is their own."""
    masthead = issue.masthead
    own = list_addresses(masthead, short=True, token=token)
    if masthead.low_energy is None:
        masthead = replace(masthead, unsubscribe_url=own.unsubscribe_url)
    else:
        masthead = replace(masthead, low_energy=own)
    return replace(issue, masthead=masthead)
