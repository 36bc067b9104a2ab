"""What the sandbox costs: the packaged templates of a published issue, in it and without it.

Every rendering of one publish is kept with its values and done again, in both by turns; the lowest
of many rounds counts. See docs/performance.md.
"""

from __future__ import annotations

import tempfile
import time
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest import mock

from msnewsletter.home import Home
from msnewsletter.publisher.init_home import init_samples
from msnewsletter.publisher.publish import publish
from msnewsletter.publisher.templates import load_templates
from msnewsletter.render import jinja
from msnewsletter.render.mail import render as mail
from msnewsletter.render.site import frame

if TYPE_CHECKING:
    from jinja2 import Environment

ROUNDS = 60
AT = datetime(2026, 11, 23, 7, tzinfo=UTC)


def main() -> None:
    """Print the milliseconds of both, and their ratio, for the mail and for a page."""
    with tempfile.TemporaryDirectory() as folder:
        home = Home(Path(folder) / "home")
        init_samples(home)
        kept, templates = renderings(home), load_templates(home)
    sandboxed, plain = jinja.environment(dict(templates)), jinja.environment(templates)
    for what, wanted in (("the mail", "digest"), ("a page", "site/")):
        chosen = [(name, values) for name, values in kept if name.startswith(wanted)]
        count = len(chosen) if wanted == "site/" else 1
        times: dict[Environment, float] = {}
        for _ in range(ROUNDS):
            for env in (sandboxed, plain):
                begun = time.process_time()
                for name, values in chosen:
                    jinja.render(env, name, **values)
                took = (time.process_time() - begun) / count
                times[env] = min(took, times.get(env, took))
        ours, peer = times[sandboxed] * 1_000, times[plain] * 1_000
        print(f"{what}: {ours:.2f} ms in the sandbox, {peer:.2f} ms without: {ours / peer:.2f}")


def renderings(home: Home) -> list[tuple[str, dict[str, Any]]]:
    """Each rendering of a publish: the template's name and its values."""
    kept: list[tuple[str, dict[str, Any]]] = []
    real = jinja.render

    def keeping(env: Environment, name: str, **values: object) -> str:
        kept.append((name, values))
        return real(env, name, **values)

    with ExitStack() as patched:
        for module in (mail, frame):
            patched.enter_context(mock.patch.object(module, "render", keeping))
        publish(home, at=AT)
    return kept


if __name__ == "__main__":
    main()
