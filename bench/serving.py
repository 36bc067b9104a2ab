"""`serve` against nginx: the same file, the same client (wrk), in turn, one process each.

Needs nginx and wrk (tools/setup-judges.sh). Both send from memory or the page cache; the client
shares the machine with them, so only the ratio means anything.
"""

from __future__ import annotations

import contextlib
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, NamedTuple
from urllib.request import Request, urlopen

if TYPE_CHECKING:
    from collections.abc import Iterator

    from msnewsletter.home import Home

SECONDS = 1
TURNS = 15
OUR_PORT, PEER_PORT = 18080, 18081

NGINX = """
{user}daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 1024; }}
http {{
  access_log off;
  gzip_static on;
  etag on;
  open_file_cache max=1000;
  types {{ text/html html; application/xml xml; }}
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  server {{ listen 127.0.0.1:{port}; root {site}; }}
}}
"""


class Rates(NamedTuple):
    """Requests a second, medians; `behind` is the median of how many times nginx's ours were."""

    ours: float
    peer: float
    behind: float


def rates(home: Home, name: str) -> dict[str, Rates]:
    """Ours and nginx, in short turns, so that what else the machine does meets both; by request."""
    # nginx's gzip_static sends this one; ours holds the same in memory.
    path = home.site / name
    subprocess.run(["gzip", "-9", "-k", "-f", str(path)], check=True)
    found = {}
    with tempfile.TemporaryDirectory() as folder, ours(home), peer(home, Path(folder)):
        for what in ("304 by ETag", "200 gzip", "200 plain"):
            turns = [
                (_rate(OUR_PORT, name, what), _rate(PEER_PORT, name, what)) for _ in range(TURNS)
            ]
            found[what] = Rates(
                ours=median(a for a, _ in turns),
                peer=median(b for _, b in turns),
                behind=median(b / a for a, b in turns),
            )
    path.with_name(f"{path.name}.gz").unlink()
    return found


@contextlib.contextmanager
def ours(home: Home) -> Iterator[None]:
    """`msnewsletter serve`, running."""
    words = [sys.executable, "-m", "msnewsletter", "--home", str(home.root), "serve"]
    with _running([*words, "--port", str(OUR_PORT)], OUR_PORT):
        yield


@contextlib.contextmanager
def peer(home: Home, folder: Path) -> Iterator[None]:
    """The peer on the same folder, running."""
    settings = folder / "nginx.conf"
    # As root it would change to a user who may not read our folder.
    user = "user root;\n" if os.geteuid() == 0 else ""
    text = NGINX.format(user=user, folder=folder, port=PEER_PORT, site=home.site)
    settings.write_text(text)
    with _running(["nginx", "-c", str(settings), "-p", str(folder)], PEER_PORT):
        yield


@contextlib.contextmanager
def _running(words: list[str], port: int) -> Iterator[None]:
    with subprocess.Popen(words, stdout=subprocess.DEVNULL) as server:
        try:
            for _ in range(100):
                with contextlib.suppress(OSError):
                    _headers(port, "rss.xml", {})
                    break
                time.sleep(0.1)
            yield
        finally:
            server.terminate()


def _headers(port: int, name: str, headers: dict[str, str]) -> dict[str, str]:
    asked = Request(f"http://127.0.0.1:{port}/{name}", headers=headers)
    with urlopen(asked) as answer:  # noqa: S310  (our own servers)
        return {key.lower(): value for key, value in answer.headers.items()}


def _rate(port: int, name: str, what: str) -> float:
    headers = {} if what == "200 plain" else {"Accept-Encoding": "gzip"}
    if what.startswith("304"):
        headers["If-None-Match"] = _headers(port, name, headers)["etag"]
    words = ["wrk", "-t1", "-c32", f"-d{SECONDS}s", f"http://127.0.0.1:{port}/{name}"]
    for key, value in headers.items():
        words += ["-H", f"{key}: {value}"]
    said = subprocess.run(words, check=True, capture_output=True, text=True).stdout
    # wrk counts as errors what is neither 2xx nor 3xx.
    assert "Non-2xx" not in said, said  # noqa: S101  (the benchmark's own premise)
    rate = re.search(r"Requests/sec:\s+([\d.]+)", said)
    assert rate, said  # noqa: S101  (as above)
    return float(rate[1])
