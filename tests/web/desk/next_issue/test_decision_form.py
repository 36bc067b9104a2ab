"""A form says which draft its page had shown, and one that does not decides nothing."""

from __future__ import annotations

import pytest

from msnewsletter.errors import RefusedError
from msnewsletter.publisher.seen_draft import SeenDraft
from msnewsletter.web.desk.next_issue.decision_form import seen_by, seen_fields

WHOLE = {"issue": "3", "content": "abc", "decision": ""}


def test_what_a_page_showed_comes_back_from_its_form() -> None:
    assert seen_by(WHOLE) == SeenDraft(issue=3, content="abc", decision="")
    assert seen_fields(None) == {}


@pytest.mark.parametrize("name", WHOLE)
def test_each_field_is_needed(name: str) -> None:
    with pytest.raises(RefusedError, match="it does not say which draft you saw"):
        seen_by({key: value for key, value in WHOLE.items() if key != name})


def test_a_number_that_is_none_is_refused() -> None:
    with pytest.raises(RefusedError, match="it does not say which draft you saw"):
        seen_by(WHOLE | {"issue": "three"})
