"""What a person types: an address that passes without the library is one that the library takes."""

from __future__ import annotations

import pytest
from email_validator import SPECIAL_USE_DOMAIN_NAMES, validate_email
from hypothesis import given
from hypothesis import strategies as st

from msnewsletter import validators
from msnewsletter.validators import mailbox

LETTERS = "abzAZ09_.+-"
LOCALS = st.text(alphabet=LETTERS, min_size=1, max_size=70)
LABELS = st.lists(st.text(alphabet="az09-", min_size=1, max_size=66), min_size=1, max_size=4)
TOPS = st.text(alphabet="abz", min_size=1, max_size=66) | st.sampled_from(["org", "test", "local"])


@given(LOCALS, LABELS, TOPS)
def test_a_plain_address_is_what_the_library_makes_of_it(
    local: str, labels: list[str], top: str
) -> None:
    text = f"{local}@{'.'.join(labels)}.{top}"
    if len(text) > validators._PLAIN_LENGTH or not validators._PLAIN_MAILBOX.fullmatch(text):
        return
    found = validate_email(text, check_deliverability=False, test_environment=True, strict=True)
    assert mailbox(text) == text == found.ascii_email


@pytest.mark.parametrize("name", SPECIAL_USE_DOMAIN_NAMES)
def test_a_domain_for_special_use_is_never_plain(name: str) -> None:
    assert not validators._PLAIN_MAILBOX.fullmatch(f"editor@example.{name}")
    if name != "test":
        with pytest.raises(ValueError, match="is not a valid e-mail address"):
            mailbox(f"editor@example.{name}")


def test_the_domain_of_any_other_address_is_as_mail_carries_it() -> None:
    assert mailbox("Editor@Bücher.example") == "Editor@xn--bcher-kva.example"
    assert mailbox("editor@EXAMPLE.org") == "editor@example.org"
