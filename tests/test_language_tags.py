"""Languages by their tags: what is English, and which language a summary is in."""

from __future__ import annotations

import pytest

from msnewsletter.language_tags import is_english, language_of
from msnewsletter.model import Summary
from render.mail.samples import issue_of


@pytest.mark.parametrize("tag", ["en", "EN", "en-GB", "en-Latn-US"])
def test_english_is_english_wherever_it_is_spoken(tag: str) -> None:
    assert is_english(tag)


@pytest.mark.parametrize("tag", ["de", "enm", "pt-BR", "de-en"])
def test_a_tag_that_only_looks_like_it_is_not(tag: str) -> None:
    assert not is_english(tag)


@pytest.mark.parametrize(("own", "language"), [(None, "de"), ("fr", "fr")])
def test_a_summary_is_in_its_own_language_or_in_the_newsletter_s(
    own: str | None, language: str
) -> None:
    summary = Summary(key="sleep", headline="Sleep helps.", language=own)
    assert language_of(summary, issue_of(summary, language="de").masthead) == language
