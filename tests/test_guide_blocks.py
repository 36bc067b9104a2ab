"""Every command in the tutorial and the guides is run by a test, or named here with a reason.

Most guides have tests of their own, which know what their commands lead to (`RUN_BY`). Those of the
others are run here, in a home as their reader has it.
"""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING

import pytest

from guide_blocks import COMMANDS, Block, blocks_of, typed
from homes import AT, empty_home, write_summary
from msnewsletter.publisher.publish import publish
from msnewsletter.settings import Settings
from retraction_watch import notice, table

if TYPE_CHECKING:
    from pathlib import Path

    from msnewsletter.home import Home

# Where the commands of a whole page are run, or of one of its sections.
RUN_BY = {
    ("backup.md", ""): "publisher/test_backup_drill.py",
    ("deliverability.md", ""): "test_guide_delivery.py",
    ("moving.md", "Bring a list"): "test_guide_subscribers.py",
    ("moving.md", "From listmonk"): "test_guide_subscribers.py",
    ("moving.md", "From Mailchimp"): "test_guide_subscribers.py",
    ("moving.md", "From Buttondown"): "test_guide_subscribers.py",
    ("sending.md", "Set up"): "test_guide_delivery.py",
    ("sending.md", "In doubt"): "test_guide_delivery.py",
    ("sources.md", ""): "test_guides.py",
    ("subscribers.md", ""): "test_guide_subscribers.py",
    ("tutorial.md", ""): "test_tutorial.py",
}
# The same of blocks, by their first lines.
BLOCKS_RUN_BY = {
    ("editing.md", "# bash"): "cli/test_completion.py",
    (
        "door.md",
        "sudo cp deploy/systemd/msnewsletter-serve.service /etc/systemd/system/",
    ): "test_systemd.py",
    (
        "postgresql.md",
        "sudo useradd --system --user-group msnewsletter",
    ): "test_systemd.py",
    ("scheduling.md", "sudo python3 -m venv /opt/msnewsletter"): "test_systemd.py",
    ("scheduling.md", "sudo systemctl enable --now msnewsletter"): "test_systemd.py",
}
HERE = ("correcting.md", "moving.md", "privacy.md", "themes.md", "upgrading.md", "writing.md")
# Commands that need what no test has; by their page and first line.
OUTSIDE = {
    ("desk.md", "ssh -L 9000:localhost:8025 you@server.example.org"): "another machine",
    (
        "desk.md",
        (
            "msnewsletter preview --allow-host desk.example.org --trust-header X-Remote-User "
            "--proxy 127.0.0.1"
        ),
    ): "it serves until it is stopped: cli/test_preview_behind_nginx.py runs it",
    (
        "door.md",
        "docker compose -f deploy/compose.yaml --profile door up --detach",
    ): "containers: test_deploy.py reads the file",
    ("hosting.md", "pip install 'msnewsletter[s3]'"): "a package registry",
    (
        "postgresql.md",
        "createdb --encoding UTF8 --owner news news",
    ): "a server of one's own: postgres/ and store/ start one",
    ("postgresql.md", "msnewsletter db copy"): "the same: publisher/test_move_database.py moves",
    ("postgresql.md", "mv var/before-postgresql/*.db var/"): "the same",
    (
        "scheduling.md",
        "docker compose -f deploy/compose.yaml run --rm clock init /home/newsletter",
    ): "containers: test_deploy.py reads the file",
    (
        "scheduling.md",
        "mkdir --parents deploy/secrets",
    ): "the same: cli/test_secret_files.py reads such files",
    (
        "scheduling.md",
        "docker compose -f deploy/compose.yaml --profile desk up --detach",
    ): "the same",
    ("postgresql.md", "docker compose -f deploy/compose.yaml --profile worker create"): "the same",
    (
        "sending.md",
        "msnewsletter resolve 1 --resend-failed",
    ): "a refusing server: publisher/delivering tests it",
}
LANGUAGES = {COMMANDS, "markdown", "nginx", "python", "text", "toml", "yaml"}
# These end with 1 as they should: something is left for a person.
FAIL = {"msnewsletter retractions retraction_watch.csv"}
EXPORT = (
    '<rss version="2.0"><channel><title>Old</title><item><title>What we know of gut.</title>'
    "<guid>https://old.example/gut</guid><description><![CDATA[<h2>What was found</h2><p>Found.</p>"
    "<h2>Why it matters</h2><p>It may help.</p><h2>Cautions</h2><p>It was small.</p>]]>"
    "</description></item></channel></rss>"
)


@pytest.fixture(scope="module")
def shown(root: Path) -> list[Block]:
    docs = root / "docs"
    pages = [docs / "tutorial.md", *sorted((docs / "guides").glob("*.md"))]
    return [block for page in pages for block in blocks_of(page)]


def is_run_elsewhere(block: Block) -> bool:
    by_line = (block.page, block.lines[0]) in BLOCKS_RUN_BY
    return by_line or (block.page, "") in RUN_BY or (block.page, block.heading) in RUN_BY


def is_outside(block: Block) -> bool:
    return (block.page, block.lines[0]) in OUTSIDE


def test_every_block_says_what_it_is(shown: list[Block]) -> None:
    assert {block.language for block in shown} <= LANGUAGES
    program = ("msnewsletter ", "sudo ", "docker ", "pip ")
    typed_in = [block for block in shown if block.lines[0].startswith(program)]
    assert all(block.language == COMMANDS for block in typed_in)


def test_every_setting_that_is_shown_is_toml(shown: list[Block]) -> None:
    settings = [tomllib.loads(block.text) for block in shown if block.language == "toml"]
    assert len(settings) > 15
    assert {name for one in settings for name in one} <= Settings.model_fields.keys()


def test_every_command_is_run_or_has_a_reason_not_to_be(shown: list[Block]) -> None:
    for block in shown:
        if block.language == COMMANDS:
            ways = (is_outside(block), is_run_elsewhere(block), block.page in HERE)
            assert ways[0] or ways[1] or ways[2], f"{block.page}: {block.lines[0]}"
            assert not (ways[0] and ways[1]), f"{block.page}: {block.lines[0]}"


def test_no_reason_is_left_of_a_command_that_is_gone(shown: list[Block]) -> None:
    commands = {(block.page, block.lines[0]) for block in shown if block.language == COMMANDS}
    assert OUTSIDE.keys() | BLOCKS_RUN_BY.keys() <= commands
    assert len(OUTSIDE) == 12, "a thirteenth needs a better reason than the last one"


def test_the_tests_that_run_a_guide_name_it(root: Path) -> None:
    for (page, _), module in (RUN_BY | BLOCKS_RUN_BY).items():
        assert page in (root / "tests" / module).read_text(), module


# ── homes as a reader has them ───────────────────────────────────────────────────────────────────


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A home with an issue that is out, one text that waits, and the files that guides name."""
    made = empty_home(tmp_path, start="2026-01-01")
    write_summary(made, "sleep-2026", "2026-11-20", doi="10.1000/sleep")
    publish(made, at=AT)
    write_summary(made, "gut", "2026-11-24")
    files = {"signed.txt": "paper@example.org\n", "address.txt": "paper@example.org\n"}
    files["export.xml"] = EXPORT
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    (tmp_path / "retraction_watch.csv").write_bytes(table(notice("10.1000/sleep")))
    return made


def said_by(page: str, home: Home, shown: list[Block]) -> dict[str, str]:
    """What each line of a page's commands said; those that are run here."""
    said = {}
    for block in shown:
        if block.page == page and block.language == COMMANDS and not is_run_elsewhere(block):
            for line in block.lines:
                done = typed(line, home.root)
                assert (done.returncode == 0) is (line not in FAIL), done.stdout + done.stderr
                said[line] = done.stdout + done.stderr
    return said


def test_a_text_is_corrected_by_a_table_and_taken_down(home: Home, shown: list[Block]) -> None:
    again, proposed, applied, down = said_by("correcting.md", home, shown).values()
    assert "new or changed" in again
    assert "retracted" in proposed
    assert "sleep-2026" in applied
    assert "status: retracted" in (home.root / "summaries" / "sleep-2026.md").read_text()
    assert "taken down" in down.lower()


def test_an_export_becomes_files(home: Home, shown: list[Block]) -> None:
    before = {*home.root.glob("summaries/*")}
    said_by("moving.md", home, shown)
    [made] = {*home.root.glob("summaries/*")} - before
    assert "# What we know of gut." in made.read_text()


def test_somebody_asks_what_is_known_and_is_forgotten(home: Home, shown: list[Block]) -> None:
    said_by("privacy.md", home, shown)
    known = home.root / "known.json"
    assert "Please send me the newsletter on MS research." in known.read_text()
    assert known.stat().st_mode & 0o077 == 0
    left = typed("msnewsletter subscribers show - < address.txt", home.root)
    assert "paper@" not in left.stdout


def test_a_template_is_copied_and_tried(home: Home, shown: list[Block]) -> None:
    _, tried = said_by("themes.md", home, shown).values()
    assert (home.templates / "site" / "about.html.j2").is_file()
    assert "templates/site/about.html.j2" not in tried


def test_a_home_is_looked_at_after_an_upgrade(home: Home, shown: list[Block]) -> None:
    said = said_by("upgrading.md", home, shown)
    assert "version" in said["msnewsletter --version"]
    assert (home.root / "before-upgrade.zip").stat().st_size > 1_000
    assert "What we know of gut" in said["msnewsletter publish --dry-run"]


def test_what_is_understood_of_a_summary_is_shown(home: Home, shown: list[Block]) -> None:
    first, second = said_by("writing.md", home, shown).values()
    assert "What we know of gut." in first
    assert '"headline": "What we know of gut."' in second
