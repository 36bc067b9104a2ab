"""CSV becomes summaries, a row each."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from msnewsletter.issue.unfinished import certain_residues
from msnewsletter.sources.importing.csv_summaries import is_csv, read
from msnewsletter.sources.parsed import Reading

HEAD = "Headline;Found;Why it matters"


def read_all(text: str) -> Reading:
    return Reading.joined(read(text.encode(), "a.csv"))


def said(reading: Reading) -> list[str]:
    return [str(one) for one in (*reading.refused, *reading.warned)]


def test_fields_are_known_in_any_case_with_spaces_or_underscores() -> None:
    text = (
        "KEY,Head-line,FOUND,Why it matters,cautions,Cover_Date,TAGS\n"
        'gut,Walks help,"First.\n\nSecond, with ""quotes"".",It may help.,Small.,2026-11,"a, b"\n'
    )
    reading = read_all(text.replace("Head-line", "headline"))
    assert said(reading) == []
    [one] = reading.summaries
    assert (one.key, one.headline) == ("gut", "Walks help")
    assert one.found == 'First.\n\nSecond, with "quotes".'
    assert (str(one.cover_date), one.tags) == ("2026-11", ("a", "b"))
    assert one.location == "a.csv:2"


def test_a_row_without_a_key_has_that_of_its_address_its_doi_or_its_headline() -> None:
    reading = read_all(
        f"{HEAD};url;doi\nOne;f;w;https://Example.org/gut/?utm_source=x;10.1000/A\n"
        "Two;f;w;;doi:10.1000/B\nThree;f;w;;\n"
    )
    assert [one.key for one in reading.summaries] == ["example.org/gut", "10.1000/b", "Three"]


def test_unknown_columns_are_named_once_and_cost_nothing() -> None:
    reading = read_all(f"{HEAD};Editor;State\nOne;f;w;Ada;done\nTwo;f;w;Bo;done\n")
    assert len(reading.summaries) == 2
    assert said(reading) == ["a.csv: columns that are no fields are not read: 'Editor', 'State'"]


def test_a_missing_column_is_one_line() -> None:
    [line] = said(read_all("Title;Found\nOne;f\n"))
    assert line.startswith("a.csv: has no column 'headline'; ")


def test_rows_without_sections_are_proposals_that_nobody_could_send() -> None:
    reading = read_all("Headline;DOI;Found\nOne;10.1000/a;f\nTwo;10.1000/b;\n")
    one, two = reading.summaries
    assert (one.key, one.found, one.why_it_matters) == (
        "10.1000/a",
        "f",
        "[Insert why it matters.]",
    )
    assert (two.found, two.cautions) == ("[Insert what was found.]", "")
    for proposed in (one, two):
        assert "a placeholder" in [residue.what for residue in certain_residues(proposed)]
    held = "is only a proposal, and held until you have written it"
    assert said(reading) == [
        f"a.csv:2: {held}: no 'why_it_matters'",
        f"a.csv:3: {held}: no 'found' and no 'why_it_matters'",
    ]


def test_a_bad_row_costs_no_other() -> None:
    reading = read_all(f"{HEAD};published\nOne;f;w;20.11.2026\n;f;w;\nThree;f;w;x;y\nFour;f;w;\n")
    assert [one.headline for one in reading.summaries] == ["Four"]
    assert [line.partition("; ")[0] for line in said(reading)] == [
        "a.csv:2: published: '20.11.2026' is not a valid ISO date",
        "a.csv:3: no 'headline'",
        "a.csv:4: has more cells than the first line has columns",
    ]


def test_the_second_row_of_a_key_is_refused() -> None:
    reading = read_all(f"{HEAD};key\nOne;f;w;a\nTwo;g;w;a\n")
    assert [one.headline for one in reading.summaries] == ["One"]
    [line] = said(reading)
    assert line.startswith("a.csv:3: has the key 'a' of line 2; ")


def test_headlines_that_differ_in_capitals_alone_are_one_key() -> None:
    reading = read_all(
        f"{HEAD};url\nWalks help;f;w;\nWalks Help;g;w;\nA;f;w;https://a.b/Gut\nB;f;w;https://a.b/gut\n"
    )
    assert [one.headline for one in reading.summaries] == ["Walks help", "A", "B"]
    (line,) = said(reading)
    assert line.startswith("a.csv:3: has the key 'Walks Help' of line 2")


def test_after_a_thousand_faults_reading_stops() -> None:
    reading = read_all(f"{HEAD}\n" + "One;;w\n" * 5_000)
    assert len(reading.refused) == 11
    assert "1,000 faults" in str(reading.refused[-1])


def test_a_table_of_too_many_rows_is_read_as_far_as_the_limit() -> None:
    rows = "".join(f"{number};f;w;k{number}\n" for number in range(5))
    reading = Reading.joined(read(f"{HEAD};key\n{rows}".encode(), "a.csv", most=3))
    assert [one.key for one in reading.summaries] == ["k0", "k1", "k2"]
    [line] = said(reading)
    assert line.startswith("a.csv:5: has more than 3 rows; ")


def test_only_a_line_that_names_a_headline_is_one_of_summaries() -> None:
    assert is_csv("key;Headline;Found")
    assert not is_csv("Headline")
    assert not is_csv("a, b, c")


@given(st.text(max_size=300))
def test_any_text_is_read_or_refused(text: str) -> None:
    for reading in read(f"{HEAD}\n{text}".encode(errors="ignore"), "a.csv"):
        assert all("\n" not in str(one) for one in reading.refused)


def test_a_row_without_a_headline_lacks_that_and_no_key() -> None:
    reading = read_all("headline,found,why_it_matters\nA,F,W\n,F,W\n")
    assert said(reading) == ["a.csv:3: no 'headline'; write one in the column 'headline'"]
