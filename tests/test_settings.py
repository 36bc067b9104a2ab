"""newsletter.toml: each thing that can be wrong with it is one line with place and remedy.

The last test reads the source: a message that nothing here provokes fails it.
"""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from msnewsletter import (
    delivery_settings,
    settings,
    settings_errors,
    source_settings,
    text,
    validators,
)
from msnewsletter.errors import SettingsError
from msnewsletter.home import packaged_home
from msnewsletter.model import ListAddresses, WrittenBy
from msnewsletter.settings import load_settings, parse_settings

if TYPE_CHECKING:
    from collections.abc import Iterator

SAMPLE = (packaged_home() / "newsletter.toml").read_text()


def with_line(line: str) -> tuple[str, int]:
    """The sample with this line in place of the one that sets the same, and the line's number."""
    name = line.partition(" =")[0]
    lines = SAMPLE.splitlines()
    at = next(i for i, old in enumerate(lines) if old.removeprefix("# ").startswith(f"{name} ="))
    return "\n".join([*lines[:at], line, *lines[at + 1 :], ""]), at + 1


def with_section(header: str, *lines: str) -> tuple[str, int]:
    """The sample with this section, and no other of its name, at its end, and its last line."""
    name = header.strip("[]")
    section = re.compile(rf"^\[+{name}\]+$.*?(?=^\[|\Z)", re.MULTILINE | re.DOTALL)
    made = section.sub("", SAMPLE) + "\n".join([header, *lines])
    return made + "\n", len(made.splitlines())


def refusal(toml: str) -> str:
    with pytest.raises(SettingsError) as caught:
        parse_settings(toml)
    line = str(caught.value)
    assert line.isprintable()
    return line


OTHER_WORDS = 'language = "de"\nwords = "fr"'

# A line in place of the sample's own, and what is said of it.
LINES = {
    "title = ": "it is not TOML (Invalid value",
    "title = 3": 'a valid string; write it in quotes, e.g. "text"',
    'title = ""': "newsletter.title = '': is empty; change it",
    'title = "a\\u0000b"': "holds a line break or a control character; ",
    'id = "notes"': "it is not a valid permanent id; write tag:YOUR.DOMAIN,2026:NAME",
    'site = "ftp://example.org/"': "it is not a valid https or http address; ",
    'site = "https://a:b@news.test/"': "it holds a login, a query, a fragment or no valid port; "
    "write the host and the folder alone, e.g. https://example.org/news/",
    'site = "https://my notes.test/"': "https or http address: it holds a space; take it out",
    'site = "https://bücher.test/"': "address: it has letters outside ASCII; write them encoded",
    'hub = "hub.example.org"': "it is not a valid https or http address; ",
    'unsubscribe_url = "http://example.org/"': "it is not a valid https address; ",
    'unsubscribe_url = "http://127.0.0.1:8000/u/"': "no reader can open an address of a machine; "
    "write an https address that readers can open; a sandbox may have this one",
    'language = "english!"': 'it is no language tag; write its code, e.g. "en", "de" or "pt-BR"',
    'language = "ara"': "it is not the code that language tags use; write 'ar'",
    'language = "iw-IL"': "it is not the code that language tags use; write 'he-IL'",
    'language = "ar"': "the newsletter's own words are not in that language; there are 'de', 'en'; "
    'add words = "en": they are English then, and marked as English',
    'zone = "Europe/Berlim"': "it is not a valid time zone; did you mean 'Europe/Berlin'",
    'zone = "here"': "it is not a valid time zone; see the IANA list, e.g. 'Europe/Berlin'",
    'start = "2026-11-01"': "write a day without quotes and without a time, e.g. 2026-11-01",
    "start = 2026-11-01T08:00:00": "write a day without quotes and without a time",
    "start = 2026-11-01T00:00:00Z": "write a day without quotes and without a time",
    'written_by = "a robot"': "Input should be 'ai', 'people' or 'ai and people'",
    'review = "maybe"': "Input should be 'required' or 'none'",
    'database = "mysql"': "Input should be 'sqlite' or 'postgresql'",
    'from_address = "notes"': "it is not a valid e-mail address: ",
    'from_address = "rédaction@example.org"': "has letters outside ASCII before the @; ",
    'reply_to = "editors"': "mail.reply_to = 'editors': it is not a valid e-mail address: ",
    'detail = "long"': "mail.detail = 'long': Input should be 'lead', 'whole' or 'short'",
    'contents = "yes"': "mail.contents = 'yes': Input should be a valid boolean; "
    "write true or false, without quotes",
    'subject = "{title}: {summary}"': "cannot be filled (summary); it may use {count}, ",
    'subject = "{title"': "cannot be filled (expected '}' before end of string); it may use ",
    'limit = "long"': "write a whole number without quotes, e.g. 160",
    "limit = 5": "Input should be greater than or equal to 40; change it",
    'at = "8 o\'clock"': 'schedule.at = "8 o\'clock": it is not a valid time of day; ',
    "collect_every = 5": "schedule.collect_every = 5: it is not a valid duration; ",
    'notify = "mail \'x"': "it is not a valid command (No closing quotation)",
    'notify = " "': "it is not a valid command (is empty)",
    'notify = "\u0027\u0027"': "it is not a valid command (it names no program)",
    'notify = "mailto:ada"': "it is not a valid e-mail address: ",
    'notify = "mailto:a@example.org, b?subject=x"': "write mailto:you@example.org, several with ",
    f'notify = "mailto:{",".join(f"e{one}@example.org" for one in range(21))}"': (
        "it names 21 addresses; name at most 20"
    ),
    'notify = "mailto:a@example.org,b@example.org"': (
        "schedule.notify: there is no [smtp] to send mail with; add it, with the server as its host"
    ),
}
SMTP, HOST = "[smtp]", 'host = "mail.example.org"'
FEED = ("[[sources]]", 'kind = "feed"', 'url = "https://a.example/feed"')
PAGE = ("[[sources]]", 'kind = "page"', 'name = "a"')
JSON = ("[[sources]]", 'kind = "json"', 'name = "a"', 'url = "https://a.example/"')
COMMAND = ("[[sources]]", 'kind = "command"', 'name = "a"')
# A section in place of the sample's own, and what is said of it.
SECTIONS = {
    (
        "[mail]",
        'from_name = "Notes"',
    ): "no setting 'mail.from_address'; add it; 'msnewsletter init'",
    (
        "[newsletter]",
        'titel = "x"',
    ): "there is no setting 'newsletter.titel'; did you mean 'title'?",
    ("[people]",): "there is no setting 'people'; remove it",
    (
        "[theme]",
        'accent = ["#77aabb", "#9bd7e6"]',
    ): "and 7 is the least; write '#3b545c' there, the nearest that passes",
    (
        "[theme]",
        'page = ["#777777", "#15181b"]',
        'text = ["#1c2024", "#f1f2f3"]',
    ): "theme.text: text on page has a contrast of 3.66 to 1 in the light mode, and 7 is the "
    "least; choose another text and page",
    (
        SMTP,
        HOST,
        "[subscribe]",
        "[low_energy]",
        'list_address = "short@example.org"',
        'unsubscribe_url = "https://example.org/off/"',
        'unsubscribe_address = "off@example.org"',
    ): (
        "low_energy.unsubscribe_url = 'https://example.org/off/': the page that [subscribe] has is"
        " another; write the same as in [mail]: each reader has a link of their own"
    ),
    (
        "[mail]",
        'from_name = "N"',
        'from_address = "n@example.org"',
        'list_address = "l@example.org"',
        'unsubscribe_url = "https://example.org/off/"',
        'unsubscribe_address = "off@example.org"',
        'postal_address = "1 Example Street"',
        SMTP,
        HOST,
        "[subscribe]",
    ): (
        "mail.unsubscribe_url = 'https://example.org/off/': the page that [subscribe] has is "
        "another; write the address that 'msnewsletter serve' has outside, then /unsubscribe/"
    ),
    ("[subscribe]",): "subscribe: there is no [smtp] to send mail with; add it, with the server as",
    ("[deliver]",): "deliver: there is no [smtp] to send mail with; add it, with the server as its",
    ("[subscribe]", 'proxies = ["near"]'): (
        "subscribe.proxies = 'near': it is no network; write the address of your proxy, e.g. 10.0"
    ),
    ("[deliver]", 'hours = "8 to 9"'): (
        "deliver.hours = '8 to 9': it is not a span of a day; write it as \"08:00-20:00\""
    ),
    ("[deliver]", 'hours = "25:00-08:00"'): "deliver.hours = '25:00-08:00': it is not a span of",
    ("[smtp]", 'host = "mail.example.org"', "[deliver]", "workers = true"): (
        "deliver.workers: workers need a database that every machine reaches; set database = "
        "\"postgresql\" in [newsletter]; 'db copy' moves what there is"
    ),
    ("[deliver]", "connections = 0"): "deliver.connections = 0: Input should be greater than or",
    ("[sources]", 'path = "a"'): "write its name in two pairs of brackets, e.g. [[sources]]",
    ("[[sources]]", 'path = "a"', 'format = "html"'): "Input should be 'auto', 'page', 'markdown'",
    ("[[sources]]", 'format = "page"'): "no setting 'sources.path'; add it",
    ("[[sources]]", 'name = "a"', 'url = "https://a.example/"'): (
        "a source without a path has to say its kind; "
        'add kind, one of "folder", "page", "feed", "json", "command"'
    ),
    ("[[sources]]", 'kind = "pages"'): (
        "sources.kind = 'pages': there is no such kind; did you mean 'page'?"
    ),
    ("[[sources]]", 'kind = "xyz"'): 'there is no such kind; write one of "folder", "page", ',
    ("[[sources]]", "kind = 3"): "sources.kind = 3: there is no such kind; write one of ",
    ("[[sources]]", 'kind = "feed"', 'url = "https://a.example/"'): "no setting 'sources.name'; ",
    (*FEED, 'name = "My feed"'): "sources.name = 'My feed': it is not a valid name; use small let",
    (*FEED, 'name = "a"', "folow = true"): "no setting 'sources.folow'; did you mean 'follow'?",
    (*FEED, 'name = "a"', 'sitemap = "x"'): "there is no setting 'sources.sitemap'; remove it",
    (*FEED, 'name = "a"', 'every = "soon"'): "sources.every = 'soon': it is not a valid duration; ",
    (*FEED, 'name = "a"', 'every = "0 minutes"'): (
        "sources.every = '0 minutes': it is less than a minute; write e.g. \"1 hour\""
    ),
    (*FEED, 'name = "a"', "fields = 3"): "sources.fields = 3: Input should be a valid dictionary",
    (*COMMAND[:1], 'kind = "feed"', 'name = "a"', 'url = "https://me:secret@a.example/"'): (
        "sources.url = 'https://***@a.example/': it holds a user or a password, which others would"
        " see; take it out; sources of JSON can have a token"
    ),
    (*PAGE, 'urls = ["https://me@a.example/"]'): "it holds a user or a password, which",
    PAGE: "sources: it names no pages; add urls, a sitemap, or an index with links",
    (*PAGE, "urls = []"): "sources: it names no pages; add urls, a sitemap, or an index with links",
    (*PAGE, 'urls = ["ftp://a.example/"]'): "it is not a valid https or http address; ",
    (*PAGE, 'urls = ["https://a.example/1"]', 'sitemap = "https://a.example/s.xml"'): (
        "sources: it has both urls and sitemap; keep one, and make the other a source of its own"
    ),
    (*PAGE, 'sitemap = "https://a.example/s.xml"', 'include = ["("]'): (
        "sources.include = '(': it is not a regular expression (missing ), unterminated subpattern"
    ),
    (*PAGE, 'index = "https://a.example/"'): (
        "sources: an index needs to know which of its links count; add links, their CSS selector"
    ),
    (*PAGE, 'sitemap = "https://a.example/s.xml"', 'links = "a"'): (
        "sources: it has links, and no index; name the page that they are on"
    ),
    (*PAGE, 'index = "https://a.example/"', 'links = "a:hover"'): (
        "sources.links = 'a:hover': it is not a CSS selector that can be used (Unsupported pseudo-"
    ),
    (*FEED, 'name = "a"', "follow = true", 'select = { found = "p >" }'): (
        "sources.select.found = 'p >': it is not a CSS selector that can be used (Expected selector"
    ),
    (*JSON, 'cursor = "after"'): "sources: a cursor needs next; add next, the JSONPath of the next",
    (*JSON, 'page = "page"', 'next = "$.next"'): "sources: it has both page and next; keep one of",
    (*JSON, 'token = "s3cret"'): (
        "it is not the name of a variable; name the variable that holds it, never the secret itself"
    ),
    (*JSON, 'token = "MSNEWSLETTER_SMTP_PASSWORD"'): (
        "it is a variable of this program, and its secrets are for no other; name another one"
    ),
    (*JSON, 'token = "MSNEWSLETTER_DATABASE_URL"'): "it is a variable of this program",
    (*COMMAND, 'command = "a \'b"'): "it is not a valid command (No closing quotation)",
    (*COMMAND, 'command = "a"', 'environment = ["A=s3cret"]'): "name the variable that holds it",
    (*COMMAND, 'command = "a"', 'environment = ["MSNEWSLETTER_SMTP_PASSWORD"]'): (
        "it is a variable of this program, and its secrets are for no other; name another one"
    ),
    (*COMMAND, "command = \"''\""): "it is not a valid command (it names no program)",
    (*FEED, 'name = "a"', *FEED, 'name = "a"'): ("has it too; give each source a name of its own"),
    (
        "[low_energy]",
        'list_address = "a@b.example"',
    ): "no setting 'low_energy.unsubscribe_url'; add",
    ("[schedule]", 'every = "day"'): "schedule.at: there is no time of day; ",
    (
        SMTP,
        'host = "mail.example.org:25"',
    ): "it is not a valid host; write its name alone, e.g. mail.",
    (SMTP, HOST, 'password = "x"'): "remove it: the environment holds it, as MSNEWSLETTER_SMTP_PAS",
    (SMTP, HOST, 'user = "rédaction"'): "smtp.user = 'rédaction': holds letters outside ASCII; ",
    (
        SMTP,
        HOST,
        'security = "none"',
        'user = "notes"',
    ): 'its password would go to mail.example.org unencrypted; set security = "starttls" or "tls"',
    (SMTP, HOST, "port = 0"): "smtp.port = 0: Input should be greater than or equal to 1; ",
}
# Files rather than settings: what they hold, None where there is none, and what is said.
FILES = {
    "none": (
        None,
        "there is no such file; run 'msnewsletter init DIR', or name a home with --home",
    ),
    "latin-1": (b"[newsletter]\ntitle = '\xe9'\n", "newsletter.toml:2: it is not UTF-8; save it"),
    "a folder": (b"", "is a folder; put a plain file in its place, or remove it"),
}


@pytest.mark.parametrize("line", LINES)
def test_a_wrong_line_is_named_with_what_to_write(line: str) -> None:
    toml, number = with_line(line)
    said = refusal(toml)
    assert said.startswith(f"newsletter.toml:{number}: ")
    assert LINES[line] in said


@pytest.mark.parametrize("section", SECTIONS, ids=" ".join)
def test_a_wrong_section_is_named_with_what_to_write(section: tuple[str, ...]) -> None:
    said = refusal(with_section(*section)[0])
    assert re.match(r"newsletter\.toml:\d+: ", said)
    assert SECTIONS[section] in said


SEVERAL = """
[[sources]]
path = "summaries"

[[ sources ]]
kind = "feed"
name = "news"
url = "https://a.example/feed"
every = "2 hours"
fields = { headline = "title" }

[[sources]]
kind = "page"
name = "site"
sitemap = "https://a.example/sitemap.xml"
include = ["/a/"]
since = 2026-11-01
[sources.select]
headline = "h1"
"""


# What is written in place of what, and the text of the line that is named for it.
@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ('"2 hours"', '"2 hour"', ""),
        ('"2 hours"', '"later"', 'every = "later"'),
        ('name = "news"', "name = 3", "name = 3"),
        ('name = "news"\n', "", "[[ sources ]]"),
        ('"https://a.example/sitemap.xml"', '"sitemap.xml"', 'sitemap = "sitemap.xml"'),
        ('sitemap = "https://a.example/sitemap.xml"\n', "", "[[sources]]"),
        ('{ headline = "title" }', '{ headline = "" }', 'fields = { headline = "" }'),
        ('headline = "h1"', "headline = 3", "headline = 3"),
        ('headline = "h1"', 'headline = "h1["', 'headline = "h1["'),
        ('["/a/"]', '["/a/", "("]', 'include = ["/a/", "("]'),
        ("2026-11-01", '"2026-11-01"', 'since = "2026-11-01"'),
        ('kind = "page"', 'kind = "html"', 'kind = "html"'),
        ('kind = "page"\n', "", "[[sources]]"),
        ('name = "site"', 'name = "news"', 'name = "news"'),
        ("include", "includes", 'includes = ["/a/"]'),
    ],
)
def test_of_several_sources_the_line_is_that_of_the_one_that_is_wrong(
    old: str, new: str, line: str
) -> None:
    toml = SAMPLE[: SAMPLE.index("[[sources]]")] + SEVERAL.replace(old, new, 1)
    parse_settings(SAMPLE[: SAMPLE.index("[[sources]]")] + SEVERAL)
    if not line:
        parse_settings(toml)
        return
    said = refusal(toml)
    number = re.match(r"newsletter\.toml:(\d+): ", said)
    assert number
    lines = toml.splitlines()
    at = int(number[1]) - 1
    assert lines[at] == line
    if line in {"[[sources]]", 'name = "news"'}:  # there is an earlier line like it
        assert at > lines.index("[[ sources ]]")


def of_file(folder: Path, name: str) -> str:
    data, _ = FILES[name]
    path = folder / "newsletter.toml"
    if name == "a folder":
        path.mkdir()
    elif data is not None:
        path.write_bytes(data)
    with pytest.raises(SettingsError) as caught:
        load_settings(path)
    return str(caught.value)


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_cannot_be_read_says_why(tmp_path: Path, name: str) -> None:
    assert FILES[name][1] in of_file(tmp_path, name)


def test_the_sample_is_right_also_with_a_byte_order_mark(tmp_path: Path) -> None:
    path = tmp_path / "newsletter.toml"
    path.write_bytes(b"\xef\xbb\xbf" + SAMPLE.encode())
    assert load_settings(path) == parse_settings(SAMPLE)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "::1"])
def test_a_password_may_go_unencrypted_to_this_machine_alone(host: str) -> None:
    lines = (f'host = "{host}"', 'security = "none"', 'user = "notes"')
    smtp = parse_settings(with_section(SMTP, *lines)[0]).smtp
    assert smtp is not None
    assert smtp.effective_port == 25


def test_addresses_are_kept_as_mail_and_web_write_them() -> None:
    toml, _ = with_line('from_address = " notes@Bücher.example "')
    assert parse_settings(toml).mail.from_address == "notes@xn--bcher-kva.example"
    toml, _ = with_line('site = "https://notes.example.org"')
    assert parse_settings(toml).newsletter.site == "https://notes.example.org/"


def test_the_samples_commented_settings_are_right_too() -> None:
    """Each section and setting of this part, as somebody gets it who takes its `#` away."""
    toml, _ = with_line('reply_to = "editors@example.org"')
    written = re.sub(r"^# (?=\[low_energy\]|\w+ = .*short)", "", toml, flags=re.MULTILINE)
    masthead = parse_settings(written).masthead()
    assert masthead.reply_to == "editors@example.org"
    assert masthead.low_energy == ListAddresses(
        list_address="short@lists.example.org",
        unsubscribe_url="https://notes.example.org/unsubscribe-short/",
        unsubscribe_address="unsubscribe-short@example.org",
    )
    assert parse_settings(SAMPLE).masthead().low_energy is None


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('language = "ar"\nwords = "en"', "en"),
        ('language = "en-GB"', "en"),
        ('language = "de"', "de"),
        ('language = "de-AT"', "de"),
        ('language = "de"\nwords = "en"', "en"),
    ],
)
def test_the_own_words_are_in_the_language_or_in_one_that_is_chosen(line: str, words: str) -> None:
    masthead = parse_settings(with_line(line)[0]).masthead()
    assert (f'"{masthead.language}"' in line, masthead.words) == (True, words)


def test_a_catalogue_that_does_not_exist_is_refused_with_those_that_do() -> None:
    said = refusal(with_line(OTHER_WORDS)[0])
    assert said.endswith(
        "newsletter.words = 'fr': there is no catalogue of words with that name; "
        "there are 'de', 'en'"
    )
    assert "language" not in said


def test_the_standard_texts_are_in_the_language_of_the_words() -> None:
    plain = parse_settings(with_line('language = "de"')[0]).newsletter
    plain = plain.model_copy(update={"disclaimer": None})
    assert "keine medizinische Beratung" in plain.effective_disclaimer
    samples = plain.model_copy(update={"samples": True, "disclaimer": "Unser Satz."})
    assert samples.effective_disclaimer == "Beispielausgabe. Unser Satz."


# ── every message ────────────────────────────────────────────────────────────────────────────────

# What the source holds and no newsletter.toml brings about.
NOT_OF_SETTINGS = {
    re.escape("is no number"),  # issues have numbers
    re.escape("is no issue: they are counted from 1"),
    r"a\ bug:\ .*:\ .*",  # what an exception says
    # How a process ended.
    *(r"ended\ with\ exit\ code\ .*", r"was\ ended\ by\ .*", r"was\ ended\ by\ signal\ .*"),
}


def messages(module: object) -> Iterator[str]:
    """What a module may say, as patterns: texts of several words in functions, and remedies."""
    tree = ast.parse(Path(str(vars(module)["__file__"])).read_text())
    inside = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef)
        or (isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "_REMEDIES")
    ]
    for function in inside:
        quiet = {id(part) for part in parts_that_say_nothing(function)}
        for node in ast.walk(function):
            if id(node) in quiet:
                continue
            if isinstance(node, ast.JoinedStr):
                quiet |= {id(part) for part in ast.walk(node)}
                yield "".join(
                    re.escape(str(part.value)) if isinstance(part, ast.Constant) else ".*"
                    for part in node.values
                )
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield re.sub(r"\\{\w+\\}", ".*", re.escape(node.value))


def parts_that_say_nothing(function: ast.AST) -> Iterator[ast.AST]:
    """Docstrings, and arguments of functions that read text: patterns, prefixes, encodings."""
    for node in ast.walk(function):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            yield node.value
        if isinstance(node, ast.Call):
            name = ast.unparse(node.func).rpartition(".")[2]
            if name in {"match", "search", "sub", "removeprefix", "split", "get", "join"}:
                for argument in node.args:
                    yield from ast.walk(argument)


def test_every_message_of_the_settings_is_provoked_here(tmp_path: Path) -> None:
    said = [refusal(with_line(line)[0]) for line in LINES]
    said += [refusal(with_section(*section)[0]) for section in SECTIONS]
    said.append(refusal(with_line(OTHER_WORDS)[0]))
    for name in FILES:
        (tmp_path / name).mkdir()
        said.append(of_file(tmp_path / name, name))
    known = {
        message
        for module in (
            settings,
            settings_errors,
            source_settings,
            delivery_settings,
            validators,
            text,
        )
        for message in messages(module)
        if re.search(r"[a-z].* .*[a-z]", message.replace("\\", ""))
    }
    assert len(known) > 30, "the source is read"
    missing = {one for one in known if not any(re.search(one, line) for line in said)}
    assert missing - NOT_OF_SETTINGS == set()


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "localhost", "[::1]:8000"])
def test_a_sandbox_may_have_its_door_on_this_machine(host: str) -> None:
    address = f"http://{host}/unsubscribe/"
    here = SAMPLE.replace("# sandbox = true", "sandbox = true").replace(
        "https://notes.example.org/unsubscribe/", address
    )
    assert parse_settings(here).door == f"http://{host}/"
    with pytest.raises(SettingsError, match="not a valid https address"):
        parse_settings(here.replace(address, "http://127.example.org/unsubscribe/"))


@pytest.mark.parametrize("written_by", WrittenBy)
def test_a_disclaimer_that_is_not_set_names_an_ai_only_where_one_writes(
    written_by: WrittenBy,
) -> None:
    set_to = SAMPLE.replace('written_by = "ai"', f'written_by = "{written_by}"')
    masthead = parse_settings(set_to).masthead()
    assert masthead.written_by is written_by
    assert masthead.disclaimer.endswith("It is not medical advice.")
    assert ("AI" in masthead.disclaimer) is (written_by is WrittenBy.AI)
    of_its_own = set_to.replace("[newsletter]", '[newsletter]\ndisclaimer = "Ask your doctor."')
    assert parse_settings(of_its_own).masthead().disclaimer == "Ask your doctor."


@pytest.mark.parametrize(
    "site",
    [
        "https://user:pass@notes.test/",
        "https://notes.test/?q=1",
        "https://notes.test/#top",
        "https://notes.test:99999/",
    ],
)
def test_a_site_is_a_host_and_a_folder_alone(site: str) -> None:
    text = (packaged_home() / "newsletter.toml").read_text()
    changed = re.sub(r'^site = ".*"', f'site = "{site}"', text, flags=re.MULTILINE)
    with pytest.raises(SettingsError, match="write the host and the folder alone") as refused:
        parse_settings(changed)
    assert "pass@" not in str(refused.value)


def test_values_that_lie_thousands_deep_are_one_line() -> None:
    with pytest.raises(SettingsError, match="it is not TOML"):
        parse_settings("x = " + "[" * 5_000)
