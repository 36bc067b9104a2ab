from __future__ import annotations

import pytest

from msnewsletter.errors import SourceError
from msnewsletter.source_settings import PageSource
from msnewsletter.sources.fetch.page_reading import read_page
from sources.fetch.fetching import NOW, asking
from sources.fetch.web_server import Answer, serving

SOURCE = PageSource(kind="page", name="site", urls=("https://a.example/",))
# "naïve" in windows-1252, which only the server says.
PAGE = b"<main><h1 class=t>A na\xefve study</h1><link rel=canonical href=../b></main>"


def test_a_page_is_read_as_its_server_names_it() -> None:
    route = Answer(body=PAGE, kind="text/html; charset=windows-1252")
    with serving({"/x/a": route}) as server, asking() as client:
        document = client.document(server.url("/x/a"))
        found = read_page(
            document, at=NOW, source=SOURCE.model_copy(update={"select": {"headline": ".t"}})
        )
    assert found.fields["headline"] == "A na\N{LATIN SMALL LETTER I WITH DIAERESIS}ve study"
    assert found.canonical == server.url("/b")


def test_what_its_server_calls_no_page_is_none() -> None:
    with serving({"/a": Answer(body=b"%PDF-1.7", kind="application/pdf")}) as server:
        with asking() as client:
            document = client.document(server.url("/a"))
        with pytest.raises(SourceError, match="is no HTML page"):
            read_page(document, at=NOW, source=SOURCE)
