"""A newsletter's glossary: hard words, each with what it means in plain ones. Pure.

Owns its shape, its bounds, and what may be a form of a term. Knows no file and no page.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

MOST_TERMS: Final = 500
MOST_FORMS: Final = 12  # of one term
FORM_LIMIT: Final = 60  # characters
EXPLANATION_LIMIT: Final = 2_000  # characters
OPENING_LIMIT: Final = 20_000  # characters of the page's title and the text above the terms

_SHORTEST = 3  # letters and digits of a form in small letters

# Words that stand in any English text, so that a link on them explains nothing: the closed classes
# of English grammar, and the general nouns, verbs and adjectives of summaries of research.
_COMMON_WORDS = """
    a about above after again against all almost alone along already also although always am among
    an and another any anybody anyone anything are around as at away back be became because become
    been before began behind being below between both but by came can cannot come could did do does
    doing done down during each either else enough even ever every everybody everyone everything few
    first for from further gave get give given go goes going gone got had has have having he her
    here hers herself him himself his how however i if in indeed instead into is it its itself just
    keep kept know known last later least less let like little made make makes making many may maybe
    me might mine more most much must my myself near nearly neither never next no nobody none nor
    not nothing now of off often on once one only onto or other others our ours ourselves out over
    own part perhaps put quite rather said same saw say says second see seem seen several shall she
    should show shown since so some somebody someone something sometimes soon still such take taken
    than that the their theirs them themselves then there therefore these they thing things third
    this those though three through thus to together too took toward towards two under until up upon
    us use used uses using very was way we well went were what whatever when where whether which
    while who whole whom whose why will with within without would yes yet you your yours yourself
    able bad best better big certain change changed clear common day days different difference early
    effect effects end example fact find finding findings found good great group groups help helped
    high higher hope important kind large larger long longer low lower main mean means month months
    need new number old open paper people person place possible question questions real reason
    research researcher researchers result results right science scientist scientists short sign
    similar small smaller strong studies study sure test tested text time times true try week weeks
    woman women man men word words work world wrong year years young
    four five six seven eight nine ten eleven twelve hundred thousand million
"""
_COMMON = frozenset(_COMMON_WORDS.split())


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A hard word and its explanation.

    Attributes:
        forms: how it is written in a text, the first of them its name; each on one line.
        explanation: plain text with paragraphs and lists.
    """

    forms: tuple[str, ...]
    explanation: str

    @property
    def name(self) -> str:
        """The form by which a glossary lists it."""
        return self.forms[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Glossary:
    """The terms in the editor's order; no two of them share a form, whatever its case.

    Attributes:
        title: on one line; empty where the editor gives none.
        opening: plain text before the terms; may be empty.
    """

    title: str = ""
    opening: str = ""
    terms: tuple[Term, ...] = ()


NO_GLOSSARY: Final = Glossary()


def why_no_form(form: str) -> str | None:
    """Why a text cannot be a form of a term, without a full stop; None: it can."""
    signs = sum(map(str.isalnum, form))
    if len(form) > FORM_LIMIT:
        return f"has more than {FORM_LIMIT} characters"
    if not any(map(str.isalpha, form)):
        return "holds no letter"
    if form.casefold() in _COMMON and not (form.isupper() and signs > 1):
        return "names a common word"
    # Scripts without capitals have whole words of two characters.
    if signs == 1 or (signs < _SHORTEST and form.islower()):
        return f"is shorter than {_SHORTEST} letters, and not in capitals"
    return None
