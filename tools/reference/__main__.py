"""Writes the pages of the reference into docs/reference/."""

from __future__ import annotations

from pathlib import Path

from reference.pages import PAGES

FOLDER = Path(__file__).parents[2] / "docs" / "reference"


def main() -> None:
    """Write each page anew."""
    for name, page in PAGES.items():
        (FOLDER / name).write_text(page())


if __name__ == "__main__":
    main()
