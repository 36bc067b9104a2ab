"""Whoever looks again tries what is new; what is remembered never hides what fails now."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import pytest

from msnewsletter import urls
from msnewsletter.errors import TemplateError
from msnewsletter.glossary import NO_GLOSSARY
from msnewsletter.home import packaged_home
from msnewsletter.publisher.fitness import Trial
from msnewsletter.publisher.sound_entries import TOGETHER, TRIED, SoundEntries
from msnewsletter.publisher.templates import read_templates
from msnewsletter.render.site.verify import DeadLinkError
from render.mail import samples

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from msnewsletter.model import Entry, Issue, Summary

TEMPLATES = read_templates(packaged_home() / "templates")
MANY = samples.many(TOGETHER + 6)
# The rest of an issue that is tried again.
LAST = MANY[-1]


@dataclass(frozen=True, kw_only=True, eq=False)
class Watched(Trial):
    """A trial that notes the keys of what it tries in pages, and in feeds, each time."""

    tried: list[list[str]] = field(default_factory=list)
    in_feeds: list[list[str]] = field(default_factory=list)

    def check_site(
        self,
        issue: Issue,
        templates: Mapping[str, str],
        *,
        in_feeds: Sequence[Entry] | None = None,
    ) -> dict[str, bytes]:
        listed = issue.entries if in_feeds is None else in_feeds
        self.tried.append(keys(issue))
        self.in_feeds.append([entry.summary.key for entry in listed])
        return super().check_site(issue, templates, in_feeds=in_feeds)


def watched(gone: Iterable[str] = ()) -> Watched:
    return Watched(glossary=NO_GLOSSARY, exists=lambda name: name not in gone, any_links=False)


def keys(issue: Issue) -> list[str]:
    return [entry.summary.key for entry in issue.entries]


def with_last(**changes: object) -> Issue:
    return samples.issue_of(*MANY[:-1], replace(LAST, **changes))  # type: ignore[arg-type]


def page_of(issue: Issue, summary: Summary) -> str:
    (page,) = (urls.page_name(one) for one in issue.entries if one.summary.key == summary.key)
    return page


def test_the_second_look_tries_the_first_of_the_issue_and_what_was_never_tried() -> None:
    sound, trial, issue = SoundEntries(), watched(), samples.issue_of(*MANY)
    sound.try_site(trial, issue, TEMPLATES)
    again = sound.try_site(trial, issue, TEMPLATES)
    edited = with_last(headline="Another headline says something else.")
    sound.try_site(trial, edited, TEMPLATES)
    first = keys(issue)[:TOGETHER]
    assert trial.tried == [keys(issue), first, [*first, LAST.key]]
    assert trial.in_feeds == [keys(issue), [], [LAST.key]]
    assert keys(again) == first


def test_a_pin_and_a_note_make_no_entry_new() -> None:
    sound, trial, issue = SoundEntries(), watched(), samples.issue_of(*MANY)
    sound.try_site(trial, issue, TEMPLATES)
    order = (issue.entries[-1], *issue.entries[:-1])
    placed = tuple(replace(one, position=place) for place, one in enumerate(order, start=1))
    pinned = replace(issue, entries=placed, note="A note.", subject="A subject")
    sound.try_site(trial, pinned, TEMPLATES)
    assert trial.tried[1] == keys(pinned)[:TOGETHER]


def test_with_other_templates_all_are_tried_again_and_what_fails_is_said() -> None:
    sound, trial, issue = SoundEntries(), watched(), samples.issue_of(*MANY)
    sound.try_site(trial, issue, TEMPLATES)
    last = issue.entries[-1].position
    broken = f"{{% if entry.position == {last} %}}{{{{ entry.no_such_thing }}}}{{% endif %}}"
    templates = {**TEMPLATES, "site/summary.html.j2": broken}
    with pytest.raises(TemplateError):
        sound.try_site(trial, issue, templates)


def test_what_an_entry_leads_to_is_looked_for_at_each_look() -> None:
    name, gone = "summaries/an-earlier-one.html", set[str]()
    sound, trial = SoundEntries(), watched(gone)
    issue = with_last(url=samples.MASTHEAD.site + name)
    sound.try_site(trial, issue, TEMPLATES)
    sound.try_site(trial, issue, TEMPLATES)
    assert LAST.key not in trial.tried[1]
    gone.add(name)
    with pytest.raises(DeadLinkError):
        sound.try_site(trial, issue, TEMPLATES)


def test_an_entry_that_leads_to_another_of_its_issue_is_tried_with_it() -> None:
    target = page_of(samples.issue_of(*MANY), MANY[-2])
    sound, trial = SoundEntries(), watched({target})
    sound.try_site(trial, samples.issue_of(*MANY), TEMPLATES)
    linked = with_last(url=samples.MASTHEAD.site + target)
    # The page of the other one is remembered, and not made again: the whole issue decides.
    assert keys(sound.try_site(trial, linked, TEMPLATES)) == keys(linked)
    sound.try_site(trial, linked, TEMPLATES)
    assert trial.tried[3] == keys(linked)[:TOGETHER]
    without = samples.issue_of(*MANY[:-2], linked.entries[-1].summary)
    with pytest.raises(DeadLinkError):
        sound.try_site(trial, without, TEMPLATES)


def test_of_a_huge_issue_the_first_few_hundred_are_tried() -> None:
    trial, issue = watched(), samples.issue_of(*samples.many(TRIED + 1))
    tried = SoundEntries().try_site(trial, issue, TEMPLATES)
    assert keys(tried) == keys(issue)[:TRIED]
