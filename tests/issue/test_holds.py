"""What holds a single text, be it new or edited."""

from __future__ import annotations

from datetime import date

import pytest

from msnewsletter.issue.holds import hindrance_in_text
from msnewsletter.model import HoldReason, Summary

TODAY = date(2026, 11, 23)


def held(cautions: str, caution: str | None = None) -> HoldReason | None:
    summary = Summary(
        key="k", headline="h", found="f", why_it_matters="w", cautions=cautions, caution=caution
    )
    hindrance = hindrance_in_text(summary, today=TODAY)
    return hindrance.because if hindrance else None


@pytest.mark.parametrize(
    "cautions", ["1" * 900, "1 " * 900, "- " + "2" * 900, "e" + "\u0301" * 900]
)
def test_cautions_of_which_mail_would_show_nothing_are_held(cautions: str) -> None:
    assert held(cautions) is HoldReason.UNFINISHED
    assert held(cautions, caution="It was small.") is None


@pytest.mark.parametrize(
    "cautions",
    ["…", "\ue000", " . ", "—", "&nbsp;", "&#160; &#xA0;", "<br>", "<p></p>\n<br />", "\u3164"],
)
def test_cautions_without_a_word_are_none(cautions: str) -> None:
    assert held(cautions) in (HoldReason.NO_CAUTIONS, HoldReason.UNFINISHED)


@pytest.mark.parametrize(
    "cautions",
    [
        "Small study… Only 12 people took part.",
        "Only 12",
        "<br>12 people.",
        "1" * 200,
        "研究很小" * 300,
        "a. " * 999,
    ],
)
def test_cautions_that_can_be_said_in_short_are_not(cautions: str) -> None:
    assert held(cautions) is None
