"""`serve` against nginx: the same file, the same client (wrk), in turn, one process each.

Needs Linux, nginx and wrk (tools/setup-judges.sh). Both send from memory or the page cache; the
client shares the machine with them, so only the ratios mean anything: that of the rates on a quiet
machine, that of the CPU times on a busy one too.
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
from typing import TYPE_CHECKING, NamedTuple
from urllib.request import Request, urlopen

import peer_programs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from msnewsletter.home import Home

SECONDS = 1
TURNS = 9
OUR_PORT, PEER_PORT = 18080, 18081
REQUESTS = ("304 by ETag", "200 gzip", "200 plain")

NGINX = """
{user}daemon off;
master_process off;
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
    """By turns: requests a second, and microseconds of the server's CPU time for one."""

    ours: tuple[float, ...]
    peer: tuple[float, ...]
    our_cpu: tuple[float, ...]
    peer_cpu: tuple[float, ...]


def rates(home: Home, name: str) -> dict[str, Rates]:
    """Ours and nginx, in short turns, so that what else the machine does meets both; by request."""
    for program, package in {"nginx": "nginx-light", "wrk": "wrk"}.items():
        peer_programs.debian(program, package)
    # nginx's gzip_static sends this one; ours holds the same in memory.
    path = home.site / name
    subprocess.run(["gzip", "-9", "-k", "-f", str(path)], check=True)
    found = {}
    with (
        tempfile.TemporaryDirectory() as folder,
        ours(home) as our_id,
        peer(home, Path(folder)) as peer_id,
    ):
        for what in REQUESTS:
            turns = [
                (
                    *_measured(our_id, OUR_PORT, name, what),
                    *_measured(peer_id, PEER_PORT, name, what),
                )
                for _ in range(TURNS)
            ]
            ours_rates, our_cpu, peer_rates, peer_cpu = zip(*turns, strict=True)
            found[what] = Rates(ours_rates, peer_rates, our_cpu, peer_cpu)
    path.with_name(f"{path.name}.gz").unlink()
    return found


@contextlib.contextmanager
def ours(home: Home) -> Iterator[int]:
    """`msnewsletter serve`, running; its process id."""
    words = [sys.executable, "-m", "msnewsletter", "--home", str(home.root), "serve"]
    with _running([*words, "--port", str(OUR_PORT)], OUR_PORT) as process_id:
        yield process_id


@contextlib.contextmanager
def peer(home: Home, folder: Path) -> Iterator[int]:
    """The peer on the same folder, running; its process id."""
    settings = folder / "nginx.conf"
    # As root it would change to a user who may not read our folder.
    user = "user root;\n" if os.geteuid() == 0 else ""
    text = NGINX.format(user=user, folder=folder, port=PEER_PORT, site=home.site)
    settings.write_text(text)
    with _running(["nginx", "-c", str(settings), "-p", str(folder)], PEER_PORT) as process_id:
        yield process_id


@contextlib.contextmanager
def _running(words: list[str], port: int) -> Iterator[int]:
    with subprocess.Popen(words, stdout=subprocess.DEVNULL) as server:
        try:
            for _ in range(100):
                with contextlib.suppress(OSError):
                    _headers(port, "rss.xml", {})
                    break
                time.sleep(0.1)
            yield server.pid
        finally:
            server.terminate()


def _headers(port: int, name: str, headers: dict[str, str]) -> dict[str, str]:
    asked = Request(f"http://127.0.0.1:{port}/{name}", headers=headers)
    with urlopen(asked) as answer:  # noqa: S310  (our own servers)
        return {key.lower(): value for key, value in answer.headers.items()}


def _measured(process_id: int, port: int, name: str, what: str) -> tuple[float, float]:
    """Requests a second, and microseconds of the server's CPU time for one."""
    headers = {} if what == "200 plain" else {"Accept-Encoding": "gzip"}
    if what.startswith("304"):
        headers["If-None-Match"] = _headers(port, name, headers)["etag"]
    words = ["wrk", "-t1", "-c32", f"-d{SECONDS}s", f"http://127.0.0.1:{port}/{name}"]
    for key, value in headers.items():
        words += ["-H", f"{key}: {value}"]
    before = _cpu(process_id)
    said = subprocess.run(words, check=True, capture_output=True, text=True).stdout
    spent = _cpu(process_id) - before
    # wrk counts as errors what is neither 2xx nor 3xx.
    assert "Non-2xx" not in said, said  # noqa: S101  (the benchmark's own premise)
    number = re.search(r"(\d+) requests in", said)
    rate = re.search(r"Requests/sec:\s+([\d.]+)", said)
    assert number, said  # noqa: S101  (as above)
    assert rate, said  # noqa: S101  (as above)
    return float(rate[1]), spent / int(number[1])


def _cpu(process_id: int) -> float:
    # The kernel's sched-stats.rst: the first number is nanoseconds on the CPU.
    return int(Path(f"/proc/{process_id}/schedstat").read_text().split()[0]) / 1000
