"""When two summaries are the same study or the same text."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from msnewsletter.model import Summary


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierDuplicate:
    """An earlier summary with the same DOI or text.

    `where` says it for the editor, e.g. "in issue 3"; `gone`, why it is no longer where it was,
    e.g. "whose file is gone"; empty: it may well be.
    """

    key: str
    where: str
    gone: str = ""


def text_digest(summary: Summary) -> str:
    """The same for two summaries that say the same, however their white space falls: SHA-256."""
    texts = (summary.headline, summary.found, summary.why_it_matters, summary.cautions)
    folded = "\0".join(" ".join(text.split()) for text in texts)
    return hashlib.sha256(folded.encode()).hexdigest()
