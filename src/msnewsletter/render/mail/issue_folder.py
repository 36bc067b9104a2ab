"""The files of an issue's folder in the outbox, and their manifest."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from msnewsletter.render.mail.render import Edition, render_editions
from msnewsletter.serialize import pretty

if TYPE_CHECKING:
    from collections.abc import Mapping

    from msnewsletter.model import Issue
    from msnewsletter.render.mail.render import Mail


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
    mails = render_editions(issue, templates)
    digest, short = mails[Edition.DIGEST], mails[Edition.SHORT]
    files = {
        **{f"{Edition.DIGEST}.{kind}": data for kind, data in _bodies(digest).items()},
        "mailmerge.eml": digest.mailmerge,
        **{f"{Edition.SHORT}.{kind}": data for kind, data in _bodies(short).items()},
        "mailmerge-short.eml": short.mailmerge,
    }
    manifest = manifest_of(
        files,
        issue=issue.number,
        id=issue.id,
        slot=issue.slot,
        cutoff=issue.cutoff.isoformat(),
        merge_fields=digest.merge_fields,
        merge_fields_short=short.merge_fields,
    )
    return IssueFolder(files=files, manifest=manifest, minutes=digest.minutes)


def _bodies(mail: Mail) -> dict[str, bytes]:
    """A mail's files by the endings of their names."""
    return {"eml": mail.eml, "html": mail.html, "txt": mail.text}
