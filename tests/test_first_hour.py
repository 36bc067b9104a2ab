"""The README's "Your own newsletter in ten minutes", run as it is written, against local servers.

Only what a person gives is put in: answers, addresses of a site and of a mail server, their own.
"""

from __future__ import annotations

import os
import re
import shlex
import sys
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from typing import TYPE_CHECKING

import pytest

from homes import command
from mailservers import mail_server
from msnewsletter.home import Home
from sources.fetch.web_server import serving
from test_guides import blocks_in, page

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable
    from pathlib import Path

    from sources.fetch.web_server import WebServer

HEADING = "Your own newsletter in ten minutes"
TOLD = (
    *("--name", "Quiet Notes", "--site", "notes.quiet-notes.net"),
    *("--from-address", "ed@quiet-notes.net", "--postal-address", "1 Street, 10115 Berlin"),
)
ME, YOU = "me@mail.quiet-notes.net", "you@mail.quiet-notes.net"
CORRECTED = """\
---
key: {key}
status: corrected
note: It was looked for in the other eye.
---
# What we know of the other eye.

## What was found
Something was found about the other eye.

## Why it matters
It may help.

## Cautions
The study was small.
"""


def site(server: WebServer) -> None:
    """A site of three summaries, each dated lately."""
    day = f"{datetime.now(UTC) - timedelta(days=2):%Y-%m-%d}"
    names = ("gut", "eye", "sleep")
    links = "".join(
        f'<li><a href="{one}">{one}</a> <time datetime="{day}"></time>' for one in names
    )
    server.routes |= {"/summaries/": f"<main><ul>{links}</ul></main>"}
    server.routes |= {f"/summaries/{one}": page(one) for one in names}


def local(toml: str, server: WebServer, port: int) -> str:
    """A block of settings with the servers of this test in it."""
    toml = toml.replace("https://www.example.org/", server.url("/"))
    toml = toml.replace('kind = "page"', 'kind = "page"\nprivate = true')
    mail = f'host = "127.0.0.1"\nport = {port}\nsecurity = "none"'
    return toml.replace('host = "smtp.example.org"\nuser = "newsletter"', mail)


def test_the_readme_tries_it_with_the_mail_server_of_the_examples(root: Path) -> None:
    """With the settings that it gives for it; the tutorial runs the very command."""
    said = (root / "README.md").read_text()
    tutorial = (root / "docs" / "tutorial.md").read_text()
    assert "python3 examples/catch_mail.py 2525 inbox" in said
    assert "python3 examples/catch_mail.py 2525 inbox" in tutorial
    for setting in ('host = "127.0.0.1"', "port = 2525", 'security = "none"'):
        assert f"`{setting}`" in said
        assert f"\n{setting}\n" in tutorial


def test_the_ten_minutes_of_the_readme_end_with_a_mail_in_two_mailboxes(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    home, said = Home(tmp_path / "my-newsletter"), dict[str, str]()

    def run(words: list[str], given: str = "") -> subprocess.CompletedProcess[str]:
        done = command(home, *words, preexec_fn=reading(given, tmp_path))
        assert done.returncode == 0, (words, done.stderr)
        return done

    with serving() as server, mail_server() as mail:
        site(server)
        for language, text in blocks_in((root / "README.md").read_text(), HEADING):
            if language == "toml":
                with home.settings.open("a") as settings:
                    settings.write("\n" + local(text, server, mail.port))
                continue
            for line in text.splitlines():
                words = shlex.split(line, comments=True)
                match words[:2]:
                    case ["cd", folder]:
                        assert below(tmp_path, folder) == home.root
                    case ["msnewsletter", "init"]:
                        command(Home(tmp_path), "init", *TOLD, str(below(tmp_path, words[2])))
                    case ["msnewsletter", "preview"]:
                        assert "--port" in run(["preview", "--help"]).stdout
                    case ["echo", _]:
                        asked = words[words.index("msnewsletter") + 1 :]
                        said["add"] = run(asked, f"{ME}\n{YOU}\n").stdout
                    case ["msnewsletter", verb]:
                        said[verb] = run(words[1:]).stdout
                    case _:
                        pytest.fail(f"what is {line!r}?")
        assert "3 new or changed summaries" in said["collect"]
        assert "first-summary.md): line 8: a placeholder is left" in said["status"]
        assert "Issue 1: 3 summaries" in said["check"]
        assert "Issue 1 is published" in said["publish"]
        assert "Issue 1, 2 subscribers: 2 sent." in said["deliver"]

        # One of them was wrong.
        [key] = re.findall(r"key (\S+eye), from site", said["status"])
        (home.root / "summaries" / "eye.md").write_text(CORRECTED.format(key=key))
        run(["publish"])
        run(["deliver"])
        mails = [message_from_bytes(one.message, policy=policy.default) for one in mail.letters]
    assert sorted(one["To"] for one in mails) == sorted([ME, YOU] * 2)
    assert "1 correction" in mails[-1]["Subject"]


def below(own: Path, folder: str) -> Path:
    """A folder as the README names it, where `own` is the reader's own one."""
    return own / folder.removeprefix("~/")


def reading(text: str, folder: Path) -> Callable[[], None]:
    """Has a command read this on its standard input."""
    path = folder / "given.txt"
    path.write_text(text)

    def before() -> None:
        os.dup2(os.open(path, os.O_RDONLY), 0)
        sys.stdin = open(0, closefd=False)  # noqa: SIM115  (for as long as the process is)

    return before
