"""Troubles of a home: its settings, folders, files and database."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from msnewsletter.errors import (
    NewsletterError,
    OutboxError,
    RecordError,
    RefusedError,
    SettingsError,
    SourceError,
    StoreError,
    TemplateError,
)
from msnewsletter.publisher.home_check import examine_home, examine_rights
from msnewsletter.publisher.opening import examine_database
from msnewsletter.publisher.own_templates.template_origins import read_origins
from msnewsletter.publisher.reset_mark import refuse_reset_under_way
from msnewsletter.publisher.troubles.issue_lines import blocked_line
from msnewsletter.publisher.troubles.trouble import Check, Trouble, TroubleName
from msnewsletter.regular_file import WRITTEN_LIMIT, read_regular
from msnewsletter.schedule.recurrence import RuleError
from msnewsletter.schedule.slots import refuse_ended
from msnewsletter.settings_errors import refused_rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from msnewsletter.publisher.situation import Situation


def unreadable(situation: Situation) -> Iterator[Trouble]:
    """Why there is no preview at all."""
    if situation.refused:
        yield trouble_of(situation.refused)


def ended(situation: Situation) -> Iterator[Trouble]:
    """A schedule that names no slot any more."""
    settings, path = situation.settings, situation.home.settings
    if settings is None or settings.rule is None:
        return
    try:
        refuse_ended(settings.rule, situation.at)
    except RuleError as error:
        refused = refused_rule(error, read_regular(path, limit=WRITTEN_LIMIT).decode("utf-8-sig"))
        yield Trouble(
            name=TroubleName.ENDED,
            check=Check.SETTINGS,
            subject=refused.place,
            says=str(refused),
        )


def closed(situation: Situation) -> Iterator[Trouble]:
    """A folder or file that cannot be used."""
    examine_rights(situation.home, user=os.geteuid())
    yield from ()


def reset(situation: Situation) -> Iterator[Trouble]:
    """A reset that a crash stopped: until it is done nothing is published."""
    try:
        refuse_reset_under_way(situation.home)
    except RefusedError as error:
        yield Trouble(
            name=TroubleName.RESET, check=Check.HOME, subject=error.place, says=str(error)
        )


def unreadable_home(situation: Situation) -> Iterator[Trouble]:
    """A template, a source or a file of the site that cannot be read."""
    if situation.refused is not None:
        return
    try:
        examine_home(situation.home, user=os.geteuid())
    except SourceError as error:
        # It stops no issue: without the glossary one goes out all the same.
        yield Trouble(
            name=TroubleName.UNREADABLE, check=Check.HOME, subject=error.place, says=str(error)
        )


def unreadable_origins(situation: Situation) -> Iterator[Trouble]:
    """A record of what templates were copied from that cannot be read; it stops no issue."""
    try:
        read_origins(situation.home)
    except TemplateError as error:
        yield Trouble(
            name=TroubleName.UNREADABLE,
            check=Check.TEMPLATES,
            subject=error.place,
            says=str(error),
        )


def broken_database(situation: Situation) -> Iterator[Trouble]:
    """A database that says of itself that it is broken."""
    if situation.settings is None:
        return
    try:
        examine_database(situation.home)
    except NewsletterError as error:
        yield Trouble(
            name=TroubleName.BROKEN, check=Check.DATABASE, subject=error.place, says=str(error)
        )


def trouble_of(error: NewsletterError) -> Trouble:
    """What cannot be read, as a trouble."""
    match error:
        case TemplateError():
            says = blocked_line("the next issue", str(error))
            return Trouble(name=TroubleName.BLOCKED, check=Check.ISSUE, subject=says, says=says)
        case SettingsError():
            check = Check.SETTINGS
        case StoreError() | RecordError():
            check = Check.DATABASE
        case OutboxError():
            check = Check.HOME
        case _:
            check = Check.ISSUE
    return Trouble(name=TroubleName.UNREADABLE, check=check, subject=error.place, says=str(error))
