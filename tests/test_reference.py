"""The pages of the reference that are made from the program, and that it says all there."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

import pytest
from reference.attribute_docstrings import below
from reference.pages import PAGES
from reference.setting_tables import sections, type_of

from msnewsletter.cli.exit_codes import ExitCode
from msnewsletter.settings_section import Line, VariableName

if TYPE_CHECKING:
    from pathlib import Path

    from pydantic import BaseModel


@pytest.mark.parametrize("name", PAGES)
def test_a_page_says_what_the_program_says(root: Path, name: str) -> None:
    """If it does not: `make reference`, and read the diff."""
    assert (root / "docs" / "reference" / name).read_text() == PAGES[name]()


@pytest.mark.parametrize(("heading", "kind"), [*sections()], ids=str)
def test_every_setting_has_a_sentence_of_its_own(heading: str, kind: type[BaseModel]) -> None:
    says = below(kind)
    assert says.keys() >= kind.model_fields.keys(), heading
    assert all(text[0] in "`[" or text[0].isupper() for text in says.values())
    assert all(text.endswith(".") for text in says.values())


@pytest.mark.parametrize(
    ("annotation", "said"),
    [
        (bool, "`true`, `false`"),
        (Line | None, "line"),
        (tuple[VariableName, ...], "list (name of a variable)"),
        (dict[str, Line], "table (line)"),
    ],
)
def test_a_type_is_said_in_words(annotation: object, said: str) -> None:
    assert type_of(annotation) == said


def test_a_type_without_words_is_no_type_of_a_setting() -> None:
    with pytest.raises(KeyError):
        type_of(bytes)


def test_no_command_ends_with_a_code_that_the_reference_lacks(root: Path) -> None:
    found = set()
    for path in (root / "src" / "msnewsletter" / "cli").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            match node:
                case ast.Call(
                    func=ast.Attribute(attr="exit"), args=[ast.Constant(value=int(code))]
                ):
                    found.add(code)
                case ast.Call(
                    func=ast.Attribute(attr="exit"), args=[ast.Attribute(attr=str(name))]
                ):
                    found.add(ExitCode[name])
    assert {ExitCode.FAILED, ExitCode.AGAIN, ExitCode.INTERRUPTED} <= found
    assert found <= {*ExitCode}
