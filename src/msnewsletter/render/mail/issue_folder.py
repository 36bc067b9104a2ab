"""The files of an issue's folder in the outbox, and their manifest."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

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
    mail, short = render_mail(issue, templates), render_short(issue, templates)
    files = {
        "digest.eml": mail.eml,
        "digest.html": mail.html,
        "digest.txt": mail.text,
        "mailmerge.eml": mail.mailmerge,
        "digest-short.eml": short.eml,
        "digest-short.html": short.html,
        "digest-short.txt": short.text,
    }
    manifest = manifest_of(
        files,
        issue=issue.number,
        id=issue.id,
        slot=issue.slot,
        cutoff=issue.cutoff.isoformat(),
        merge_fields=mail.merge_fields,
    )
    return IssueFolder(files=files, manifest=manifest, minutes=mail.minutes)
