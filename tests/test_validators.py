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


@given(
    local=st.from_regex(r"[a-zA-Z0-9_]{1,8}([.+-][a-zA-Z0-9_]{1,8}){0,6}", fullmatch=True),
    labels=st.lists(
        st.from_regex(r"[a-z0-9]{1,9}(-[a-z0-9]{1,9}){0,5}", fullmatch=True), min_size=1, max_size=2
    ),
    top=st.from_regex(r"[a-z]{2,20}", fullmatch=True).filter(
        lambda name: name not in {"arpa", "invalid", "local", "localhost", "onion", "test"}
    ),
)
def test_whatever_is_plain_the_library_leaves_as_it_is(
    local: str, labels: list[str], top: str
) -> None:
    text = f"{local}@{'.'.join(labels)}.{top}"
    assert validators.is_plain_mailbox(text)
    found = validate_email(text, check_deliverability=False, test_environment=True, strict=True)
    assert mailbox(text) == text == found.ascii_email


@pytest.mark.parametrize("domain", ["a-b.org", "a-1.b-2-c.example.org", f"{'a-' * 31}a.org"])
def test_a_domain_with_hyphens_inside_its_labels_is_plain(domain: str) -> None:
    assert validators.is_plain_mailbox(f"ada@{domain}")


@pytest.mark.parametrize("label", ["-a", "a-", "xn--a", "a--b", f"{'a-' * 32}a", ""])
def test_a_label_that_idna_might_refuse_is_not_plain(label: str) -> None:
    assert not validators.is_plain_mailbox(f"ada@{label}.org")
    assert not validators.is_plain_mailbox(f"ada@news.{label}.org")


@pytest.mark.parametrize("name", SPECIAL_USE_DOMAIN_NAMES)
def test_a_domain_for_special_use_is_never_plain(name: str) -> None:
    assert not validators._PLAIN_MAILBOX.fullmatch(f"editor@example.{name}")
    if name != "test":
        with pytest.raises(ValueError, match="is not a valid e-mail address"):
            mailbox(f"editor@example.{name}")


def test_the_domain_of_any_other_address_is_as_mail_carries_it() -> None:
    assert mailbox("Editor@Bücher.example") == "Editor@xn--bcher-kva.example"
    assert mailbox("editor@EXAMPLE.org") == "editor@example.org"
