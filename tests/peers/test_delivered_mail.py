"""Mail as real servers deliver it: by STARTTLS into postfix, signed by opendkim, read back."""

from __future__ import annotations

import re
from email import message_from_bytes, policy
from typing import TYPE_CHECKING

import pytest
from listunsub import audit

from certificates import trust
from delivering import Newsletter
from homes import command, empty_home
from msnewsletter.publisher.delivering.mailing_report import MailingEnd
from msnewsletter.subscribers.delivery_state import DeliveryState
from msnewsletter.subscribers.subscriber import SubscribedEdition
from peers.opendkim import Signer, opendkim
from peers.postfix import Delivered, postfix
from render.mail.test_judged import spam_scores

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

READERS = ("ada@example.org", "bo@example.org", "eve@example.org")


class Mailed:
    """A newsletter whose first issue was delivered, what arrived, and who signed it."""

    def __init__(self, letter: Newsletter, arrived: list[Delivered], signer: Signer) -> None:
        self.letter, self.signer = letter, signer
        self.arrived = {one.to: one for one in arrived}
        self.number = len(arrived)
        self.key = letter.home.root / "key.txt"
        self.key.write_text(signer.record)

    def doctor(self, received: bytes) -> tuple[int, list[str]]:
        """What `doctor --received` says of a mail."""
        path = self.letter.home.root / "received.eml"
        path.write_bytes(received)
        words = ("doctor", "--received", str(path), "--dkim-key", str(self.key))
        done = command(self.letter.home, *words)
        assert not done.stderr, done.stderr
        return done.returncode, done.stdout.splitlines()


@pytest.fixture(scope="module")
def mailed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mailed]:
    folder = tmp_path_factory.mktemp("mailed")
    with pytest.MonkeyPatch.context() as patched, opendkim() as signer:
        trust(patched, folder)
        with signer.milter() as milter, postfix(milter=milter) as server:
            letter = Newsletter(home=empty_home(folder / "home"))
            letter.set(f'[smtp]\nhost = "127.0.0.1"\nport = {server.port}\nsecurity = "starttls"')
            letter.set("[deliver]\nconnections = 2")
            letter.subscribe(*READERS[:2])
            letter.subscribe(READERS[2], edition=SubscribedEdition.LOW_ENERGY)
            letter.publish()
            [report] = letter.deliver().mailings
            assert report.end is MailingEnd.DONE
            assert report.balance.counts == {DeliveryState.SENT: 3}
            yield Mailed(letter, server.delivered(), signer)


def test_each_has_one_copy_with_a_link_of_their_own_and_valid_mime(mailed: Mailed) -> None:
    assert mailed.number == 3
    assert sorted(mailed.arrived) == sorted(READERS)
    links = set()
    for reader, one in mailed.arrived.items():
        message = message_from_bytes(one.message, policy=policy.SMTP)
        assert message["To"] == reader
        links.add(message["List-Unsubscribe"])
        parts = list(message.walk())
        assert [part.get_content_type() for part in parts] == [
            "multipart/alternative",
            "text/plain",
            "text/html",
        ]
        assert not any(part.defects for part in parts)
        assert b"%%" not in one.message
    assert len(links) == 3


@pytest.mark.parametrize("reader", READERS)
def test_a_signed_copy_passes_doctor(mailed: Mailed, reader: str) -> None:
    code, lines = mailed.doctor(mailed.arrived[reader].received)
    assert code == 0, lines
    assert code == 0
    covers = "covers From, Subject, List-Unsubscribe and List-Unsubscribe-Post"
    assert lines == [
        "ok   received: a copy of issue 1",
        "ok   received: it says what was sent, and leads where that led",
        f"ok   received: the DKIM signature of example.org (selector tests) is valid, and {covers}",
    ]


@pytest.mark.parametrize("reader", READERS[1:])
def test_judges_of_spam_and_of_unsubscribing_mind_nothing(
    mailed: Mailed, reader: str, root: Path
) -> None:
    data = mailed.arrived[reader].message
    message = message_from_bytes(data, policy=policy.SMTP)
    # It arrived when it was sent, by the clock of the newsletter and not by that of the judge.
    way = f"Received: from mail.test (mail.test [127.0.0.1]) by mail.test; {message['Date']}\r\n"
    [(score, rules)] = spam_scores(root, {"received": way.encode() + data}).values()
    assert score <= 0.5, rules
    assert audit(message["List-Unsubscribe"], message["List-Unsubscribe-Post"]) == []


def test_what_a_provider_changes_after_signing_is_named(mailed: Mailed) -> None:
    received = mailed.arrived[READERS[0]].received
    changed = received.replace(b"small", b"large")
    code, lines = mailed.doctor(changed)
    assert code == 1
    assert any("the text was changed, from here on: 'large" in line for line in lines)
    assert "the DKIM signature of example.org (selector tests) is not valid" in lines[-1]
    code, lines = mailed.doctor(re.sub(rb"(?s)DKIM-Signature:.*?\n(?=[A-Z])", b"", received))
    assert (code, "has no DKIM signature" in lines[-1]) == (1, True)


def test_opendkim_s_own_choice_of_headers_is_named_with_what_to_set(mailed: Mailed) -> None:
    unsigned = re.sub(
        rb"(?s)DKIM-Signature:.*?\r\n(?=[A-Z])", b"", mailed.arrived[READERS[0]].message
    )
    with opendkim(one_click=False) as usual:
        signed = usual.sign(unsigned)
        mailed.key.write_text(usual.record)
        code, lines = mailed.doctor(signed)
        mailed.key.write_text(mailed.signer.record)
    assert code == 1
    assert "does not cover List-Unsubscribe-Post" in lines[-1]
    assert "'SignHeaders *,+List-Unsubscribe-Post'" in lines[-1]


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "names no issue"),
        (b"GIF89a\0\0\0", "names no issue"),
        (b"Archived-At: <https://x.example/issues/0009.html>\r\n\r\nx", "in no folder of outbox/"),
        (b"Archived-At: <https://x.example/issues/0001.html>\r\n\r\n", "it holds no text"),
        (b"x" * 5_000_001, "is too large"),
    ],
)
def test_a_file_that_is_none_of_our_mails_is_refused_in_one_line(
    mailed: Mailed, tmp_path: Path, data: bytes, says: str
) -> None:
    path = tmp_path / "x.eml"
    path.write_bytes(data)
    done = command(mailed.letter.home, "doctor", "--received", str(path))
    assert done.returncode == 1
    assert says in done.stderr
    assert done.stderr.count("\n") == 1
