"""The loss of a machine, by the words of docs/guides/backup.md alone."""

from __future__ import annotations

import re
import shlex
import shutil
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import feedparser
import pytest

from homes import AT, command, sample_home, write_summary
from msnewsletter.home import Home
from msnewsletter.publisher.publish import publish
from msnewsletter.publisher.session import Step

if TYPE_CHECKING:
    from pathlib import Path

FEEDS = ("rss.xml", "atom.xml", "full/rss.xml")


def blocks_below(text: str, heading: str) -> list[list[str]]:
    """The commands of each fenced block below a heading."""
    below = text.split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]
    found = re.findall(r"^```sh\n(.*?)^```$", below, re.MULTILINE | re.DOTALL)
    return [block.splitlines() for block in found]


def run_as_written(lines: list[str], tmp_path: Path) -> None:
    """Run the commands of a block, with the machine's folders below another root."""
    for line in lines:
        words = [
            str(tmp_path) + word if word.startswith(("/srv/", "/backup/")) else word
            for word in shlex.split(line)
        ]
        assert words[0] == "msnewsletter"
        done = command(Home(tmp_path / "nowhere"), *words[1:])
        assert done.returncode == 0, done.stderr


def ids_in(home: Home) -> dict[str, set[str]]:
    return {
        name: {entry.id for entry in feedparser.parse(home.site / name).entries} for name in FEEDS
    }


def issues_with(home: Home, text: str) -> list[str]:
    """The folders in the outbox whose mail has this text."""
    mails = sorted(home.outbox.glob("new/*/digest.txt"))
    return [path.parent.name for path in mails if text in path.read_text()]


@pytest.mark.parametrize("step", [None, Step.SELECTED, Step.PUBLISHING, Step.RELEASED])
@pytest.mark.sqlite("a backup keeps the database's file")
def test_a_machine_is_lost_and_the_newsletter_goes_on_by_the_documents_alone(
    root: Path, tmp_path: Path, step: Step | None
) -> None:
    """Nothing is sent twice, nothing is lost, and the feeds' ids stay, whatever the backup met."""
    [before, after] = blocks_below(
        (root / "docs/guides/backup.md").read_text(), "Back up and restore"
    )
    (tmp_path / "srv").mkdir()
    (tmp_path / "backup").mkdir()
    home = sample_home(tmp_path / "srv/newsletter")
    publish(home, at=AT)
    write_summary(home, "second", published="2026-11-23")

    class Crash(Exception):  # noqa: N818  (it stands for a power cut)
        pass

    def reached(now: Step) -> None:
        if now is step:
            raise Crash

    if step:
        with pytest.raises(Crash):
            publish(home, at=AT + timedelta(hours=1), reached=reached)
    else:
        publish(home, at=AT + timedelta(hours=1))
    ids = ids_in(home)
    run_as_written(before, tmp_path)
    run_as_written(before, tmp_path)  # on the next night, too
    shutil.rmtree(home.root)
    run_as_written(after, tmp_path)
    assert issues_with(home, "What we know of second") == ["0002"]
    assert sorted(path.name for path in home.outbox.glob("new/*")) == ["0001", "0002"]
    assert sorted(path.name for path in home.records.glob("0*.json")) == ["0001.json", "0002.json"]
    assert all(ids[name] <= now for name, now in ids_in(home).items())
    write_summary(home, "third", published="2026-11-23")
    # Not in the second in which the last of these commands published: that slot is taken.
    publish(home, at=datetime.now(UTC) + timedelta(hours=1))
    assert issues_with(home, "What we know of third") == ["0003"]
    assert issues_with(home, "What we know of second") == ["0002"]
    assert all(
        len(now) == len(ids[name]) + (2 if step else 1) for name, now in ids_in(home).items()
    )
