"""Things that break at a newsletter's home, one at a time, and how each is said and repaired."""

from __future__ import annotations

import resource
import shutil
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from databases import lose_rows, rows
from msnewsletter.publisher.session import Step

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from msnewsletter.home import Home

NOWHERE = "https://notes.example.org/summaries/no-such-page.html"


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One thing that breaks.

    Attributes:
        name: as docs/reference/faults.md has it.
        happen: breaks it at a home, in the process that publishes.
        repaired: undoes it, in another process.
        said: a pattern for the one line that names it.
        noticed: the last step after which the run in which it happens still meets it; None: it has
            read it before all of them.
        lasting: it is there until it is repaired; else it ends with its process.
        stops: the next publishing that has something to publish says it and ends; else it goes
            on, and only `doctor` says it.
        back: how far the machine's clock is set back while it lasts.
    """

    name: str
    happen: Callable[[Home], object]
    repaired: Callable[[Home], object]
    said: str
    noticed: Step | None = None
    lasting: bool = True
    stops: bool = True
    back: timedelta = timedelta()


def _replaced(path: Callable[[Home], Path], text: str) -> dict[str, Callable[[Home], object]]:
    """A file's text is another, and comes back; a file that was not there goes again."""

    def kept(home: Home) -> Path:
        return home.root.parent / f"{home.root.name}.kept"

    def happen(home: Home) -> None:
        file = path(home)
        if file.exists():
            shutil.copyfile(file, kept(home))
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)

    def repaired(home: Home) -> None:
        path(home).unlink(missing_ok=True)
        if kept(home).exists():
            kept(home).rename(path(home))

    return {"happen": happen, "repaired": repaired}


def _closed(path: Callable[[Home], Path], mode: int) -> dict[str, Callable[[Home], object]]:
    """Rights are taken from a file or folder, and given back."""
    return {
        "happen": lambda home: path(home).chmod(mode),
        "repaired": lambda home: path(home).chmod(0o755),
    }


def _file_in_place(path: Callable[[Home], Path]) -> dict[str, Callable[[Home], object]]:
    """A folder is moved away, and a file lies in its place."""

    def aside(home: Home) -> Path:
        return path(home).with_name(f"{path(home).name}.aside")

    def happen(home: Home) -> None:
        path(home).rename(aside(home))
        path(home).write_text("in the way")

    def repaired(home: Home) -> None:
        path(home).unlink()
        aside(home).rename(path(home))

    return {"happen": happen, "repaired": repaired}


def _set(line: str) -> dict[str, Callable[[Home], object]]:
    """A line of the settings is another."""
    name = line.partition(" ")[0]

    def happen(home: Home) -> None:
        text = home.settings.read_text()
        lines = [line if each.startswith(f"{name} =") else each for each in text.splitlines()]
        home.settings.with_suffix(".kept").write_text(text)
        home.settings.write_text("\n".join(lines) + "\n")

    def repaired(home: Home) -> None:
        home.settings.with_suffix(".kept").rename(home.settings)

    return {"happen": happen, "repaired": repaired}


def _edited(name: str, old: str, new: str) -> dict[str, Callable[[Home], object]]:
    """A summary's file is edited, and put back."""

    def replaced(home: Home, one: str, other: str) -> None:
        path = home.root / "summaries" / name
        path.write_text(path.read_text().replace(one, other))

    return {
        "happen": lambda home: replaced(home, old, new),
        "repaired": lambda home: replaced(home, new, old),
    }


def _fill_disk(home: Home) -> None:
    del home
    # The kernel refuses what is beyond, as it does on a full disk. SQLite's own files are small.
    resource.setrlimit(resource.RLIMIT_FSIZE, (4_000, 4_000))


def _damage_database(home: Home) -> None:
    rows(home, "UPDATE issues SET document = '{' WHERE number = 1")


def _in_record(home: Home, old: str, new: str) -> None:
    path = home.record(1)
    path.write_text(path.read_text().replace(old, new))


def _repair_database(home: Home) -> None:
    """As the message says: it is made again from the records."""
    lose_rows(home)


FAULTS = (
    Fault(
        name="newsletter.toml is no TOML",
        **_replaced(lambda home: home.settings, "[newsletter\n"),
        said=r"newsletter\.toml:1: it is not TOML",
    ),
    Fault(
        name="a setting has a bad value", **_set("zone = 5"), said=r"newsletter\.toml:\d+: .*zone"
    ),
    Fault(
        name="a template of the mail does not parse",
        **_replaced(lambda home: home.templates / "digest.mjml.j2", "{% if %}"),
        said=r"templates/digest\.mjml\.j2:1",
    ),
    Fault(
        name="a template of the mail names what is not there",
        **_replaced(lambda home: home.templates / "digest/footer.mjml.j2", "{{ nobody.knows }}"),
        said=r"templates/digest/footer\.mjml\.j2:1",
    ),
    Fault(
        name="a template of a page names what is not there",
        **_replaced(lambda home: home.templates / "site/summary.html.j2", "{{ nobody.knows }}"),
        said=r"templates/site/summary\.html\.j2:1",
    ),
    Fault(
        name="a template of the home page names what is not there",
        **_replaced(lambda home: home.templates / "site/home.html.j2", "{{ nobody.knows }}"),
        said=r"templates/site/home\.html\.j2:1",
    ),
    Fault(
        name="a template of a page links to a page that is not there",
        **_replaced(lambda home: home.templates / "site/tag.html.j2", '<a href="no.html">x</a>'),
        said=r"its link 'no\.html' leads nowhere",
    ),
    Fault(
        name="the folder of summaries cannot be read",
        **_closed(lambda home: home.root / "summaries", 0o000),
        noticed=Step.RECOVERED,
        said=r"source 'summaries' cannot be read",
    ),
    Fault(
        name="outbox/ cannot be written",
        **_closed(lambda home: home.outbox, 0o555),
        said=r"outbox",
        stops=False,
    ),
    Fault(
        name="outbox/ cannot be read",
        **_closed(lambda home: home.outbox, 0o000),
        noticed=Step.PAGES,
        said=r"outbox",
    ),
    Fault(
        name="outbox/tmp cannot be read",
        **_closed(lambda home: home.outbox / "tmp", 0o000),
        noticed=Step.RECORDED,
        said=r"outbox/(tmp|new)",
    ),
    Fault(
        name="outbox/new cannot be read",
        **_closed(lambda home: home.outbox / "new", 0o000),
        noticed=Step.RECORDED,
        said=r"outbox/new",
    ),
    Fault(
        name="the site cannot be read",
        **_closed(lambda home: home.site, 0o000),
        noticed=Step.PAGES,
        said=r"outbox/site",
    ),
    Fault(
        name="the site's summaries cannot be read",
        **_closed(lambda home: home.site / "summaries", 0o000),
        noticed=Step.PUBLISHED,
        said=r"outbox/site/summaries",
    ),
    Fault(
        name="var/ cannot be read",
        **_closed(lambda home: home.var, 0o000),
        noticed=Step.FEEDS,
        said=r"var(/|:)",
    ),
    Fault(
        name="templates/ cannot be read",
        **_closed(lambda home: home.templates, 0o000),
        said=r"templates",
    ),
    Fault(
        name="outbox/tmp cannot be written",
        **_closed(lambda home: home.outbox / "tmp", 0o555),
        noticed=Step.RECORDED,
        said=r"outbox/(tmp|new)",
    ),
    Fault(
        name="outbox/new cannot be written",
        **_closed(lambda home: home.outbox / "new", 0o555),
        noticed=Step.RECORDED,
        said=r"outbox/new",
    ),
    Fault(
        name="the site cannot be written",
        **_closed(lambda home: home.site, 0o555),
        noticed=Step.PAGES,
        said=r"outbox/site",
    ),
    Fault(
        name="the site's summaries cannot be written",
        **_closed(lambda home: home.site / "summaries", 0o555),
        noticed=Step.WRITTEN,
        said=r"outbox/site/summaries",
    ),
    Fault(
        name="issues/ cannot be written",
        **_closed(lambda home: home.records, 0o555),
        noticed=Step.PUBLISHING,
        said=r"issues",
    ),
    Fault(
        name="issues/ cannot be read",
        **_closed(lambda home: home.records, 0o000),
        noticed=Step.PUBLISHING,
        said=r"issues",
    ),
    Fault(
        name="var/ cannot be written",
        **_closed(lambda home: home.var, 0o555),
        noticed=Step.COLLECTED,
        said=r"var(/|:)",
    ),
    Fault(
        name="a file lies where outbox/new belongs",
        **_file_in_place(lambda home: home.outbox / "new"),
        noticed=Step.RECORDED,
        said=r"outbox/new",
    ),
    Fault(
        name="a file lies where the site belongs",
        **_file_in_place(lambda home: home.site),
        noticed=Step.PAGES,
        said=r"outbox/site",
    ),
    Fault(
        name="the disk is full",
        happen=_fill_disk,
        repaired=lambda _: None,
        noticed=Step.FEEDS,
        said=r"the disk",
        lasting=False,
    ),
    Fault(
        name="a row of the database cannot be read",
        happen=_damage_database,
        repaired=_repair_database,
        noticed=Step.WRITTEN,
        said=r"var/newsletter\.db: it is broken",
    ),
    Fault(
        name="a record cannot be read",
        **_replaced(lambda home: home.record(1), "{"),
        said=r"issues/0001\.json",
        stops=False,
    ),
    Fault(
        name="a record says something else than the database",
        happen=lambda home: _in_record(home, "Something about first", "Another thing"),
        repaired=lambda home: _in_record(home, "Another thing", "Something about first"),
        said=r"issues/0001\.json: issue\.entries\[1\]\.summary\.found is",
        stops=False,
    ),
    Fault(
        name="the file of a sent summary is refused",
        **_edited("first.md", "published: 2026-11-20", "published: yesterday"),
        said=r"summaries/first\.md: 'first': sent to readers, and refused now",
        stops=False,
    ),
    Fault(
        name="an edit of a sent summary cannot be shown",
        **_edited("first.md", "tags: [fatigue]", f"url: {NOWHERE}"),
        said=r"summaries/first\.md.*kept back",
        stops=False,
    ),
    Fault(
        name="the machine's clock is set back",
        happen=lambda _: None,
        repaired=lambda _: None,
        said="before the last slot",
        back=timedelta(days=1),
    ),
    Fault(
        name="issues/next.md is not UTF-8",
        happen=lambda home: home.next_issue.write_bytes(b"\xff\xfe\xff"),
        repaired=lambda home: home.next_issue.unlink(),
        noticed=Step.RECOVERED,
        said=r"issues/next\.md",
    ),
)
