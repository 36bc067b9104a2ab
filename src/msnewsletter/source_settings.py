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
from msnewsletter.field_settings import (
    FieldName,
    FieldPathText,
    JsonPathText,
    SectionName,
    SelectorText,
)
from msnewsletter.model import WrittenBy
from msnewsletter.schedule.recurrence import RuleError
from msnewsletter.schedule.rule import duration_from
from msnewsletter.settings_section import Line, Section, VariableName
from msnewsletter.type_name import TypeName
from msnewsletter.validators import command_line, url

_WEB = ("https", "http")
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")


def _without_password(text: str) -> str:
    """The address, which this file, `status` and messages show."""
    if "@" in urlsplit(text).netloc:
        remedy = "take it out; sources of JSON can have a token"
        raise BadValueError("it holds a user or a password, which others would see", remedy)
    return text


WebAddress = Annotated[
    str,
    AfterValidator(partial(url, schemes=_WEB)),
    AfterValidator(_without_password),
    TypeName("URL"),
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


_Pattern = Annotated[str, AfterValidator(_pattern), TypeName("regular expression")]
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
    """A file or folder with summaries.

    `[[sources]]` stands as often as there are sources, of any kind. Without any it is the folder
    `summaries`.
    """

    kind: Literal["folder"] = "folder"
    """Which of the kinds it is."""
    path: Line
    """A file or folder, relative to the home unless absolute; see
    [below](reading.md#what-is-read-in-a-folder).
    """
    format: Literal["auto", "page", "markdown", "json"] = "auto"
    """`"auto"` goes by the suffix: `.md`, `.markdown`; `.txt`; `.json`, `.jsonl`, `.ndjson`."""

    @property
    def label(self) -> str:
        """What editors know it by."""
        return self.path


# Where editors override what was fetched, when no source is a folder; it need not be there.
OVERRIDES = FolderSource(path="summaries")


class FetchedSource(Section):
    """A source that is fetched: these settings have all kinds but `folder`.

    `private` allows loopback and the address ranges of own networks, never link-local ones. What is
    waited for a host's turn does not count for `timeout`; a server that sends nothing for half of
    it is given up. `pause` is from the end of an answer to the next request; the `Crawl-delay` of a
    robots.txt makes it longer, up to a minute. Proxies named in the environment are not used.
    `SSL_CERT_FILE` names roots of trust other than the system's. An address must not hold a user
    and password.
    """

    # The settings that say which summaries there are, and by what each is known.
    NAMING: ClassVar[tuple[str, ...]] = ()

    kind: str
    """Which of the kinds it is."""
    name: Annotated[str, AfterValidator(_name), TypeName("text")]
    """Permanent, for what came from a source is known by it: small letters, digits and hyphens."""
    since: date | None = None
    """The first day of what is taken; without it the day on which the source was added to a
    newsletter that had an issue, and else the newsletter's `start`.
    """
    every: Annotated[object, AfterValidator(_rhythm), TypeName("duration")] = None
    """How often the source is looked at; without it as often as is collected."""
    most: Annotated[int, Field(ge=1, le=10_000)] = 50
    """How many new summaries one look takes at most; the next one goes on."""
    private: bool = False
    """Whether addresses of this machine or network are allowed."""
    pause: Annotated[float, Field(ge=0, le=600, strict=False)] = 1.0
    """Seconds between two requests to one host, at least."""
    timeout: Annotated[int, Field(ge=1, le=600)] = 30
    """Seconds for one document, or for a program, in all; a plugin may say nothing for so long."""
    written_by: Annotated[WrittenBy, Field(strict=False)] | None = None
    """Who wrote its texts, where a text does not say it; none: as `[newsletter]` says; another
    value counts from the next look on.
    """

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
    """HTML pages, named one by one (`urls`), by a `sitemap`, or by the `links` of an `index`.

    See [what is read of a page](reading.md#what-is-read-of-a-page).
    """

    NAMING: ClassVar[tuple[str, ...]] = ("sitemap", "index", "links", "include", "exclude")

    kind: Literal["page"]
    """Which of the kinds it is."""
    urls: tuple[WebAddress, ...] = Field(default=(), strict=False)
    """Pages, named one by one."""
    sitemap: WebAddress | None = None
    """A sitemap or an index of sitemaps, gzip too."""
    index: WebAddress | None = None
    """A page that links to the summaries."""
    links: SelectorText | None = None
    """The CSS selector of those links."""
    include: tuple[_Pattern, ...] = Field(default=(), strict=False)
    """Regular expressions, searched for in addresses: those that count. What they leave out is not
    asked for, and not taken any more if it was read before; `urls`, another sitemap, index or
    `links` leave out in the same way, once the new one was read. What was sent stays.
    """
    exclude: tuple[_Pattern, ...] = Field(default=(), strict=False)
    """The same, of the addresses that do not count."""
    select: dict[FieldName, SelectorText] = Field(default_factory=dict)
    """A CSS selector for each field of a summary that has a place of its own; a wrong one is
    refused with its line by every command.
    """
    headings: dict[Line, SectionName] = Field(default_factory=dict)
    """Headings of the site, each with the section that stands under it: `found`, `why_it_matters`,
    `cautions`, `key_messages` or `disclaimer`. The usual ones are known.
    """

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
    """RSS 0.9x to 2.0, Atom and JSON Feed.

    See [what is read of a feed](reading.md#what-is-read-of-a-feed).
    """

    NAMING: ClassVar[tuple[str, ...]] = ("url", "fields")

    kind: Literal["feed"]
    """Which of the kinds it is."""
    url: WebAddress
    """The feed."""
    follow: bool = False
    """Whether the texts are those of the page that an entry links to."""
    fields: dict[FieldName, Line] = Field(default_factory=dict)
    """A field of a summary: the name of the entry's element that holds it."""
    select: dict[FieldName, SelectorText] = Field(default_factory=dict)
    """A CSS selector for each field of a summary that has a place of its own; a wrong one is
    refused with its line by every command.
    """
    headings: dict[Line, SectionName] = Field(default_factory=dict)
    """Headings of the site, each with the section that stands under it: `found`, `why_it_matters`,
    `cautions`, `key_messages` or `disclaimer`. The usual ones are known.
    """


class JsonSource(FetchedSource):
    """An HTTP endpoint that answers with JSON.

    See [JSON endpoints](reading.md#json-endpoints).
    """

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
    """Which of the kinds it is."""
    url: WebAddress
    """The endpoint."""
    items: JsonPathText = "$[*]"
    """JSONPath (RFC 9535) of the objects in an answer."""
    fields: dict[FieldName, FieldPathText] = Field(default_factory=dict)
    """A field of a summary: the JSONPath of its value in an object; see
    [maps](reading.md#maps-of-fields).
    """
    next: JsonPathText | None = None
    """JSONPath of the next page's address, or of the cursor that `cursor` sends."""
    page: Line | None = None
    """The query parameter that counts pages from 1."""
    cursor: Line | None = None
    """The query parameter that carries the cursor."""
    pages: Annotated[int, Field(ge=1, le=1000)] = 20
    """Pages of one look, at most."""
    token: VariableName | None = None
    """The variable of the environment that holds the bearer token."""

    @model_validator(mode="after")
    def _one_way_through_pages(self) -> Self:
        if self.cursor and not self.next:
            raise BadValueError("a cursor needs next", "add next, the JSONPath of the next cursor")
        if self.page and self.next:
            raise BadValueError("it has both page and next", "keep one of them")
        return self


class CommandSource(FetchedSource):
    """A program that prints a JSON object a line.

    It runs in the home, without a shell: see [programs](reading.md#programs).
    """

    NAMING: ClassVar[tuple[str, ...]] = ("command", "fields")

    kind: Literal["command"]
    """Which of the kinds it is."""
    command: Annotated[str, AfterValidator(command_line), TypeName("command")]
    """The program and its arguments."""
    environment: tuple[VariableName, ...] = Field(default=(), strict=False)
    """Variables of the environment that it gets, beside [the usual
    ones](environment.md#environment-of-programs).
    """
    fields: dict[FieldName, FieldPathText] = Field(default_factory=dict)
    """A field of a summary: the JSONPath of its value in an object; see
    [maps](reading.md#maps-of-fields).
    """

    @property
    def words(self) -> tuple[str, ...]:
        """The command as words."""
        return tuple(shlex.split(self.command))


class PluginSource(FetchedSource):
    """A kind that a plugin adds; whether one is installed is asked when the source is.

    See [extending](../guides/extending.md#a-source).
    """

    NAMING: ClassVar[tuple[str, ...]] = ("options",)

    kind: Annotated[str, TypeName("name")]
    """The plugin's name for its kind: any other than those above."""
    options: Annotated[dict[str, Any], TypeName("table")] = Field(default_factory=dict)
    """What the plugin gets, as it is."""


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
