from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chance import examples
from msnewsletter.glossary import MOST_FORMS, MOST_TERMS, Glossary, Term
from msnewsletter.render.glossary_links import PageTerms, TermFinder, finder_of

PAGE = "../glossary.html"


def term(*forms: str) -> Term:
    return Term(forms=forms, explanation=f"What {forms[0]} means.")


def marked(line: str, *terms: Term, without: Term | None = None) -> str:
    """The line as a page shows it, what is linked in brackets."""
    page = PageTerms(TermFinder(terms), page=PAGE, without=without)
    return "".join(f"[{run.text}]" if run.term else run.text for run in page.runs(line))


@pytest.mark.parametrize(
    ("form", "line"),
    [
        # A small first letter may be a capital at the beginning of a sentence.
        ("lesion", "A [lesion] grew."),
        ("lesion", "[Lesion] or not."),
        ("lesion", "It grew. “[Lesion],” they said."),
        ("lesion", "Is it? ([Lesion] or not.)"),
        ("lesion", "The Lesion Society, the LESION, and lesions."),
        ("killer T cell", "[Killer T cell]. Killer t cell."),
        # All else exactly.
        ("MS", "It is [MS], not ms or Ms. Smith."),
        ("EOMES", "[EOMES] is not Eomes."),
        ("T cell", "A [T cell] is no t cell."),
        ("T cell", "T Cell."),
        # Whole words.
        ("MS", "MSX, aMS, MS2, MS_x, non-MS, MS-like, non\u2011MS, M\u00adMS"),
        ("MS", "([MS])/EBV"),
        ("MS", "“[MS]’s end”"),
        ("cafe", "cafe\u0301, café"),
        ("café", "A [cafe\u0301]."),
        ("cafe\u0301", "A [café]."),
        # Signs that mean the same.
        ("T cell", "A [T\u00a0cell]."),
        ("anti-CD20", "An [anti\u2011CD20] drug."),
        ("Epstein-Barr virus", "The [Epstein–Barr virus]."),
        ("Sjögren's", "It is [Sjögren’s]."),
        # Any script; some part no words.
        ("миелин", "[Миелин] тонкий."),
        ("مرض", "هو [مرض] نادر"),
        ("髓鞘", "他的[髓鞘]受损"),
        ("EBV", "有[EBV]病毒"),
        ("น้ำ", "ดื่ม[น้ำ]ทุกวัน"),
        ("น", "น้ำ"),
        # Nothing in an address.
        ("EBV", "https://x.org/EBV www.EBV.org EBV@x.org 10.1000/EBV doi:EBV ebv.org/EBV: [EBV]"),
        ("EBV", "See (https://x.org/?a=EBV)."),
        # What looks like markup is text.
        ("EBV", "<a href=x>[EBV]</a> &amp;"),
    ],
)
def test_a_term_is_found_where_a_reader_would_look_it_up(form: str, line: str) -> None:
    plain = line.replace("[", "").replace("]", "")
    assert marked(plain, term(form)) == line


def test_the_longest_form_at_a_place_counts_and_hides_what_is_in_it() -> None:
    both = term("T cell", "T cells"), term("killer T cell", "killer T cells")
    assert marked("Killer T cells and T cells and killer T cells.", *both) == (
        "[Killer T cells] and [T cells] and killer T cells."
    )
    assert marked("A killer T cell, then a killer T cell, then a T cell.", *both) == (
        "A [killer T cell], then a killer T cell, then a [T cell]."
    )
    assert marked("The Memory cell dies.", term("memory cell"), term("cell")) == (
        "The Memory [cell] dies."
    )


def test_a_page_links_a_term_once_whatever_its_form() -> None:
    page = PageTerms(TermFinder([term("MS", "multiple sclerosis")]), page=PAGE)
    runs = page.runs("Multiple sclerosis (MS) is") + page.runs("MS again.")
    assert [run.text for run in runs if run.term] == ["Multiple sclerosis"]


def test_a_term_that_is_left_out_is_not_linked_and_still_hides_a_shorter_one() -> None:
    long, short = term("killer T cell"), term("T cell")
    assert marked("A killer T cell is a T cell.", long, short, without=long) == (
        "A killer T cell is a [T cell]."
    )


def test_links_lead_to_anchors_on_the_glossary_s_page_or_within_it() -> None:
    finder = finder_of(Glossary(terms=(term("EBV"), term("T cell"), term("髓鞘"))))
    page, own = PageTerms(finder, page=PAGE), PageTerms(finder, page="")
    assert page.href(term("EBV")) == "../glossary.html#term-ebv"
    assert own.href(term("T cell")).startswith("#term-t-cell-")
    assert own.href(term("髓鞘")).isascii()


WORDS = st.sampled_from(
    [
        "T cell",
        "T cells",
        "killer",
        "killer T cell",
        "MS",
        "lesion",
        "Lesion",
        "髓鞘",
        "α",
        "cafe\u0301",
    ]
)
LINES = st.lists(WORDS | st.text(max_size=5), max_size=12).map(" ".join)
TERMS = st.lists(
    st.lists(WORDS | st.text("aB c-é髓", min_size=1, max_size=6), min_size=1, max_size=3),
    max_size=6,
).map(lambda all_forms: [term(*forms) for forms in all_forms])


@settings(max_examples=examples(200))
@given(terms=TERMS, lines=st.lists(LINES | st.text(max_size=40), max_size=4))
def test_without_its_links_a_page_says_what_it_said_and_no_term_is_linked_twice(
    terms: list[Term], lines: list[str]
) -> None:
    page = PageTerms(TermFinder(terms), page=PAGE)
    linked = []
    for line in lines:
        runs = page.runs(line)
        assert "".join(run.text for run in runs) == line
        assert all(run.text for run in runs)
        linked += [run.term for run in runs if run.term]
    assert len({*linked}) == len(linked)


@settings(max_examples=examples(200))
@given(terms=TERMS, line=LINES)
def test_places_stand_in_order_and_none_within_another(terms: list[Term], line: str) -> None:
    ends = [0]
    for start, end, _ in TermFinder(terms).places(line):
        assert ends[-1] <= start < end <= len(line)
        ends.append(end)


@pytest.mark.parametrize(
    ("shape", "word"),
    [("a " * 26 + "{}", "a "), ("a" * 50 + "{}", "a"), ("ab " * 16 + "{}", "Ab. ")],
)
def test_a_hostile_glossary_takes_a_time_that_grows_with_the_text_alone(
    shape: str, word: str
) -> None:
    forms = [shape.format(number) for number in range(MOST_TERMS * MOST_FORMS)]
    finder = TermFinder(
        term(*forms[first : first + MOST_FORMS]) for first in range(0, len(forms), MOST_FORMS)
    )
    text = word * (50_000 // len(word))
    before = time.process_time()
    assert not list(finder.places(text))
    # A hundredth of what trying each form at each place takes.
    assert time.process_time() - before < 3
