"""docs/tutorial.md, followed to the letter: a site, a mail server, two readers, a correction."""

from __future__ import annotations

import re
import shlex
import sys
from contextlib import ExitStack
from email import message_from_bytes, policy
from typing import TYPE_CHECKING

import pytest

from example_servers import at_work, came
from guide_blocks import COMMANDS, Block, blocks_of, typed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class Reader:
    """Somebody who does what the tutorial says, in a folder beside the clone's files."""

    def __init__(self, root: Path, folder: Path, servers: ExitStack) -> None:
        self.page = (root / "docs" / "tutorial.md").read_text()
        self.here = self.begin = folder
        self.said: list[tuple[str, str]] = []
        self._root, self._servers = root, servers
        self._ports: dict[str, str] = {}
        self._files = iter(re.findall(r"[Ss]ave\s+this\s+as\s+`([^`]+)`", self.page))

    def follow(self, block: Block) -> None:
        """Type a block, or write it into the file that it belongs to."""
        match block.language:
            case "toml":
                with (self.here / "newsletter.toml").open("a") as settings:
                    given = self._with_ports(block.text)
                    # Nothing is gained by waiting for a site of our own.
                    settings.write(
                        "\n" + given.replace("private = true", "private = true\npause = 0")
                    )
            case "markdown":
                (self.here / next(self._files)).write_text(self._with_ports(block.text))
            case "text" if "@" in block.text:
                assert "a file `readers.txt`" in self.page
                (self.here / "readers.txt").write_text(block.text)
            case language if language == COMMANDS:
                for line in block.lines:
                    self._type(line)

    def _type(self, line: str) -> None:
        program, *words = shlex.split(line)
        if program == "cd":
            self.here = self.here / words[0]
        elif program == "python3":
            self._start(words)
        else:
            done = typed(line, self.here)
            assert done.returncode == 0, done.stdout + done.stderr
            self.said.append((line, done.stdout + done.stderr))

    def _start(self, words: list[str]) -> None:
        """Start a server of the tutorial, at a port that is free here."""
        [port] = [word for word in words if word.isdecimal()]
        given = ["0" if word == port else word for word in words]
        given = [str(self._root / word) if "examples/" in word else word for word in given]
        given = [str(self.begin / word) if word == "inbox" else word for word in given]
        now = self._servers.enter_context(at_work([sys.executable, "-u", *given]))
        self._ports[port] = str(now)

    def _with_ports(self, text: str) -> str:
        for given, now in self._ports.items():
            text = re.sub(rf"\b{given}\b", now, text)
        return text

    def last(self, line: str) -> str:
        """What a command said when it was typed last."""
        return [said for typed_in, said in self.said if typed_in == line][-1]


@pytest.fixture(scope="module")
def reader(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    """Who has followed all of it."""
    with ExitStack() as servers:
        made = Reader(root, tmp_path_factory.mktemp("tutorial"), servers)
        for block in blocks_of(root / "docs" / "tutorial.md"):
            made.follow(block)
        came(made.begin / "inbox", 4)
        yield made


def test_three_summaries_are_collected_and_go_out_newest_first(reader: Reader) -> None:
    assert "3 new or changed summaries" in reader.last("msnewsletter collect")
    mail = (reader.here / "outbox" / "sent" / "0001" / "digest.txt").read_text()
    said = [mail.index(text) for text in ("vitamin D", "After a short night", "walked a little")]
    assert said == sorted(said)
    assert "Welcome to the first issue." in mail


def test_both_readers_have_both_issues(reader: Reader) -> None:
    mails = [
        message_from_bytes(path.read_bytes(), policy=policy.default)
        for path in came(reader.begin / "inbox", 4)
    ]
    got = sorted((str(mail["Subject"])[:7], str(mail["To"])) for mail in mails)
    readers = ("ada@example.org", "bo@example.org")
    assert got == [(f"Issue {number}", who) for number in (1, 2) for who in readers]


def test_the_text_beside_a_mail_has_its_links_whole(reader: Reader) -> None:
    for mail in came(reader.begin / "inbox", 4):
        message = message_from_bytes(mail.read_bytes(), policy=policy.default)
        text = mail.with_suffix(".txt").read_text()
        [link] = set(re.findall(r"\S+/unsubscribe/\S+", text))
        assert f"<{link}>" in str(message["List-Unsubscribe"])


def test_the_second_issue_corrects_the_first_one(reader: Reader) -> None:
    text = (reader.here / "outbox" / "sent" / "0002" / "digest.txt").read_text()
    assert "We wrote that 120 people took part. There were 12." in " ".join(text.split())
    pages = "".join(path.read_text() for path in (reader.here / "outbox/site").rglob("*.html"))
    assert "There were 12." in pages


def test_the_page_says_what_the_commands_say(reader: Reader) -> None:
    collected = reader.last("msnewsletter collect")
    assert "Source example: 3 new or changed summaries\n" in collected
    assert "\n4 new or changed summaries; in all 1 file and 3 fetched summaries." in collected
    assert "Next slots:" in reader.last("msnewsletter status")
    assert "first-summary" in reader.last("msnewsletter status")
    assert "2 sent" in reader.last("msnewsletter deliver")
