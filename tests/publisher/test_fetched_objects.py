"""JSON endpoints and programs as sources of a home: fetched, collected, failing, recovering."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import textwrap
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from homes import empty_home
from msnewsletter.publisher.collect import collect_now
from msnewsletter.publisher.fetch import fetch
from msnewsletter.publisher.session import looking
from sources.fetch.endpoint_server import Reply, objects, serving
from sources.fetch.test_child_process import ends
from workers import until

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from msnewsletter.home import Home
    from msnewsletter.publisher.source_look import LookResult

AT = datetime(2026, 11, 23, 7, tzinfo=UTC)


def home_with(root: Path, *sections: str) -> Home:
    home = empty_home(root)
    text = home.settings.read_text().partition("[[sources]]")[0]
    home.settings.write_text("\n\n".join((text, *sections)) + "\n")
    return home


def looked(home: Home, hours: int = 0) -> dict[str, LookResult]:
    """What a look at all sources brought, by their names; all is collected."""
    at = AT + timedelta(hours=hours)
    found = fetch(home, now=lambda: at, forced=True)
    collect_now(home, at=at)
    return {one.source: one for one in found}


def texts(home: Home) -> dict[str, str]:
    """What is found of each summary, by key, as the store has it."""
    with looking(home, at=AT) as session:
        return {one.summary.key: one.summary.found for one in session.store.pending()}


def endpoint(base: str, more: str = "") -> str:
    return (
        f'[[sources]]\nkind = "json"\nname = "cms"\nurl = "{base}/api"\nprivate = true\n'
        f"pause = 0\n{more}"
    )


PROGRAM = '[[sources]]\nkind = "command"\nname = "export"\ncommand = "sh export.sh"'


def test_both_kinds_are_collected_change_fail_alone_and_recover(tmp_path: Path) -> None:
    answers: list[Any] = [objects("a", "b")]
    with serving(lambda _: Reply(answers[-1])) as server:
        home = home_with(tmp_path, endpoint(server.base), PROGRAM)
        script = home.root / "export.sh"
        [c] = objects("c")
        (home.root / "c.json").write_text(json.dumps(c))
        script.write_text("cat c.json\n")
        first = looked(home)
        assert {name: (one.came, one.failure) for name, one in first.items()} == {
            "cms": (2, None),
            "export": (1, None),
        }
        assert texts(home).keys() == {"a", "b", "c"}

        again = looked(home, 1)
        assert [one.came for one in again.values()] == [0, 0]

        # One fails; the other brings what changed, and nothing is lost.
        script.write_text("echo 'no database' >&2; exit 3\n")
        answers.append([objects("a")[0], objects("b")[0] | {"found": "Something else."}])
        second = looked(home, 2)
        assert second["cms"].came == 1
        assert "ended with exit code 3: “no database”" in str(second["export"].failure)
        assert texts(home)["b"] == "Something else."
        assert texts(home).keys() == {"a", "b", "c"}

        answers.append(b"<html>Log in</html>")
        script.write_text("cat c.json\n")
        third = looked(home, 3)
        assert third["export"].failure is None
        assert "is a web page or XML, not JSON" in str(third["cms"].failure)
        assert texts(home).keys() == {"a", "b", "c"}


def test_a_summary_that_was_bad_and_is_what_it_was_before_is_good_again(tmp_path: Path) -> None:
    good = objects("a", "b")
    bad = [good[0], good[1] | {"found": 7}]
    answers: list[Any] = [good]
    with serving(lambda _: Reply(answers[-1])) as server:
        home = home_with(tmp_path, endpoint(server.base))
        looked(home)
        for answer, problems in ((bad, 1), (bad, 1), (good, 0), (good, 0)):
            answers.append(answer)
            assert looked(home, len(answers))["cms"].problems == problems
        assert not collect_now(home, at=AT + timedelta(hours=9)).refused


def interrupted(ours: subprocess.Popen[bytes]) -> bytes:
    """What a program says last that a person ends by Ctrl-C.

    Python hears none in the moment in which it begins to wait for a thread: people press it again.
    """
    try:
        for _ in range(6):
            ours.send_signal(signal.SIGINT)
            with suppress(subprocess.TimeoutExpired):
                return ours.communicate(timeout=8)[1]
    finally:
        ours.kill()
    raise AssertionError("it does not end")


def test_ctrl_c_ends_the_program_that_is_asked(tmp_path: Path) -> None:
    home = home_with(tmp_path, f"{PROGRAM}\ntimeout = 600")
    pid_file = home.root / "pid"
    (home.root / "export.sh").write_text("echo $$ > pid.new; mv pid.new pid; sleep 600\n")
    script = textwrap.dedent("""
        import signal, sys
        # A shell that began the tests in the background had it ignored, and so would we.
        signal.signal(signal.SIGINT, signal.default_int_handler)
        from datetime import datetime, UTC
        from pathlib import Path
        from msnewsletter.home import Home
        from msnewsletter.publisher.fetch import fetch
        fetch(Home(Path(sys.argv[1])), now=lambda: datetime.now(UTC), forced=True)
    """)
    with subprocess.Popen(
        [sys.executable, "-c", script, str(home.root)], stderr=subprocess.PIPE
    ) as ours:
        until(lambda: pid_file.exists() or ours.poll() is not None)
        assert ours.poll() is None
        said = interrupted(ours)
    assert b"KeyboardInterrupt" in said
    assert ends(int(pid_file.read_text()))


def test_a_program_does_not_get_the_tokens_of_other_sources(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CMS_TOKEN", "s3cr3t")
    home = home_with(tmp_path, endpoint("http://127.0.0.1:1", 'token = "CMS_TOKEN"'), PROGRAM)
    (home.root / "export.sh").write_text("env > seen\n")
    fetch(home, now=lambda: AT, names=["export"], forced=True)
    seen = (home.root / "seen").read_text()
    assert "MSNEWSLETTER_HOME=" in seen
    assert "s3cr3t" not in seen
