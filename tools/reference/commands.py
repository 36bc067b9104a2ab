"""docs/reference/commands.md: what `--help` says of every command, with its options."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Final

import click

from msnewsletter.cli import main
from reference.markdown import code, one_line, page, plain, table

if TYPE_CHECKING:
    from collections.abc import Iterator

_HEAD: Final = """\
# Commands

`msnewsletter [--home FOLDER] COMMAND`. `-h` or `--help` after any command prints what stands here.
On a terminal, what takes longer than a second shows on standard error how far it is.
An INSTANT is `2026-11-23T08:00`, in the newsletter's time zone, or with an offset,
`2026-11-23T08:00+01:00`. What a command ends with is in [exit codes](exit-codes.md)."""
# How click marks a part of a help text whose lines stay as they are.
_AS_IT_IS: Final = "\b"


def commands_page() -> str:
    """The page."""
    return page(_HEAD, _options(main), *(_command(*one) for one in every_command()))


def every_command() -> Iterator[tuple[str, click.Command]]:
    """Each verb, in the order of the alphabet, and each command of a verb that has several."""
    context = click.Context(main, info_name="msnewsletter")
    for verb in sorted(main.commands):
        found = main.get_command(context, verb)
        if found is None:
            raise LookupError(verb)
        yield verb, found
        if isinstance(found, click.Group):
            yield from ((f"{verb} {name}", one) for name, one in sorted(found.commands.items()))


def _command(name: str, command: click.Command) -> str:
    pieces = " ".join(command.collect_usage_pieces(click.Context(command)))
    usage = f"```text\nmsnewsletter {name} {pieces}\n```"
    level = "###" if " " in name else "##"
    parts = (f"{level} {code(name)}", usage, _help(command.help), _options(command))
    return "\n\n".join(part for part in (*parts, _help(command.epilog)) if part)


def _help(text: str | None) -> str:
    """A help text as Markdown."""
    return "\n\n".join(_paragraph(one) for one in inspect.cleandoc(text or "").split("\n\n"))


def _paragraph(text: str) -> str:
    if text.startswith(_AS_IT_IS):
        return f"```text\n{text.removeprefix(_AS_IT_IS).strip()}\n```"
    return plain(one_line(text))


def _options(command: click.Command) -> str:
    shown = [one for one in command.params if isinstance(one, click.Option) and not one.hidden]
    rows = [(_names(one), _default(one), plain(one.help or "")) for one in shown]
    return table(("option", "default", "meaning"), rows) if rows else ""


def _names(option: click.Option) -> str:
    names = ", ".join(code(name) for name in (*option.opts, *option.secondary_opts))
    return names if option.is_flag else f"{names} {_value(option)}"


def _value(option: click.Option) -> str:
    """What is written behind an option: a word for it, or one of several."""
    if isinstance(option.type, click.Choice):
        return ", ".join(code(str(one)) for one in option.type.choices)
    return code(option.metavar or option.type.name.upper())


def _default(option: click.Option) -> str:
    given = option.default
    is_plain = isinstance(given, str | int | float) and not isinstance(given, bool)
    return code(str(given)) if is_plain and not option.is_flag else ""
