"""`[[sources]]` of newsletter.toml: where summaries come from, one class a kind."""

from __future__ import annotations

import json
import re
import shlex
from datetime import date, timedelta
from functools import partial
from hashlib import sha256
from typing import Annotated, Any, ClassVar, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, Discriminator, Field, Tag, model_validator

from msnewsletter.errors import BadValueError
from msnewsletter.field_settings import FieldName, FieldPathText, JsonPathText, SelectorText
from msnewsletter.model import WrittenBy
from msnewsletter.schedule.recurrence import RuleError
from msnewsletter.schedule.rule import duration_from
from msnewsletter.settings_section import Line, Section
from msnewsletter.validators import command_line, url, variable

_WEB = ("https", "http")
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")


def _without_password(text: str) -> str:
    """The address, which this file, `status` and messages show."""
    if "@" in urlsplit(text).netloc:
        remedy = "take it out; sources of JSON can have a token"
        raise BadValueError("it holds a user or a password, which others would see", remedy)
    return text


WebAddress = Annotated[
    str, AfterValidator(partial(url, schemes=_WEB)), AfterValidator(_without_password)
]


def _name(text: str) -> str:
    if not _NAME.fullmatch(text):
        raise BadValueError(
            "it is not a valid name", "use small letters, digits and hyphens, at most 40"
        )
    return text


def _pattern(text: str) -> str:
    try:
        re.compile(text)
    except re.error as error:
        raise BadValueError(
            f"it is not a regular expression ({error})", "correct it, or leave it out"
        ) from None
    return text


_LEAST_RHYTHM = timedelta(minutes=1)


def _rhythm(value: object) -> object:
    try:
        rhythm = duration_from("every", value)
    except RuleError as error:
        raise BadValueError(error.problem, error.remedy) from None
    if rhythm < _LEAST_RHYTHM:
        raise BadValueError("it is less than a minute", 'write e.g. "1 hour"')
    return value


class FolderSource(Section):
    """A file or folder with summaries, relative to the home unless absolute."""

    kind: Literal["folder"] = "folder"
    path: Line
    format: Literal["auto", "page", "markdown", "json"] = "auto"

    @property
    def label(self) -> str:
        """What editors know it by."""
        return self.path


# Where editors override what was fetched, when no source is a folder; it need not be there.
OVERRIDES = FolderSource(path="summaries")


class FetchedSource(Section):
    """What all sources have that are read by `fetch`.

    Attributes:
        kind: which of the kinds below it is.
        name: permanent; its folder in var/sources/.
        since: the first day of what is taken; None: the day the source was added to a newsletter
            that had an issue, and the newsletter's `start` otherwise.
        every: how often it is looked at, as in `[schedule]`; None: as often as is collected.
        most: how many new summaries one look takes at most; the next look goes on.
        private: its addresses may be of this machine or network.
        pause: seconds between two requests to one host, at least.
        timeout: seconds for one document in all.
        written_by: who wrote its texts, where they do not say it; None: as `[newsletter]` says.
    """

    # The settings that say which summaries there are, and by what each is known.
    NAMING: ClassVar[tuple[str, ...]] = ()

    kind: str
    name: Annotated[str, AfterValidator(_name)]
    since: date | None = None
    every: Annotated[object, AfterValidator(_rhythm)] = None
    most: Annotated[int, Field(ge=1, le=10_000)] = 50
    private: bool = False
    pause: Annotated[float, Field(ge=0, le=600, strict=False)] = 1.0
    timeout: Annotated[int, Field(ge=1, le=600)] = 30
    written_by: Annotated[WrittenBy, Field(strict=False)] | None = None

    @property
    def label(self) -> str:
        """What editors know it by."""
        return self.name

    @property
    def naming(self) -> str:
        """Names what says which summaries there are: where it is another, what is new may be old.

        Addresses that a person added one by one are none of it: they are meant as new.
        """
        said = self.model_dump(mode="json", include={"kind", *self.NAMING})
        return sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:16]


class PageSource(FetchedSource):
    """HTML pages: named one by one, by a sitemap, or by links of an index page."""

    NAMING: ClassVar[tuple[str, ...]] = ("sitemap", "index", "links", "include", "exclude")

    kind: Literal["page"]
    urls: tuple[WebAddress, ...] = Field(default=(), strict=False)
    sitemap: WebAddress | None = None
    index: WebAddress | None = None
    # A CSS selector of the links in the index.
    links: SelectorText | None = None
    # Of addresses; searched for anywhere in them.
    include: tuple[Annotated[str, AfterValidator(_pattern)], ...] = Field(default=(), strict=False)
    exclude: tuple[Annotated[str, AfterValidator(_pattern)], ...] = Field(default=(), strict=False)
    # A CSS selector for each field of a summary that pages have in a place of their own.
    select: dict[FieldName, SelectorText] = Field(default_factory=dict)

    @property
    def named_by(self) -> str:
        """What leads to its pages: it leads to others where this is another."""
        return " ".join(filter(None, (self.sitemap, self.index, self.links))) or "urls"

    @model_validator(mode="after")
    def _one_way_to_pages(self) -> Self:
        named = {"urls": self.urls, "sitemap": self.sitemap, "index": self.index}
        given = [name for name, value in named.items() if value]
        if not given:
            raise BadValueError("it names no pages", "add urls, a sitemap, or an index with links")
        if len(given) > 1:
            problem = f"it has both {given[0]} and {given[1]}"
            raise BadValueError(problem, "keep one, and make the other a source of its own")
        if self.index and not self.links:
            remedy = 'add links, their CSS selector, e.g. "main a"'
            raise BadValueError("an index needs to know which of its links count", remedy)
        if self.links and not self.index:
            raise BadValueError("it has links, and no index", "name the page that they are on")
        return self


class FeedSource(FetchedSource):
    """RSS, Atom or JSON Feed."""

    NAMING: ClassVar[tuple[str, ...]] = ("url", "fields")

    kind: Literal["feed"]
    url: WebAddress
    # Read the page that an entry links to for the texts.
    follow: bool = False
    # A field of a summary: the name of the entry's element that holds it.
    fields: dict[FieldName, Line] = Field(default_factory=dict)
    # With `follow`: as for pages.
    select: dict[FieldName, SelectorText] = Field(default_factory=dict)


class JsonSource(FetchedSource):
    """An HTTP endpoint that answers with JSON."""

    NAMING: ClassVar[tuple[str, ...]] = (
        "url",
        "items",
        "fields",
        "next",
        "page",
        "cursor",
        "pages",
    )

    kind: Literal["json"]
    url: WebAddress
    # JSONPath (RFC 9535) of the objects in an answer.
    items: JsonPathText = "$[*]"
    # A field of a summary: the JSONPath of its value in an object; `html:` before it for HTML.
    fields: dict[FieldName, FieldPathText] = Field(default_factory=dict)
    # JSONPath of the next page's address, or of the cursor that `cursor` sends.
    next: JsonPathText | None = None
    # The query parameter that counts pages from 1; or that carries the cursor.
    page: Line | None = None
    cursor: Line | None = None
    # Pages of one look, at most.
    pages: Annotated[int, Field(ge=1, le=1000)] = 20
    # The variable of the environment that holds the bearer token.
    token: Annotated[str, AfterValidator(variable)] | None = None

    @model_validator(mode="after")
    def _one_way_through_pages(self) -> Self:
        if self.cursor and not self.next:
            raise BadValueError("a cursor needs next", "add next, the JSONPath of the next cursor")
        if self.page and self.next:
            raise BadValueError("it has both page and next", "keep one of them")
        return self


class CommandSource(FetchedSource):
    """A program, run without a shell in the home, that prints a JSON object a line."""

    NAMING: ClassVar[tuple[str, ...]] = ("command", "fields")

    kind: Literal["command"]
    command: Annotated[str, AfterValidator(command_line)]
    # Variables of our environment that it gets, beside those that every program needs.
    environment: tuple[Annotated[str, AfterValidator(variable)], ...] = Field(
        default=(), strict=False
    )
    fields: dict[FieldName, FieldPathText] = Field(default_factory=dict)

    @property
    def words(self) -> tuple[str, ...]:
        """The command as words."""
        return tuple(shlex.split(self.command))


class PluginSource(FetchedSource):
    """A kind that a plugin adds; whether one is installed is asked when the source is."""

    NAMING: ClassVar[tuple[str, ...]] = ("options",)

    kind: str
    options: dict[str, Any] = Field(default_factory=dict)


def _kind(value: Any) -> str:  # noqa: ANN401  (whatever TOML holds)
    if not isinstance(value, dict):
        return PLUGIN if isinstance(value, PluginSource) else str(value.kind)
    # A path alone is a folder, as it always was; all else has to say what it is.
    meant = "folder" if "path" in value or not value.keys() - {"format"} else ""
    given = value.get("kind", meant)
    if not isinstance(given, str):
        return repr(given)
    return given if given in KINDS or not _NAME.fullmatch(given) else PLUGIN


# The tag of all kinds that are not the program's own.
PLUGIN = "plugin"
SourceSection = Annotated[
    Annotated[FolderSource, Tag("folder")]
    | Annotated[PageSource, Tag("page")]
    | Annotated[FeedSource, Tag("feed")]
    | Annotated[JsonSource, Tag("json")]
    | Annotated[CommandSource, Tag("command")]
    | Annotated[PluginSource, Tag(PLUGIN)],
    Discriminator(_kind),
]
KINDS: dict[str, type[Section]] = {
    "folder": FolderSource,
    "page": PageSource,
    "feed": FeedSource,
    "json": JsonSource,
    "command": CommandSource,
}
