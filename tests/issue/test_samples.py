"""Which summaries are samples that the program ships, and where they wait."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from msnewsletter.issue.same_study import Mark, marks_of
from msnewsletter.issue.samples import SAMPLES, is_sample
from msnewsletter.sources.formats import read_bytes

if TYPE_CHECKING:
    from pathlib import Path

    from msnewsletter.model import Summary


def packaged(root: Path) -> list[Summary]:
    files = sorted((root / "summaries").iterdir())
    return [
        one for path in files for one in read_bytes(path.read_bytes(), location=path.name).summaries
    ]


def test_every_packaged_sample_is_known(root: Path) -> None:
    samples = packaged(root)
    assert len(samples) == 9
    missing = {one.location: marks_of(one)[Mark.FOUND] for one in samples if not is_sample(one)}
    assert not missing, "add these to issue/samples.py; leave those of earlier versions there"
    assert len(SAMPLES) >= len(samples)


def test_a_sample_is_one_whatever_its_key_headline_and_file(root: Path) -> None:
    sample = packaged(root)[0]
    renamed = replace(sample, key="mine", headline="Mine.", location="mine.md")
    assert is_sample(replace(renamed, found=sample.found.upper() + "\n"))
    assert not is_sample(replace(sample, found="Something else was found."))
