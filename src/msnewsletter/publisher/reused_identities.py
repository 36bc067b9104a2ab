"""Ids and addresses that lead to another study by now: which summary a find is, or a new one.

A site that is set up anew gives old numbers to new entries, and some always publish at one address.
In doubt a find is the summary that its first identity leads to, and a person decides.
"""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256
from typing import TYPE_CHECKING

from msnewsletter.issue.same_study import Resemblance, closeness, resemblance
from msnewsletter.sources.addresses import key_of_identity
from msnewsletter.sources.fetched_file import study_in

if TYPE_CHECKING:
    from collections.abc import Container, Sequence

    from msnewsletter.model import Summary
    from msnewsletter.sources.fetch.finds import Read
    from msnewsletter.sources.fetched_file import FetchedSummary

_NAMED = 3  # of those that took another's id or address


def meant_by(find: Read, known: Sequence[FetchedSummary]) -> FetchedSummary | None:
    """The summary that a find says more of; None: it is a study that was not known.

    `known`: what its identities lead to, in their order.
    """
    if not known or find.has_key or find.partial:
        return known[0] if known else None
    best = max(known, key=lambda one: _closeness(one, find))  # of equal ones the first
    return None if _is_other(best, find) else best


def is_nearer(find: Read, one: FetchedSummary, other: FetchedSummary) -> bool:
    """Whether what is found says more of `one` than of `other`, whose id or address it has."""
    return _closeness(one, find) > _closeness(other, find)


def key_beside(find: Read, identities: Sequence[str], taken: Container[str]) -> str:
    """A key for a new study where another has its own: of what else it is known by, or made.

    Args:
        find: what was found.
        identities: keys that would be its own, the best first.
        taken: keys of other summaries.
    """
    free = next((one for one in identities if one not in taken), None)
    if free is not None:
        return free
    one = study_in(find.fields)
    says = "\0".join((one.headline, str(one.published), str(one.doi), str(one.pmid)))
    digest = sha256(says.encode(errors="replace")).hexdigest()[:8]
    return key_of_identity(f"{identities[0]}~{digest}")


def reused_remark(reused: Sequence[tuple[str, str]]) -> str:
    """What editors should know: headlines of new studies, and whose id or address each has."""
    shown = ", ".join(f"{new!r} that of {old!r}" for new, old in reused[:_NAMED])
    more = f", and {len(reused) - _NAMED:,} more" if len(reused) > _NAMED else ""
    return (
        f"new summaries have an id or address that was another's, and are taken as other studies: "
        f"{shown}{more}"
    )


def _is_other(before: FetchedSummary, find: Read) -> bool:
    if before.read is None or not before.fields:
        return False  # what was never read, or has lost its file, is nothing that could be lost
    renamed = not set(find.identities) <= set(before.identities)
    texts = _study_of(before), _found_study(find)
    return resemblance(*texts, renamed=renamed) is Resemblance.OTHER


def _closeness(before: FetchedSummary, find: Read) -> tuple[bool, bool, float]:
    return closeness(_study_of(before), _found_study(find))


def _study_of(one: FetchedSummary) -> Summary:
    return _undated(study_in(one.fields), one.weak)


def _found_study(find: Read) -> Summary:
    return _undated(study_in(find.fields), find.weak)


def _undated(study: Summary, weak: Container[str]) -> Summary:
    """Without a date that is no more than a hint: a sitemap's changes with each edit."""
    return replace(study, published=None) if "published" in weak else study
