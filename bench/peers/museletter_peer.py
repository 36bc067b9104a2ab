"""museletter sends a campaign by its own loop; prints seconds.

python museletter_peer.py READERS BYTES FOLDER, with the Python that has museletter. It knows
Amazon's and Cloudflare's interfaces alone, so that a mailer stands in for them here that accepts
each mail at once: museletter is spared building, encoding and sending it. Its limit of ten mails a
second is lifted. Time begins when its loop starts.
"""

from __future__ import annotations

import asyncio
import sys
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from museletter.config import Settings
from museletter.db import open_db, utcnow
from museletter.mailer import SendResult
from museletter.sender import SenderLoop

LINE = "A line of a message, as long as lines of quoted-printable text usually are.\n"


class AtOnce:
    """Accepts every mail."""

    def __init__(self) -> None:
        self.accepted = 0
        self.largest = 0

    async def send_email(
        self, _to: str, _subject: str, html: str, text: str, **_: object
    ) -> SendResult:
        """Accept it."""
        self.accepted += 1
        self.largest = max(self.largest, len(html) + len(text))
        return SendResult(message_id=f"m{self.accepted}")


async def main(readers: int, size: int, folder: Path) -> None:
    """Fill its database, and run its loop until nothing is left."""
    db = await open_db(str(folder / "museletter.db"))
    await _fill(db, readers, size)
    mailer = AtOnce()
    state = SimpleNamespace(
        db=db,
        settings=Settings(
            base_url="https://news.test", from_email="b@news.test", send_rate=1_000_000_000
        ),
        secret="benchmark",  # noqa: S106  (no secret)
        mailer=mailer,
    )
    loop = SenderLoop(SimpleNamespace(state=state))
    began = time.perf_counter()
    while await loop.tick():
        pass
    print(time.perf_counter() - began)
    await db.close()
    if mailer.accepted != readers or mailer.largest < size // 2:
        raise SystemExit(f"{mailer.accepted} mails of {mailer.largest} bytes at most")


async def _fill(db: Any, readers: int, size: int) -> None:  # noqa: ANN401  (aiosqlite's)
    at = utcnow()
    numbers = range(readers)
    await db.execute("INSERT INTO lists VALUES ('list', 'list', 'Notes', ?, NULL)", (at,))
    await db.executemany(
        "INSERT INTO subscribers (id, list_id, email, status, created_at) "
        "VALUES (?, 'list', ?, 'active', ?)",
        [(f"s{number}", f"r{number}@in.test", at) for number in numbers],
    )
    # Half of the bytes: they are in the HTML and in the text.
    body = "\n".join([LINE * 8] * (size // len(LINE) // 16))
    await db.execute(
        "INSERT INTO campaigns (id, list_id, subject, body_markdown, track_opens, status, "
        "recipient_count, created_at, started_at) "
        "VALUES ('one', 'list', 'Hello', ?, 0, 'sending', ?, ?, ?)",
        (body, readers, at, at),
    )
    await db.executemany(
        "INSERT INTO campaign_recipients (campaign_id, subscriber_id, email, updated_at) "
        "VALUES ('one', ?, ?, ?)",
        [(f"s{number}", f"r{number}@in.test", at) for number in numbers],
    )
    await db.commit()


if __name__ == "__main__":
    asyncio.run(main(*map(int, sys.argv[1:3]), Path(sys.argv[3])))
