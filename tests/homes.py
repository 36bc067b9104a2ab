"""Homes for tests: real folders with real settings, and what an outsider sees of them."""

from __future__ import annotations

import atexit
import os
import re
import shutil
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from anyone import become_anyone
from databases import use_what_is_set
from forks import forked, may_fork
from msnewsletter.home import Home, packaged_home
from msnewsletter.publisher.init_home import in_sandbox
from msnewsletter.store.location import ADDRESS
from no_addresses import watch_command

if TYPE_CHECKING:
    from collections.abc import Callable

AT = datetime(2026, 11, 23, 7, tzinfo=UTC)  # 08:00 in Berlin, the samples' zone
FOLDER = 'path = "summaries"'


def empty_home(root: Path, **settings: str) -> Home:
    """A sandbox without summaries; keywords replace whole settings, "" removes one.

    In a sandbox the machine's clock decides nothing: tests have moments of their own.
    """
    home = Home(root)
    (root / "summaries").mkdir(parents=True)
    text = in_sandbox((packaged_home() / "newsletter.toml").read_bytes()).decode()
    if settings.get("sandbox") == "false":
        text = of_samples(text)  # its addresses are an example's
    for name, value in settings.items():
        lines = text.splitlines()
        at = next(i for i, line in enumerate(lines) if line.startswith(f"{name} ="))
        lines[at] = f"{name} = {value}" if value else ""
        text = "\n".join(lines) + "\n"
    home.settings.write_text(text)
    use_what_is_set(home)
    return home


def of_samples(settings: str) -> str:
    """Settings as those of a newsletter of samples."""
    return settings.replace("\n# samples = true\n", "\nsamples = true\n")


# What `init` has to be told where nobody can be asked.
TOLD = ("--name", "Notes", "--site", "notes.example.org", "--from-address", "a@example.org")


def sample_home(root: Path) -> Home:
    """A home with the packaged sample summaries, as `init` lays it out, but without its note."""
    home = empty_home(root)
    home.settings.write_text(of_samples(home.settings.read_text()))
    for sample in (packaged_home() / "summaries").iterdir():
        shutil.copyfile(sample, root / "summaries" / sample.name)
    return home


def copy_of(lay_out: Callable[[Path], Home], root: Path) -> Home:
    """The home that `lay_out` lays out, which is done once for all tests of a process."""
    if ADDRESS in os.environ:  # its database lies elsewhere
        return lay_out(root)
    shutil.copytree(_laid_out(lay_out).root, root, symlinks=True, dirs_exist_ok=True)
    return Home(root)


@cache
def _laid_out(lay_out: Callable[[Path], Home]) -> Home:
    folder = tempfile.mkdtemp(prefix="homes-of-tests-")
    atexit.register(shutil.rmtree, folder)
    return lay_out(Path(folder) / "home")


def name_sources(home: Home, *tables: str) -> None:
    """Have newsletter.toml name these sources alone, each as its lines of TOML."""
    text = home.settings.read_text()
    text = re.sub(r"(?ms)^\[\[sources\]\]$.*?(?=^\[(?!sources)|\Z)", "", text)
    text += "".join(f"\n[[sources]]\n{table}\n" for table in tables)
    home.settings.write_text(text)


def write_summary(home: Home, key: str, published: str = "2026-11-20", **more: str) -> Path:
    """A complete Markdown summary in the home's source folder."""
    front = "".join(f"{name}: {value}\n" for name, value in more.items())
    path = home.root / "summaries" / f"{key}.md"
    path.write_text(
        f"---\nkey: {key}\npublished: {published}\n{front}---\n# What we know of {key}.\n\n"
        f"## What was found\nSomething about {key}.\n\n## Why it matters\nIt may help.\n\n"
        "## Cautions\nThe study was small.\n"
    )
    return path


def tree(*folders: Path) -> dict[str, bytes]:
    """Every file below the folders, by its path relative to its folder."""
    return {
        f"{folder.name}/{path.relative_to(folder)}": path.read_bytes()
        for folder in folders
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def published_tree(home: Home) -> dict[str, bytes]:
    """All that publishing shows to the world: outbox and records."""
    return tree(home.outbox, home.records)


def command(
    home: Home,
    *words: str,
    prefix: tuple[str, ...] = (),
    preexec_fn: Callable[[], object] | None = None,
    anyone: bool = False,
    given: str | None = None,
) -> subprocess.CompletedProcess[str]:
    """Run the program on a home, perhaps through another; never raises for its exit code.

    anyone: though the tests be root's, closed files and folders are closed to it.
    given: its standard input; None: that of the tests.
    """

    def before() -> None:
        if anyone:
            become_anyone()
        if preexec_fn:
            preexec_fn()

    if not prefix and may_fork():
        done = forked(["--home", str(home.root), *words], before=before, given=given)
        watch_command(home, words, done)
        return done
    done = subprocess.run(
        [*prefix, sys.executable, "-m", "msnewsletter", "--home", str(home.root), *words],
        input=given,
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"PYTHONWARNINGS": "error"},
        preexec_fn=before,
    )
    watch_command(home, words, done)
    return done
