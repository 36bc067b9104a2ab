"""A file with thousands of faults: the first are named, the others counted, and reading ends."""

from __future__ import annotations

import json
import tracemalloc
from typing import TYPE_CHECKING

import pytest

from homes import command, empty_home, write_summary
from msnewsletter.sources import read_bytes
from msnewsletter.sources.faults import MOST, NAMED
from msnewsletter.sources.glossary_file import parse_glossary

if TYPE_CHECKING:
    from pathlib import Path

    from msnewsletter.sources import Reading

GOOD = {"key": "good", "headline": "h", "found": "f", "why_it_matters": "w", "cautions": "c"}
STOPPED = (
    f"has {MOST:,} faults, of which the first {NAMED} are named, and reading stopped there: what "
    "follows was not looked at; correct the file, or remove it"
)
# Five million bytes, as many as a file may have.
FULL = {
    "lines.jsonl": b"{}\n" * 1_600_000,
    "array.json": b"[" + b"{}," * 1_600_000 + b"{}]",
    "no-json.jsonl": b"x\n" * 2_400_000,
    "numbers.json": b"[" + b"1," * 2_400_000 + b"1]",
}


def lines(reading: Reading) -> list[str]:
    return [str(error) for error in reading.refused]


@pytest.mark.parametrize("name", FULL)
def test_millions_of_faults_are_a_few_lines_and_little_memory(name: str) -> None:
    tracemalloc.start()
    try:
        said = lines(read_bytes(FULL[name], location=name))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(said) == NAMED + 1
    assert said[-1] == f"{name}: {STOPPED}"
    # The text itself, decoded, and what is read of it: not all of its objects.
    assert peak < 4 * len(FULL[name])


def test_good_objects_are_read_beside_hundreds_of_bad_ones() -> None:
    objects = [{}] * (MOST - 1)
    reading = read_bytes(json.dumps([*objects, GOOD]).encode(), location="a.json")
    assert [summary.key for summary in reading.summaries] == ["good"]
    assert lines(reading)[-1] == (
        f"a.json: has {MOST - 1} faults, of which the first {NAMED} are named; "
        "correct them, and look again"
    )


def test_each_of_a_few_faults_is_named() -> None:
    reading = read_bytes(json.dumps([{}] * NAMED).encode(), location="a.json")
    assert lines(reading) == [
        f"a.json#{place}: no 'key'; add 'key' with its text" for place in range(1, NAMED + 1)
    ]


def test_what_a_thousand_refused_objects_were_is_known_for_those_that_were_sent() -> None:
    objects = [{"key": f"k{place}"} for place in range(50)]
    reading = read_bytes(json.dumps(objects).encode(), location="a.json")
    assert reading.refused_keys == tuple(one["key"] for one in objects)


def test_an_array_that_breaks_off_gives_nothing_and_names_the_line() -> None:
    text = "[\n" + ",\n".join(json.dumps(GOOD | {"key": f"k{place}"}) for place in range(3))
    for end, line in (("", 4), ("\n}", 5), (",]", 4), ("]\nx", 5)):
        reading = read_bytes((text + end).encode(), location="a.json")
        assert reading.summaries == ()
        (said,) = lines(reading)
        assert said.startswith(f"a.json:{line}: is not JSON (")


def test_a_front_matter_of_thousands_of_fields_is_one_line() -> None:
    fields = "".join(f"field{number}: x\n" for number in range(300_000))
    (line,) = lines(read_bytes(f"---\n{fields}---\n# h\n".encode(), location="a.md"))
    assert line == (
        "a.md:1: the front matter has 4,388,889 characters; it has at most 100,000; texts stand "
        "below it"
    )


def test_thousands_of_bad_terms_are_a_few_lines() -> None:
    reading = parse_glossary(b"## ?\n" * 900_000, "glossary.md")
    assert len(reading.refused) == NAMED + 1
    assert str(reading.refused[-1]) == (
        f"glossary.md: has 501 faults, of which the first {NAMED} are named; "
        "correct them, and look again"
    )


def test_thousands_of_bad_forms_are_a_few_notes() -> None:
    reading = parse_glossary(("## myelin" + ", ?" * 50_000 + "\nA sheath.\n").encode(), "g.md")
    assert [term.forms for term in reading.glossary.terms] == [("myelin",)]
    assert len(reading.warned) <= NAMED + 1


@pytest.mark.parametrize("words", [("collect",), ("status",), ("check",), ("read", "{}/summaries")])
def test_every_command_says_a_few_lines_of_such_a_file(
    tmp_path: Path, words: tuple[str, ...]
) -> None:
    home = empty_home(tmp_path / "home")
    write_summary(home, "good")
    (home.root / "summaries" / "bad.jsonl").write_bytes(b"{}\n" * 100_000)
    done = command(home, *(word.format(home.root) for word in words))
    refused = [line for line in done.stderr.splitlines() if line.startswith("refused: ")]
    assert len(refused) == NAMED + 1
    assert refused[-1].endswith(STOPPED)


def test_of_a_folder_full_of_bad_files_the_first_are_named_and_all_counted(tmp_path: Path) -> None:
    home = empty_home(tmp_path / "home")
    write_summary(home, "good")
    for number in range(300):
        (home.root / "summaries" / f"bad{number:03}.md").write_text("# Nothing else.\n")
    done = command(home, "status")
    refused = [line for line in done.stderr.splitlines() if line.startswith("refused: ")]
    assert len(refused) == 51
    assert refused[0].startswith("refused: summaries/bad000.md")
    assert refused[-1] == "refused: 250 more; 'msnewsletter status --json' names all"
    printed = json.loads(command(home, "status", "--json").stdout)
    assert len(printed["refused"]) == 300
