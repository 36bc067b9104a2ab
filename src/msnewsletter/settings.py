"""newsletter.toml: parsed, checked, frozen.

Owns the rules for settings and the messages about wrong ones. Reads the one file it is given, and
the password from the environment: no file holds one.
"""

from __future__ import annotations

import os
import re
import tomllib
from dataclasses import fields
from datetime import date
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Annotated, Final, Literal, get_args
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    BaseModel,
    Field,
    ValidationError,
    ValidationInfo,
    field_validator,
)

from msnewsletter.catalogues.catalogue_files import (
    catalogue_for,
    catalogue_named,
    with_own_words,
    words_in,
)
from msnewsletter.catalogues.own_words import ENGLISH, to_say
from msnewsletter.delivery_settings import (
    IMAP_PASSWORD,
    UNSUBSCRIBE_PATH,
    DeliverSection,
    InboundSection,
    SubscribeSection,
)
from msnewsletter.errors import BadValueError, SettingsError
from msnewsletter.home import SETTINGS_NAME
from msnewsletter.mail_settings import LowEnergySection, MailSection, SmtpSection
from msnewsletter.model import ListAddresses, Masthead, WrittenBy
from msnewsletter.regular_file import WRITTEN_LIMIT, read_regular
from msnewsletter.schedule.recurrence import RuleError
from msnewsletter.schedule_settings import ScheduleSection
from msnewsletter.settings_errors import (
    PASSWORD,
    explain,
    line_of,
    refuse_faint_colours,
    refused_rule,
)
from msnewsletter.settings_section import Line, Section
from msnewsletter.site_settings import SiteSection
from msnewsletter.source_settings import (
    OVERRIDES,
    FetchedSource,
    FolderSource,
    SourceSection,
)
from msnewsletter.theme_settings import ThemeSection
from msnewsletter.type_name import TypeName
from msnewsletter.validators import identity, language_tag, site_address, url, zone_name

if TYPE_CHECKING:
    from pathlib import Path

    from msnewsletter.schedule.rule import Rule

_WEB = ("https", "http")


_BY_AI = to_say("AI-generated summary, for information only. It is not medical advice.")
_FOR_INFORMATION = to_say("For information only. It is not medical advice.")
# What the disclaimer of a newsletter of samples begins with; a phone shows no more lines for it.
SAMPLE_ISSUE: Final = to_say("Sample issue.")
_SAMPLES_BY_AI = to_say("AI-generated text. It is not medical advice.")


class NewsletterSection(Section):
    """`[newsletter]`: what it is called, where it is, and who it is for."""

    id: Annotated[str, AfterValidator(identity), TypeName("`tag:` or `https:` URI")]
    """Every summary's public identity derives from it: never change it, except after a
    [reset](../guides/troubleshooting.md#start-over).
    """
    title: Line
    """The newsletter's name."""
    description: Line
    """One sentence on the newsletter."""
    site: Annotated[str, AfterValidator(site_address), TypeName("URL")]
    """Where the public site is."""
    words: Annotated[str, AfterValidator(catalogue_named), TypeName('`"en"`, `"de"`')] | None = None
    """The catalogue of the newsletter's own words; without it, that of `language`. `"en"` lets them
    be English beside summaries in a language that has none: they are marked as English then, and
    run from left to right.
    """
    language: Annotated[str, AfterValidator(language_tag), TypeName("language tag")] = "en"
    """Of the summaries, and of the newsletter's own words ("Keep in mind") in mail, pages, feeds
    and at the door. There are words in English (`en`) and German (`de`); `de-AT` has those of `de`.
    A language without words needs `words`, or is added with a file, as CONTRIBUTING.md says.
    """
    zone: Annotated[str, AfterValidator(zone_name), TypeName("IANA name")]
    """The time zone of all days and slots."""
    start: date | None = None
    """Issue 1 takes what was published from this day on; older summaries are never mailed."""
    written_by: Annotated[WrittenBy, Field(strict=False)] = WrittenBy.AI
    """Who writes the summaries that do not say it themselves."""
    hub: Annotated[str, AfterValidator(partial(url, schemes=_WEB)), TypeName("URL")] | None = None
    """A [WebSub](https://www.w3.org/TR/websub/) hub: the feeds name it, and it is
    [told](../guides/hosting.md#tell-a-hub) when they change.
    """
    disclaimer: Line | None = None
    """At the end of every mail, and with each summary that has none of its own. Left out:
    "AI-generated summary, for information only. It is not medical advice.", without the words
    "AI-generated summary" where people write.
    """
    site_links: Literal["any", "ours"] = "any"
    """Which addresses of the site a summary may name. `"any"`: the site may hold other pages beside
    those of the newsletter, so only an address where the newsletter makes pages (such as `issues/`,
    `summaries/`, `tags/`) has to lead to one. `"ours"`: every address of the site has to.
    """
    review: Literal["required", "none"] = "none"
    """`"required"`: nothing goes out without `approve`."""
    database: Literal["sqlite", "postgresql"] = "sqlite"
    """`"postgresql"`: its address is in `MSNEWSLETTER_DATABASE_URL`."""
    sandbox: bool = False
    """`true`: a home for trying things out. Any moment is allowed, the machine's clock decides
    nothing, and no mail and no ping of a hub leaves this machine: mail goes to a server in `[smtp]`
    that is on it, and to no other. `site` and `unsubscribe_url` may be of this machine, by `http`.
    A command in `notify` runs all the same: it is your own.
    """
    samples: bool = False
    """`true`: the newsletter is an example. Every issue says that it is a sample issue, and samples
    that the program ships may go out, which are held elsewhere. In such a home, or a sandbox,
    addresses of `example.org`, `example.com` and `example.net` may stay; elsewhere they block every
    issue.
    """

    @field_validator("language")
    @classmethod
    def _has_words(cls, language: str, info: ValidationInfo) -> str:
        chosen = info.data.get("words", language)  # not there where it is refused itself
        return language if chosen else with_own_words(language)

    @property
    def effective_words(self) -> str:
        """The catalogue of its own words: what is set, or that of its language."""
        return self.words or catalogue_for(self.language) or ENGLISH.language

    @property
    def is_for_trying_out(self) -> bool:
        """Whether addresses of an example are meant."""
        return self.sandbox or self.samples

    @property
    def effective_disclaimer(self) -> str:
        """What is set, or words that claim no more than `written_by` does; samples are named."""
        by_ai = self.written_by is WrittenBy.AI
        own = words_in(self.effective_words)
        by_ai_words = _SAMPLES_BY_AI if self.samples else _BY_AI
        words = self.disclaimer or own.say(by_ai_words if by_ai else _FOR_INFORMATION)
        return f"{own.say(SAMPLE_ISSUE)} {words}" if self.samples else words


class TeaserSection(Section):
    """`[teaser]`: the short text of feeds and digest."""

    limit: Annotated[int, Field(ge=40, le=1000)] = 160
    """The longest teaser, in characters."""


def smtp_password() -> str | None:
    """The password in the environment; None: there is none."""
    return os.environ.get(PASSWORD) or None


def imap_password() -> str | None:
    """The password of `[inbound]` in the environment; None: there is none."""
    return os.environ.get(IMAP_PASSWORD) or None


class Settings(Section):
    """All of newsletter.toml."""

    newsletter: NewsletterSection
    mail: MailSection
    low_energy: LowEnergySection | None = None
    teaser: TeaserSection = Field(default_factory=TeaserSection)
    schedule: ScheduleSection | None = None
    smtp: SmtpSection | None = None
    subscribe: SubscribeSection | None = None
    deliver: DeliverSection | None = None
    inbound: InboundSection | None = None
    site: SiteSection | None = None
    theme: ThemeSection | None = None
    sources: tuple[SourceSection, ...] = Field(
        strict=False, default_factory=lambda: (FolderSource(path="summaries"),)
    )

    @property
    def door(self) -> str:
        """The address of the public door, with a final slash: its pages are below it."""
        return self.mail.unsubscribe_url.removesuffix(UNSUBSCRIBE_PATH)

    @property
    def folders(self) -> tuple[FolderSource, ...]:
        """The sources that are files or folders; where none is, `OVERRIDES`."""
        named = tuple(one for one in self.sources if isinstance(one, FolderSource))
        return named or (OVERRIDES,)

    @property
    def fetched(self) -> tuple[FetchedSource, ...]:
        """The sources that are read over the network or from a program."""
        return tuple(one for one in self.sources if isinstance(one, FetchedSource))

    @property
    def zone(self) -> ZoneInfo:
        """The one editorial zone."""
        return ZoneInfo(self.newsletter.zone)

    @property
    def rule(self) -> Rule | None:
        """The schedule's rule; None: there is no schedule."""
        return self.schedule.rule(self.newsletter.zone) if self.schedule else None

    def masthead(self) -> Masthead:
        """The settings that an issue is frozen with: every field of a masthead is one."""
        values = {**dict(self.newsletter), **dict(self.mail), "teaser_limit": self.teaser.limit}
        values["disclaimer"] = self.newsletter.effective_disclaimer
        values["words"] = self.newsletter.effective_words
        for name in {"subject", "why"} - self.mail.model_fields_set:
            values[name] = words_in(values["words"]).say(values[name])
        low_energy = self.low_energy
        values["low_energy"] = ListAddresses(**dict(low_energy)) if low_energy else None
        values["door"] = self.door if self.subscribe else ""
        return Masthead(**{field.name: values[field.name] for field in fields(Masthead)})


def load_settings(path: Path) -> Settings:
    """Read and check newsletter.toml; raises SettingsError with line, setting and remedy."""
    try:
        data = read_regular(path, limit=WRITTEN_LIMIT)
        return parse_settings(data.decode("utf-8-sig"))
    except FileNotFoundError:
        remedy = "run 'msnewsletter init DIR', or name a home with --home"
        raise SettingsError(str(path), "there is no such file", remedy) from None
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise SettingsError(
            f"{SETTINGS_NAME}:{line}", "it is not UTF-8", "save it as UTF-8"
        ) from None
    except BadValueError as error:
        raise SettingsError(str(path), error.problem, error.remedy) from None


@lru_cache(maxsize=1)  # frozen; the clock reads the same text at every wake
def parse_settings(text: str) -> Settings:
    """Check the text of a newsletter.toml; raises SettingsError."""
    try:
        values = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        line = re.search(r"line (\d+)", str(error))
        place = f"{SETTINGS_NAME}:{line[1]}" if line else SETTINGS_NAME
        raise SettingsError(place, f"it is not TOML ({error})", "correct that line") from None
    try:
        settings = Settings.model_validate(values)
    except ValidationError as error:
        raise explain(error, text, sections=_sections()) from None
    try:
        if settings.schedule:
            settings.schedule.rule(settings.newsletter.zone)
            _ = settings.schedule.collecting
    except RuleError as error:
        raise refused_rule(error, text) from None
    _refuse_twins(settings, text)
    _refuse_lost_links(settings, text)
    _refuse_open_links(settings, text)
    _refuse_workers(settings, text)
    if settings.theme:
        refuse_faint_colours(settings.theme, text)
    if settings.smtp is None:
        _refuse_senders(settings, text)
    return settings


def _refuse_senders(settings: Settings, text: str) -> None:
    """Refuse what sends mail, where no server is named that takes it."""
    senders = {
        "schedule.notify": bool(settings.schedule and settings.schedule.notified_by_mail),
        "subscribe": settings.subscribe is not None,
        "deliver": settings.deliver is not None,
    }
    for name in (name for name, sends in senders.items() if sends):
        place = f"{SETTINGS_NAME}:{line_of(name.split('.'), text)}"
        problem = f"{name}: there is no [smtp] to send mail with"
        raise SettingsError(place, problem, "add it, with the server as its host")


def _refuse_workers(settings: Settings, text: str) -> None:
    """Refuse workers without a database that other machines reach."""
    if not (settings.deliver and settings.deliver.workers):
        return
    if settings.newsletter.database != "postgresql":
        place = f"{SETTINGS_NAME}:{line_of(['deliver', 'workers'], text)}"
        problem = "deliver.workers: workers need a database that every machine reaches"
        remedy = "set database = \"postgresql\" in [newsletter]; 'db copy' moves what there is"
        raise SettingsError(place, problem, remedy)


def _ways_out(settings: Settings) -> dict[str, str]:
    """The addresses for leaving, by their sections."""
    own = {"mail": settings.mail.unsubscribe_url}
    if settings.low_energy:
        own["low_energy"] = settings.low_energy.unsubscribe_url
    return own


def _refuse_open_links(settings: Settings, text: str) -> None:
    """Refuse links for leaving by http, which are of this machine, outside of a sandbox."""
    if settings.newsletter.sandbox:
        return
    for section, address in _ways_out(settings).items():
        if address.startswith("http:"):
            path = [section, "unsubscribe_url"]
            place = f"{SETTINGS_NAME}:{line_of(path, text)}"
            problem = f"{'.'.join(path)} = {address!r}: no reader can open an address of a machine"
            remedy = "write an https address that readers can open; a sandbox may have this one"
            raise SettingsError(place, problem, remedy)


def _refuse_lost_links(settings: Settings, text: str) -> None:
    """Refuse links for leaving that do not lead to the door, where there is one."""
    if settings.subscribe is None:
        return
    for section, address in _ways_out(settings).items():
        if not address.endswith("/" + UNSUBSCRIBE_PATH):
            path = [section, "unsubscribe_url"]
            place = f"{SETTINGS_NAME}:{line_of(path, text)}"
            problem = f"{'.'.join(path)} = {address!r}: the page that [subscribe] has is another"
            remedy = (
                f"write the address that 'msnewsletter serve' has outside, then /{UNSUBSCRIBE_PATH}"
                if section == "mail"
                else "write the same as in [mail]: each reader has a link of their own"
            )
            raise SettingsError(place, problem, remedy)


def _refuse_twins(settings: Settings, text: str) -> None:
    """Refuse a fetched source that has the name of another: each would keep what is not its own."""
    first: dict[str, int] = {}
    for number, source in enumerate(settings.sources):
        before = first.setdefault(source.label, number)
        # The same folder may be named twice.
        if before != number and {type(source), type(settings.sources[before])} != {FolderSource}:
            line, other = (line_of(["sources", str(n), "name"], text) for n in (number, before))
            problem = f"sources.name = {source.label!r}: the source of line {other} has it too"
            remedy = "give each source a name of its own"
            raise SettingsError(f"{SETTINGS_NAME}:{line}", problem, remedy)


def _sections() -> dict[str, type[BaseModel]]:
    """The sections by their names; `sources` is one of several kinds."""
    found: dict[str, type[BaseModel]] = {"sources": FolderSource}
    for name, field in Settings.model_fields.items():
        kinds = (field.annotation, *get_args(field.annotation))
        for kind in kinds:
            if isinstance(kind, type) and issubclass(kind, BaseModel):
                found[name] = kind
    return found
