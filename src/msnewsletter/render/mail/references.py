"""Numbered references for the plain-text digest. Knows nothing of templates."""

from __future__ import annotations


class References:
    """Gives every mention of a URL a number, in order: `{{ reference(url) }}` writes `[3]`.

    A URL that is mentioned twice is listed twice, as the HTML links to it twice: filters of spam
    count whether both parts hold the same addresses (rspamd: URI_COUNT_ODD).

    One instance serves one rendering.
    """

    def __init__(self) -> None:
        self._urls: list[str] = []

    def __call__(self, url: str) -> str:
        """The mark for the text."""
        self._urls.append(url)
        return f"[{len(self._urls)}]"

    @property
    def lines(self) -> list[str]:
        """The list at the end, a URL a line, never broken."""
        return [f"[{number}] {url}" for number, url in enumerate(self._urls, start=1)]
