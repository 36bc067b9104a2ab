"""Which words tell others that their reader is ill: a lock screen is public. Pure.

English mostly. It errs on the side of silence: a word too many costs a topic, a word too few
tells a secret.
"""

from __future__ import annotations

import re

# Capitals matter: `20 ms` are milliseconds.
_NAMES = (
    r"(?-i:MS|[RSP]PMS|RRMS|NMOSD?|MOGAD)|multiple sclerosis|sclerosis|demyelinat\w*|myelitis|"
    r"optic neuritis|esclerosis|scl[ée]rose|sclerosi|sklerose|التصلب|تصلب"
)
_NEAR = r"(?-i:CIS|EDSS|MOG)|myelin\w*|lesions?|relaps\w*"
# By the ends of the words: -itis, -osis, -pathy, -plegia, -aemia and the like; monoclonal
# antibodies, and the stems of the medicines that are given for it (WHO, INN stem book).
_SHAPES = (
    r"\w+(?:itis|osis|opathy|pathies|plegia|paresis|a?emia|algia|phobia|lepsy)|"
    r"\w+(?:mab|imod|rubicin|tinib)|\w*fumarate|interferons?|glatiramer\w*|cladribine|"
    r"teriflunomide"
)
_GENERAL = (
    r"illness\w*|diseases?|disorders?|syndromes?|disabilit\w+|disabled|wheelchairs?|cancers?|"
    r"tumou?rs?|depress\w+|anxiet\w+|anxious|dementia|stroke|suicid\w*|mental|cogniti\w+|pain\w*|"
    r"fatigue\w*|spastic\w*|tremors?|paralys\w+|patients?|symptoms?|drugs?|medicines?|medications?|"
    r"treatments?|therap\w+|vaccin\w+|death|dying|mortality"
)
# Nobody's business either.
_INTIMATE = (
    r"bladder\w*|bowels?|incontinen\w+|continence|sexual\w*|sex|erectile|pregnan\w+|faecal|fecal"
)

_ILLNESS = re.compile(rf"\b(?:{_NAMES})\b", re.IGNORECASE)
_HINT = re.compile(rf"\b(?:{_NAMES}|{_NEAR}|{_SHAPES}|{_GENERAL}|{_INTIMATE})\b", re.IGNORECASE)


def named_illness(text: str) -> str | None:
    """The first words that name the illness of these newsletters; None: there are none."""
    found = _ILLNESS.search(text)
    return found[0] if found else None


def hints_at_illness(text: str) -> bool:
    """Whether a topic would tell somebody who reads over a shoulder that its reader is ill."""
    return _HINT.search(text) is not None
