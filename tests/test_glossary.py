from __future__ import annotations

import pytest

from msnewsletter.glossary import FORM_LIMIT, Glossary, Term, why_no_form


@pytest.mark.parametrize(
    "form",
    [
        *("MS", "EBV", "T cell", "EOMES", "IT", "WHO", "B12", "pH", "p53", "lesion", "axon"),
        *("髓鞘", "תא T", "миелин", "café au lait", "x" * FORM_LIMIT),
    ],
)
def test_an_abbreviation_a_word_and_a_name_in_any_script_are_terms(form: str) -> None:
    assert why_no_form(form) is None


@pytest.mark.parametrize(
    ("form", "reason"),
    [
        *((form, "names a common word") for form in ("it", "It", "Who", "study", "I", "People")),
        *((form, "is shorter than 3 letters, and not in capitals") for form in ("ms", "T", "x1")),
        *((form, "holds no letter") for form in ("12", "–", "")),
        ("x" * (FORM_LIMIT + 1), "has more than 60 characters"),
    ],
)
def test_what_would_be_linked_everywhere_or_nowhere_is_no_term(form: str, reason: str) -> None:
    assert why_no_form(form) == reason


def test_a_term_is_called_by_its_first_form() -> None:
    assert Term(forms=("T cell", "lymphocyte"), explanation="A cell.").name == "T cell"
    assert Glossary().terms == ()
