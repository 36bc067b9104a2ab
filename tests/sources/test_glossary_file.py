from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from msnewsletter.glossary import EXPLANATION_LIMIT, MOST_FORMS, MOST_TERMS, Glossary, Term
from msnewsletter.home import Home
from msnewsletter.sources.formats import SIZE_LIMIT
from msnewsletter.sources.glossary_file import GlossaryReading, parse_glossary, read_glossary

if TYPE_CHECKING:
    from pathlib import Path

PLACE = "glossary.md"


def parsed(text: str) -> GlossaryReading:
    return parse_glossary(text.encode(), PLACE)


def terms_of(text: str) -> dict[str, str]:
    read = parsed(text)
    assert (read.refused, read.warned) == ((), ())
    return {term.name: term.explanation for term in read.glossary.terms}


def complaints(text: str) -> list[str]:
    read = parsed(text)
    return [str(line) for line in (*read.refused, *read.warned)]


def test_a_title_an_opening_and_terms_with_their_other_forms_are_read() -> None:
    read = parsed(
        "# Hard words\n\nSome words are hard.\n\n"
        "## T cell, T cells, T lymphocyte\nA white blood cell.\n\n- It learns.\n- It remembers.\n\n"
        "## EBV\nA virus that nearly everybody carries.\n"
    )
    assert read == GlossaryReading(
        glossary=Glossary(
            title="Hard words",
            opening="Some words are hard.",
            terms=(
                Term(
                    forms=("T cell", "T cells", "T lymphocyte"),
                    explanation="A white blood cell.\n\n- It learns.\n- It remembers.",
                ),
                Term(forms=("EBV",), explanation="A virus that nearly everybody carries."),
            ),
        )
    )


@pytest.mark.parametrize(
    "heading",
    [
        *("## EBV", "##EBV", "##\u00a0EBV", "  ## EBV  ", "### EBV", "###### EBV", "## EBV ##"),
        "## EBV,\u00a0EBV , ,",
    ],
)
def test_a_heading_is_read_however_it_is_typed(heading: str) -> None:
    assert terms_of(f"{heading}\r\nA virus.\r\n") == {"EBV": "A virus."}


def test_only_the_first_heading_with_one_sign_is_the_title() -> None:
    assert terms_of("Opening.\n# EBV\nA virus.\n# axon\nA nerve fibre.\n") == {
        "EBV": "A virus.",
        "axon": "A nerve fibre.",
    }
    assert terms_of("## EBV\nA virus with #number 5.\n#5 in the list\n") == {
        "EBV": "A virus with #number 5.\n#5 in the list"
    }
    assert terms_of("## tau#\nA protein.\n") == {"tau#": "A protein."}


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (
            "## It\nA word.\n",
            "2: the term 'It' names a common word; name it otherwise, or remove it",
        ),
        (
            "## ms\nShort.\n",
            "2: the term 'ms' is shorter than 3 letters, and not in capitals; name",
        ),
        ("## axon\n\n***\n", "2: 'axon' has no explanation; write it below the term"),
        ("##\nWhat?\n", "2: a heading without a term; write '## ' and the term"),
        ("## ,\nWhat?\n", "2: a heading without a term; write '## ' and the term"),
        (
            f"## axon\n{'x' * (EXPLANATION_LIMIT + 1)}\n",
            "2: the explanation of 'axon' has 2,001 characters; write at most 2,000",
        ),
        (
            "## axon\n<<<<<<< mine\nA nerve fibre.\n",
            "2: the explanation of 'axon' is not finished: a conflict marker is left: ",
        ),
        ("## ebv\nAgain.\n", "2: 'ebv' is explained already: the first explanation counts"),
        (
            "## axon, Epstein-Barr virus\nA nerve fibre.\n",
            "2: the form 'Epstein-Barr virus' of 'axon' is a form of 'EBV' already: it is left out",
        ),
        (
            "## axon, the\nA nerve fibre.\n",
            "2: the form 'the' of 'axon' names a common word: it is left out",
        ),
    ],
)
def test_a_bad_entry_is_one_line_with_its_number_and_the_others_stay(
    text: str, complaint: str
) -> None:
    good = "## EBV, Epstein-Barr virus\nA virus.\n"
    shifted = f"{complaint[0]}".replace("2", "3")
    [line] = complaints(good + text)
    assert line.startswith(f"{PLACE}:{shifted}{complaint[1:]}")
    assert parsed(good + text).glossary.terms[0].explanation == "A virus."
    assert len(parsed(good + text).glossary.terms) == 1 + ("left out" in complaint)


def test_only_so_many_terms_and_forms_count_and_one_line_says_so() -> None:
    many = "".join(f"## word{number}\nx\n" for number in range(MOST_TERMS + 2))
    assert complaints(many) == [
        f"{PLACE}:1001: has 502 terms; the first 500 count; remove some",
    ]
    assert len(parsed(many).glossary.terms) == MOST_TERMS
    forms = ", ".join(f"word{number}" for number in range(MOST_FORMS + 5))
    assert complaints(f"## {forms}\nx\n") == [f"{PLACE}:1: the first 12 forms of 'word0' count"]
    assert len(parsed(f"## {forms}\nx\n").glossary.terms[0].forms) == MOST_FORMS


def test_what_is_unfinished_above_the_terms_is_left_out_and_the_terms_stay() -> None:
    read = parsed("# Hard words\n=======\nOne or the other.\n>>>>>>> theirs\n## EBV\nA virus.\n")
    assert read.glossary == Glossary(terms=(Term(forms=("EBV",), explanation="A virus."),))
    [refused] = read.refused
    assert str(refused).startswith(f"{PLACE}: what is above the terms is left out: a conflict")


@pytest.mark.parametrize(
    ("data", "complaint"),
    [
        (
            b"",
            "holds no term; write '## ', a term, and below it the explanation; or remove the file",
        ),
        (b" \n", "holds no term; write"),
        (b"Some words are hard.\n", "holds no term; write"),
        (b"\xff\xfe", ":1: is not UTF-8; save it as UTF-8"),
        (b"## EBV\n\0", "is binary, not text; save it as UTF-8 text, or remove it"),
        (b"x" * (SIZE_LIMIT + 1), "is too large (5.0 MB); a file has at most 5 MB"),
    ],
)
def test_a_file_that_is_no_glossary_is_one_line(data: bytes, complaint: str) -> None:
    read = parse_glossary(data, PLACE)
    assert read.glossary.terms == ()
    [refused] = read.refused
    assert complaint in str(refused)


def test_characters_that_pages_cannot_carry_are_removed_with_a_note() -> None:
    read = parsed("## EBV\nA\x07 virus.\n")
    assert read.glossary.terms[0].explanation == "A virus."
    assert str(read.warned[0]).startswith(f"{PLACE}:2: removed U+0007")


def test_a_home_without_a_glossary_has_an_empty_one(tmp_path: Path) -> None:
    assert read_glossary(Home(tmp_path)) == GlossaryReading()


def test_a_link_to_a_glossary_of_several_homes_is_followed(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    home.root.mkdir()
    (tmp_path / "shared.md").write_text("## EBV\nA virus.\n")
    home.glossary.symlink_to(tmp_path / "shared.md")
    assert [term.name for term in read_glossary(home).glossary.terms] == ["EBV"]


def test_what_is_no_file_is_one_line_and_nobody_waits_for_it(tmp_path: Path) -> None:
    home = Home(tmp_path)
    os.mkfifo(home.glossary)
    [refused] = read_glossary(home).refused
    assert str(refused).startswith(f"{PLACE}: is a pipe, a socket or a device; put a plain file")
    home.glossary.unlink()
    home.glossary.mkdir()
    [refused] = read_glossary(home).refused
    assert str(refused).startswith(f"{PLACE}: is a folder; put a plain file")
    home.glossary.rmdir()
    home.glossary.symlink_to(home.glossary)
    [refused] = read_glossary(home).refused
    assert str(refused).startswith(f"{PLACE}: cannot be read (Too many levels of symbolic links);")


@given(
    st.binary(max_size=200)
    | st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace"))
)
def test_any_bytes_give_a_glossary_with_no_form_twice_and_only_single_lines(data: bytes) -> None:
    read = parse_glossary(b"## EBV\nA virus.\n" + data, PLACE)
    forms = [form.casefold() for term in read.glossary.terms for form in term.forms]
    assert len({*forms}) == len(forms)
    assert all("\n" not in str(line) for line in (*read.refused, *read.warned))
    assert all(term.explanation.strip() for term in read.glossary.terms)
