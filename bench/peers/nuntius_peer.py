"""nuntius sends a campaign into the mail server of this port, by its own worker; prints seconds.

python nuntius_peer.py PORT READERS BYTES FOLDER, with the Python that has nuntius. A campaign of so
many bytes as HTML and text, to so many readers in SQLite. Its settings are its defaults but for the
limit of 50 mails a second, which is lifted. Time begins when its worker starts.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path

import django
from django.conf import settings
from django.core.management import call_command

LINE = "A line of a message, as long as lines of quoted-printable text usually are.\n"
PATIENCE = 20  # seconds without any progress


def main(port: int, readers: int, size: int, folder: Path) -> None:
    """Set it up, run its worker in a process of its own, and wait for the last mail."""
    _configure(port, folder)
    django.setup()
    _fill(readers, size)
    began = time.perf_counter()
    worker = os.fork()
    if worker == 0:
        call_command("nuntius_worker")
        os._exit(0)
    try:
        _wait(readers)
        print(time.perf_counter() - began)
    finally:
        os.kill(worker, signal.SIGTERM)
        os.waitpid(worker, 0)


def _configure(port: int, folder: Path) -> None:
    settings.configure(
        INSTALLED_APPS=[
            *(f"django.contrib.{name}" for name in ("contenttypes", "auth", "admin")),
            "nuntius",
            "readers",
        ],
        DATABASES={
            "default": {
                "ENGINE": "django.db.backends.sqlite3",
                "NAME": folder / "nuntius.db",
                # Its processes wait for each other.
                "OPTIONS": {"timeout": 60},
            }
        },
        EMAIL_HOST="127.0.0.1",
        EMAIL_PORT=port,
        TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates"}],
        ROOT_URLCONF="nuntius.urls",
        STATIC_URL="/static/",
        MEDIA_URL="/media/",
        SECRET_KEY="benchmark",  # noqa: S106  (no secret)
        USE_TZ=True,
        DEFAULT_AUTO_FIELD="django.db.models.AutoField",
        NUNTIUS_SUBSCRIBER_MODEL="readers.Reader",
        # Nobody is in any segment: without one, a campaign goes to all.
        NUNTIUS_SEGMENT_MODEL="auth.Group",
        NUNTIUS_PUBLIC_URL="https://news.test",
        NUNTIUS_EMAIL_BACKEND="django.core.mail.backends.smtp.EmailBackend",
        NUNTIUS_MAX_SENDING_RATE=1_000_000,
    )


def _fill(readers: int, size: int) -> None:
    from django.db import connection  # noqa: PLC0415  (once Django is set up)
    from nuntius.models import Campaign  # noqa: PLC0415
    from readers.models import Reader  # noqa: PLC0415

    call_command("migrate", run_syncdb=True, verbosity=0)
    Reader.objects.bulk_create(
        Reader(email=f"r{number}@in.test", subscriber_status=1) for number in range(readers)
    )
    lines = size // len(LINE) // 4
    leave = "https://news.test/unsubscribe/{{ email }}"
    Campaign.objects.create(
        name="An issue",
        message_from_email="b@news.test",
        message_subject="Hello",
        message_content_html=f'<p>{LINE * 3 * lines}</p><a href="{leave}">Unsubscribe</a>',
        message_content_text=f"{LINE * lines}{leave}\n",
        status=Campaign.STATUS_SENDING,
    )
    connection.close()


def _wait(readers: int) -> None:
    from nuntius.models import CampaignSentEvent  # noqa: PLC0415  (as above)

    done, since = 0, time.monotonic()
    while done < readers:
        time.sleep(0.05)
        found = CampaignSentEvent.objects.exclude(result="P").count()
        if found > done:
            done, since = found, time.monotonic()
        elif time.monotonic() - since > PATIENCE:
            raise SystemExit(f"its worker has sent {done} of {readers} mails, and no more")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:4]), Path(sys.argv[4]))
