"""The mail's benchmark: HTML, text and both messages, against npm mjml and nodemailer's build.

Run by `make bench`; `python bench/mail.py` prints what each step of ours takes. The peer gets our
MJML and our text, ready made: it fills no template and writes no plain text.
"""

from __future__ import annotations

import json
import subprocess
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

import peer_programs
from archives import BEGIN, study
from measure import Benchmark, Measured, Promise, at_most, by_turns, ratio_at_most

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
    from collections.abc import Callable, Iterator, Mapping

    from measure import Run

    from msnewsletter.model import Issue
    from msnewsletter.render.mail.view import DigestView

ROUNDS = 30  # in each turn
# Entries in the issue, and the milliseconds that its mail may take.
SIZES = {8: 20, 80: 50}


def promises(_: Run) -> dict[str, Promise]:
    """What a mail may cost."""
    whole = {
        str(count): Promise(
            name=f"the mail of an issue with {count} studies, from its data to both messages",
            unit="ms",
            wanted=at_most(most),
            peer="npm mjml and nodemailer, given MJML and text",
        )
        for count, most in SIZES.items()
    }
    return {
        "mjml": Promise(
            name="HTML from the MJML of 8 studies",
            unit="ms",
            wanted=ratio_at_most(1 / 5),
            peer="npm mjml",
        ),
        **whole,
    }


def measure(run: Run, promised: Mapping[str, Promise]) -> Iterator[Measured]:
    """Each by turns with the peer, in a warm process of its own."""
    templates = load_templates(Home(run.folder))
    first = render_mail(issue_of(8), templates)
    mjml = first.mjml
    ours, theirs = by_turns(
        lambda: typical(lambda: to_html(mjml, str)), lambda: _peer("mjml_peer.mjs", mjml=mjml)
    )
    yield Measured(promise=promised["mjml"], ours=ours, theirs=theirs)
    for count in SIZES:
        issue = issue_of(count)
        mail = render_mail(issue, templates)
        text = mail.text.decode()
        ours, theirs = by_turns(
            lambda issue=issue: typical(lambda: render_mail(issue, templates)),  # type: ignore[misc]
            lambda mjml=mail.mjml, text=text: _peer("mail_peer.mjs", mjml=mjml, text=text),  # type: ignore[misc]
        )
        yield Measured(promise=promised[str(count)], ours=ours, theirs=theirs)


def main() -> None:
    """Print what each step of our own rendering takes."""
    with tempfile.TemporaryDirectory() as folder:
        templates = load_templates(Home(Path(folder)))
    for count in SIZES:
        shares(issue_of(count), templates)


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


def shares(issue: Issue, templates: Mapping[str, str]) -> None:
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
    times = {name: typical(step) for name, step in steps.items()}
    shown = ", ".join(f"{name} {time:.2f}" for name, time in times.items())
    whole = typical(lambda: render_mail(issue, templates))
    print(f"{len(issue.entries)} entries, {whole:.2f} ms: {shown}")


def _peer(script: str, **given: str) -> float:
    """The median milliseconds of a round of the peer, warmed up, in one process."""
    folder = peer_programs.npm("mjml")
    peer_programs.npm("nodemailer")
    done = subprocess.run(
        ["node", script],
        input=json.dumps({**given, "rounds": ROUNDS}),
        text=True,
        check=True,
        capture_output=True,
        cwd=folder,
    )
    return float(done.stdout)


def typical(call: Callable[[], object]) -> float:
    """The median milliseconds of a call."""
    times = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        call()
        times.append(time.perf_counter() - began)
    return 1000 * median(times)


BENCHMARK = Benchmark(name="mail", promises=promises, measure=measure)

if __name__ == "__main__":
    main()
