"""Prints the accessibility tree of a document in Chromium, as JSON. A program of its own.

So that whatever a browser does is bounded: `chromium_nodes.py` starts it and ends it. It needs
Playwright and nothing of ours. The document may ask the network for nothing and runs no script.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path


def main() -> None:
    """`chromium_child.py FILE PROGRAM`: HTML, and a browser; empty: Playwright’s own."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415  (it need not be installed)

    file, program = Path(sys.argv[1]), sys.argv[2] or None
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=program,
            # Chromium refuses its sandbox to root.
            chromium_sandbox=os.geteuid() != 0,
        )
        context = browser.new_context(java_script_enabled=False, offline=True)
        context.route("**/*", lambda route: route.abort())
        page = context.new_page()
        page.set_content(file.read_text(encoding="utf-8"), wait_until="domcontentloaded")
        session = context.new_cdp_session(page)
        json.dump(
            {
                "document": session.send("DOM.getDocument", {"depth": -1}),
                "tree": session.send("Accessibility.getFullAXTree"),
            },
            sys.stdout,
        )
        browser.close()


if __name__ == "__main__":
    main()
