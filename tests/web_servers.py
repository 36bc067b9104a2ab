"""nginx and Caddy at work by the very files in deploy/, but for their ports and places."""

from __future__ import annotations

import os
import re
import socket
import subprocess
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from free_ports import free_port

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SITE = "/srv/newsletter/outbox/site"


@contextmanager
def nginx(root: Path, site: Path, work: Path, *, door: int | None = None) -> Iterator[int]:
    """nginx.conf; the port at which it listens. `door`: that of `serve`, to which it passes on."""
    port = free_port()
    text = (root / "deploy" / "nginx.conf").read_text()
    if door:
        text = uncommented(text, "location ").replace(
            "http://door:8000", f"http://127.0.0.1:{door}"
        )
    text = text.replace("listen 8080;", f"listen 127.0.0.1:{port};")
    text = text.replace("/newsletter/outbox/site", str(site))
    (work / "nginx.conf").write_text(
        f"user root; daemon off; pid {work}/pid; error_log stderr;"
        f" events {{}} http {{ include /etc/nginx/mime.types; {text} }}"
    )
    with _started(["nginx", "-p", str(work), "-c", str(work / "nginx.conf")], port, work):
        yield port


@contextmanager
def caddy(root: Path, site: Path, work: Path, *, door: int | None = None) -> Iterator[int]:
    """Caddyfile, without its certificate; as above."""
    port = free_port()
    text = (root / "deploy" / "Caddyfile").read_text()
    if door:
        text = uncommented(text, "@door ").replace("127.0.0.1:8000", f"127.0.0.1:{door}")
    text = text.replace("notes.example.org {", f"http://127.0.0.1:{port} {{")
    text = text.replace(SITE, str(site))
    file = work / "Caddyfile"
    file.write_text(f"{{\n\tadmin off\n}}\n{text}")
    with _started(["caddy", "run", "--config", str(file), "--adapter", "caddyfile"], port, work):
        yield port


SERVERS = {"nginx": nginx, "caddy": caddy}


def uncommented(text: str, first: str) -> str:
    """A file with the lines uncommented that begin with this one, up to the end of its block."""
    found = re.search(rf"(?ms)^(?P<in>[ \t]+)# {re.escape(first)}.*?^(?P=in)# }}$", text)
    assert found, first
    lines = re.sub(r"(?m)^([ \t]+)# ?", r"\1", found[0])
    return text[: found.start()] + lines + text[found.end() :]


@contextmanager
def _started(command: list[str], port: int, work: Path) -> Iterator[None]:
    # What Caddy keeps of itself is nobody's.
    own = os.environ | {"XDG_CONFIG_HOME": str(work), "XDG_DATA_HOME": str(work)}
    with (work / "said").open("w") as said:
        process = subprocess.Popen(command, stdout=said, stderr=said, env=own)
    try:
        while not _listens(port):
            assert process.poll() is None, (work / "said").read_text()
        yield
    finally:
        process.terminate()
        process.wait()


def _listens(port: int) -> bool:
    with suppress(OSError), socket.create_connection(("127.0.0.1", port)):
        return True
    return False
