"""What every command prints, on both streams, and how it ends: golden files, a file a command.

`make golden` rewrites them: read the diff, it is what people at a terminal will see.
"""

from __future__ import annotations

import os
import re
import shlex
import signal
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import time_machine

import golden
from cli.test_preview_and_serve import asked, at_work, ended
from delivering import newsletter
from homes import AT, command, copy_of, empty_home, write_summary
from msnewsletter.home import Home
from msnewsletter.publisher.publish import publish
from retraction_watch import notice, table
from test_docs import every_command

if TYPE_CHECKING:
    from collections.abc import Callable

    from peers.recording_server import RecordingServer

pytestmark = pytest.mark.sqlite("with files, what is printed names them")
FOLDER = Path(__file__).parents[1] / "golden" / "cli"
NOW = AT + timedelta(hours=1)
GROUPS = {"db", "subscribers", "templates"}


@dataclass(frozen=True, kw_only=True)
class Run:
    """A command on a copy of a home, with a text on its standard input."""

    words: str
    lay_out: Callable[[Path], Home]
    stdin: str = ""


def no_home(root: Path) -> Home:
    """A folder with nothing in it."""
    root.mkdir()
    return Home(root)


def new(root: Path) -> Home:
    """Two summaries, a file that is refused, and nothing published; documents to import."""
    home = empty_home(root)
    write_summary(home, "heart", doi="10.1000/heart")
    write_summary(home, "later", "2099-01-01")
    (home.root / "summaries" / "bad.md").write_text("---\nkey: bad\n---\n# Bad.\n")
    (root / "list.csv").write_text("email,state\nbo@example.org,confirmed\nno address,confirmed\n")
    (root / "table.csv").write_text(
        "key,published,headline,found,why_it_matters,cautions\n"
        "walks,2026-11-20,Walks help.,They help.,It may help.,The study was small.\n"
    )
    (root / "notices.csv").write_bytes(table(notice("10.1000/heart")))
    os.utime(root / "notices.csv", (AT.timestamp(), AT.timestamp()))
    (root / "Maildir").mkdir()
    for name in ("cur", "new", "tmp"):
        (root / "Maildir" / name).mkdir()
    return home


def reviewed(root: Path) -> Home:
    """The same where a person has to approve an issue."""
    home = new(root)
    text = home.settings.read_text().replace('review = "none"', 'review = "required"')
    home.settings.write_text(text)
    return home


def out(root: Path) -> Home:
    """The same with issue 1, after which its summary was edited."""
    home = new(root)
    publish(home, at=AT)
    os.utime(home.outbox / "new" / "0001", (AT.timestamp(), AT.timestamp()))
    path = home.root / "summaries" / "heart.md"
    path.write_text(path.read_text().replace("It may help.", "It helps a little."))
    return home


def known(root: Path) -> Home:
    """The same with two subscribers and a backup."""
    home = out(root)
    for words in (
        ("subscribers", "add", "ada@example.org", "--confirmed", "--consent", "Yes."),
        ("subscribers", "add", "eve@example.org"),
        ("backup", str(root / "backup.zip")),
    ):
        assert frozen(home, *words).returncode == 0
    return home


def two_sources(root: Path) -> Home:
    """Two sources that tell one study in different words."""
    home = empty_home(root)
    for name, found in (("site", "Much was found."), ("journal", "Little was found.")):
        document = (
            f'{{"key": "{name}-1", "published": "2026-11-20", "headline": "Walks help.",'
            f' "found": "{found}", "why_it_matters": "It may help.", "doi": "10.1000/walks",'
            ' "cautions": "The study was small."}\n'
        )
        (root / f"{name}.jsonl").write_text(document)
    text = home.settings.read_text()
    home.settings.write_text(
        text
        + "".join(
            f'[[sources]]\nname = "{name}"\nkind = "command"\ncommand = "cat {name}.jsonl"\n'
            "since = 2026-01-01\n"
            for name in ("site", "journal")
        )
    )
    assert frozen(home, "collect").returncode == 0
    return home


def pushing(root: Path) -> Home:
    """Issue 1, and a folder that takes the site."""
    home = out(root)
    text = home.settings.read_text().replace("sandbox = true", "sandbox = false")
    home.settings.write_text(f'{text}\n[site]\npush = "file:///PUSHED"\n')
    return home


def copied(root: Path) -> Home:
    """A home with a copy of a template that was edited."""
    home = new(root)
    assert frozen(home, "templates", "copy", "site/about.html.j2").returncode == 0
    path = home.templates / "site" / "about.html.j2"
    tracked = '<img src="https://elsewhere.example/pixel">\n</section>'
    path.write_text(path.read_text().replace("</section>", tracked))
    return home


def restored(root: Path) -> Home:
    """A home made of a backup with subscribers."""
    whole = known(root / "whole")
    done = frozen(whole, "restore", str(whole.root / "backup.zip"), str(root / "restored"))
    assert done.returncode == 0, done
    return Home(root / "restored")


SNAPSHOTS = {
    "approve": (
        Run(words="approve --by Ada", lay_out=reviewed),
        Run(words="approve --send-back 'Too long.' --by Ada", lay_out=reviewed),
        Run(words="approve --by Ada", lay_out=new),
    ),
    "backup": (
        Run(words="backup new.zip", lay_out=known),
        Run(words="backup backup.zip", lay_out=known),
    ),
    "check": (
        Run(words="check", lay_out=new),
        Run(words="check", lay_out=out),
        Run(words="check", lay_out=no_home),
    ),
    "choose": (
        Run(words="choose site-1 --from site", lay_out=two_sources),
        Run(words="choose heart --from site", lay_out=two_sources),
    ),
    "collect": (
        Run(words="collect", lay_out=two_sources),
        Run(words="collect --source none", lay_out=two_sources),
        Run(words="collect", lay_out=no_home),
    ),
    "completion": (
        Run(words="completion fish", lay_out=no_home),
        Run(words="completion", lay_out=no_home),
    ),
    "db check": (Run(words="db check", lay_out=known), Run(words="db check", lay_out=no_home)),
    "deliver": (Run(words="deliver", lay_out=new),),
    "doctor": (
        Run(words="doctor", lay_out=new),
        Run(words="doctor", lay_out=known),
        Run(words="doctor", lay_out=no_home),
    ),
    "import": (
        Run(words="import table.csv", lay_out=new),
        Run(words="import none.csv", lay_out=new),
    ),
    "inbound": (
        Run(words="inbound --maildir Maildir", lay_out=known),
        Run(words="inbound", lay_out=known),
    ),
    "demo": (Run(words="demo round", lay_out=no_home), Run(words="demo .", lay_out=new)),
    "init": (
        Run(
            words="init new --name Notes --site https://news.test/ --from-address a@news.test "
            "--zone Europe/Berlin",
            lay_out=no_home,
        ),
        Run(words="init new --samples", lay_out=no_home),
        Run(words="init new", lay_out=no_home),
        Run(words="init .", lay_out=new),
    ),
    "preview": (
        Run(words="preview --host 0.0.0.0", lay_out=new),
        Run(words="preview", lay_out=no_home),
    ),
    "publish": (
        Run(words="publish --dry-run", lay_out=new),
        Run(words="publish", lay_out=new),
        Run(words="publish", lay_out=out),
        Run(words="publish --site", lay_out=out),
        Run(words="publish", lay_out=no_home),
    ),
    "push": (
        Run(words="push", lay_out=pushing),
        Run(words="push", lay_out=new),
    ),
    "read": (
        Run(words="read summaries/heart.md", lay_out=new),
        Run(words="read summaries/bad.md", lay_out=new),
    ),
    "reset": (Run(words="reset --yes", lay_out=known), Run(words="reset", lay_out=known)),
    "resolve": (
        Run(words="resolve --restored", lay_out=restored),
        Run(words="resolve 7 --sent", lay_out=out),
        Run(words="resolve 7", lay_out=out),
    ),
    "restore": (
        Run(words="restore backup.zip restored", lay_out=known),
        Run(words="restore list.csv restored", lay_out=known),
    ),
    "retractions": (
        Run(words="retractions notices.csv", lay_out=out),
        Run(words="retractions none.csv", lay_out=out),
    ),
    "run": (Run(words="run --once", lay_out=new), Run(words="run --once", lay_out=no_home)),
    "serve": (
        Run(words="serve --host 192.0.2.1", lay_out=new),
        Run(words="serve", lay_out=no_home),
    ),
    "status": (
        Run(words="status", lay_out=new),
        Run(words="status", lay_out=known),
        Run(words="status", lay_out=no_home),
    ),
    "subscribers add": (
        Run(words="subscribers add -", lay_out=new, stdin="bo@example.org\nno address\n"),
        Run(words="subscribers add - --confirmed", lay_out=new, stdin="bo@example.org\n"),
    ),
    "subscribers export": (
        Run(words="subscribers export new.csv", lay_out=known),
        Run(words="subscribers export -", lay_out=known),
        Run(words="subscribers export list.csv", lay_out=known),
    ),
    "subscribers forget": (
        Run(words="subscribers forget - --yes", lay_out=known, stdin="ada@example.org\n"),
        Run(words="subscribers forget -", lay_out=known, stdin="ada@example.org\n"),
    ),
    "subscribers import": (
        Run(words="subscribers import list.csv --consent Yes.", lay_out=known),
        Run(words="subscribers import list.csv", lay_out=known),
    ),
    "subscribers list": (
        Run(words="subscribers list", lay_out=known),
        Run(words="subscribers list --state gone", lay_out=known),
    ),
    "subscribers show": (
        Run(words="subscribers show -", lay_out=known, stdin="ada@example.org\n"),
        Run(words="subscribers show -", lay_out=known, stdin="bo@example.org\n"),
    ),
    "subscribers stats": (
        Run(words="subscribers stats", lay_out=known),
        Run(words="subscribers stats", lay_out=no_home),
    ),
    "subscribers suppress": (
        Run(words="subscribers suppress -", lay_out=known, stdin="ada@example.org\n"),
        Run(words="subscribers suppress -", lay_out=known),
    ),
    "subscribers unsubscribe": (
        Run(words="subscribers unsubscribe -", lay_out=known, stdin="ada@example.org\n"),
        Run(words="subscribers unsubscribe -", lay_out=known, stdin="bo@example.org\n"),
    ),
    "takedown": (
        Run(words="takedown heart --reason law", lay_out=out),
        Run(words="takedown sleep --reason law", lay_out=out),
        Run(words="takedown heart", lay_out=out),
    ),
    "templates check": (
        Run(words="templates check", lay_out=copied),
        Run(words="templates check", lay_out=no_home),
    ),
    "templates copy": (
        Run(words="templates copy site/about.html.j2", lay_out=new),
        Run(words="templates copy site/about.html.j2", lay_out=copied),
        Run(words="templates copy site/abuot.html.j2", lay_out=new),
    ),
    "templates diff": (
        Run(words="templates diff", lay_out=copied),
        Run(words="templates diff site/about.html.j2", lay_out=new),
    ),
    "test-send": (Run(words="test-send ada@example.org", lay_out=new),),
    "worker": (Run(words="worker", lay_out=new), Run(words="worker", lay_out=no_home)),
}


def frozen(home: Home, *words: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    """A command in its home's folder, an hour after the issue, by a clock that stands still."""

    def prepare() -> None:
        time_machine.travel(NOW, tick=False).start()
        os.chdir(home.root)
        with tempfile.TemporaryFile() as file:
            file.write(stdin.encode())
            file.seek(0)
            os.dup2(file.fileno(), 0)
        sys.stdin = os.fdopen(0)

    return command(home, *words, preexec_fn=prepare)


def shown(words: str, done: subprocess.CompletedProcess[str], *places: str) -> str:
    """A run as its golden file has it: places, ports and sizes in words."""
    text = f"$ msnewsletter {words}\n"
    for name, said in (("stdout", done.stdout), ("stderr", done.stderr)):
        if said:
            text += f"--- {name}\n{said}"
    text += f"--- exit code {done.returncode}\n"
    for place in places:
        text = text.replace(place, "HOME")
    text = re.sub(r"/confirm/\S+", "/confirm/TOKEN", text)
    return re.sub(r"\b[\d,]+ (bytes|files|left)\b", r"N \1", text)


@pytest.mark.parametrize("name", SNAPSHOTS)
def test_a_command_says_and_ends_as_it_did(tmp_path: Path, name: str) -> None:
    told = []
    for number, run in enumerate(SNAPSHOTS[name]):
        home = copy_of(run.lay_out, tmp_path / str(number) / "home")
        text = home.settings.read_text() if home.settings.exists() else ""
        if "/PUSHED" in text:
            (home.root / "pushed").mkdir()
            home.settings.write_text(text.replace("/PUSHED", f"{home.root}/pushed"))
        done = frozen(home, *shlex.split(run.words), stdin=run.stdin)
        told.append(shown(run.words, done, str(home.root)))
    keep(name, *told)


def keep(name: str, *told: str) -> None:
    """Compare with the golden file of this name."""
    golden.check(FOLDER / f"{name.replace(' ', '-')}.txt", "\n".join(told).encode())


@pytest.mark.parametrize("words", ["serve", "preview"])
def test_a_server_says_where_it_is_and_ends_as_it_did(tmp_path: Path, words: str) -> None:
    home = copy_of(out, tmp_path / "home")
    with at_work(home, words) as (process, address):
        assert asked(address, "/")[0] == HTTPStatus.OK
        process.send_signal(signal.SIGTERM)
        rest, complained = ended(process)
    first = f"{'The site is' if words == 'serve' else 'The desk is'} at {address}\n"
    done = subprocess.CompletedProcess(words, process.returncode, first + rest, complained)
    keep(f"{words}.ends", re.sub(r":\d+/", ":PORT/", shown(words, done, str(home.root))))


def test_mail_is_sent_and_told_as_it_was(tmp_path: Path, server: RecordingServer) -> None:
    letter = newsletter(tmp_path, server)
    letter.subscribe("ada")
    letter.publish()
    write_summary(letter.home, "sleep", "2026-11-22")
    told = []
    for words in ("deliver", "deliver", "deliver 7", "status", "test-send editor@example.org"):
        if words.startswith("test-send"):
            text = letter.home.settings.read_text()
            letter.home.settings.write_text(text.replace("sandbox = true", "samples = true"))
        done = frozen(letter.home, *words.split())
        told.append(shown(words, done, str(letter.home.root), f"{server.host}:{server.port}"))
    keep("deliver.sends", *told)


def test_databases_are_moved_and_told_as_they_were(
    tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    home = copy_of(known, tmp_path / "home")  # on SQLite, while there is nothing else
    request.getfixturevalue("postgresql")
    told = [shown("db copy", frozen(home, "db", "copy"), str(home.root)) for _ in range(2)]
    keep("db-copy.moves", *(re.sub(r"127\.0\.0\.1:\d+/\w+", "DATABASE", one) for one in told))


def test_every_command_has_a_snapshot_and_no_other_is_left() -> None:
    names = {name for name, _ in every_command()} - GROUPS
    assert names == {*SNAPSHOTS} | {"db copy"}
    kept = {path.stem.partition(".")[0] for path in FOLDER.iterdir()}
    assert kept == {name.replace(" ", "-") for name in names}
