"""What deploy/ says, against the program and the judges that this machine has."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import urlopen

import pytest
import yaml

from homes import AT, command, sample_home
from msnewsletter import urls
from msnewsletter.delivery_settings import IMAP_PASSWORD, METRICS_TOKEN
from msnewsletter.publisher.publish import publish
from msnewsletter.settings_errors import PASSWORD
from msnewsletter.store.location import ADDRESS
from web.asking import Site
from web.doors import form_token, opened_door

if TYPE_CHECKING:
    from collections.abc import Iterator

PROGRAM = Path(sys.executable).with_name("msnewsletter")
PUBLISHING = ("msnewsletter.service", "msnewsletter-once.service")
SERVICES = (*PUBLISHING, "msnewsletter-serve.service")
UNITS = (*SERVICES, "msnewsletter-once.timer")


@pytest.mark.parametrize("unit", SERVICES)
def test_a_unit_starts_the_program_with_options_that_it_has(
    root: Path, tmp_path: Path, unit: str
) -> None:
    text = (root / "deploy" / "systemd" / unit).read_text()
    [line] = re.findall(r"^ExecStart=(.*)$", text, re.MULTILINE)
    words = shlex.split(line)[3:]
    assert command(sample_home(tmp_path), *words, "--help").returncode == 0


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="needs systemd-analyze")
def test_systemd_finds_nothing_wrong_with_the_units(root: Path, tmp_path: Path) -> None:
    for name in UNITS:
        text = (root / "deploy" / "systemd" / name).read_text()
        (tmp_path / name).write_text(
            text.replace("/opt/msnewsletter/bin/msnewsletter", str(PROGRAM))
        )
    done = subprocess.run(
        ["systemd-analyze", "verify", *(str(tmp_path / name) for name in UNITS)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert str(tmp_path) not in done.stderr, done.stderr


def test_the_image_copies_files_that_exist_and_starts_the_clock_as_nobody_special(
    root: Path, tmp_path: Path
) -> None:
    text = (root / "deploy" / "Dockerfile").read_text()
    ignored = (root / ".dockerignore").read_text().splitlines()
    copied = [
        name
        for line in re.findall(r"^COPY (?!--from)(.*) \S+$", text, re.MULTILINE)
        for name in line.split()
    ]
    assert copied
    for name in copied:
        assert (root / name).exists(), name
        assert f"!{Path(name).as_posix()}" in ignored, name
    assert "\nUSER 10001\n" in text
    for found in (r"^CMD (\[.*\])$", r"^HEALTHCHECK .* CMD (\[.*\])$"):
        [words] = re.findall(found, text, re.MULTILINE)
        verb = [word for word in json.loads(words) if word != "msnewsletter"]
        assert command(sample_home(tmp_path / verb[0]), *verb, "--help").returncode == 0
    assert verb == ["doctor", "--clock"], "what the container meets does not make it unhealthy"


def test_the_web_server_of_the_compose_file_gets_nothing_to_write(root: Path) -> None:
    services = yaml.safe_load((root / "deploy" / "compose.yaml").read_text())["services"]
    assert all(volume.endswith(":ro") for volume in services["web"]["volumes"])
    assert services["clock"]["build"]["dockerfile"] == "deploy/Dockerfile"
    assert (root / "deploy" / "nginx.conf").exists()


def test_the_container_gets_every_secret_that_the_program_takes(root: Path) -> None:
    services = yaml.safe_load((root / "deploy" / "compose.yaml").read_text())["services"]
    secrets = {
        ("clock", "msnewsletter.service"): (ADDRESS, PASSWORD, IMAP_PASSWORD),
        ("door", "msnewsletter-serve.service"): (ADDRESS, PASSWORD, METRICS_TOKEN),
    }
    for (service, unit), names in secrets.items():
        assert services[service]["environment"] == {name: f"${{{name}:-}}" for name in names}
        text = (root / "deploy" / "systemd" / unit).read_text()
        assert all(f"{name}=" in text for name in names)


def test_the_door_of_the_compose_file_starts_only_where_it_is_asked_for(
    root: Path, tmp_path: Path
) -> None:
    services = yaml.safe_load((root / "deploy" / "compose.yaml").read_text())["services"]
    door = services["door"]
    assert [name for name, one in services.items() if "profiles" in one] == ["door"]
    assert command(sample_home(tmp_path), *door["command"], "--help").returncode == 0
    beside = {name: services["clock"][name] for name in ("build", "read_only", "cap_drop")}
    assert {name: door[name] for name in beside} == beside


def commands_below(root: Path, heading: str) -> list[str]:
    """Every line in the fenced blocks below a heading of docs/guides/scheduling.md."""
    text = (root / "docs" / "guides" / "scheduling.md").read_text()
    below = text.split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]
    blocks = re.findall(r"^```sh\n(.*?)^```$", below, re.MULTILINE | re.DOTALL)
    return [line for block in blocks for line in block.splitlines()]


def test_no_instructions_lead_to_samples_that_a_clock_would_publish(root: Path) -> None:
    shown = [line for line in commands_below(root, "Run on a schedule") if " init " in line]
    assert len(shown) == 2
    assert not any("--samples" in line for line in shown)
    assert " init " not in (root / "deploy" / "compose.yaml").read_text()


@pytest.mark.parametrize("unit", PUBLISHING)
def test_a_web_server_of_another_user_reads_the_site_and_no_draft(
    root: Path, tmp_path: Path, unit: str
) -> None:
    """The commands of the document, then an issue under the unit's umask; modes tell the rest."""
    tmp_path.chmod(0o755)
    settings = (root / "deploy" / "systemd" / unit).read_text()
    [mask] = re.findall(r"^UMask=(\d+)$", settings, re.MULTILINE)
    assert re.search("^Group=msnewsletter$", settings, re.MULTILINE)
    home = sample_home(tmp_path / "srv" / "newsletter")
    for name in ("issues", "templates"):
        (home.root / name).mkdir()
    for line in commands_below(root, "Run on a schedule"):
        if "mkdir" in line or "chmod" in line:
            plain = line.replace("/srv/", f"{tmp_path}/srv/").replace("sudo -u msnewsletter ", "")
            subprocess.run(shlex.split(plain.removeprefix("sudo ")), check=True)
    done = command(home, "publish", preexec_fn=partial(os.umask, int(mask, 8)))
    assert done.returncode == 0, done.stderr
    pages = [home.site, *home.site.rglob("*")]
    assert len(pages) > 10
    for path in (home.root, home.outbox, *pages):
        needed = 0o5 if path.is_dir() else 0o4
        assert path.stat().st_mode & needed == needed, path
    for folder in (home.var, home.records, home.root / "summaries", home.templates):
        assert folder.stat().st_mode & 0o7 == 0, folder


@pytest.mark.skipif(shutil.which("nginx") is None, reason="needs nginx")
def test_nginx_takes_its_configuration(root: Path, tmp_path: Path) -> None:
    (tmp_path / "nginx.conf").write_text(
        f"events {{}} pid {tmp_path}/pid; error_log stderr; "
        f"http {{ include {root}/deploy/nginx.conf; }}"
    )
    done = subprocess.run(
        ["nginx", "-t", "-p", str(tmp_path), "-c", str(tmp_path / "nginx.conf")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def with_door(text: str, port: int) -> str:
    """nginx.conf with the lines of the door uncommented, which is at this port here."""
    lines = re.sub(
        r"^    # location .*?^    # }$",
        lambda found: re.sub(r"^    # ?", "    ", found[0], flags=re.MULTILINE),
        text,
        flags=re.MULTILINE | re.DOTALL,
    )
    assert lines != text
    return lines.replace("http://door:8000", f"http://127.0.0.1:{port}")


@contextmanager
def nginx(root: Path, site: Path, work: Path, *, door: int | None = None) -> Iterator[int]:
    """deploy/nginx.conf at work, but for its port and the places of site and door; the port."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    text = (root / "deploy" / "nginx.conf").read_text()
    text = with_door(text, door) if door else text
    text = text.replace("listen 8080;", f"listen 127.0.0.1:{port};")
    text = text.replace("/newsletter/outbox/site", str(site))
    (work / "nginx.conf").write_text(
        f"user root; daemon off; pid {work}/pid; error_log stderr;"
        f" events {{}} http {{ include /etc/nginx/mime.types; {text} }}"
    )
    command = ["nginx", "-p", str(work), "-c", str(work / "nginx.conf")]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        while process.poll() is None:
            with suppress(OSError), socket.create_connection(("127.0.0.1", port)):
                break
        yield port
    finally:
        process.terminate()
        process.wait()


@pytest.mark.skipif(shutil.which("nginx") is None, reason="needs nginx")
def test_nginx_says_of_the_site_what_serve_says(root: Path, tmp_path: Path) -> None:
    home = sample_home(tmp_path / "home")
    publish(home, at=AT)
    served = Site(home.site)
    good_for = {}
    with nginx(root, home.site, tmp_path) as port:
        for name in (*urls.FEED_NAMES, "archive/0001/atom.xml", "", "icon-512.png", "feeds.opml"):
            path = f"/{name}"
            with urlopen(f"http://127.0.0.1:{port}{path}", timeout=20) as answer:
                mine = served.get(path)
                assert answer.read() == mine.body
                for header in ("Last-Modified", "Access-Control-Allow-Origin", "Cache-Control"):
                    assert answer.headers[header] == mine.headers.get(header.lower()), path
                good_for[path] = answer.headers["Cache-Control"]
                if path.endswith((".json", ".opml")):
                    kind = mine.headers["content-type"].partition(";")[0]
                    assert answer.headers.get_content_type() == kind
        with pytest.raises(HTTPError) as missing:
            urlopen(f"http://127.0.0.1:{port}/nowhere", timeout=20)
    missing.value.close()
    assert missing.value.code == 404
    assert missing.value.headers["Cache-Control"] is None
    assert good_for["/rss.xml"] == "public, max-age=300"
    assert good_for["/archive/0001/atom.xml"] == "public, max-age=86400"


@pytest.mark.skipif(shutil.which("nginx") is None, reason="needs nginx")
def test_nginx_passes_the_pages_to_sign_up_on_and_says_who_asks(root: Path, tmp_path: Path) -> None:
    (tmp_path / "work").mkdir()
    with (
        opened_door(tmp_path, more='proxies = ["127.0.0.1"]') as door,
        nginx(root, door.home.site, tmp_path / "work", door=door.server.port) as port,
    ):
        for path in ("subscribe", "subscribe/style.css", "preferences", "unsubscribe/"):
            with urlopen(f"http://127.0.0.1:{port}/{path}", timeout=20) as answer:
                assert answer.read().decode() != "The site."
        with urlopen(f"http://127.0.0.1:{port}/", timeout=20) as answer:
            assert answer.read() == b"The site."
        with pytest.raises(HTTPError) as missing:
            urlopen(f"http://127.0.0.1:{port}/metrics", timeout=20)
        missing.value.close()
        assert missing.value.code == 404
        form = form_token(door.get("/subscribe"))
        door.wait(seconds=9)
        fields = urlencode({"form": form, "address": "ada@example.org", "website": ""}).encode()
        with urlopen(f"http://127.0.0.1:{port}/subscribe", fields, timeout=20) as answer:
            assert "Check your mail" in answer.read().decode()
        assert door.letter().to == "ada@example.org"
        assert door.complaints == []
