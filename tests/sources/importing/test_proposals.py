"""What lacks its sections is a proposal, and nobody could send it."""

from __future__ import annotations

from msnewsletter.issue.unfinished import certain_residues
from msnewsletter.sources.fields import Given
from msnewsletter.sources.importing.proposals import proposal


def proposed(*, text: str = "", **fields: str) -> tuple[str, str, list[str]]:
    given = {name: Given(value=value, place="a:1") for name, value in fields.items()}
    reading = proposal(given, "a:1", text=text, why="no sections")
    [note] = reading.warned
    assert str(note) == ("a:1: is only a proposal, and held until you have written it: no sections")
    [one] = reading.summaries
    assert one.cautions == fields.get("cautions", "")
    return one.found, one.why_it_matters, [residue.what for residue in certain_residues(one)]


def test_what_it_lacks_is_a_placeholder() -> None:
    found, why, residues = proposed(key="a", headline="A.", text="All that it says.")
    assert found == "[Insert what was found. The page says:]\n\nAll that it says."
    assert why == "[Insert why it matters.]"
    assert "a placeholder" in residues


def test_what_it_has_stays_and_the_rest_is_still_to_be_written() -> None:
    found, why, residues = proposed(key="a", headline="A.", found="F.", cautions="Small.")
    assert (found, why) == ("F.", "[Insert why it matters.]")
    assert "a placeholder" in residues


def test_a_long_text_is_cut() -> None:
    found, _, _ = proposed(key="a", headline="A.", text="x" * 1_000_000)
    assert len(found) < 21_000
