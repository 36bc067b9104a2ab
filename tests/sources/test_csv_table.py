"""Tables are read whatever program wrote them, and what is no table is one line."""

from __future__ import annotations

import csv
import io
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from msnewsletter.errors import SourceError
from msnewsletter.sources.csv_table import SEPARATORS, folded, lines_of, read_table

NAMES = ("Headline", "found", "Why it matters")
KNOWN = {folded(name) for name in NAMES}
cells = st.text("ab ,;|\t\"'\n.é€“1", max_size=12).filter(lambda text: text == text.strip())
tables = st.lists(st.lists(cells, min_size=3, max_size=3).filter(any), min_size=0, max_size=5)


def table_of(data: bytes) -> list[dict[str, str]]:
    read = read_table(lines_of(io.BytesIO(data).readline, "t.csv"), "t.csv", KNOWN)
    return [dict(row.cells) for row in read.rows]


def refusal_of(data: bytes) -> str:
    with pytest.raises(SourceError) as caught:
        table_of(data)
    return str(caught.value)


dialects = st.tuples(
    st.sampled_from(SEPARATORS),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252"]),
    st.sampled_from(["", "\n", "sep={}\n"]),
)


@given(tables, dialects)
def test_a_table_says_the_same_in_every_dialect(
    rows: list[list[str]], dialect: tuple[str, int, str, str, str]
) -> None:
    separator, quoting, end, encoding, above = dialect
    text = io.StringIO()
    writer = csv.writer(text, delimiter=separator, quoting=quoting, lineterminator=end)  # type: ignore[arg-type]  # typeshed names the constants alone
    writer.writerows([NAMES, *rows])
    data = (above.format(separator) + text.getvalue()).encode(encoding)
    order = [folded(name) for name in NAMES]
    assert table_of(data) == [dict(zip(order, row, strict=True)) for row in rows]


def test_a_row_knows_the_line_where_it_begins() -> None:
    data = b'headline,found\n"one\ntwo\nthree",x\n\nfour,y\n'
    read = read_table(lines_of(io.BytesIO(data).readline, "t.csv"), "t.csv", KNOWN)
    assert [row.line for row in read.rows] == [2, 6]


def test_lines_of_two_encodings_in_one_file_are_read_each_in_its_own() -> None:
    data = "headline,found\ncafé,x\n".encode() + "naïve,y\n".encode("latin-1")
    assert [row["headline"] for row in table_of(data)] == ["café", "naïve"]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "is empty"),
        (b"\n \n", "is empty"),
        (b"<!DOCTYPE html><html>", "is a web page, not CSV"),
        (b"headline,found\n\0\0", "t.csv:2: is binary, not CSV"),
        (b"headline,Headline\n", "names the column 'headline' twice"),
        (b'headline,found\na,"' + b"x" * 200_000, "t.csv:2: has a quotation mark that opens"),
        (b'headline,found\na,b\nc,"d\ne,f\n', "t.csv:3: has a quotation mark that opens a cell"),
        (b'headline,found\n"a\nb","c\nd', "t.csv:3: has a quotation mark that opens a cell"),
        (b'headline,found\na,"b""', "t.csv:2: has a quotation mark that opens a cell"),
        (b"headline,found\n" + b"x" * 1_000_001, "t.csv:2: has a line of more than a million"),
        (b"\xff\xfeh\0\x41", "is not whole UTF-16"),
    ],
)
def test_what_is_no_table_is_one_line(data: bytes, said: str) -> None:
    assert said in refusal_of(data)


@pytest.mark.parametrize("end", ['"b"', '"b""c"', '5" wide', '""', '"b" c'])
def test_quotation_marks_that_close_or_stand_amid_a_cell_are_text(end: str) -> None:
    assert len(table_of(f"headline,found\na,{end}".encode())) == 1


def test_cells_without_a_column_and_columns_without_a_cell_are_counted() -> None:
    data = b"headline,found\na,b,c\na\na,b,,\n"
    read = read_table(lines_of(io.BytesIO(data).readline, "t.csv"), "t.csv", KNOWN)
    assert [(row.extra, row.lacking) for row in read.rows] == [(1, 0), (0, 1), (0, 0)]


@given(st.binary(max_size=200))
def test_any_bytes_are_a_table_or_one_line(data: bytes) -> None:
    with suppress(SourceError):
        table_of(data)
