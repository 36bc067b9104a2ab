"""The order of operations that everybody writes first, to show that the harness can fail.

It selects by a date window since the last issue, writes where the consumer looks, and remembers
last.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING

from msnewsletter.render.mail.issue_folder import manifest_of
from msnewsletter.settings import load_settings
from msnewsletter.sources.folder import list_files, read_file

if TYPE_CHECKING:
    from msnewsletter.home import Home


def publish_naively(home: Home, at: datetime) -> None:
    """Publish what is dated since the last issue."""
    state = home.root / "last.json"
    last = json.loads(state.read_text()) if state.exists() else {"number": 0, "cutoff": None}
    since = datetime.fromisoformat(last["cutoff"]) if last["cutoff"] else None
    zone = load_settings(home.settings).zone
    new = []
    listed = list_files(home.root / "summaries", format="auto", display_path=home.display_path)
    for file in listed.files:
        for summary in read_file(file).summaries:
            moment = summary.published.start(zone) if summary.published else at
            if moment <= at and (since is None or moment > since):
                new.append(summary)
    if not new:
        return
    number = last["number"] + 1
    folder = home.outbox / "new" / f"{number:04}"
    folder.mkdir(parents=True, exist_ok=True)
    text = "".join(f"<h2>{summary.headline}</h2>" for summary in new).encode()
    try:
        (folder / "digest.html").write_bytes(text)
        (folder / "manifest.json").write_bytes(manifest_of({"digest.html": text}, issue=number))
    except FileNotFoundError:
        return  # The consumer took the folder half written; a program like this one dies here.
    written = state.with_suffix(".tmp")
    written.write_text(json.dumps({"number": number, "cutoff": at.isoformat()}))
    written.rename(state)
