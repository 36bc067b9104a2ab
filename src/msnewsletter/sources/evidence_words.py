"""The words by which people and PubMed say what kind of study it is, and the kind that they mean.

Pure.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from msnewsletter.errors import BadValueError
from msnewsletter.model import EVIDENCE_GROUPS, Evidence
from msnewsletter.text import did_you_mean, quoted_value

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

# In small letters, spaces for hyphens, without `study`. PubMed's are its publication types
# (https://www.nlm.nih.gov/mesh/pubtypes.html).
_WORDS: Final[Mapping[Evidence, tuple[str, ...]]] = {
    Evidence.TRIAL: (
        *("trial", "clinical trial", "controlled trial", "controlled clinical trial", "rct"),
        *("randomised trial", "randomised controlled trial", "randomised clinical trial"),
        *("interventional", "intervention"),
    ),
    Evidence.OBSERVATIONAL: (
        *("observational", "cohort", "case control", "cross sectional", "registry", "survey"),
    ),
    Evidence.REVIEW: (
        *("review", "systematic review", "scoping review", "literature review", "meta analysis"),
        *("metaanalysis", "systematic review and meta analysis"),
    ),
    Evidence.LABORATORY: ("laboratory", "lab", "animal", "cell", "in vitro", "preclinical"),
    Evidence.PEER_REVIEWED: ("peer reviewed", "peer review", "refereed"),
    Evidence.PREPRINT: ("preprint", "pre print", "not peer reviewed", "not yet peer reviewed"),
}
_BY_WORDS: Final = {words: kind for kind, all_ in _WORDS.items() for words in all_}
_GAP: Final = re.compile("[\\s_\u00ad\u2010-\u2015-]+")
_LEFT_OUT: Final = frozenset({"study", "studies"})
_LONGEST: Final = 100  # characters of a name of a kind


def evidence_of(texts: Iterable[str]) -> tuple[Evidence, ...]:
    """What kind of study it is, each kind once, in the model's order; raises BadValueError."""
    found = {_kind(text) for text in texts}
    for group in EVIDENCE_GROUPS:
        both = [kind for kind in Evidence if kind in found & group]
        if len(both) > 1:
            raise BadValueError(f"'{both[0]}' and '{both[1]}' exclude each other", "keep one")
    return tuple(kind for kind in Evidence if kind in found)


def _kind(text: str) -> Evidence:
    plain = text[:_LONGEST].casefold().strip(" .").replace("randomized", "randomised")
    words = " ".join(word for word in _GAP.split(plain) if word not in _LEFT_OUT).strip()
    kind = _BY_WORDS.get(words) if len(text) <= _LONGEST else None
    if kind is None:
        known = ", ".join(Evidence)
        remedy = did_you_mean(words, _BY_WORDS, otherwise=f"use one of {known}")
        problem = f"{quoted_value(text)} is no kind of study that we know"
        raise BadValueError(problem, f"{remedy}; separate several by commas")
    return kind
