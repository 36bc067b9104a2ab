"""Who wrote and who checked the summaries of an issue: what is the same is said once. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections import Counter


def common_review(reviews: Counter[str]) -> str:
    """The line that the most entries have, if more than one has it or it is the only one."""
    (line, count), *others = reviews.most_common(2) or [("", 0)]
    return line if count > 1 or not others else ""


def review_of_all(reviews: Counter[str], common: str, *, whole: bool) -> str:
    """The common line, and whose it is; without a full stop, empty where there is none.

    Args:
        reviews: how many entries have each line (wording.review_line).
        common: as `common_review` gives it.
        whole: whether all of the issue's entries are shown.
    """
    if not common or reviews.total() == 1:
        return common
    all_of_them = len(reviews) == 1
    where = "in this issue" if whole else "in this mail"
    unless = "" if all_of_them else ", unless they say otherwise"
    return f"All summaries {where}{unless}: {common}"
