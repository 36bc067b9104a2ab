"""A mail server to try things out with: each mail that it takes becomes a file.

    python examples/catch_mail.py 2525 inbox

It sends nothing on, and listens on this machine alone. Ctrl-C stops it.
"""

from __future__ import annotations

import sys
from pathlib import Path
from threading import Event

try:
    from msnewsletter.demo.catcher import Catcher
except ModuleNotFoundError as missing:
    if missing.name != "msnewsletter":
        raise
    sys.exit(
        "catch_mail: this Python has no msnewsletter; start it with that of the clone, "
        "'.venv/bin/python examples/catch_mail.py 2525 inbox', or put .venv/bin into PATH first"
    )

_DIGITS = 5  # of a port
LOOK = 0.2  # seconds between two looks for new mail


def main(port: int, folder: Path) -> None:
    """Take mail at a port (0: a free one) until the process is stopped, into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    kept = 0
    with Catcher(port) as catcher:
        print(f"Mail to 127.0.0.1, port {catcher.port}, is kept in {folder}.", flush=True)
        while not Event().wait(LOOK):
            for letter in catcher.letters[kept:]:
                kept += 1
                whole = folder / f"{kept:04}-{letter.to[0]}.eml"
                part = whole.with_suffix(".part")
                part.write_bytes(letter.message)
                part.rename(whole)


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
