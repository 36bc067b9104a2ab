"""The desk behind nginx with a login, by the very lines that docs/guides/desk.md shows."""

from __future__ import annotations

import re
import shutil
import socket
import subprocess
from contextlib import closing, contextmanager, suppress
from functools import partial
from http.client import HTTPSConnection
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urlsplit

import pytest

from certificates import client_context, write_certificate
from cli.test_preview_and_serve import asked, at_work
from homes import command, sample_home

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

NAME = "desk.example.org"
OPTIONS = f"--allow-host {NAME} --trust-header X-Remote-User --proxy 127.0.0.1"
ADA = {"authorization": "Basic YWRhOnBlYXI="}  # ada:pear


@contextmanager
def nginx(block: str, work: Path, desk: int) -> Iterator[int]:
    """A server block of the guide at work, but for its ports and files; the port."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    files = write_certificate(work, NAME)
    (work / "htpasswd").write_text("ada:{PLAIN}pear\n")
    for shown, here in {
        "listen 443": f"listen 127.0.0.1:{port}",
        f"/etc/ssl/{NAME}.pem": str(files.certificate),
        f"/etc/ssl/{NAME}.key": str(files.key),
        "/etc/nginx/desk.htpasswd": str(work / "htpasswd"),
        "127.0.0.1:8025": f"127.0.0.1:{desk}",
    }.items():
        assert shown in block
        block = block.replace(shown, here)
    (work / "nginx.conf").write_text(
        f"user root; daemon off; pid {work}/pid; error_log stderr;"
        f" events {{}} http {{ access_log off; {block} }}"
    )
    process = subprocess.Popen(
        ["nginx", "-p", str(work), "-c", str(work / "nginx.conf")], stderr=subprocess.DEVNULL
    )
    try:
        while process.poll() is None:
            with suppress(OSError), socket.create_connection(("127.0.0.1", port)):
                break
        yield port
    finally:
        process.terminate()
        process.wait()


def ask(
    port: int, path: str, headers: Mapping[str, str], form: Mapping[str, str] | None = None
) -> tuple[int, str]:
    """Status and text, as a browser at https://desk.example.org gets them."""
    trusting = client_context()
    trusting.check_hostname = False  # we ask by address
    with closing(HTTPSConnection("127.0.0.1", port, timeout=20, context=trusting)) as there:
        public = {"host": f"{NAME}:{port}", "origin": f"https://{NAME}:{port}", **headers}
        if form is None:
            there.request("GET", path, headers=public)
        else:
            kind = {"content-type": "application/x-www-form-urlencoded"}
            there.request("POST", path, urlencode(form), {**public, **kind})
        answer = there.getresponse()
        return answer.status, answer.read().decode()


@pytest.mark.skipif(shutil.which("nginx") is None, reason="needs nginx")
def test_the_desk_stands_behind_nginx_with_a_login_as_the_guide_shows(
    tmp_path: Path, root: Path
) -> None:
    guide = (root / "docs" / "guides" / "desk.md").read_text()
    assert f"msnewsletter preview {OPTIONS}\n" in guide
    found = re.search(rf"^```nginx\n(server {{\n[^`]*{NAME}[^`]*)^```$", guide, re.MULTILINE)
    assert found
    home = sample_home(tmp_path / "home")
    settings = home.settings.read_text()
    home.settings.write_text(settings.replace('review = "none"', 'review = "required"'))
    with (
        at_work(home, "preview", *OPTIONS.split()) as (_, address),
        nginx(found[1], tmp_path, urlsplit(address).port or 0) as port,
    ):
        public = partial(ask, port)
        assert public("/", {})[0] == 401, "nginx asks for a login"
        assert asked(address, "/issues")[0] == 401, "past nginx, the key is needed"
        status, shown = public("/approve", {**ADA, "X-Remote-User": "Eve"})
        assert status == 200
        assert 'name="by" value="ada"' in shown, "nobody brings a name along"
        fields = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', shown))
        assert public("/approve", ADA, fields | {"by": "ada"})[0] == 303
    assert "approved by ada" in command(home, "status").stdout
