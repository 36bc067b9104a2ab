"""JSON objects as finds: which summary each is, whether it is new, and what is wrong with it.

Owns the identity of a summary that came as an object, and how much of one look is said. Pure.
"""

from __future__ import annotations

import json
import unicodedata
from dataclasses import replace
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from msnewsletter.errors import BadValueError, SourceError, printable
from msnewsletter.sources.addresses import identity_of
from msnewsletter.sources.clean_text import clean
from msnewsletter.sources.faults import MOST, NAMED, Faults
from msnewsletter.sources.fetch.finds import Read, Remark, Unchanged, Unread
from msnewsletter.sources.fetched_file import Problem
from msnewsletter.sources.field_map import NO_TEXT, FieldMap
from msnewsletter.sources.fields import Given, build
from msnewsletter.sources.html.html_piece import markup_in
from msnewsletter.sources.identifiers import doi_of, url_of
from msnewsletter.sources.json_objects import fields_of
from msnewsletter.sources.json_values import JsonObject
from msnewsletter.text import quoted_value

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from msnewsletter.sources.fetch.finds import Find
    from msnewsletter.sources.fetch.known_source import KnownSource

# So many faults, and nothing without one, are no chance.
_SEVERAL: Final = 3
_TELLING: Final = ("key", "url", "doi")


class ObjectFinds:
    """The finds of the objects of one look.

    Args:
        source: the source's name.
        fields: of a summary, where each is in an object, as in the settings; empty: the objects
            have the model's own names.
        known: of the source.
        most: new summaries that are taken.

    Attributes:
        new, changed, same: how many summaries were taken that were not known, known and of another
            text, known and as they were.
        left: how many new ones were left for the next look.
        repeated: how many objects another page had brought.
    """

    def __init__(
        self, source: str, fields: Mapping[str, str], *, known: KnownSource, most: int
    ) -> None:
        self._source, self._known, self._most = source, known, most
        self._map = FieldMap.of(fields) if fields else None
        self._identifying = FieldMap.of({name: fields[name] for name in _TELLING if name in fields})
        self._seen: dict[str, tuple[int, str]] = {}
        # Of objects that nobody can tell apart, and so no summary is kept with its fault.
        self._faults = Faults(place=source)
        self._first: SourceError | None = None
        self._bad = 0
        self.new = self.changed = self.same = self.left = self.repeated = 0

    @property
    def news(self) -> int:
        """How many objects said something that was not known, or had a fault."""
        return self.new + self.changed + self.left + self._faults.count + self._bad

    @property
    def too_many_faults(self) -> bool:
        """Whether there are so many faults that the rest is not worth reading."""
        return self._faults.count + self._bad >= MOST

    def find(self, value: object, place: str, *, page: int = 1) -> Iterator[Find]:
        """What an object says, if it says something new."""
        try:
            identity, address = self._identified(value, place)
            first = self._is_first(identity, place, page)
        except SourceError as error:
            self._first = self._first or error
            self._faults.add(error)
            return
        if not first:
            return
        try:
            given = self._fields(value, place)
        except SourceError as error:
            if self._is_kept(identity, error):
                yield Unread(
                    identities=(identity,),
                    address=address,
                    problem=_problem(error),
                    passing=False,
                    has_key=self._map is None and _has_key(value),
                )
        else:
            yield from self._read(identity, address, given, value)

    def end(self) -> Iterator[Remark]:
        """What is to be said of the look as a whole.

        Raises SourceError where there were objects, and none of them is a summary: then it is the
        source that is wrong, or its map.
        """
        count = self._faults.count + self._bad
        none_good = not (self.new or self.changed or self.same or self.left)
        if self._first and none_good and (self._bad >= _SEVERAL or not self._bad):
            others = f", and none of its {count:,} objects is a summary" if count > 1 else ""
            problem = f"{self._first.problem}{others}"
            raise SourceError(self._first.place, problem, self._first.remedy)
        yield from (Remark(says=str(line)) for line in self._faults.lines())
        if self._bad > NAMED:
            yield Remark(says=f"{self._bad:,} objects have a fault; of new ones, {NAMED} are named")
        if self.too_many_faults:
            says = "reading stopped there: what follows was not looked at"
            yield Remark(says=says, partial=True)
        if self.left:
            says = f"{self.left:,} more new summaries wait for the next look (most = {self._most})"
            yield Remark(says=says)

    # ── which summary it is ──────────────────────────────────────────────────────────────────────

    def _identified(self, value: object, place: str) -> tuple[str, str]:
        """An object's identity, and its address for people; raises SourceError."""
        found = self._telling_of(value, place)
        address = _address(found.get("url"))
        if "key" in found:
            key = found["key"]
            # A key as this program writes it is never an address to make one form of.
            mapped = self._map is not None and _address(key)
            return identity_of(key) if mapped else key, address or key
        if address is None and "doi" in found:
            try:
                address = f"https://doi.org/{doi_of(found['doi'])}"
            except BadValueError as error:
                raise SourceError(place, f"doi: {error.problem}", error.remedy) from None
        if address is None:
            remedy = "add its id to fields, as key" if self._map else "give each object a key"
            raise SourceError(place, "has no key, url or doi: nothing says which it is", remedy)
        return identity_of(address), address

    def _telling_of(self, value: object, place: str) -> dict[str, str]:
        """Those of its fields that tell it from others, as one line each."""
        if self._map is not None:
            found = self._identifying.fields_of(value, place)
        elif isinstance(value, JsonObject):
            telling = JsonObject((one, value.get(one)) for one in _TELLING)
            telling.twice = value.twice if value.twice in _TELLING else None
            found = fields_of(telling, place)
        else:
            found = fields_of(value, place)  # says what it is
        lines = {one: _line(given, place) for one, given in found.items()}
        return {one: line for one, line in lines.items() if line}

    def _is_first(self, identity: str, place: str, page: int) -> bool:
        """Whether it was not met before in this look.

        Raises SourceError where it was met on this page. On another it is no fault: a new object
        moves the others back while pages are asked for.
        """
        before = self._seen.setdefault(identity, (page, place))
        if before[1] == place:
            return True
        if before[0] != page:
            self.repeated += 1
            return False
        problem = f"has the key {quoted_value(identity)} of {before[1]}"
        raise SourceError(place, problem, "give each its own")

    # ── what it says ─────────────────────────────────────────────────────────────────────────────

    def _fields(self, value: object, place: str) -> dict[str, Given]:
        if self._map is not None:
            given = self._map.fields_of(value, place)
        else:
            given = fields_of(_with_number(value), place)
            _refuse_markup(given)
        for field in given.values():
            for text in (field.value,) if isinstance(field.value, str) else field.value:
                clean(text, place)  # refuses what no file can hold
        return given

    def _read(
        self, identity: str, address: str, given: Mapping[str, Given], value: object
    ) -> Iterator[Find]:
        find = Read(
            identities=(identity,),
            address=address,
            fields={name: field.value for name, field in given.items() if name != "key"},
            origins=self._map.origins() if self._map else {},
            notes=_notes(value) if self._map is None else (),
            has_key=self._map is None and _has_key(value),
        )
        known, stamp = self._known.summaries.get(identity), _stamp(find)
        if known and known.stamp == stamp:
            self.same += 1
            yield Unchanged(identity=identity)
        elif error := _incomplete(given, identity):
            if self._is_kept(identity, error):
                yield replace(find, problem=_problem(error))
        elif known:
            self.changed += 1
            yield replace(find, stamp=stamp)
        elif self.new < self._most:
            self.new += 1
            yield replace(find, stamp=stamp)
        else:
            self.left += 1

    def _is_kept(self, identity: str, error: SourceError) -> bool:
        """Count a fault; whether its summary is kept with it: of new ones, the first are."""
        self._first = self._first or error
        self._bad += 1
        return self._bad <= NAMED or identity in self._known.summaries


def _stamp(find: Read) -> str:
    """Names what an object says and, by its origins, where its fields were looked for."""
    parts = [find.address, sorted(find.fields.items()), sorted(find.origins.items()), find.notes]
    return sha256(json.dumps(parts).encode()).hexdigest()[:16]


def _problem(error: SourceError) -> Problem:
    return Problem(says=printable(error.problem), remedy=printable(error.remedy))


def _address(url: str | None) -> str | None:
    """A web address; None: it is none, which is said where the field is read."""
    try:
        return url_of(url) if url else None
    except BadValueError:
        return None


def _line(given: Given, place: str) -> str:
    """A text on one line, in the one form that Unicode has for it; raises SourceError."""
    text = given.value if isinstance(given.value, str) else " ".join(given.value)
    clean(text, place)
    return unicodedata.normalize("NFC", printable(" ".join(text.split())))


def _incomplete(given: Mapping[str, Given], identity: str) -> SourceError | None:
    """Why it is no whole summary; None: it is one."""
    try:
        build({**given, "key": Given(value="key", place=identity)}, location=identity)
    except SourceError as error:
        return error
    return None


def _refuse_markup(given: Mapping[str, Given]) -> None:
    """Raise SourceError for a text that is HTML: it would be shown as it is typed."""
    for name, field in given.items():
        texts = (field.value,) if isinstance(field.value, str) else field.value
        if name not in NO_TEXT and (sign := next(filter(None, map(markup_in, texts)), None)):
            remedy = f'let it be plain text, or name it in fields: {name} = "html:$.{name}"'
            raise SourceError(field.place, f"{name!r} holds HTML ({sign})", remedy)


def _with_number(value: object) -> object:
    """The object with a PubMed number that is a number as text: no two are written the same way."""
    if isinstance(value, JsonObject) and type(value.get("pmid")) is int:
        found = JsonObject({**value, "pmid": str(value["pmid"])})
        found.twice = value.twice
        return found
    return value


def _notes(value: object) -> tuple[str, ...]:
    has_cards = isinstance(value, JsonObject) and value.get("related")
    return ("'related' is not taken from a source that is fetched",) if has_cards else ()


def _has_key(value: object) -> bool:
    return isinstance(value, JsonObject) and bool(value.get("key"))
