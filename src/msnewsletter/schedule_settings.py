"""Settings of the schedule: `[schedule]`, when issues go out, and who is notified."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field

from msnewsletter.errors import BadValueError
from msnewsletter.schedule.rule import Rule, duration_from, rule_from
from msnewsletter.settings_section import Section, VariableName
from msnewsletter.type_name import TypeName
from msnewsletter.validators import command_line, mailbox

if TYPE_CHECKING:
    from datetime import timedelta

_MAILTO = "mailto:"
# Of editors; readers get the issue itself.
_MOST_NOTIFIED = 20


def _mail_addresses(text: str) -> tuple[str, ...] | None:
    """The addresses of `mailto:` (RFC 6068, less what follows a `?`); None: it is a command."""
    if not text.strip().casefold().startswith(_MAILTO):
        return None
    parts = [part.strip() for part in text.split(",")]
    typed = [part[len(_MAILTO) :] if part[:7].casefold() == _MAILTO else part for part in parts]
    return tuple(dict.fromkeys(mailbox(address.strip()) for address in typed))


def _way_to_notify(text: str) -> str:
    try:
        addresses = _mail_addresses(text)
    except ValueError as error:
        remedy = "write mailto:you@example.org, several with commas between them"
        raise BadValueError(str(error).rstrip("."), remedy) from None
    if addresses is None:
        return command_line(text)
    if len(addresses) > _MOST_NOTIFIED:
        raise BadValueError(
            f"it names {len(addresses)} addresses", f"name at most {_MOST_NOTIFIED}"
        )
    return text


_Duration = Annotated[object, TypeName("duration")]


class ScheduleSection(Section):
    """`[schedule]`: when issues go out.

    Without this section nothing is published by itself. A duration is `"2 days"`, `"90 minutes"` or
    `"1 day 12 hours"`, at most a year.
    """

    every: Annotated[object, TypeName('`"day"`, `"week"`, `"month"`')] = None
    """The interval between two issues."""
    on: Annotated[object, TypeName("list")] = None
    """For a week: `"monday"` to `"sunday"`, or `"weekdays"`; for a month: days 1 to 31, or
    `"last"`.
    """
    at: Annotated[object, TypeName("time, or list of times")] = None
    """`"08:00"`; several are at least 15 minutes apart."""
    rrule: Annotated[object, TypeName("RFC 5545 rule")] = None
    """In place of the three: `"FREQ=MONTHLY;BYDAY=1TU;BYHOUR=8"`."""
    anchor: Annotated[object, TypeName("date")] = None
    """The first day of an `rrule` that has INTERVAL or COUNT."""
    skip: Annotated[object, TypeName("list of dates")] = ()
    """Days without an issue."""
    lead: _Duration = "0 minutes"
    """How long before its slot editors are notified of the draft."""
    late_after: _Duration = "1 day"
    """An issue that is later than this waits for a person; at least 15 minutes."""
    collect_every: _Duration = "1 hour"
    """How often to collect between slots; `"0 minutes"`: never."""
    notify: (
        Annotated[str, AfterValidator(_way_to_notify), TypeName("command, or `mailto:` addresses")]
        | None
    ) = None
    """How editors get [notices](../guides/scheduling.md#notify-the-editors): a command, run
    without a shell, that reads it on standard input; or
    `"mailto:ada@example.org, bo@example.org"`, through `[smtp]`.
    """
    notify_environment: tuple[VariableName, ...] = Field(default=(), strict=False)
    """Variables of the environment that the command in `notify` gets, beside [the usual
    ones](environment.md#environment-of-programs).
    """

    def rule(self, zone: str) -> Rule:
        """The rule in the newsletter's zone; raises RuleError."""
        others = {"collect_every", "notify", "notify_environment"}
        return rule_from(zone=ZoneInfo(zone), **self.model_dump(exclude=others))

    @property
    def collecting(self) -> timedelta:
        """How often to collect between slots; zero: not at all. Raises RuleError."""
        return duration_from("collect_every", self.collect_every)

    @property
    def notifying(self) -> tuple[str, ...]:
        """The command that notifies the editors, as words; none: there is no command."""
        by_command = self.notify and _mail_addresses(self.notify) is None
        return tuple(shlex.split(self.notify)) if self.notify and by_command else ()

    @property
    def notified_by_mail(self) -> tuple[str, ...]:
        """The addresses of the editors who are notified by mail; none: nobody is."""
        return (_mail_addresses(self.notify) or ()) if self.notify else ()
