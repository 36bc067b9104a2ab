"""A mail server to try things out with: each mail that it takes becomes a file.

    python examples/catch_mail.py 2525 inbox

It sends nothing on, and listens on this machine alone. Ctrl-C stops it.
"""

from __future__ import annotations

import sys
from pathlib import Path
from threading import Event

from msnewsletter.demo.catcher import Catcher

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


if __name__ == "__main__":
    try:
        main(int(sys.argv[1]), Path(sys.argv[2]))
    except OSError as error:
        sys.exit(f"catch_mail: {error.strerror}; name another port, or a folder that you may write")
    except KeyboardInterrupt:
        print()
