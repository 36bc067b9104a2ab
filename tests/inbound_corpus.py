"""Messages as mail servers write them, and how the tests read them.

The files in tests/delivery/inbound/corpus are our own, in the forms that servers use and that
public bug reports describe; all names in them are invented. Each is about delivery 4711 of a
newsletter at news.example.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path

from msnewsletter.delivery.inbound.read_inbound import read_inbound
from msnewsletter.delivery.inbound.unsubscribe_mail import OwnAddresses
from msnewsletter.delivery.inbound.verp import Verp

CORPUS = {
    path.stem: path
    for path in sorted((Path(__file__).parent / "delivery/inbound/corpus").glob("*.eml"))
}
DELIVERY = 4711
TOKEN = "Zm9yLXRlc3RzLW9ubHktMDAwMQ"  # noqa: S105  (opens nothing)
VERP = Verp("bounces@news.example", b"a key for tests only")
OURS = OwnAddresses(
    unsubscribe=frozenset({"unsubscribe@news.example"}),
    others=frozenset({"digest@news.example"}),
)
read = partial(read_inbound, addresses=OURS, verp=VERP)
