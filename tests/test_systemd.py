"""The units at work: systemd starts, confines and ends them, installed as the document has it."""

from __future__ import annotations

import os
import shlex
import shutil
import sys
import time
from subprocess import DEVNULL, Popen
from typing import TYPE_CHECKING
from urllib.request import urlopen

import pytest

from free_ports import free_port
from guide_blocks import blocks_of
from homes import AT
from msnewsletter.store.location import ADDRESS
from patience import PATIENCE
from systemd_machine import SYSTEMD, SystemdMachine, systemd_machine

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from cluster import Cluster

on_sqlite = pytest.mark.sqlite("its home is another user's, on a machine without PostgreSQL")
pytestmark = [
    pytest.mark.skipif(os.getuid() != 0, reason="needs the right to make namespaces"),
    pytest.mark.skipif(not SYSTEMD.exists(), reason="needs systemd"),
    on_sqlite,
]
HOME = "/srv/newsletter"
# What `init` asks for at a terminal.
ANSWERS = " --name 'Plain Notes' --site https://notes.test/ --from-address notes@notes.test"
ANSWERS += " --postal-address 'Plain Notes, 1 Street, Town' --start 2026-10-01 --zone Europe/Berlin"
SUMMARY = """---
key: {key}
published: 2026-11-20
---
# What we know of {key}.

## What was found
Something about {key}.

## Why it matters
It may help.

## Cautions
The study was small.
"""
DOOR = '[smtp]\nhost = "127.0.0.1"\nsecurity = "none"\n[subscribe]\n'
PROGRAM = "/opt/msnewsletter/bin/msnewsletter"


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory, root: Path) -> Iterator[SystemdMachine]:
    """A machine on which the commands of the document were typed, and which has summaries."""
    with systemd_machine(tmp_path_factory.mktemp("machine"), root) as made:
        type_in(made, root, "scheduling.md", "sudo python3 -m venv /opt/msnewsletter")
        for key in ("heart", "sleep"):
            made.write(f"{HOME}/summaries/{key}.md", SUMMARY.format(key=key))
        settings = made.do(f"cat {HOME}/newsletter.toml")
        sandbox = settings.replace("# sandbox = true", "sandbox = true")
        made.write(f"{HOME}/newsletter.toml", f"{sandbox}\n{DOOR}")
        unit = root / "deploy" / "systemd" / "msnewsletter-once.service"
        made.write(f"/etc/systemd/system/{unit.name}", unit.read_text())
        # A drop-in, so that the unit publishes at once, held to all that it is held to.
        made.write(
            "/etc/systemd/system/msnewsletter-once.service.d/now.conf",
            f"[Service]\nExecStart=\nExecStart={PROGRAM} --home {HOME} publish"
            f" --at {AT.isoformat()}\n",
        )
        # A checkout below /tmp is there for units as well that have a /tmp of their own.
        made.write(
            "/etc/systemd/system/service.d/checkout.conf",
            f"[Service]\nBindReadOnlyPaths={root} {sys.prefix}\n",
        )
        made.do("systemctl daemon-reload")
        made.do("systemctl start msnewsletter-once")
        yield made


def type_in(machine: SystemdMachine, root: Path, page: str, first: str) -> None:
    """Type the commands of a guide's block, as from a clone of the repository.

    What would install the program is left out: it is there.
    """
    guide = root / "docs" / "guides" / page
    [block] = [block for block in blocks_of(guide) if block.lines[0] == first]
    for line in block.lines:
        if "venv" in line or "/pip " in line:
            continue
        answered = line + ANSWERS if " init " in line else line
        machine.do(f"sh -c {shlex.quote(f'cd /clone && {answered}')}")


def shown(machine: SystemdMachine, unit: str, name: str) -> str:
    """A property of a unit."""
    return machine.do(f"systemctl show --value --property {name} {unit}").strip()


def until(look: Callable[[], str], sign: str) -> None:
    """Wait until a look finds this."""
    end = time.monotonic() + PATIENCE
    while sign not in look():
        assert time.monotonic() < end, (sign, look())


def test_an_issue_is_published_by_a_unit_that_may_do_nothing_else(machine: SystemdMachine) -> None:
    assert shown(machine, "msnewsletter-once", "Result") == "success"
    assert "Issue 1: 2 summaries" in machine.log()
    assert "digest.eml" in machine.do(f"ls {HOME}/outbox/new/0001")


def test_the_clock_is_at_work_and_ends_when_it_is_told_to(
    machine: SystemdMachine, root: Path
) -> None:
    type_in(machine, root, "scheduling.md", "sudo systemctl enable --now msnewsletter")
    beat = f"{HOME}/var/clock.json"
    until(lambda: machine.run(f"ls {beat}").stdout, beat)
    look = f"{PROGRAM} --home {HOME} doctor --clock"
    assert "ok   clock: it is at work" in machine.do(look, user="msnewsletter")
    machine.do("systemctl stop msnewsletter")
    assert shown(machine, "msnewsletter", "Result") == "success"
    assert shown(machine, "msnewsletter", "ExecMainStatus") == "0"


def test_the_door_is_open_and_what_it_writes_is_for_its_user_alone(
    machine: SystemdMachine, root: Path
) -> None:
    port = free_port()
    machine.write(
        "/etc/systemd/system/msnewsletter-serve.service.d/port.conf",
        f"[Service]\nExecStart=\nExecStart={PROGRAM} --home {HOME} serve --port {port}\n",
    )
    first = "sudo cp deploy/systemd/msnewsletter-serve.service /etc/systemd/system/"
    type_in(machine, root, "door.md", first)
    until(machine.log, "/subscribe.")
    for path in ("subscribe", "healthz", "rss.xml"):
        with urlopen(f"http://127.0.0.1:{port}/{path}", timeout=PATIENCE) as answer:
            assert answer.status == 200
    machine.do("systemctl stop msnewsletter-serve")
    assert shown(machine, "msnewsletter-serve", "Result") == "success"
    assert machine.do(f"stat --format=%a:%U {HOME}/var/subscribers.db") == "600:msnewsletter\n"


@pytest.mark.skipif(shutil.which("nginx") is None, reason="needs nginx")
def test_a_web_server_of_another_user_reads_the_site_and_nothing_private(
    machine: SystemdMachine, root: Path
) -> None:
    port = free_port()
    text = (root / "deploy" / "nginx.conf").read_text()
    text = text.replace("listen 8080;", f"listen 127.0.0.1:{port};")
    text = text.replace("/newsletter/outbox/site", f"{HOME}/outbox/site")
    machine.write(
        "/etc/nginx/ours.conf",
        "user www-data; daemon off; pid /run/nginx.pid; error_log /dev/null;"
        f" events {{}} http {{ include /etc/nginx/mime.types; {text} }}",
    )
    server = Popen(machine.words("nginx", "-c", "/etc/nginx/ours.conf"), stderr=DEVNULL)
    try:
        until(lambda: machine.run(f"curl --silent --head 127.0.0.1:{port}/").stdout, "200 OK")
        pages = machine.do(f"find {HOME}/outbox/site -type f").split()
        assert len(pages) > 10
        for page in pages:
            path = page.removeprefix(f"{HOME}/outbox/site/")
            with urlopen(f"http://127.0.0.1:{port}/{path}", timeout=PATIENCE) as answer:
                assert answer.status == 200
    finally:
        server.terminate()
        server.wait()
    private = machine.do(
        f"find {HOME}/var {HOME}/issues {HOME}/summaries {HOME}/templates -type f"
    ).split()
    assert {path.rpartition("/")[2] for path in private} >= {"newsletter.db", "0001.json"}
    for path in private:
        assert machine.run(f"cat {path}", user="www-data").returncode == 1, path
    assert machine.run(f"touch {HOME}/outbox/site/x", user="www-data").returncode == 1


def test_a_worker_starts_as_often_as_it_has_to_and_ends_in_time(
    machine: SystemdMachine, root: Path, postgresql: Cluster
) -> None:
    """It finds an empty database, and waits for its home."""
    settings = machine.do(f"cat {HOME}/newsletter.toml")
    settings = settings.replace("[newsletter]\n", '[newsletter]\ndatabase = "postgresql"\n')
    machine.write("/clone/newsletter.toml", f"{settings}\n[deliver]\nworkers = true\n")
    machine.write("/etc/msnewsletter-news.env", f"{ADDRESS}={postgresql.url()}\nCONCURRENCY=3\n")
    machine.do("chmod 600 /etc/msnewsletter-news.env")
    # Of another machine, on which there is no such user yet.
    for name in ("passwd", "group"):
        kept = machine.do(f"grep -v ^msnewsletter /etc/{name}")
        machine.write(f"/etc/{name}", kept)
    type_in(machine, root, "postgresql.md", "sudo useradd --system --user-group msnewsletter")
    until(machine.log, "no newsletter is in it")
    began = time.monotonic()
    machine.do("systemctl stop msnewsletter-worker@news")
    assert time.monotonic() - began < PATIENCE
    assert shown(machine, "msnewsletter-worker@news", "Result") == "success"
