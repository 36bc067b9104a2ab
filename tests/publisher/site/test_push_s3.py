"""The site on real stores: an S3 server, and a folder of another host."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

import pytest

import s3_servers
from free_ports import free_port
from homes import AT, command
from msnewsletter.delivery.object_store import ChangedThereError, open_store
from msnewsletter.errors import PushError
from msnewsletter.publisher.site.push import push_site
from msnewsletter.publisher.site.push_plan import MANIFEST
from msnewsletter.publisher.site.push_state import read_push_state
from msnewsletter.web.public.file_responses import site_file
from pushed_homes import order, published_home, push_to, site_of, with_second_issue

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from msnewsletter.home import Home

# A process of its own: obstore's threads do not survive a fork.
OWN = ("env",)


@pytest.fixture(scope="module")
def s3_server() -> Iterator[s3_servers.S3Server]:
    yield from s3_servers.running()


@pytest.fixture
def server(s3_server: s3_servers.S3Server, monkeypatch: pytest.MonkeyPatch) -> s3_servers.S3Server:
    for name, value in s3_server.environment.items():
        monkeypatch.setenv(name, value)
    return s3_server


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return published_home(tmp_path / "home")


def test_a_reader_gets_from_s3_the_bytes_and_headers_that_serve_sends(
    home: Home, server: s3_servers.S3Server
) -> None:
    odd = "sümmary & 100%20 +1?.html"
    (home.site / odd).write_text("odd")
    push_to(home, f"s3://{server.bucket('byte-for-byte')}/news letter")
    push_site(home, order())
    for name, data in site_of(home).items():
        status, headers, there = server.asked("GET", quote(f"/byte-for-byte/news letter/{name}"))
        assert (status, there) == (200, data), name
        served = site_file(name, data, modified=0).plain.whole.headers
        for header in ("content-type", "cache-control"):
            assert headers[header] == served[header], name
    with_second_issue(home)
    before = read_push_state(home).through
    again = push_site(home, order())
    assert 0 < len(again.put) < len(site_of(home))
    assert (again.left, before) == (0, AT)
    listed = server.asked("GET", "/byte-for-byte?list-type=2")[2].decode()
    assert listed.count("<Key>") == len(site_of(home)) + 1  # the manifest


def test_of_two_publishers_at_one_bucket_the_second_overwrites_nothing(
    server: s3_servers.S3Server,
) -> None:
    place = f"s3://{server.bucket('two-at-once')}"
    one, two = open_store(place), open_store(place)
    one.prove_conditions()
    first = one.replace(MANIFEST, b"1", kind="application/json", version=None)
    with pytest.raises(ChangedThereError):
        two.replace(MANIFEST, b"2", kind="application/json", version=None)
    one.replace(MANIFEST, b"3", kind="application/json", version=first)
    with pytest.raises(ChangedThereError):
        two.replace(MANIFEST, b"4", kind="application/json", version=first)
    found = two.read(MANIFEST)
    assert found
    assert found.data == b"3"
    one.remove(MANIFEST)
    one.remove(MANIFEST)
    assert one.read(MANIFEST) is None


def test_a_store_without_conditions_is_refused_by_name(
    home: Home, server: s3_servers.S3Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    push_to(home, f"s3://{server.bucket('heedless')}")
    with s3_servers.heedless(server) as front:
        monkeypatch.setenv("AWS_ENDPOINT", front.environment["AWS_ENDPOINT"])
        with pytest.raises(PushError, match=r"s3://heedless: it has no conditional writes"):
            push_site(home, order())
    assert b"<Key>index.html" not in server.asked("GET", "/heedless?list-type=2")[2]


def test_a_wrong_bucket_no_rights_and_a_store_that_is_away_are_each_one_line(
    home: Home, server: s3_servers.S3Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    def said() -> str:
        done = command(home, "push", prefix=OWN)
        assert done.returncode == 1
        assert s3_servers.SECRET not in done.stdout + done.stderr
        assert done.stderr.count("\n") == 1
        return done.stderr

    push_to(home, "s3://no-such-bucket")
    assert "s3://no-such-bucket: " in (line := said())
    assert "there is no such bucket or folder (NoSuchBucket)" in line
    push_to(home, f"s3://{server.bucket('closed')}")
    server.check_rights(from_now=True)
    try:
        assert "it refuses us: the credentials in the environment may not do this" in said()
    finally:
        server.check_rights(from_now=False)
    monkeypatch.setenv("AWS_ENDPOINT", f"http://127.0.0.1:{free_port()}")
    assert "it does not answer" in said()
    assert "it does not answer" in read_push_state(home).says
    monkeypatch.setenv("AWS_ENDPOINT", f"http://127.0.0.1:{server.port}")
    done = command(home, "push", prefix=OWN)
    assert (done.returncode, done.stderr) == (0, "")
    assert read_push_state(home).says == ""


@pytest.mark.parametrize(
    "refusal",
    [
        (403, "AccessDenied", "give them the right to list, read, write and delete objects there"),
        (404, "NoSuchBucket", "there is no such bucket or folder"),
        (503, "SlowDown", "it is busy or has a fault of its own (SlowDown); nothing needs to be"),
        (500, "InternalError", "it is busy or has a fault of its own (InternalError)"),
    ],
)
def test_a_store_that_refuses_in_mid_push_is_one_line_and_the_next_push_goes_on(
    home: Home,
    server: s3_servers.S3Server,
    monkeypatch: pytest.MonkeyPatch,
    refusal: tuple[int, str, str],
) -> None:
    status, code, says = refusal
    bucket = server.bucket(f"refuses-{code.lower()}")
    push_to(home, f"s3://{bucket}")
    with s3_servers.refusing_pages(server, after=3, status=status, code=code) as (front, taken):
        monkeypatch.setenv("AWS_ENDPOINT", front.environment["AWS_ENDPOINT"])
        with pytest.raises(PushError, match=re.escape(says)):
            push_site(home, order())
    assert len(taken) == 3
    listed = server.asked("GET", f"/{bucket}?list-type=2")[2].decode()
    # Nothing leads to what is not there: the front page and the feeds come last.
    assert "<Key>rss.xml" not in listed
    assert "<Key>index.html" not in listed
    assert says in read_push_state(home).says
    monkeypatch.setenv("AWS_ENDPOINT", server.environment["AWS_ENDPOINT"])
    done = push_site(home, order())
    assert done.left == 0
    names = {unquote(path.partition("?")[0]).removeprefix(f"/{bucket}/") for path in taken}
    assert not names & set(done.put)
    for name, data in site_of(home).items():
        assert server.asked("GET", quote(f"/{bucket}/{name}"))[2] == data, name


def test_a_folder_of_another_host_gets_the_same_bytes_and_one_that_is_not_mounted_none(
    home: Home, tmp_path: Path
) -> None:
    folder = tmp_path / "second host"
    push_to(home, f"file://{quote(str(folder))}")
    with pytest.raises(PushError):
        push_site(home, order())
    assert not folder.exists()
    folder.mkdir()
    (home.site / "sümmary & 100%20 +1?.html").write_text("odd")
    push_site(home, order())
    site = site_of(home)
    assert site == {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name != MANIFEST
    }
    (home.site / "sümmary & 100%20 +1?.html").unlink()
    done = command(home, "push", "--dry-run", prefix=OWN)
    assert "Would put 0 files" in done.stdout
    assert "remove 1 file there" in done.stdout
    push_site(home, order())
    assert not (folder / "sümmary & 100%20 +1?.html").exists()


def test_of_two_homes_at_one_folder_the_second_overwrites_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "second"
    folder.mkdir()
    place = f"file://{folder}"
    one, two = open_store(place), open_store(place)
    first = one.replace(MANIFEST, b"1", kind="application/json", version=None)
    with pytest.raises(ChangedThereError):
        two.replace(MANIFEST, b"2", kind="application/json", version=None)
    one.replace(MANIFEST, b"3", kind="application/json", version=first)
    with pytest.raises(ChangedThereError):
        two.replace(MANIFEST, b"4", kind="application/json", version=first)
    assert (folder / MANIFEST).read_bytes() == b"3"
