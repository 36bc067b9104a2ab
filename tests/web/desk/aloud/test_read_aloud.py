"""Which tree is read aloud: Chromium's once for each document, one at a time, else the markup's."""

from __future__ import annotations

import threading

from msnewsletter.web.desk.aloud.chromium_nodes import NoChromiumError
from msnewsletter.web.desk.aloud.markup_nodes import markup_nodes
from msnewsletter.web.desk.aloud.read_aloud import AloudReader
from msnewsletter.web.desk.aloud.spoken import AloudNode, lines_of

PAGE = b"<title>T</title><h1>Words</h1>"
HEARD = AloudNode(role="document", name="heard")


def test_what_chromium_hears_is_asked_for_once() -> None:
    asked: list[bytes] = []
    reader = AloudReader(ask=lambda data: asked.append(data) or HEARD)  # type: ignore[func-returns-value]
    for _ in range(3):
        made = reader.read(PAGE)
        assert (made.lines, made.instead) == (lines_of(HEARD), "")
    reader.read(PAGE + b"more")
    assert asked == [PAGE, PAGE + b"more"]


def test_where_chromium_fails_the_markup_is_read_and_why_is_said() -> None:
    asked: list[bytes] = []

    def fail(data: bytes) -> AloudNode:
        asked.append(data)
        raise NoChromiumError("it is not there")

    reader = AloudReader(ask=fail)
    for _ in range(2):
        made = reader.read(PAGE)
        assert (made.lines, made.instead) == (lines_of(markup_nodes(PAGE)), "it is not there")
    assert len(asked) == 1, "nobody waits again for what has failed"


def test_who_comes_while_another_document_is_read_does_not_wait() -> None:
    began, may_end = threading.Event(), threading.Event()

    def slow(_: bytes) -> AloudNode:
        began.set()
        assert may_end.wait(60)
        return HEARD

    reader = AloudReader(ask=slow)
    first = threading.Thread(target=reader.read, args=(b"<p>slow",))
    first.start()
    assert began.wait(60)
    made = reader.read(PAGE)
    assert "busy" in made.instead
    assert made.lines == lines_of(markup_nodes(PAGE))
    may_end.set()
    first.join(60)
    assert reader.read(PAGE).instead == "", "and hears it when asked again"


def test_only_some_documents_are_kept() -> None:
    asked: list[bytes] = []
    reader = AloudReader(ask=lambda data: asked.append(data) or HEARD)  # type: ignore[func-returns-value]
    for number in range(40):
        reader.read(b"%d" % number)
    reader.read(b"39")
    assert len(asked) == 40
    reader.read(b"0")
    assert len(asked) == 41
