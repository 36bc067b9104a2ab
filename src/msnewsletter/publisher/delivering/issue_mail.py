"""The mail of an issue in `outbox/sending/`, ready to be filled in for each subscriber."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pydantic import ValidationError

from msnewsletter.delivery.wire_parts import WireParts, wire_parts
from msnewsletter.disk.atomic import reading_errors
from msnewsletter.disk.outbox import MANIFEST
from msnewsletter.errors import OutboxError
from msnewsletter.render.mail.mailmerge import split_merge
from msnewsletter.serialize import from_json
from msnewsletter.subscribers.subscriber import SubscribedEdition

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from msnewsletter.home import Home

FILES: Final = {
    SubscribedEdition.FULL: "mailmerge.eml",
    SubscribedEdition.LOW_ENERGY: "mailmerge-short.eml",
}
_RESTORE: Final = "restore the folder from a backup; nothing was sent from it"


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueMail:
    """An issue's mail for each edition.

    Attributes:
        manifest: the SHA-256 of its manifest, in hexadecimal.
        parts: the mail of each edition.
    """

    manifest: str
    parts: Mapping[SubscribedEdition, WireParts]


@dataclass(frozen=True, slots=True)
class _File:
    sha256: str


@dataclass(frozen=True, slots=True)
class _Manifest:
    files: dict[str, _File]


def manifest_digest(home: Home, folder: Path) -> str:
    """The SHA-256 of a folder's manifest; raises OutboxError where there is none."""
    return hashlib.sha256(_read(home, folder / MANIFEST)).hexdigest()


def mail_files(home: Home, folder: Path) -> Mapping[SubscribedEdition, bytes]:
    """What the files of a folder hold, by edition; raises OutboxError as `read_issue_mail` does."""
    return {edition: data for edition, (data, _) in _checked(home, folder)[1].items()}


def mail_of_files(files: Mapping[SubscribedEdition, bytes], *, manifest: str) -> IssueMail:
    """The mail that such files hold; raises ValueError where one is none of ours."""
    parts = {edition: wire_parts(split_merge(data)) for edition, data in files.items()}
    return IssueMail(manifest=manifest, parts=parts)


def read_issue_mail(home: Home, folder: Path) -> IssueMail:
    """The mail in a folder; raises OutboxError where a byte is not as its manifest says."""
    manifest, files = _checked(home, folder)
    parts = {edition: parts for edition, (_, parts) in files.items()}
    return IssueMail(manifest=hashlib.sha256(manifest).hexdigest(), parts=parts)


def _checked(
    home: Home, folder: Path
) -> tuple[bytes, dict[SubscribedEdition, tuple[bytes, WireParts]]]:
    """The manifest of a folder, and each edition's file as bytes and as parts."""
    manifest = _read(home, folder / MANIFEST)
    place = home.display_path(folder / MANIFEST)
    try:
        listed = from_json(_Manifest, manifest).files
    except ValidationError:
        raise OutboxError(place, "it is damaged", _RESTORE) from None
    found = {}
    for edition, name in FILES.items():
        data = _read(home, folder / name)
        if name not in listed or hashlib.sha256(data).hexdigest() != listed[name].sha256:
            problem = "is not the file that was published"
            raise OutboxError(home.display_path(folder / name), problem, _RESTORE)
        try:
            found[edition] = data, wire_parts(split_merge(data))
        except ValueError as error:
            raise OutboxError(home.display_path(folder / name), str(error), _RESTORE) from None
    return manifest, found


def _read(home: Home, path: Path) -> bytes:
    with reading_errors(home):
        return path.read_bytes()
