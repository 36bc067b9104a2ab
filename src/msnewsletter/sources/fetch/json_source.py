"""The kind `json`: an HTTP endpoint, read page by page, newest first.

Owns when a look may end before the last page, and the token.
"""

from __future__ import annotations

import os
import re
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from msnewsletter.errors import SourceError
from msnewsletter.json_path import compiled
from msnewsletter.sources.fetch.client import Document
from msnewsletter.sources.fetch.finds import Empty, Forgotten, Remark, Remembered
from msnewsletter.sources.fetch.json_answer import JsonPage, read_answer
from msnewsletter.sources.fetch.json_paging import first_page, has_pages, next_page, origin_of
from msnewsletter.sources.fetch.known_source import way_of
from msnewsletter.sources.fetch.object_finds import ObjectFinds
from msnewsletter.sources.fetch.shown_address import shown_address
from msnewsletter.sources.formats import SIZE_LIMIT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from msnewsletter.source_settings import JsonSource
    from msnewsletter.sources.fetch.client import Fetcher, Unmodified
    from msnewsletter.sources.fetch.finds import Find
    from msnewsletter.sources.fetch.known_source import KnownSource

# For so long a look ends at the first page that brings nothing new; then one reads all pages again,
# for an old summary may be corrected. Less than a day: a look a day reads all.
_ENDS_EARLY: Final = timedelta(hours=20)
_ACCEPT: Final = "application/json, application/*+json;q=0.9, */*;q=0.1"
_TOKEN: Final = re.compile(r"[!-~]+")


def look(source: JsonSource, *, fetcher: Fetcher, known: KnownSource, root: Path) -> Iterator[Find]:
    """Ask the source, and yield what it brings; raises SourceError where it fails as a whole."""
    del root
    return _Pages(source, fetcher, known).finds()


class _Pages:
    """The pages of one look.

    Attributes:
        count: of the objects so far.
        first: what to remember of the first page; None: it was not asked for yet.
        whole: when a look last took all there is, this one among them; None: never, or this one
            leaves something for the next.
    """

    def __init__(self, source: JsonSource, fetcher: Fetcher, known: KnownSource) -> None:
        self._source, self._fetcher, self._at = source, fetcher, known.at
        self._token = _token(source)
        self._objects = ObjectFinds(source.name, source.fields, known=known, most=source.most)
        self._way, self._documents = _way_of(source), known.documents
        before = known.document(source.url, self._way)
        self.whole = before.whole if before else None
        # One that lies ahead is of a clock that was set back.
        age = known.at - self.whole if self.whole else None
        lately = age is not None and timedelta() <= age < _ENDS_EARLY
        self._ends_early = lately and not known.again
        # A first page that is the same says nothing of those behind it.
        self._before = before if self._ends_early or not has_pages(source) else None
        self.first: Remembered | None = None
        self.count = 0
        self._read_any = False

    def finds(self) -> Iterator[Find]:
        """All that the look brings; raises SourceError."""
        yield from self._pages()
        yield from self._objects.end()
        url = self._source.url
        yield from (Forgotten(url=other) for other in self._documents if other != url)
        if self.first is None:
            return
        empty = self._read_any and not self.count
        if empty:
            yield Remark(says="it names no summary; those that it named before stay")
            yield Empty()
        if self.whole is None or empty:
            # What was left has to come again, and so has what names nothing.
            yield Remembered(url=url, way=self._way)
        else:
            yield replace(self.first, url=url, way=self._way, whole=self.whole)

    def _pages(self) -> Iterator[Find]:
        objects, asked = self._objects, list[str]()
        url: str | None = first_page(self._source)
        while url is not None:
            asked.append(url)
            document = self._get(url, len(asked))
            self.first = self.first or document.remembered
            if not isinstance(document, Document):
                return
            self._read_any = True
            answer = self._read(document, len(asked))
            news, repeated = objects.news, objects.repeated
            yield from self._objects_of(answer, len(asked))
            if objects.left or objects.too_many_faults:
                self.whole = None
                return
            if self._ends_early and objects.news == news:
                return
            if answer.objects and objects.repeated - repeated == len(answer.objects):
                yield Remark(says=f"page {len(asked)} brings what came before, and was the last")
                break
            url = self._next(document, answer, len(asked))
            if url in asked or (url is not None and len(asked) == self._source.pages):
                yield _remark_on_end(len(asked), again=url in asked)
                break
        self.whole = self._at

    def _objects_of(self, answer: JsonPage, number: int) -> Iterator[Find]:
        for value in answer.objects:
            self.count += 1
            yield from self._objects.find(
                value, f"{self._source.name}, object {self.count}", page=number
            )
            if self._objects.too_many_faults:
                return

    def _next(self, document: Document, answer: JsonPage, number: int) -> str | None:
        """The address of the next page; None: this was the last. Raises SourceError."""
        if not answer.objects:
            return None
        return next_page(self._source, answer.value, url=document.url, number=number)

    def _read(self, document: Document, number: int) -> JsonPage:
        """The answer of a page; raises SourceError."""
        place = f"{self._source.name}, page {number}" if number > 1 else self._source.name
        items = compiled(self._source.items)
        try:
            return read_answer(document.data, place=place, items=items, secret=self._token)
        except SourceError as error:
            if document.url == document.asked:
                raise
            problem = f"{error.problem}, after it led to {_without_query(document.url)}"
            raise SourceError(error.place, problem, error.remedy) from None

    def _get(self, url: str, number: int) -> Document | Unmodified:
        """A page; raises FetchError."""
        ours = origin_of(url) == origin_of(self._source.url)
        before = self._before if number == 1 else None
        return self._fetcher.get(
            url,
            limit=SIZE_LIMIT,
            accept=_ACCEPT,
            known=replace(before, url=url) if before else None,
            token=self._token if ours else None,
        )


def _remark_on_end(number: int, *, again: bool) -> Remark:
    if again:
        return Remark(says=f"page {number} leads back to an earlier one, and was the last")
    return Remark(says=f"it has more pages than are read (pages = {number})")


def _token(source: JsonSource) -> str | None:
    """The bearer token; raises SourceError, which never quotes it."""
    if source.token is None:
        return None
    token = os.environ.get(source.token, "").strip()
    if not token:
        problem = f"the variable {source.token} is not set, and should hold its token"
        raise SourceError(source.name, problem, "set it where msnewsletter runs")
    if not _TOKEN.fullmatch(token):
        problem = f"the variable {source.token} holds what no token has: a space, or other letters"
        raise SourceError(source.name, problem, "copy the token again")
    return token


def _way_of(source: JsonSource) -> str:
    """With other settings the same answer says something else."""
    return way_of(source.items, source.fields, source.next, source.page, source.cursor)


def _without_query(url: str) -> str:
    return shown_address(url).partition("?")[0]
