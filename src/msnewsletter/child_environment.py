"""The environment of the programs that an editor names: what any program needs, and no secret.

A list of what is given, never one of what is withheld: nobody knows what a machine keeps in its
environment.
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

# POSIX.1-2017, Base Definitions, chapter 8, less what is of a terminal; `LANGUAGE` is of gettext.
_USUAL: Final = frozenset(
    {"HOME", "LANG", "LANGUAGE", "LOGNAME", "PATH", "SHELL", "TMPDIR", "TZ", "USER"}
)
_LOCALE: Final = re.compile(r"LC_[A-Z]+")


def child_environment(named: Iterable[str], told: Mapping[str, str]) -> dict[str, str]:
    """All of a program's environment.

    Args:
        named: variables of ours that its settings name; one that is not set is left out.
        told: what we say to it.
    """
    given = _USUAL | set(named)
    kept = {
        name: value
        for name, value in os.environ.items()
        if name in given or _LOCALE.fullmatch(name)
    }
    return kept | dict(told)
