"""The full name of whoever is at the terminal: what a decision is kept under when none is given.

A login name is none: "root" approves nothing.
"""

from __future__ import annotations

import os
import pwd
import sys
from typing import Final

import click

from msnewsletter.cli.answers import needed
from msnewsletter.text import NAME_LIMIT, person_name

# Names that systems and images give to accounts: they say of nobody who it is.
_OF_SYSTEMS: Final = frozenset(
    {
        *("root", "daemon", "nobody", "admin", "administrator", "system administrator"),
        *("ubuntu", "debian", "fedora", "centos", "rocky", "alma", "almalinux", "arch", "alpine"),
        *("pi", "vagrant", "docker", "user", "default", "default user", "super-user", "superuser"),
        *("cloud user", "cloud-user", "ec2-user", "ec2 default user", "azureuser", "opc"),
        *("linux user", "live session user", "newsletter", "msnewsletter", "unknown"),
    }
)


def full_name() -> str:
    """The full name of this account, from the database of passwords; empty: it has none."""
    try:
        account = pwd.getpwuid(os.getuid())
    except KeyError:
        return ""
    return person_in(account.pw_gecos, login=account.pw_name)


def person_in(gecos: str, *, login: str) -> str:
    """The name of a person in a GECOS field (passwd(5)); empty: it names none.

    `&` stands for the login name with a capital, as finger(1) has it.
    """
    name = person_name(gecos.split(",", maxsplit=1)[0].replace("&", login.capitalize()))
    return "" if name.casefold() in {*_OF_SYSTEMS, login.casefold()} else name


def deciding_name(given: str | None) -> str:
    """Under which name a decision is kept: the given one, the account's, or what a person answers.

    Raises BadParameter where none is given and nobody can be asked.
    """
    name = full_name() if given is None else given
    if not name and given is None:
        if not sys.stdin.isatty():
            raise click.BadParameter(
                "this account has no full name: say who decides", param_hint="--by"
            )
        name = click.prompt(
            "Your name, as the record keeps it",
            value_proc=needed(str, "a name, such as Ada Lovelace"),
            default="",
            show_default=False,
        )
    name = person_name(name)
    if not name:
        raise click.BadParameter(
            f"the name is empty, has unprintable characters, or more than {NAME_LIMIT}",
            param_hint="--by",
        )
    return name
