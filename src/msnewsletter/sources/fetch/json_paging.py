"""From one page of an endpoint to the next: by a link, by a number, or by a cursor. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

from msnewsletter.errors import BadValueError, SourceError
from msnewsletter.json_path import compiled
from msnewsletter.sources.json_values import kind_of

if TYPE_CHECKING:
    from msnewsletter.source_settings import JsonSource

_ADDRESS_LIMIT = 8_000  # bytes that servers take: RFC 9110, section 4.1
_PORTS = {"http": 80, "https": 443}


def first_page(source: JsonSource) -> str:
    """The address of the first page."""
    return _with(source.url, source.page, "1") if source.page else source.url


def has_pages(source: JsonSource) -> bool:
    """Whether there may be more than one."""
    return bool(source.page or source.next)


def next_page(source: JsonSource, value: object, *, url: str, number: int) -> str | None:
    """The address of the page after page `number`, which answered `value` at `url`; None: none.

    Raises SourceError where the endpoint names one that cannot be asked for.
    """
    if source.page:
        return _with(source.url, source.page, str(number + 1))
    if not source.next:
        return None
    place = f"{source.name}, page {number}"
    try:
        found = compiled(source.next).values_in(value)
    except BadValueError as error:
        raise SourceError(place, error.problem, error.remedy) from None
    said = found[0] if found else None
    if said is None or said is False or said == "":
        return None
    if source.cursor:
        return _with(source.url, source.cursor, _cursor(said, place))
    return _link(said, url, place)


def origin_of(url: str) -> tuple[str, str | None, int | None]:
    """Scheme, host and port: to whom a secret may be said (RFC 6454)."""
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port or _PORTS.get(parts.scheme)


def _with(url: str, name: str, value: str) -> str:
    """The address with one parameter, in place of an earlier one."""
    parts = urlsplit(url)
    query = [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if pair[0] != name]
    return urlunsplit(parts._replace(query=urlencode([*query, (name, value)]), fragment=""))


def _cursor(said: Any, place: str) -> str:  # noqa: ANN401  (any JSON value)
    if type(said) not in (str, int) or len(str(said)) > _ADDRESS_LIMIT:
        problem = f"its cursor is {kind_of(said)} that no address can carry"
        raise SourceError(place, problem, "correct next: it leads to the next page's cursor")
    return str(said).encode(errors="replace").decode()


def _link(said: Any, url: str, place: str) -> str:  # noqa: ANN401  (any JSON value)
    """The absolute address of a link, relative or not; raises SourceError."""
    remedy = "correct next: it leads to the next page's address"
    if not isinstance(said, str):
        raise SourceError(place, f"its next page is {kind_of(said)}, not an address", remedy)
    try:
        link = urljoin(url, said.strip())
        scheme, host, _ = origin_of(link)
    except ValueError:  # brackets that hold no IPv6 address, a port that is no number
        link = scheme = host = ""
    sound = scheme in _PORTS and host and len(link) <= _ADDRESS_LIMIT
    if not sound or not link.isprintable() or " " in link:
        raise SourceError(place, "its next page has no valid web address", remedy)
    return link
