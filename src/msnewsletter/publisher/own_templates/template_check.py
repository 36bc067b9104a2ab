"""Tries a home's templates: renders every view with them, and looks at what comes out.

What the program's own templates would make of the same issue too is no fault of the home's: it is
left to `check`, which looks at the issue. Changes nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from msnewsletter.checks.finding_kinds import KINDS
from msnewsletter.checks.page_checks import PageFault, loads_from_elsewhere, page_faults
from msnewsletter.checks.stylesheet_colours import faint_texts
from msnewsletter.errors import NewsletterError, TemplateError
from msnewsletter.publisher.home_theme import home_theme
from msnewsletter.publisher.own_templates.sample_issue import SAMPLE_GLOSSARY, sample_issue
from msnewsletter.publisher.own_templates.template_origins import (
    behind_notes,
    own_templates,
    packaged_templates,
)
from msnewsletter.publisher.own_templates.template_views import (
    TemplateView,
    all_views,
    mail_files,
)
from msnewsletter.publisher.preview import next_issue_preview
from msnewsletter.publisher.readiness import findings_in
from msnewsletter.publisher.templates import idle_notes, load_templates
from msnewsletter.render.jinja import PackagedTemplates
from msnewsletter.settings import load_settings
from msnewsletter.sources.glossary_file import read_glossary
from msnewsletter.theme.palette import Mode

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from msnewsletter.glossary import Glossary
    from msnewsletter.home import Home
    from msnewsletter.model import Issue, Note
    from msnewsletter.publisher.settling import MachineClock
    from msnewsletter.render.jinja import Templates
    from msnewsletter.theme.newsletter_theme import Theme

_REMEDY = KINDS["low-contrast"].remedy
_STYLE = re.compile(r"<style[^>]*>(.*?)</style>", re.DOTALL | re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateProblem:
    """One problem: where (a template with its line, so far as it can be told), what, the remedy."""

    place: str
    problem: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.place}: {self.problem}; {self.remedy}"


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateCheck:
    """What came of trying a home's templates.

    Attributes:
        own: names of the templates that the home has.
        views: how many views were rendered.
        issues: what they were rendered of, in words.
        problems: each once.
        notes: templates that the program has changed since, or that nothing includes.
    """

    own: tuple[str, ...]
    views: int
    issues: tuple[str, ...]
    problems: tuple[TemplateProblem, ...]
    notes: tuple[Note, ...]


def check_templates(
    home: Home, *, at: datetime, machine: MachineClock | None = None
) -> TemplateCheck:
    """Try the home's templates on a sample issue, and on the next one where there is one.

    `at`: now, aware. Raises SettingsError, and TemplateError for a template that cannot be read.
    """
    settings = load_settings(home.settings)
    templates = load_templates(home, home_theme(home, settings))
    own = {name: one.text for name, one in own_templates(home).items()}
    sample, real = sample_issue(settings.masthead()), _next_issue(home, at, machine)
    trial = _TemplateTrial(templates, own)
    trial.try_issue(sample, SAMPLE_GLOSSARY)
    if real:
        trial.try_issue(real, read_glossary(home).glossary)
    issues = ("a sample issue", *([f"issue {real.number}"] if real else []))
    return TemplateCheck(
        own=tuple(sorted(own)),
        views=trial.views,
        issues=issues,
        problems=tuple(dict.fromkeys(trial.problems)),
        notes=(*idle_notes(templates), *behind_notes(home)),
    )


def _next_issue(home: Home, at: datetime, machine: MachineClock | None) -> Issue | None:
    """The next issue, where it can be told: what keeps it is for `check` to say."""
    try:
        return next_issue_preview(home, at=at, by_hand=True, machine=machine).issue
    except NewsletterError:
        return None


class _TemplateTrial:
    """Renders views with a home's templates, and beside them with the program's."""

    def __init__(self, templates: Templates, own: Mapping[str, str]) -> None:
        self._templates, self._own, self._theme = templates, own, templates.theme
        self._shipped = PackagedTemplates(packaged_templates(), theme=templates.theme)
        self.problems: list[TemplateProblem] = []
        self.views = 0

    def try_issue(self, issue: Issue, glossary: Glossary) -> None:
        """Render every view of an issue, and note what is wrong with it."""
        theirs = {one.name: one for one in all_views(issue, self._shipped, glossary)}
        for view in all_views(issue, self._templates, glossary):
            self.views += 1
            files = self._rendered(view)
            if files is not None:
                self._look_at(view, files, theirs[view.name])
        self._look_at_mail(issue)

    def _rendered(self, view: TemplateView) -> Mapping[str, bytes] | None:
        try:
            return view.files()
        except TemplateError as error:
            self._note(error.place, error.problem, error.remedy)
            return None

    def _look_at(
        self, view: TemplateView, files: Mapping[str, bytes], theirs: TemplateView
    ) -> None:
        """What the home's rendering has wrong, and the program's has not."""
        if view.is_mail:
            found = [*_mail_faults(files, self._theme)]
            usual = {*_mail_faults(theirs.files(), self._theme)}
        else:
            usual = {one for name, data in theirs.files().items() for one in _faults(name, data)}
            found = [one for name, data in files.items() for one in _faults(name, data)]
        for fault in found:
            if fault not in usual:
                self._note(self._place_of(fault.about, view.name), fault.reason, fault.remedy)

    def _look_at_mail(self, issue: Issue) -> None:
        """What the checks of a mail find with the home's templates, and not with the program's."""
        try:
            files = mail_files(issue, self._templates)
        except TemplateError:
            return  # said of its view
        theme = self._templates.theme
        usual = set(findings_in(issue, mail_files(issue, self._shipped), theme=theme))
        for one in findings_in(issue, files, theme=theme):
            if one not in usual:
                self._note(self._place_of(one.about, one.place), one.reason, one.remedy)

    def _note(self, place: str, problem: str, remedy: str) -> None:
        self.problems.append(TemplateProblem(place=place, problem=problem, remedy=remedy))

    def _place_of(self, about: str, view: str) -> str:
        """The line of the home's templates that has these words; else the view."""
        words = " ".join(about.split())
        for name, text in sorted(self._own.items()) if words else ():
            for number, line in enumerate(text.splitlines(), start=1):
                if words in " ".join(line.split()):
                    return f"templates/{name}:{number}"
        return view


def _faults(name: str, data: bytes) -> Iterator[PageFault]:
    """What is wrong with a file of the site or the door."""
    text = data.decode(errors="replace")
    if name.endswith(".css"):
        yield from loads_from_elsewhere(text)
        yield from _faint(text)
    elif name.endswith(".html"):
        yield from page_faults(text)


def _mail_faults(files: Mapping[str, bytes], theme: Theme) -> Iterator[PageFault]:
    """What the style sheets in a mail's head make too faint: the dark colours are there."""
    grounds = {str(mode): theme.palette(mode)["sheet"] for mode in Mode}
    for data in files.values():
        for css in _STYLE.findall(data.decode()):
            yield from _faint(css, grounds)


def _faint(css: str, grounds: Mapping[str, str] | None = None) -> Iterator[PageFault]:
    for one in faint_texts(css, grounds=grounds):
        about = one.declaration if one.ink in one.declaration else one.ink
        yield PageFault(reason=str(one), remedy=_REMEDY, about=about)
