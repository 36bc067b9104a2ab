"""What a user installs with the program may be passed on with it."""

from __future__ import annotations

import re
import subprocess
import sys
from importlib.util import module_from_spec, spec_from_file_location
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def licences(root: Path) -> Any:
    spec = spec_from_file_location("licences", root / "tools" / "licences.py")
    assert spec
    assert spec.loader
    module = module_from_spec(spec)
    sys.modules["licences"] = module
    spec.loader.exec_module(module)
    return module


def test_the_licence_of_every_part_is_allowed(licences: Any) -> None:
    found = licences.parts()
    assert {one.needed_by for one in found} == {"", *licences.EXTRAS} - {"postgres"}
    assert [(one.name, one.licence) for one in found if not one.is_allowed] == []


def test_the_parts_are_those_that_are_pinned(licences: Any, root: Path) -> None:
    pinned = {
        re.sub(r"[-_.]+", "-", name).lower()
        for name in re.findall(r"^(\S+)==", (root / "constraints.txt").read_text(), re.MULTILINE)
    }
    assert {one.name for one in licences.parts()} <= pinned


@pytest.mark.parametrize(
    ("licence", "allowed"),
    [
        ("MIT", True),
        ("Apache-2.0 OR GPL-3.0-only", True),
        ("MIT AND GPL-3.0-only", False),
        ("(MIT AND PSF-2.0) OR SSPL-1.0", True),
        ("AGPL-3.0-or-later", False),
        ("", False),
    ],
)
def test_one_of_the_licences_that_a_part_offers_is_allowed_as_a_whole(
    licences: Any, licence: str, *, allowed: bool
) -> None:
    part = licences.Part(name="p", version="1", licence=licence, needed_by="")
    assert part.is_allowed is allowed


def test_the_table_has_a_line_for_each_part(root: Path, licences: Any) -> None:
    words = [sys.executable, str(root / "tools" / "licences.py")]
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    rows = done.stdout.splitlines()[2:]
    assert [row.split(" | ")[0].removeprefix("| ") for row in rows] == [
        one.name for one in licences.parts()
    ]
