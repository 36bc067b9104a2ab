"""The mail's benchmark: HTML, text and both messages, against npm mjml and nodemailer's build.

The peer gets our MJML and our text, ready made: it fills no template and writes no plain text.
"""

from __future__ import annotations

import json
import subprocess
import time
from datetime import timedelta
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from archives import BEGIN, study

from msnewsletter.home import Home, packaged_home
from msnewsletter.issue.compose import compose
from msnewsletter.issue.holds import EarlierIssues
from msnewsletter.issue.pins_and_holds import NextIssue
from msnewsletter.publisher.templates import load_templates
from msnewsletter.render.jinja import environment, render
from msnewsletter.render.mail import message
from msnewsletter.render.mail.list_addresses import list_addresses
from msnewsletter.render.mail.mailmerge import tokens_for
from msnewsletter.render.mail.mjml import to_html
from msnewsletter.render.mail.references import References
from msnewsletter.render.mail.render import render_mail
from msnewsletter.render.mail.shortening import details
from msnewsletter.render.mail.view import digest_view
from msnewsletter.settings import load_settings

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from msnewsletter.model import Issue
    from msnewsletter.render.mail.view import DigestView

HERE = Path(__file__).parent
ROUNDS = 60


def mails(root: Path) -> list[tuple[str, float, float]]:
    """Name, our milliseconds and the peer's, for 8 and for 80 entries; prints the shares."""
    templates = load_templates(Home(root / "mail"))
    return [compared(count, templates) for count in (8, 80)]


def compared(count: int, templates: Mapping[str, str]) -> tuple[str, float, float]:
    """One size: ours and the peer's."""
    issue = issue_of(count)
    mail = render_mail(issue, templates)
    ours = milliseconds(lambda: render_mail(issue, templates))
    shares(issue, templates, ours)
    return f"mail of {count} entries / npm mjml, nodemailer", ours, peer(mail.mjml, mail.text)


def issue_of(count: int) -> Issue:
    """An issue of that many ordinary summaries."""
    at = BEGIN + timedelta(days=20)
    settings = load_settings(packaged_home() / "newsletter.toml")
    issue = compose(
        [study(number, at) for number in range(count)],
        past=EarlierIssues(number=6),
        masthead=settings.masthead(),
        slot="bench",
        cutoff=at,
        start=None,
        wanted=NextIssue(place="", issue=7),
    ).issue
    assert issue is not None  # noqa: S101  (the benchmark's own premise)
    return issue


def shares(issue: Issue, templates: Mapping[str, str], whole: float) -> None:
    """Print what each step of our own rendering takes, in milliseconds."""
    env = environment(templates)
    tokens = tokens_for(issue, (repr(issue), *templates.values()))
    wanted = details(len(issue.entries), 0, issue.masthead.detail)

    def view() -> DigestView:
        addresses = list_addresses(issue.masthead, short=False, token=tokens.token)
        return digest_view(issue, unsubscribe=addresses, chosen=wanted)

    digest = view()

    def html_template() -> str:
        return render(env, "digest.mjml.j2", digest=digest)

    def text() -> str:
        return render(env, "digest.txt.j2", digest=digest, reference=References())

    source, plain = html_template(), text()
    html = to_html(source, str)

    def encode() -> None:
        bodies = message.encoded_bodies(text=plain, html=html, field=tokens.token)
        message.list_message(issue, bodies)
        message.reader_message(issue, bodies, tokens)

    steps: dict[str, Callable[[], object]] = {
        "fields": lambda: tokens_for(issue, (repr(issue), *templates.values())),
        "view": view,
        "templates": html_template,
        "mjml": lambda: to_html(source, str),
        "text": text,
        "encoding": encode,
    }
    times = {name: milliseconds(step) for name, step in steps.items()}
    shown = ", ".join(f"{name} {time:.2f}" for name, time in times.items())
    print(f"  {len(issue.entries)} entries, {whole:.2f} ms: {shown}")


def peer(mjml: str, text: bytes) -> float:
    """Milliseconds of npm mjml and two nodemailer builds, warmed up, in one process."""
    if not (HERE / "node_modules" / "nodemailer").is_dir():
        install = ["npm", "install", "--no-audit", "--no-fund", "--no-package-lock"]
        subprocess.run(install, check=True, capture_output=True, cwd=HERE)
    asked = json.dumps({"mjml": mjml, "text": text.decode(), "rounds": ROUNDS})
    done = subprocess.run(
        ["node", "mail_peer.mjs"],
        input=asked, text=True, check=True, capture_output=True, cwd=HERE,
    )  # fmt: skip
    return float(done.stdout)


def milliseconds(call: Callable[[], object]) -> float:
    """The median time of a call."""
    times = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        call()
        times.append(time.perf_counter() - began)
    return 1000 * median(times)
