"""Names of fields and paths in newsletter.toml: the line about a wrong one."""

from __future__ import annotations

import re

import pytest

from msnewsletter.errors import SettingsError
from msnewsletter.field_settings import SUMMARY_FIELDS
from msnewsletter.home import packaged_home
from msnewsletter.settings import Settings, parse_settings
from msnewsletter.sources.json_objects import KNOWN_FIELDS

SAMPLE = (packaged_home() / "newsletter.toml").read_text()
JSON = '[[sources]]\nkind = "json"\nname = "cms"\nurl = "https://example.org/api"\n'
COMMAND = '[[sources]]\nkind = "command"\nname = "db"\ncommand = "./export"\n'
FEED = '[[sources]]\nkind = "feed"\nname = "site"\nurl = "https://example.org/feed"\n'
PAGE = '[[sources]]\nkind = "page"\nname = "pages"\nurls = ["https://example.org/a"]\n'
WRONG = {
    f'{JSON}fields = {{ cautoins = "$.a" }}': "no summary has this field; did you mean 'cautions'?",
    f'{JSON}[sources.fields]\nkey = "$.id"\nHeadline = "$.a"': "did you mean 'headline'?",
    f'{JSON}fields = {{ zzzzzz = "$.a" }}': "no summary has this field; use one of key, headline, ",
    f'{JSON}fields = {{ related = "$.a" }}': "no summary has this field; ",
    f'{JSON}fields = {{ found = "body.found" }}': "did you mean '$.body.found'?",
    f'{JSON}fields = {{ found = "html:$[" }}': "= 'html:$[': it is not a JSONPath (",
    f"{JSON}fields = {{ found = 7 }}": 'write it in quotes, e.g. "text"',
    f'{JSON}items = "data"': "items = 'data': it is not a JSONPath (expected '$', found 'd'); did",
    f'{JSON}next = "$."': "next = '$.': it is not a JSONPath (",
    f'{COMMAND}fields = {{ found = "x y" }}': "it is not a JSONPath (",
    f'{COMMAND}fields = {{ fuond = "$.x" }}': "did you mean 'found'?",
    f'{FEED}fields = {{ jurnal = "dc:source" }}': "did you mean 'journal'?",
    f'{FEED}select = {{ publishd = "time" }}': "did you mean 'published'?",
    f'{PAGE}select = {{ publishd = "time" }}': "did you mean 'published'?",
}


def parsed(section: str) -> Settings:
    return parse_settings(f"{SAMPLE}\n{section}\n")


@pytest.mark.parametrize("section", WRONG)
def test_a_wrong_field_or_path_is_named_with_what_to_write(section: str) -> None:
    with pytest.raises(SettingsError) as caught:
        parsed(section)
    said = str(caught.value)
    assert re.match(r"newsletter\.toml:\d+: ", said)
    assert WRONG[section] in said


def test_right_ones_are_taken() -> None:
    fields = '[sources.fields]\nkey = "$.id"\nfound = "html:$.body[*].text"'
    [_, source] = parsed(f"{JSON}{fields}").sources
    assert source.model_dump()["fields"] == {"key": "$.id", "found": "html:$.body[*].text"}


def test_a_source_can_give_every_field_of_a_file_but_cards() -> None:
    assert sorted((*SUMMARY_FIELDS, "related")) == sorted(KNOWN_FIELDS)
