"""A document to import: a file or what an address gave."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedDocument:
    """A document to import.

    Attributes:
        place: the file or address, as the editor knows it.
        data: its bytes.
        url: its address; empty: it is a file.
        charset: that its server named.
        name: of a file without its suffix, for a summary that names no key.
    """

    place: str
    data: bytes
    name: str = ""
    url: str = ""
    charset: str | None = None
