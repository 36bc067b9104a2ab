"""Who wrote and who checked the summaries of an issue: what is the same is said once. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msnewsletter.catalogues.own_words import to_say

if TYPE_CHECKING:
    from collections import Counter

    from msnewsletter.catalogues.own_words import OwnWords

# By whether all entries are shown, and whether the line is that of all of them.
_OF_ALL = {
    (True, True): to_say("All summaries in this issue: %(review)s"),
    (True, False): to_say("All summaries in this issue, unless they say otherwise: %(review)s"),
    (False, True): to_say("All summaries in this mail: %(review)s"),
    (False, False): to_say("All summaries in this mail, unless they say otherwise: %(review)s"),
}


def common_review(reviews: Counter[str]) -> str:
    """The line that the most entries have, if more than one has it or it is the only one."""
    (line, count), *others = reviews.most_common(2) or [("", 0)]
    return line if count > 1 or not others else ""


def review_of_all(reviews: Counter[str], common: str, words: OwnWords, *, whole: bool) -> str:
    """The common line, and whose it is; without a full stop, empty where there is none.

    Args:
        reviews: how many entries have each line (wording.review_line).
        common: as `common_review` gives it.
        words: those of the masthead.
        whole: whether all of the issue's entries are shown.
    """
    if not common or reviews.total() == 1:
        return common
    return words.say(_OF_ALL[whole, len(reviews) == 1], review=common)
