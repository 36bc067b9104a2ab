"""A mail server to try things out with: each mail that it takes becomes two files.

    python examples/catch_mail.py 2525 inbox

NAME.eml is the mail as it came, for a mail program; NAME.txt its text, with links that a terminal
can copy. It sends nothing on, and listens on this machine alone. Ctrl-C stops it.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from threading import Event

try:
    from msnewsletter.delivery.inbound.bounded_message import parse_bounded
    from msnewsletter.demo.catcher import Catcher, CaughtLetter
except ModuleNotFoundError as missing:
    if missing.name != "msnewsletter":
        raise
    sys.exit(
        "catch_mail: this Python has no msnewsletter; start it with that of the clone, "
        "'.venv/bin/python examples/catch_mail.py 2525 inbox', or put .venv/bin into PATH first"
    )

_DIGITS = 5  # of a port
LOOK = 0.2  # seconds between two looks for new mail
_NAME_LIMIT = 100  # characters of an address in the name of a file
_UNSOUND = re.compile(r"[^\w@.+-]")  # whoever connects chooses the address: no "/" in a name


def main(port: int, folder: Path) -> None:
    """Take mail at a port (0: a free one) until the process is stopped, into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    kept = 0
    with Catcher(port) as catcher:
        print(f"Mail to 127.0.0.1, port {catcher.port}, is kept in {folder}.", flush=True)
        while not Event().wait(LOOK):
            for letter in catcher.letters[kept:]:
                kept += 1
                _keep(letter, folder / f"{kept:04}-{_sound(letter.to[0])}")


def _keep(letter: CaughtLetter, base: Path) -> None:
    """Write a mail as it came and, before that, its text; says so where it has none."""
    if text := _text(letter.message):
        _write(base.with_name(f"{base.name}.txt"), text.encode("utf-8", "replace"))
    else:
        print(f"{base.name}.eml: no text can be read in it; it is kept as it came", file=sys.stderr)
    _write(base.with_name(f"{base.name}.eml"), letter.message)


def _write(path: Path, data: bytes) -> None:
    """Write a file whole: whoever sees it may read it."""
    part = path.with_name(f"{path.name}.part")
    part.write_bytes(data)
    part.rename(path)


def _text(message: bytes) -> str:
    """What a person reads in a mail, decoded; empty where there is nothing."""
    try:
        return parse_bounded(message).human_text
    except ValueError:
        return ""


def _sound(address: str) -> str:
    """An address as a part of the name of a file."""
    return _UNSOUND.sub("_", address)[:_NAME_LIMIT]


def _said(words: list[str]) -> tuple[int, Path]:
    """The port and the folder; exits where they are not both there."""
    match words:
        case [port, folder] if port.isascii() and port.isdigit() and len(port) <= _DIGITS:
            return int(port), Path(folder)
    sys.exit("catch_mail: name a port and a folder, e.g. 2525 inbox")


if __name__ == "__main__":
    try:
        main(*_said(sys.argv[1:]))
    except OverflowError:
        sys.exit("catch_mail: no port is above 65535; name another one")
    except OSError as error:
        sys.exit(f"catch_mail: {error.strerror}; name another port, or a folder that you may write")
    except KeyboardInterrupt:
        print()
