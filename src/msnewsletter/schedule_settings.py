"""Settings of the schedule: `[schedule]`, when issues go out, and who is notified."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field

from msnewsletter.errors import BadValueError
from msnewsletter.schedule.rule import Rule, duration_from, rule_from
from msnewsletter.settings_section import Section
from msnewsletter.validators import command_line, mailbox, variable

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


class ScheduleSection(Section):
    """`[schedule]`: when issues go out; schedule/rule.py says what each value may be."""

    every: object = None
    on: object = None
    at: object = None
    rrule: object = None
    anchor: object = None
    skip: object = ()
    lead: object = "0 minutes"
    late_after: object = "1 day"
    collect_every: object = "1 hour"
    # A command, run without a shell, that reads the notice on its standard input; or addresses.
    notify: Annotated[str, AfterValidator(_way_to_notify)] | None = None
    # Variables of our environment that the command gets, beside those that every program needs.
    notify_environment: tuple[Annotated[str, AfterValidator(variable)], ...] = Field(
        default=(), strict=False
    )

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
