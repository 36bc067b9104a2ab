"""A received copy of an issue's mail: what providers and relays made of it on its way."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from msnewsletter.delivery.dkim_check import dkim_signatures
from msnewsletter.delivery.inbound.bounded_message import parse_bounded
from msnewsletter.delivery.received_copy import CopyLine, compare_copy
from msnewsletter.disk import outbox
from msnewsletter.disk.atomic import reading_errors
from msnewsletter.errors import BadValueError, RefusedError
from msnewsletter.home import issue_name
from msnewsletter.publisher.delivering.issue_mail import FILES
from msnewsletter.regular_file import read_regular

if TYPE_CHECKING:
    from pathlib import Path

    from msnewsletter.delivery.dkim_check import DkimSignature
    from msnewsletter.home import Home

# A mail of ours has 100,000 bytes of HTML at most; relays add headers.
_MAIL_LIMIT: Final = 5_000_000
_KEY_LIMIT: Final = 100_000
_ISSUE: Final = re.compile(r"/issues/(\d{1,9})\.html>?$")


def check_received(home: Home, path: Path, *, key: Path | None = None) -> tuple[CopyLine, ...]:
    """What became of a mail on its way, a line for each thing.

    Args:
        home: the newsletter's home.
        path: the mail, as a mail program saves it (`.eml`).
        key: a file with the TXT record of the DKIM key; None: the name server is asked.

    Raises RefusedError where the file is no mail, or none of an issue that is in the outbox.
    """
    received = _read(path, limit=_MAIL_LIMIT)
    record = b"".join(_read(key, limit=_KEY_LIMIT).split(b"\n")) if key else None
    place = str(path)
    try:
        headers = parse_bounded(received)
        number = _issue(place, headers.first("archived-at"))
        found = min(
            (compare_copy(frozen, received) for frozen in _frozen(home, place, number)),
            key=lambda lines: sum(not one.ok for one in lines),
        )
    except ValueError as error:
        remedy = "save the mail as a whole, with its headers, as .eml"
        raise RefusedError(place, f"it is no mail that can be compared ({error})", remedy) from None
    about = CopyLine(ok=True, says=f"a copy of issue {number}")
    return (about, *found, *_of_signatures(dkim_signatures(received, key=record)))


def _read(path: Path, *, limit: int) -> bytes:
    try:
        return read_regular(path, limit=limit)
    except FileNotFoundError:
        raise RefusedError(str(path), "there is no such file", "name another one") from None
    except BadValueError as error:
        raise RefusedError(str(path), error.problem, error.remedy) from None


def _issue(place: str, archived_at: str) -> int:
    found = _ISSUE.search(archived_at)
    if found is None:
        problem = "its header Archived-At names no issue, so it is none of ours, or lost it"
        raise RefusedError(place, problem, "save a mail that this newsletter has sent, whole")
    return int(found[1])


def _frozen(home: Home, place: str, number: int) -> list[bytes]:
    """The mail of an issue, in each edition."""
    folder = outbox.released_folder(home, number)
    if folder is None:
        problem = f"it is of issue {issue_name(number)}, which is in no folder of outbox/"
        raise RefusedError(place, problem, "put the issue's folder back into outbox/sent/")
    with reading_errors(home):
        return [(folder / name).read_bytes() for name in FILES.values()]


def _of_signatures(signatures: tuple[DkimSignature, ...]) -> list[CopyLine]:
    """What is said of signatures: one that is valid and covers all is enough."""
    if not signatures:
        says = "it has no DKIM signature: providers refuse such mail, or show no button to leave"
        return [CopyLine(ok=False, says=f"{says}; let the mail server sign it")]
    enough = any(one.valid and not one.missing for one in signatures)
    return [_of_signature(one, enough=enough) for one in signatures]


def _of_signature(one: DkimSignature, *, enough: bool) -> CopyLine:
    name = f"the DKIM signature of {one.domain} (selector {one.selector})"
    if one.valid is None:
        says = f"{name} cannot be verified: its key was not found"
        return CopyLine(ok=enough, says=f"{says}; publish {one.selector}._domainkey.{one.domain}")
    if not one.valid:
        says = f"{name} is not valid: the mail was changed after it was signed"
        return CopyLine(ok=enough, says=f"{says}, or the key is another")
    if one.missing:
        headers = ", ".join(one.missing)
        signed = ",".join(f"+{header}" for header in one.missing)
        return CopyLine(
            ok=enough,
            says=(
                f"{name} does not cover {headers}: whoever signs has to be told, opendkim by "
                f"'SignHeaders *,{signed}'"
            ),
        )
    covers = "From, Subject, List-Unsubscribe and List-Unsubscribe-Post"
    return CopyLine(ok=True, says=f"{name} is valid, and covers {covers}")
