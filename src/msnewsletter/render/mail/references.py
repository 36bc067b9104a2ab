"""Numbered references for the plain-text digest. Knows nothing of templates."""

from __future__ import annotations


class References:
    """Gives every URL a number, in order of first use: `{{ reference(url) }}` writes `[3]`.

    One instance serves one rendering.
    """

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def __call__(self, url: str) -> str:
        """The mark for the text."""
        return f"[{self._numbers.setdefault(url, len(self._numbers) + 1)}]"

    @property
    def lines(self) -> list[str]:
        """The list at the end, a URL a line, never broken."""
        return [f"[{number}] {url}" for url, number in self._numbers.items()]
