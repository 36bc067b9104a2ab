"""Addresses on the command line, or better on standard input: they are nobody else's business.

What is on a command line is in the shell's history, and every user of the machine sees it.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from msnewsletter.cli.output import complain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from msnewsletter.subscribers.address import Address

HELP = (
    "ADDRESS may be '-': addresses are read from standard input then, one a line. On the command "
    "line they would stay in the shell's history, and other users of the machine could see them."
)
_STDIN = "-"
_NONE = "there is no address on standard input; give one a line"

addresses_argument = click.argument("addresses", metavar="ADDRESS...", nargs=-1, required=True)


def each_address(given: tuple[str, ...], act: Callable[[str, Address], bool]) -> None:
    """Do something for each address; exit with 1 at the end where one of them failed.

    Args:
        given: what is on the command line.
        act: gets the place of an address, to be named in its stead, and the address; returns
            whether it did what was asked.
    """
    from msnewsletter.errors import BadValueError
    from msnewsletter.subscribers.address import parse_address

    texts = list(_texts(given))
    failed = not texts
    if not texts:
        complain(_NONE)
    for place, text in texts:
        try:
            address = parse_address(text)
        except BadValueError as error:
            complain(f"{place}: {error}")
            failed = True
            continue
        failed = not act(place, address) or failed
    if failed:
        sys.exit(1)


def one_address(given: str) -> Address:
    """The one address that is given; raises RefusedError."""
    from msnewsletter.errors import BadValueError, RefusedError
    from msnewsletter.subscribers.address import parse_address

    found = list(_texts((given,)))
    if len(found) != 1:
        problem = f"there are {len(found)} addresses on standard input"
        raise RefusedError("the address", problem, "give one")
    place, text = found[0]
    try:
        return parse_address(text)
    except BadValueError as error:
        raise RefusedError(place, error.problem, error.remedy) from None


def _texts(given: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Each text with its place; of standard input, lines that are not blank."""
    for number, text in enumerate(given, 1):
        if text != _STDIN:
            yield f"address {number}", text
            continue
        data = sys.stdin.buffer.read().decode("utf-8-sig", errors="replace")
        for line, one in enumerate(data.splitlines(), 1):
            if one.strip():
                yield f"line {line}", one
