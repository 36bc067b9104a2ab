"""The editions of an issue's mail, each with what is in its message. Pure."""

from __future__ import annotations

from email import message_from_bytes, policy
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

# Each is a message, `NAME.eml`; that to one reader is a template, filled in when it is sent.
EDITIONS: Final = ("digest", "digest-short", "mailmerge", "mailmerge-short")
_PARTS: Final = {"html": "html", "txt": "plain"}
PARTS: Final = {
    f"{edition}.{ending}": (edition, kind)
    for edition in EDITIONS
    for ending, kind in _PARTS.items()
}


def part_named(files: Mapping[str, bytes], name: str) -> bytes | None:
    """`mailmerge.html`: a part of an edition, UTF-8; None: there is none of that name.

    Where it lies beside the message as a file, that is it: the same words.
    """
    if name in files or name not in PARTS:
        return files.get(name)
    edition, kind = PARTS[name]
    message = files.get(f"{edition}.eml")
    if message is None:
        return None
    part = message_from_bytes(message, policy=policy.default).get_body((kind,))
    return None if part is None else str(part.get_content()).encode()
