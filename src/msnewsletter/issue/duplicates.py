"""Duplicates: summaries of the same study, or with the same text."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from msnewsletter.model import Summary


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierDuplicate:
    """An earlier summary with the same DOI or text.

    `where` is for the editor, e.g. "in issue 3". `gone` says why its source no longer has it,
    e.g. "whose file is gone"; empty: it may still have it.
    """

    key: str
    where: str
    gone: str = ""


def text_digest(summary: Summary) -> str:
    """The SHA-256 of a summary's texts, whatever their white space."""
    texts = (summary.headline, summary.found, summary.why_it_matters, summary.cautions)
    folded = "\0".join(" ".join(text.split()) for text in texts)
    return hashlib.sha256(folded.encode()).hexdigest()
