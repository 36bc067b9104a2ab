"""Secrets from files: a folder with a file for each variable, as containers and systemd give them.

The only place that reads them, once, when the program starts. Repeats none of them.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

from msnewsletter.errors import BadValueError, SettingsError
from msnewsletter.regular_file import read_regular

FOLDER = "MSNEWSLETTER_SECRETS"
# As POSIX has names of variables, in the capital letters that programs leave to each other. So a
# list of files that Kubernetes keeps beside its secrets (`..data`) is none.
_VARIABLE = re.compile(r"[A-Z][A-Z0-9_]*")
_LARGEST = 64_000  # bytes


def take_secrets() -> None:
    """Put what the files of that folder say into our environment, where it is not set already.

    A file is named after a variable, such as MSNEWSLETTER_SMTP_PASSWORD; a line's end behind its
    text is no part of it. Raises SettingsError where the folder or a file cannot be read.
    """
    named = os.environ.get(FOLDER)
    if not named:
        return
    folder = Path(named)
    try:
        names = sorted(path.name for path in folder.iterdir())
    except OSError as error:
        problem = f"{named} cannot be read ({error.strerror})"
        raise SettingsError(FOLDER, problem, "name a folder that this user may read") from None
    for name in names:
        # What is set to nothing is not set, as compose files leave it.
        if _VARIABLE.fullmatch(name) and name != FOLDER and not os.environ.get(name):
            path = folder / name
            if not path.is_dir():
                os.environ[name] = _text(path)


def _text(path: Path) -> str:
    try:
        text = read_regular(path, limit=_LARGEST).decode().rstrip("\r\n")
        refused = "\0" in text
    except (BadValueError, OSError) as error:
        remedy = getattr(error, "remedy", "let this user read it")
        problem = getattr(error, "problem", "cannot be read")
        raise SettingsError(str(path), problem, remedy) from None
    except UnicodeDecodeError:
        refused = True
    if refused:
        raise SettingsError(str(path), "is no text", "write the secret alone, in UTF-8")
    return text
