"""`check` as an editor meets it, and `publish` refusing what blocks; through the real program."""

from __future__ import annotations

import json
import re
from pathlib import Path

from homes import AT, command, empty_home, published_tree, sample_home, write_summary
from msnewsletter.checks.finding_kinds import KINDS
from msnewsletter.publisher.opening import reading_store
from msnewsletter.settings import load_settings

WHEN = AT.isoformat()
ROOT = Path(__file__).parents[2]


def test_the_samples_pass_with_warnings_and_nothing_is_touched(tmp_path: Path) -> None:
    home = sample_home(tmp_path)
    done = command(home, "check", "--at", WHEN)
    assert done.returncode == 0, done.stderr
    assert "left before Gmail clips it" in done.stdout
    assert "plain-language" in done.stdout
    assert not home.var.exists()
    assert not home.outbox.exists()


def test_the_json_has_the_fields_that_the_docs_promise(tmp_path: Path) -> None:
    done = command(sample_home(tmp_path), "check", "--json", "--at", WHEN)
    document = json.loads(done.stdout)
    assert document["issue"] == 1
    assert document["entries"] == 8
    assert document["html_bytes"] + document["bytes_left"] == 102_400
    assert document["blocked"] is False
    docs = (ROOT / "docs" / "reference" / "json.md").read_text()
    for name in (*document, *document["findings"][0]):
        assert f"`{name}`" in docs


def test_a_block_finding_is_refused_by_publish_before_anything_is_fixed(tmp_path: Path) -> None:
    home = sample_home(tmp_path)
    good = home.settings.read_text()
    home.settings.write_text(good.replace('why = "You get', 'why = "Lorem ipsum: you get'))

    checked = command(home, "check", "--json", "--at", WHEN)
    assert checked.returncode == 1
    assert json.loads(checked.stdout)["blocked"] is True
    assert checked.stderr.strip().startswith("msnewsletter: check: 1 finding blocks")

    done = command(home, "publish", "--at", WHEN)
    assert done.returncode == 1
    assert len(done.stderr.strip().splitlines()) == 1
    assert "newsletter.toml: mail.why: a placeholder is left" in done.stderr
    assert not published_tree(home)
    with reading_store(home, load_settings(home.settings)) as store:
        assert store.last_slot() is None

    home.settings.write_text(good)
    again = command(home, "publish", "--at", WHEN)
    assert again.returncode == 0, again.stderr


def test_an_unfinished_summary_is_held_with_its_reason_and_stops_no_issue(tmp_path: Path) -> None:
    home = empty_home(tmp_path)
    write_summary(home, "good")
    path = write_summary(home, "draft")
    path.write_text(path.read_text().replace("Something about", "Dear {{ name }}, something about"))
    checked = command(home, "check", "--json", "--at", WHEN)
    assert checked.returncode == 0, checked.stdout
    [held] = json.loads(checked.stdout)["held"]
    assert (held["key"], held["place"], held["because"]) == (
        "draft",
        "summaries/draft.md",
        "unfinished",
    )
    assert "a placeholder is left: “Dear {{ name }}" in held["reason"]
    for verb in ("check", "publish"):
        done = command(home, verb, "--at", WHEN)
        assert done.returncode == 0, done.stderr
        assert f"held  draft (summaries/draft.md): {held['reason']}" in done.stdout
    record = json.loads(home.record(1).read_bytes())
    assert [entry["summary"]["key"] for entry in record["issue"]["entries"]] == ["good"]


def test_nothing_new_is_nothing_to_check(tmp_path: Path) -> None:
    done = command(empty_home(tmp_path), "check", "--at", WHEN)
    assert done.returncode == 0
    assert "NOTHING NEW" in done.stdout


def test_every_kind_of_finding_is_documented_and_no_other() -> None:
    folder = ROOT / "src" / "msnewsletter" / "checks"
    making = [one for one in folder.glob("*.py") if not one.name.endswith("_findings.py")]
    making += (
        folder.parent / "publisher" / f"{name}.py" for name in ("plugin_checks", "readiness")
    )
    sources = "".join(path.read_text() for path in making)
    found = set(re.findall(r'"([a-z-]+)"', sources))
    assert found >= set(KINDS)
    rows = (ROOT / "docs" / "reference" / "findings.md").read_text()
    documented = set(re.findall(r"^\| `([a-z-]+)` \|", rows, re.MULTILINE))
    assert documented == set(KINDS)
    assert len(KINDS) >= 15
