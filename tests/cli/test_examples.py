"""What `--help` shows to type: it parses, and every command has some."""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING

import click
import pytest

from homes import command, empty_home
from msnewsletter.cli import main
from msnewsletter.cli.examples import examples
from test_docs import every_command

if TYPE_CHECKING:
    from pathlib import Path

WIDEST = 100  # of a terminal that shows an example on one line


def shown(found: click.Command) -> list[str]:
    """The lines that the help of a command shows to type."""
    context = click.Context(found, info_name=found.name, terminal_width=80)
    below = found.get_help(context).partition("\n  Examples:\n")[2]
    return re.findall(r"^    (msnewsletter .*)$", below, re.MULTILINE)


@pytest.mark.parametrize(("name", "found"), [*every_command()], ids=str)
def test_every_command_shows_examples_that_parse(
    name: str, found: click.Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "Maildir").mkdir()
    monkeypatch.chdir(tmp_path)
    lines = shown(found)
    assert lines, "its help shows no example"
    for line in lines:
        assert len(line) < WIDEST
        words = shlex.split(line.partition(" > ")[0], comments=True)[1:]
        assert words[: len(name.split())] == name.split()
        parse(main, words)


def parse(group: click.Group, words: list[str]) -> None:
    """Have click parse a command with all its words, and do nothing; raises UsageError."""
    context = group.make_context("msnewsletter", list(words))
    rest = [*context._protected_args, *context.args]
    verb, found, left = group.resolve_command(context, rest)
    assert found is not None
    if isinstance(found, click.Group):
        parse(found, left)
    else:
        found.make_context(verb, left, parent=context)


def test_an_example_that_the_program_does_not_take_is_noticed() -> None:
    with pytest.raises(click.UsageError):
        parse(main, ["publish", "--tomorrow"])


def test_examples_stand_below_the_options_a_line_each(tmp_path: Path) -> None:
    said = command(empty_home(tmp_path), "publish", "--help").stdout
    assert said.endswith(
        "\n\n  Examples:\n"
        "    msnewsletter publish --dry-run  # say what would go out\n"
        "    msnewsletter publish\n"
    )


def test_what_else_is_to_be_said_stands_in_front_of_the_examples() -> None:
    assert examples("status", also="Also.") == "Also.\n\n\b\nExamples:\n  msnewsletter status"
