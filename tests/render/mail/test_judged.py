"""Other people's judgement of the mail: each judge accepts ours and is seen to reject a worse one.

vnu (HTML), npm mjml (strict), doiuse-email (mail programs), axe-core in Chromium (accessibility,
requests, width) and SpamAssassin. tools/setup-judges.sh installs them.
"""

from __future__ import annotations

import dataclasses
import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import mjml
import pytest

import nu_checker
from browsers import chromium_program
from msnewsletter.model import Summary
from msnewsletter.partial_date import PartialDate
from msnewsletter.render.mail.render import render_mail, render_short
from nu_checker import nu_errors
from render.mail.samples import ARABIC, ISSUES, SUMMARIES, corrected, issue_of, many

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from msnewsletter.model import Issue
    from msnewsletter.render.mail.render import Mail

# What any MJML makes, with the colours and borders that ours uses too.
BARE = """<mjml lang="en" dir="ltr"><mj-head><mj-title>x</mj-title><mj-attributes>
<mj-all font-family="Arial" /></mj-attributes></mj-head><mj-body background-color="#ffffff">
<mj-section background-color="#ffffff" border-top="4px solid #0b4a5a"><mj-column>
<mj-text color="#000000" font-size="18px" line-height="1.6" padding="8px 4px">x</mj-text>
</mj-column></mj-section></mj-body></mjml>"""
# Found by the property's name alone: numbers are in question, and we write words; bcc, and we write
# none.
# What programs that do not know it pass over, and nothing is lost: rules against links that
# programs make by themselves, and the colour of a line under a headline.
ACCEPTED = (
    "`font-weight` is only partially",
    "`mailto: links` is only partially",
    "`Attribute selector` is",
    "`Adjacent sibling combinator` is",
    "`text-decoration-color` is",
    "`text-decoration-thickness` is",
    "`text-underline-offset` is",
    "`letter-spacing` is only partially",
    # Old Outlooks set lists with margins of their own.
    "`<ul>, <ol> and <dl>` is only partially",
)
# What no mail document can have, and a page must.
NOT_OF_MAIL = ("landmark-one-main:", "region:")

HOSTILE = Summary(
    key="hostile",
    headline="</p></td><script>alert(1)</script> ]]> <!-- -- --> {{ 7 }} " + "long words " * 36,
    found='" onload="x" &quot; \\u{41} nul\x00 lone\ud800 \u202eover\u202c 👩‍🔬🇪🇺 '
    + "한국어 " * 50,
    cautions="<mj-raw>x</mj-raw> " + "x" * 400,
    published=PartialDate(text="2026-11-20"),
)


def judge(root: Path, *words: str) -> str:
    """The path of a judge's program or file; skips the test where it is not installed."""
    name = words[0]
    path = root / "tests/judges" / name
    found = str(path) if "/" in name and path.exists() else shutil.which(name)
    if found is None:
        pytest.skip(f"{name} is not installed; tools/setup-judges.sh does it")
    return found


def real(shared: Path) -> Issue:
    """The five real pages as an issue."""
    pages = [path.read_text().split("\n") for path in sorted((shared / "seeds").iterdir())]
    return issue_of(
        *(
            Summary(key=str(number), headline=line[0], found=line[1], why_it_matters=line[2],
                    cautions=line[3], published=PartialDate(text="2026-11-20"))
            for number, line in enumerate(pages)
        )
    )  # fmt: skip


@pytest.fixture(scope="module")
def ours(root: Path, templates: Mapping[str, str]) -> dict[str, Mail]:
    """Everything of ours that is judged."""
    issues = {
        **ISSUES,
        "three hundred": issue_of(*many(300)),
        "corrections alone": corrected(issue_of()),
        "arabic": ARABIC,
        "hostile": issue_of(HOSTILE, *SUMMARIES[1:], title='Notes, "daily" <of> 睡眠'),
    }
    if (root.parent / "shared").is_dir():
        issues["real"] = real(root.parent / "shared")
    mails: dict[str, Mail] = {name: render_mail(issue, templates) for name, issue in issues.items()}
    for name in ("eight", "hostile", "corrections", "arabic"):
        mails[f"short {name}"] = render_short(issues[name], templates)
    return mails


def worse(templates: Mapping[str, str], html: str) -> Mail:
    """A mail from a template that somebody spoilt with this, below the title."""
    name = "digest/masthead.mjml.j2"
    return render_mail(ISSUES["one"], {**templates, name: templates[name] + html})


def written(folder: Path, mails: Mapping[str, Mail]) -> list[str]:
    """The mails' HTML as files."""
    paths = []
    for name, mail in mails.items():
        path = folder / f"{name.replace(' ', '-')}.html"
        path.write_bytes(mail.html)
        paths.append(str(path))
    return paths


def html_errors(root: Path, files: list[str]) -> dict[str, str]:
    """The last error of each file that the Nu HTML checker finds some in, but for Outlook's own."""
    found = nu_errors(
        judge(root, "java"),
        judge(root, nu_checker.JAR),
        files,
        passed_over=".*(mso-|xmlns:[vo]).*",
    )
    return {Path(one["url"]).name: one["message"] for one in found}


def test_the_nu_checker_finds_no_error(
    root: Path, ours: dict[str, Mail], templates: dict[str, str], tmp_path: Path
) -> None:
    bad = worse(templates, "<p><center>x</center></p>")
    found = html_errors(root, written(tmp_path, {**ours, "bad": bad}))
    assert found.keys() == {"bad.html"}, found


def said_of(root: Path, mails: Mapping[str, tuple[str, str]]) -> dict[str, dict[str, Any]]:
    """What doiuse-email says of each mail's HTML and npm mjml of its MJML."""
    judge(root, "node_modules/mjml/package.json")
    asked = [{"name": name, "html": html, "mjml": source} for name, (html, source) in mails.items()]
    done = subprocess.run(
        [judge(root, "node"), "mail.mjs"], cwd=root / "tests/judges",
        input=json.dumps(asked), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return {one["name"]: one for one in map(json.loads, done.stdout.splitlines())}


def test_mail_programs_meet_nothing_beyond_bare_mjml_and_npm_mjml_is_strictly_content(
    root: Path, ours: dict[str, Mail], templates: dict[str, str]
) -> None:
    spoilt = worse(templates, '<p style="position:fixed">x</p>')
    asked = {name: (mail.html.decode(), mail.mjml) for name, mail in ours.items()}
    asked["bare"] = (mjml.mjml2html(BARE, fonts={}), BARE)
    asked["spoilt"] = (
        spoilt.html.decode(),
        spoilt.mjml.replace("<mj-column>", '<mj-column colour="red">', 1),
    )
    said = said_of(root, asked)
    known = set(said["bare"]["clients"])
    beyond = {
        name: [one for one in each["clients"] if one not in known and not one.startswith(ACCEPTED)]
        for name, each in said.items()
    }
    assert beyond.pop("spoilt")
    assert said.pop("spoilt")["mjml"]
    assert {name: found for name, found in beyond.items() if found} == {}
    assert {name: each["mjml"] for name, each in said.items() if each["mjml"]} == {}


def looks_of(root: Path, files: list[str]) -> list[dict[str, Any]]:
    """Each file in Chromium, light, dark and narrow: axe's violations, requests, overflow."""
    judge(root, "node_modules/axe-core/package.json")
    done = subprocess.run(
        [judge(root, "node"), "axe.mjs", chromium_program(), *(f"file://{f}" for f in files)],
        cwd=root / "tests/judges", capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    looks = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(looks) == 3 * len(files)
    for look in looks:
        look["violations"] = [v for v in look["violations"] if not v.startswith(NOT_OF_MAIL)]
    return looks


def test_axe_finds_nothing_chromium_asks_for_nothing_and_nothing_scrolls_sideways(
    root: Path, ours: dict[str, Mail], tmp_path: Path
) -> None:
    chosen = {name: mail for name, mail in ours.items() if name != "three hundred"}
    for look in looks_of(root, written(tmp_path, chosen)):
        assert look["violations"] == [], (look["url"], look["look"])
        assert look["passes"] > 10
        assert look["asked"] == [look["url"]]
        assert not look["scrolls_sideways"], (look["url"], look["look"])


def test_axe_and_chromium_see_what_a_template_spoils(
    root: Path, templates: dict[str, str], tmp_path: Path
) -> None:
    spoilt = (
        '<p style="color:#6b6b6b">Almost</p><p style="width:900px">Wide</p>'
        '<img src="https://pixel.invalid/p.gif" />'
    )
    dark = templates["digest/dark.mjml.j2"].replace(
        ".small div", ".ink div, .small div { color: #333333 !important; } .small div"
    )
    darkened = render_mail(ISSUES["one"], {**templates, "digest/dark.mjml.j2": dark})
    files = written(tmp_path, {"spoilt": worse(templates, spoilt), "darkened": darkened})
    looks = {(look["url"].rsplit("/", 1)[1], look["look"]): look for look in looks_of(root, files)}
    light = looks["spoilt.html", "light"]
    found = {violation.split(":")[0] for violation in light["violations"]}
    assert {"color-contrast-enhanced", "image-alt"} <= found
    assert "https://pixel.invalid/p.gif" in light["asked"]
    assert looks["spoilt.html", "narrow"]["scrolls_sideways"]
    assert looks["darkened.html", "light"]["violations"] == []
    assert looks["darkened.html", "dark"]["violations"]


def spam_scores(root: Path, messages: Mapping[str, bytes]) -> dict[str, tuple[float, str]]:
    """SpamAssassin's score of each without the network, and its rules.

    It starts once for all of them, which takes longer than judging, and answers in an order of its
    own: a field in each message says which it is.
    """
    named = {name: f"X-Sample: {name}\n".encode() + one for name, one in messages.items()}
    done = subprocess.run(
        [judge(root, "spamassassin"), "-L", "-t", "--mbox"],
        input=mailbox_of(named.values()), capture_output=True, check=False,
    )  # fmt: skip
    status = re.compile(
        r"^X-Spam-Status: .*?score=(-?[\d.]+).*?tests=(.*?) \w+=.*?^X-Sample: (.*?)$",
        re.DOTALL | re.MULTILINE,
    )
    found = status.findall(done.stdout.decode(errors="replace"))
    assert {name for _, _, name in found} == {*messages}, done.stderr
    return {name: (float(score), rules) for score, rules, name in found}


def mailbox_of(messages: Iterable[bytes]) -> bytes:
    """RFC 4155: our messages have no line that would have to be quoted."""
    lines = (message.replace(b"\r\n", b"\n") for message in messages)
    return b"".join(b"From a@example.org Mon Nov 23 07:00:00 2026\n" + one + b"\n" for one in lines)


def careless(message: bytes) -> bytes:
    """A message without its date and its id."""
    return re.sub(rb"\r\n(?:Date|Message-ID): [^\r]*", b"", message)


JUDGED = ("eight", "eighty", "hostile", "real", "short eight", "corrections alone")


@pytest.fixture(scope="module")
def spam(root: Path, ours: dict[str, Mail]) -> dict[str, tuple[float, str]]:
    """What SpamAssassin says of ours, and of one that is careless."""
    messages = {name: ours[name].eml for name in JUDGED if name in ours}
    return spam_scores(root, messages | {"careless": careless(ours["eight"].eml)})


@pytest.mark.parametrize("name", JUDGED)
def test_spamassassin_gives_at_most_half_a_point(
    name: str, spam: dict[str, tuple[float, str]]
) -> None:
    if name not in spam:
        pytest.skip("needs ../shared: the real pages are not part of the repository")
    score, rules = spam[name]
    assert score <= 0.5, rules
    assert "MPART_ALT_DIFF" not in rules


def test_spamassassin_minds_what_a_careless_mail_does(spam: dict[str, tuple[float, str]]) -> None:
    assert spam["careless"][0] > 0.5


def test_an_international_domain_and_a_quoted_name_make_a_valid_message(
    root: Path, templates: dict[str, str]
) -> None:
    issue = issue_of(
        *SUMMARIES[:2],
        from_name='Example, Ada "the editor"',
        from_address="notes@xn--exmple-cua.org",
        subject="Notes\r\nBcc: x@y.z",
    )
    message = render_mail(issue, templates).eml
    assert b'From: "Example, Ada \\"the editor\\"" <notes@xn--exmple-cua.org>\r\n' in message
    assert b"\r\nBcc:" not in message
    assert spam_scores(root, {"ours": message})["ours"][0] <= 0.5


def test_an_issue_with_nothing_but_headlines_is_judged_as_well(
    root: Path, templates: dict[str, str], tmp_path: Path
) -> None:
    bare = [
        Summary(key=one.key, headline=one.headline, cautions=one.cautions,
                first_seen=one.first_seen, published=one.published)
        for one in SUMMARIES
    ]  # fmt: skip
    mail = render_mail(dataclasses.replace(issue_of(*bare), number=1), templates)
    assert html_errors(root, written(tmp_path, {"bare": mail})) == {}
