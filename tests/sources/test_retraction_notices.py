"""Retraction Watch's table is read as it is, row by row."""

from __future__ import annotations

import io
import tracemalloc
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from msnewsletter.errors import SourceError
from msnewsletter.sources.retraction_notices import Nature, NoticeTable, read_notices
from retraction_watch import COLUMNS, notice, table


def read(data: bytes) -> NoticeTable:
    return read_notices(
        io.BytesIO(data).readline, "rw.csv", dois={"10.1000/a", "10.1000/b"}, pmids={"38012345"}
    )


def test_a_notice_is_found_by_the_doi_however_it_is_written() -> None:
    forms = ("10.1000/A", "https://doi.org/10.1000/a", "doi:10.1000/a.", " 10.1000/a ")
    found = read(table(*(notice(doi) for doi in forms), notice("10.1000/other")))
    assert [one.doi for one in found.notices] == ["10.1000/a"] * 4
    assert (found.rows, found.cut, found.newest) == (5, 0, date(2026, 3, 12))


def test_all_that_a_row_says_is_read() -> None:
    [one] = read(table(notice("10.1000/a", "38012345", RetractionPubMedID="7.0"))).notices
    assert (one.record, one.nature, one.day) == (101, Nature.RETRACTION, date(2026, 3, 12))
    assert (one.doi, one.pmid) == ("10.1000/a", "38012345")
    assert (one.notice_doi, one.notice_pmid) == ("10.1000/notice.1", "7")
    assert one.reasons[0] == "Concerns/Issues about Data"


@pytest.mark.parametrize("none", ["", "unavailable", "Unavailable", "0", "n/a", "no doi"])
def test_a_number_that_is_not_there_matches_nothing(none: str) -> None:
    assert read(table(notice(none, none))).notices == ()
    [one] = read(table(notice("10.1000/a", RetractionDOI=none))).notices
    assert one.notice_doi == ""


@pytest.mark.parametrize("pmid", ["38012345", "38012345.0", "038012345"])
def test_a_notice_is_found_by_the_pubmed_number(pmid: str) -> None:
    assert len(read(table(notice(pmid=pmid))).notices) == 1


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("3/12/2026 0:00", date(2026, 3, 12)),
        ("12/3/2026", date(2026, 12, 3)),
        ("2026-03-12", date(2026, 3, 12)),
        ("13/13/2026 0:00", None),
        ("2/30/2026", None),
        ("", None),
        ("soon", None),
    ],
)
def test_a_date_is_american_or_unknown(text: str, day: date | None) -> None:
    [one] = read(table(notice("10.1000/a", RetractionDate=text))).notices
    assert one.day == day


def test_an_unknown_nature_keeps_its_words() -> None:
    [one] = read(table(notice("10.1000/a", RetractionNature="Removal "))).notices
    assert (one.nature, one.nature_text) == (None, "removal")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_any_encoding_in_which_it_was_distributed_is_read(encoding: str) -> None:
    assert len(read(table(notice("10.1000/a"), encoding=encoding)).notices) == 1


def test_columns_may_stand_in_any_order_and_others_beside_them() -> None:
    head = (
        "Extra;Reason;RetractionNature;RetractionDate;RetractionPubMedID;RetractionDOI;"
        "OriginalPaperPubMedID;OriginalPaperDOI;Record ID"
    )
    lines = [
        head,
        "x;+Error;Correction;1/2/2026 0:00;0;;0;10.1000/a;5",
    ]
    [one] = read("\n".join(lines).encode()).notices
    assert (one.nature, one.record) == (Nature.CORRECTION, 5)


def test_a_row_that_is_cut_is_counted_and_costs_no_other() -> None:
    data = table(notice("10.1000/b"), notice("10.1000/b"), notice("10.1000/a"))
    found = read(data[: data.rindex(b"10.1000/a")])
    assert (len(found.notices), found.cut) == (2, 1)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "is empty"),
        (b"<!doctype html>", "is a web page, not CSV"),
        (b"a,b\n1,2\n", "it has no column Record ID, OriginalPaperDOI"),
        (table(), "has no rows"),
        (",".join(COLUMNS).encode() + b"\n1\n2\n3\n", "has 3 of 3 rows with cells missing"),
        (table(notice())[:-2] + b'\r\n1,"' + b"x" * 200_000, "has a quotation mark that opens"),
    ],
)
def test_what_is_no_such_table_is_one_line(data: bytes, said: str) -> None:
    with pytest.raises(SourceError, match=said):
        read(data)


@given(st.lists(st.binary(max_size=60), max_size=5))
def test_any_rows_are_read_or_refused(rows: list[bytes]) -> None:
    data = table() + b"\n".join(rows)
    try:
        found = read(data)
    except SourceError as error:
        assert "\n" not in str(error)  # noqa: PT017  (some are read)
    else:
        assert found.rows > 0


def test_memory_does_not_grow_with_the_table() -> None:
    head, rest = table(notice("10.1000/x")).split(b"\r\n", 1)
    lines = [head + b"\r\n", *[rest] * 30_000]
    source = iter(lines)
    tracemalloc.start()
    try:
        found = read_notices(
            lambda _: next(source, b""), "rw.csv", dois={"10.1000/a"}, pmids=frozenset()
        )
        assert tracemalloc.get_traced_memory()[1] < 1_000_000
    finally:
        tracemalloc.stop()
    assert found.rows == 30_000
