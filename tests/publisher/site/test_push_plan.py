"""The order of a push, whatever the store has and wherever the last push was stopped."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from homes import AT
from msnewsletter.publisher.site.push_plan import PushManifest, push_plan
from msnewsletter.render.site.file_headers import cache_control, content_type, is_feed

NAMES = st.sampled_from(
    [
        *("index.html", "a.html", "b.html", "archive.html", "issues/0001.html", "style.css"),
        *("rss.xml", "tags/t/feed.json", "archive/0001/atom.xml"),
    ]
)
FILES = st.dictionaries(NAMES, st.sampled_from(["1", "2"]))
SOME = st.frozensets(NAMES).map(lambda names: tuple(sorted(names)))


@given(FILES, FILES, SOME, SOME)
def test_a_plan_leads_from_any_state_to_the_site_with_new_files_before_those_that_stood(
    had: dict[str, str], here: dict[str, str], putting: tuple[str, ...], removing: tuple[str, ...]
) -> None:
    there = PushManifest(
        newsletter="n", home="h", changed=AT, files=had, putting=putting, removing=removing
    )
    plan = push_plan(there, here)
    put, removed = plan.put, plan.removed
    assert len({*put, *removed}) == len(put) + len(removed)
    # What is certain to be there as it is, is left alone; all else is done.
    certain = {n for n in had.keys() & here.keys() if had[n] == here[n]}
    certain -= {*putting, *removing}
    assert set(put) == here.keys() - certain
    assert set(removed) == {*had, *putting, *removing} - here.keys()
    stood = [name in had and name not in removing for name in put]
    assert stood == sorted(stood)
    replaced = [is_feed(name) for name in put if name in had and name not in removing]
    assert replaced == sorted(replaced)
    if "index.html" in put and not ("index.html" in had and "index.html" not in removing):
        assert all(name in had for name in put[put.index("index.html") + 1 :])


def test_a_plan_for_what_is_there_already_is_empty() -> None:
    there = PushManifest(newsletter="n", home="h", changed=AT, files={"index.html": "1"})
    plan = push_plan(there, {"index.html": "1"})
    assert (plan.puts, plan.removals) == ((), ())


def test_a_file_s_name_says_its_type_and_how_long_it_may_be_kept() -> None:
    assert content_type("full/rss.xml") == "application/xml; charset=utf-8"
    assert content_type("unknown") == "application/octet-stream"
    assert cache_control("index.html") == "public, max-age=300"
    assert cache_control("rss.xml") == "public, max-age=300"
    assert cache_control("archive/0001/rss.xml") == "public, max-age=86400"
    assert cache_control("archive.html") == "public, max-age=300"
    assert cache_control("icon.svg") == "public, max-age=86400"
