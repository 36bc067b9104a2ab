"""`init`: what it asks and lays out, and that nothing of an example is ever published by it."""

from __future__ import annotations

import os
import pty
import re
import resource
import select
import signal
import subprocess
import sys
import tomllib
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from homes import AT, TOLD, command, empty_home, tree, write_summary
from msnewsletter.home import Home, packaged_home
from msnewsletter.model import WrittenBy
from msnewsletter.settings import load_settings
from patience import PATIENCE

if TYPE_CHECKING:
    from pathlib import Path

SAID = (
    *("--name", "Quiet Notes", "--site", "notes.quiet-notes.net", "--zone", "Asia/Tokyo"),
    *("--from-address", "ed@quiet-notes.net", "--postal-address", "1 Street, 10115 Berlin"),
    *("--start", "2026-10-01"),
)


def init(home: Home, *words: str) -> subprocess.CompletedProcess[str]:
    return command(home, "init", *words, str(home.root))


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


def own_home(home: Home) -> Home:
    done = init(home, *SAID)
    assert done.returncode == 0, done.stderr
    return home


def write_over(home: Home) -> None:
    """Fill in the form that a new home begins with."""
    path = home.root / "summaries" / "first-summary.md"
    text = path.read_text()
    for said in ("People slept longer.", "They walked.", "It may help.", "The study was small."):
        start = text.index("[insert")
        text = text[:start] + said + text[text.index("]", start) + 1 :]
    path.write_text(text)


def test_a_new_home_holds_one_summary_which_waits_until_it_is_filled_in(home: Home) -> None:
    own_home(home)
    assert tree(home.root).keys() == {
        *("home/newsletter.toml", "home/issues/README.md", "home/summaries/first-summary.md")
    }
    done = command(home, "publish")
    assert "NOTHING NEW" in done.stdout
    assert "first-summary.md): line 8: a placeholder is left: “[insert one sent" in done.stdout
    write_over(home)
    done = command(home, "publish")
    assert done.returncode == 0, done.stderr
    assert "Issue 1 is published to the outbox" in done.stdout
    text = (home.outbox / "new" / "0001" / "digest.txt").read_text()
    assert "People slept longer." in text
    assert "ample issue" not in text


def test_the_answers_stand_in_the_commented_settings(home: Home) -> None:
    settings = load_settings(own_home(home).settings)
    head, mail = settings.newsletter, settings.mail
    year = datetime.now(UTC).astimezone().year
    assert head.id == f"tag:notes.quiet-notes.net,{year}:quiet-notes"
    assert (head.title, head.zone, str(head.start)) == ("Quiet Notes", "Asia/Tokyo", "2026-10-01")
    assert head.site == "https://notes.quiet-notes.net/"
    assert mail.unsubscribe_url == "https://notes.quiet-notes.net/unsubscribe/"
    assert {mail.from_address, mail.list_address, mail.unsubscribe_address} == {
        "ed@quiet-notes.net"
    }
    assert mail.from_name == "Quiet Notes"
    comments = [line for line in home.settings.read_text().splitlines() if line.startswith("#")]
    packaged = (packaged_home() / "newsletter.toml").read_text().splitlines()
    assert comments == [line for line in packaged if line.startswith("#")]


@pytest.mark.parametrize(
    "name",
    ['Say "yes"', "C:\\notes", "'''", '"""', "a = 1 # b", "Ünï — “quoted”", "{title}", "🧠", "]["],
)
def test_a_name_of_any_signs_is_quoted_as_toml_quotes_it(home: Home, name: str) -> None:
    done = init(home, *SAID, "--name", name)
    assert done.returncode == 0, done.stderr
    assert tomllib.loads(home.settings.read_text())["newsletter"]["title"] == name
    assert load_settings(home.settings).mail.from_name == name


@pytest.mark.parametrize(
    ("option", "value", "said"),
    [
        ("--name", "two\nlines", "line break"),
        ("--name", " ", "is empty"),
        ("--name", 'x"\n[smtp]\nhost = "evil"', "line break"),
        ("--site", "ftp://notes.net", "https or http address"),
        ("--site", "https://bücher.net", "it has letters outside ASCII"),
        ("--site", "not a site", "it holds a space"),
        ("--site", "127.0.0.1:8464", "write http:// before it, or https:// where it has TLS"),
        ("--site", "localhost", "is this machine; write http:// before it"),
        ("--written-by", "robots", "'robots' is none of 'ai', 'people', 'ai and people'"),
        ("--zone", "Europe/Berln", "did you mean 'Europe/Berlin'?"),
        ("--from-address", "nobody", "not a valid e-mail address"),
        ("--postal-address", "1 Street\n10115 Berlin", "line break"),
        ("--name", "N" * 5_000, "it has 5,000 characters; a name has at most 100"),
        ("--from-name", "N" * 101, "a name has at most 100"),
        ("--language", "German", "write its code"),
        ("--start", "yesterday", "write it as 2026-11-20"),
        ("--start", "9999", "write it as 2026-11-20"),
        ("--start", "9999-01-01", "9999-01-01 is more than a year ahead"),
        ("--id", "notes", "permanent id"),
    ],
)
def test_an_answer_that_cannot_be_names_its_option_and_nothing_is_written(
    home: Home, option: str, value: str, said: str
) -> None:
    done = init(home, *SAID, option, value)
    assert done.returncode == 2
    assert option in done.stderr
    assert said in done.stderr
    assert len(done.stderr) < 500
    assert not home.root.exists()


def test_where_nobody_can_be_asked_what_is_missing_is_said_in_one_line(home: Home) -> None:
    done = init(home, "--name", "Quiet Notes")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        "msnewsletter: init: nobody can be asked here, and there is no --site, --from-address; "
        "add what is missing, or try things out with --samples\n"
    )
    assert not home.root.exists()


def test_what_is_not_said_is_as_little_as_can_be(home: Home) -> None:
    done = init(home, "--name", "N", "--site", "http://127.0.0.1:8000", "--from-address", "a@b.net")
    assert done.returncode == 0, done.stderr
    head = load_settings(home.settings).newsletter
    today = datetime.now(UTC).astimezone().date()
    assert head.start
    assert today - timedelta(days=29) <= head.start <= today - timedelta(days=27)
    assert (
        "  newsletter.toml: mail.postal_address: a placeholder is left: “[your postal address]”; "
        "write the text\n"
    ) in done.stdout
    assert "newsletter.site" not in done.stdout
    write_over(home)
    assert "http://127.0.0.1:8000/ is on this machine" in command(home, "check").stdout
    done = command(home, "publish")
    assert "a placeholder is left: “[your postal address]”" in done.stderr


def test_a_sandbox_on_this_machine_leads_to_what_serve_shows(home: Home) -> None:
    here = "http://127.0.0.1:8000/"
    assert init(home, *SAID, "--site", here, "--sandbox").returncode == 0
    write_over(home)
    checked = command(home, "check")
    assert checked.returncode == 0, checked.stdout
    for kind in ("insecure-link", "example-address", "headers"):
        assert kind not in checked.stdout
    assert command(home, "publish").returncode == 0
    text = (home.outbox / "new" / "0001" / "digest.txt").read_text()
    assert f"{here}unsubscribe/" in text
    assert f"{here}issues/0001.html" in text
    assert "https://127.0.0.1" not in text
    merged = (home.outbox / "new" / "0001" / "mailmerge.eml").read_text()
    assert "One-Click" not in merged  # it needs https: RFC 8058, section 3.1


def test_addresses_of_an_example_block_until_they_are_own(home: Home) -> None:
    done = init(home, *TOLD, "--postal-address", "1 Street")
    assert done.returncode == 0
    blocking = [line for line in done.stdout.splitlines() if "is for examples" in line]
    assert len(blocking) == 5
    assert blocking[0] == (
        "  newsletter.toml: newsletter.site: notes.example.org is for examples: nobody is there; "
        "write your own: mail and links to it reach nobody"
    )
    write_over(home)
    for words in (["publish"], ["publish", "--dry-run"], ["publish", "--site"]):
        done = command(home, *words)
        assert done.returncode == 1, words
        [line] = done.stderr.splitlines()
        assert "newsletter.toml: newsletter.site: notes.example.org is for examples" in line
        assert line.endswith("write your own: mail and links to it reach nobody")
    checked = command(home, "check")
    assert checked.returncode == 1
    assert checked.stdout.count("BLOCK example-address") == 5
    assert not list((home.outbox).glob("new/*"))
    text = home.settings.read_text()
    home.settings.write_text(text.replace("example.org", "quiet-notes.net"))
    # A text may speak of one, and is looked at by a person.
    write_summary(home, "linked", f"{datetime.now(UTC):%Y-%m-%d}", url="https://example.org/x")
    checked = command(home, "check")
    assert checked.returncode == 0, checked.stderr
    assert "WARN  example-address\n      summaries/linked.md: example.org is" in checked.stdout
    assert command(home, "publish").returncode == 0


def test_samples_go_out_only_where_they_were_asked_for_and_say_what_they_are(home: Home) -> None:
    done = init(home, "--samples")
    assert done.returncode == 0, done.stderr
    newsletter = load_settings(home.settings).newsletter
    assert (newsletter.samples, newsletter.sandbox) == (True, True)
    done = command(home, "publish", "--at", AT.isoformat())
    assert done.returncode == 0, done.stderr
    folder = home.outbox / "new" / "0001"
    for name in ("digest.txt", "digest-short.txt"):
        text = " ".join((folder / name).read_text().split())
        assert "Sample issue 1 · 23 November 2026" in text
        assert "Sample issue. AI-generated text" in text
        assert "SAMPLE" not in text
    for name in ("index.html", "issues/0001.html", "rss.xml", "issues/atom.xml", "feed.json"):
        assert "ample issue" in (home.site / name).read_text(), name


def test_whoever_makes_the_samples_home_their_own_sends_no_sample(home: Home) -> None:
    """Edit newsletter.toml, then publish: eight samples once went out by that."""
    init(home, "--samples")
    own = home.settings.read_text().replace("example.org", "quiet-notes.net")
    own = own.replace("samples = true", "").replace("sandbox = true", "")
    home.settings.write_text(own)
    (home.records / "next.md").unlink()
    done = command(home, "publish", "--at", AT.isoformat())
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("it is a sample that the program ships") == 9
    assert "NOTHING NEW" in done.stdout
    assert "sample-il6-mice (summaries/il6-mice.md)" in done.stdout
    write_summary(home, "mine", "2026-11-20")
    done = command(home, "publish", "--at", (AT + timedelta(hours=1)).isoformat())
    assert "Issue 1 is published" in done.stdout
    assert "sample" not in (home.outbox / "new" / "0001" / "digest.txt").read_text()


def test_samples_never_come_among_what_is_left_of_a_home(home: Home) -> None:
    (home.root / "summaries").mkdir(parents=True)
    write_summary(home, "mine")
    before = tree(home.root)
    done = init(home, "--samples")
    assert done.returncode == 1
    assert "samples never come among it; leave out --samples, or name a new folder" in done.stderr
    assert tree(home.root) == before
    assert init(home, *SAID).returncode == 0
    assert tree(home.root).keys() - before.keys() == {
        "home/newsletter.toml",
        "home/issues/README.md",
    }


@pytest.mark.parametrize("samples", [True, False])
def test_an_option_that_would_have_no_effect_is_refused(home: Home, *, samples: bool) -> None:
    if not samples:
        own_home(home)
        write_over(home)
        assert command(home, "publish").returncode == 0
        home.settings.unlink()
    done = init(home, *(["--samples"] if samples else []), "--name", "Other")
    assert done.returncode == 2
    assert "--name has no effect: the se" in done.stderr or "--name has no effect: the sa" in (
        done.stderr
    )
    assert not home.settings.exists()


def asked(home: Home, *answers: str, words: tuple[str, ...] = ()) -> tuple[int, str]:
    """The exit code of `init` at a terminal where somebody answers so, and what is shown there."""
    terminal, theirs = pty.openpty()
    program = [sys.executable, "-m", "msnewsletter", "init", *words, str(home.root)]
    with subprocess.Popen(program, stdin=theirs, stdout=theirs, stderr=theirs) as process:
        os.close(theirs)
        shown, left = b"", list(answers)
        while select.select([terminal], [], [], PATIENCE)[0]:
            try:
                shown += os.read(terminal, 4_096)
            except OSError:  # the program has ended
                break
            if shown.endswith(b": ") and left:
                os.write(terminal, left.pop(0).encode())
                shown += b"\n"
    os.close(terminal)
    return process.returncode, shown.decode()


def test_at_a_terminal_it_asks_and_asks_again_where_an_answer_cannot_be(home: Home) -> None:
    code, shown = asked(
        home,
        *(
            "Quiet Notes\n",
            "German\n",
            "de\n",
            "ftp://x\n",
            "quiet-notes.net\n",
            "Europe/Berln\n",
            "Europe/Berlin\n",
        ),
        *("nobody\n", "ed@quiet-notes.net\n", "\n", "1 Street\n", "us\n", "People\n"),
        "2026-10-01\n",
    )
    assert code == 0, shown
    assert "The language of its summaries, such as de [en]" in shown
    assert "write its code" in shown
    assert "did you mean 'Europe/Berlin'?" in shown
    assert "it is not a valid e-mail address" in shown
    settings = load_settings(home.settings)
    assert settings.newsletter.site == "https://quiet-notes.net/"
    assert settings.newsletter.zone == "Europe/Berlin"
    assert settings.newsletter.language == "de"
    assert "'us' is none of 'ai', 'people', 'ai and people'" in shown
    assert settings.newsletter.written_by is WrittenBy.PEOPLE
    assert settings.mail.from_name == "Quiet Notes"
    assert settings.mail.postal_address == "1 Street"


def test_an_empty_answer_to_what_is_needed_is_told_what_is_wanted(home: Home) -> None:
    code, shown = asked(
        home,
        *("\n", "Quiet Notes\n", "\n", "  \n", "quiet-notes.net\n", "UTC\n"),
        *("\n", "ed@quiet-notes.net\n", "\n", "\n", "\n", "people\n", "2026-10-01\n"),
        words=("--language", "en"),
    )
    assert code == 0, shown
    told = re.findall(r"Error: (.*?)\r?\n", shown)
    assert told == [
        "this is needed: a name, such as Leeds Notes",
        *["this is needed: an address, such as www.example.org"] * 2,
        "this is needed: a mail address, such as news@example.org",
        "this is needed: one of the three",
    ]
    assert load_settings(home.settings).newsletter.title == "Quiet Notes"


@pytest.mark.parametrize("words", [SAID, ("--samples",)], ids=["own", "samples"])
@pytest.mark.parametrize("limit", [1_000, 3_000])
def test_where_there_is_no_room_nothing_is_left_and_it_can_be_run_again(
    home: Home, words: tuple[str, ...], limit: int
) -> None:
    def before() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    inside = Home(home.root / "inner")
    done = command(inside, "init", *words, str(inside.root), preexec_fn=before)
    assert done.returncode == 1
    assert "the disk is full" in done.stderr
    assert not home.root.exists()
    assert init(inside, *words).returncode == 0


def test_a_question_that_is_ended_ends_its_line(home: Home) -> None:
    code, shown = asked(home, "\x04")
    assert code == 1
    assert "\r\nAborted!" in shown
    assert not home.root.exists()


@pytest.mark.parametrize("given", ["javascript:1", "mailto:ed", "news", "-.example.org", "a..b"])
def test_what_no_website_can_be_is_refused(home: Home, given: str) -> None:
    done = init(home, *SAID, "--site", given)
    assert done.returncode == 2, done.stderr
    assert given in done.stderr
    assert "Traceback" not in done.stderr


def test_a_site_with_a_scheme_needs_no_dot(home: Home) -> None:
    for given in ("http://localhost:8000", "https://[::1]:8000", "http://intranet/news"):
        done = init(Home(home.root / str(len(given))), *SAID, "--site", given)
        assert done.returncode == 0, done.stderr


def test_a_language_without_a_catalogue_gets_english_words(home: Home) -> None:
    assert init(home, *SAID, "--language", "ar").returncode == 0
    settings = load_settings(home.settings)
    assert (settings.newsletter.language, settings.masthead().words) == ("ar", "en")


def test_a_german_newsletter_says_german_words_of_itself(home: Home) -> None:
    assert init(home, *SAID, "--language", "de").returncode == 0
    settings = load_settings(home.settings)
    assert settings.newsletter.language == "de"
    assert settings.newsletter.description == (
        "Neue Studien in einfacher Sprache, und was sie nicht zeigen."
    )
    assert settings.mail.subject == "Ausgabe {number}: {count}, {date}"
    assert settings.mail.why == (
        "Sie bekommen diese Mail, weil Sie den Newsletter „Quiet Notes“ abonniert haben."
    )
    form = home.root / "summaries" / "first-summary.md"
    assert "\n## Was wurde herausgefunden?\n" in form.read_text()
    assert "\n# doi: 10.1000/die-nummer\n" in form.read_text()
    held = command(home, "status").stdout
    assert "first-summary.md): line 8: a placeholder is left: “[einfügen: ein Satz" in held
    form.write_text(form.read_text().replace("## Warum", "## Weshalb nur"))
    refused = command(home, "status").stderr
    assert "there is no section 'Weshalb nur ist das wichtig?'" in refused
    assert "did you mean 'Warum ist das wichtig?'" in refused


def test_texts_of_people_go_out_as_texts_of_people(home: Home) -> None:
    done = init(home, *SAID, "--written-by", "people")
    assert "who writes the summaries: people (written_by)." in done.stdout
    write_over(home)
    assert command(home, "publish").returncode == 0
    text = (home.outbox / "new" / "0001" / "digest.txt").read_text()
    assert "AI" not in text


def test_it_ends_with_the_way_into_the_home(home: Home) -> None:
    done = init(home, *SAID)
    assert done.stdout.endswith(f"Then look:\n  cd {home.root}\n  msnewsletter preview\n")


def test_it_says_all_that_is_still_to_do_until_readers_get_an_issue(home: Home) -> None:
    shown = init(home, *SAID).stdout.partition("What is still to do")[2].splitlines()[1:5]
    words = ("first-summary.md", "[smtp]", "subscribers add", "msnewsletter run")
    assert all(word in line for word, line in zip(words, shown, strict=True)), shown


def test_it_does_not_say_so_where_something_is_left_of_a_home(home: Home) -> None:
    (home.root / "summaries").mkdir(parents=True)
    write_summary(home, "heart", "2026-11-20")
    said = init(home, *SAID).stdout
    assert "still to do" not in said
    assert "must be the old ones" in said


@pytest.mark.parametrize("every", ["week", "month", "day"])
def test_the_schedule_needs_no_more_than_another_interval_and_its_days(
    home: Home, every: str
) -> None:
    text = own_home(home).settings.read_text()
    days = {"week": 'on = ["monday"]', "month": 'on = [1, "last"]', "day": ""}[every]
    text = text.replace('every = "week"', f'every = "{every}"').replace('on = ["monday"]', days, 1)
    home.settings.write_text(text)
    assert load_settings(home.settings).rule


@pytest.mark.parametrize("below", ["", "inner"])
def test_a_file_in_the_way_is_named(home: Home, below: str) -> None:
    home.root.write_text("a file")
    done = command(Home(home.root.parent), "init", *SAID, str(home.root / below))
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (f"msnewsletter: {home.root}: it is not a folder; name another folder\n")


def test_whoever_breaks_off_leaves_nothing(home: Home) -> None:
    code, _ = asked(home, "Quiet Notes\n", "\x04")
    assert code != 0
    assert not home.root.exists()


def test_a_link_that_leads_nowhere_is_kept_where_init_fails(home: Home) -> None:
    # As where a disk is not mounted.
    home.root.mkdir()
    link = home.root / "summaries"
    link.symlink_to("/nonexistent/place")
    assert init(home, *SAID).returncode == 1
    assert link.is_symlink()


def test_a_home_that_lost_its_settings_loses_nothing_else_to_init(tmp_path: Path) -> None:
    home = empty_home(tmp_path)
    home.settings.unlink()
    home.records.mkdir()
    mine = home.records / "next.md"
    mine.write_text("---\nissue: 7\n---\nMine.\n")
    assert command(home, "init", *TOLD, str(tmp_path)).returncode == 0
    assert mine.read_text().endswith("Mine.\n")
    assert home.settings.exists()
    assert (home.records / "README.md").exists()
