"""Links that no reader can open: the place where each is put right, and once."""

from __future__ import annotations

from dataclasses import replace

import pytest

from msnewsletter.checks.finding import NOTE
from msnewsletter.checks.html_reader import read_page
from msnewsletter.checks.link_checks import check_links, summary_links
from render.mail.samples import SUMMARIES, issue_of


def at(*urls: str) -> list:
    return [
        replace(SUMMARIES[0], key=f"k{place}", url=url, location=f"summaries/k{place}.md")
        for place, url in enumerate(urls, start=1)
    ]


def said(issue, fetched=None) -> list[str]:  # noqa: ANN001
    return [str(one) for one in summary_links(issue, fetched or {})]


ONLY = "which only this machine or its network can open"


def test_a_summary_s_own_address_is_said_once_a_host_with_the_files_that_have_it() -> None:
    issue = issue_of(*at(*["http://nas.local/"] * 6, "http://10.1.2.3/a", "https://a.test/"))
    assert said(issue) == [
        (
            f"summaries/k1.md: 6 summaries lead to 'nas.local', {ONLY}: also summaries/k2.md, "
            "summaries/k3.md, summaries/k4.md and 2 more; "
            "write the address that readers can open in its 'url'"
        ),
        (
            f"summaries/k7.md: 1 summary leads to '10.1.2.3', {ONLY}; "
            "write the address that readers can open in its 'url'"
        ),
    ]


def test_what_a_source_brings_is_said_once_at_the_source() -> None:
    summaries = at("http://nas.local/a", "http://nas.local/b", "http://nas.local/c")
    places = {one.location: "weekly" for one in summaries[:2]}
    of_source, of_file = said(issue_of(*summaries), places)
    assert of_source == (
        f"newsletter.toml: the source 'weekly': 2 summaries lead to 'nas.local', {ONLY}; "
        "write the address that readers can open there, in place of that of 'nas.local'"
    )
    assert of_file.startswith("summaries/k3.md: 1 summary leads")


def test_a_site_without_tls_is_said_once_as_well() -> None:
    issue = issue_of(*at("http://a.test/1", "http://a.test/2"))
    (one,) = said(issue)
    assert one.startswith("summaries/k1.md: 2 summaries lead to 'a.test', by http: others can see")
    page = read_page('<a href="http://a.test/1">One</a><a href="http://b.test/">Two</a>')
    found = check_links(page, "digest.html", issue)
    assert ["b.test" in one.reason for one in found if one.name == "insecure-link"] == [True]


def test_a_newsletter_that_is_tried_out_on_this_machine_may_lead_to_it() -> None:
    issue = issue_of(*at("http://127.0.0.1:8001/", "http://nas/"), site="http://localhost:8000/")
    (one,) = said(issue)
    assert "'nas'" in one


PAGE = "".join(
    f'<a href="{url}">{url}</a>'
    for url in (
        *("http://nas/issues/7", "http://nas/about", "http://nas/unsubscribe/x"),
        *("http://nas.local/a%20b", "http://router/"),
    )
)


@pytest.mark.parametrize(("note", "place"), [("", "digest.html"), ("See http://router/ .", NOTE)])
def test_a_setting_is_said_once_and_a_template_s_or_the_note_s_link_where_it_is(
    note: str, place: str
) -> None:
    issue = issue_of(
        *at("http://nas.local/a b"), site="http://nas/", unsubscribe_url="http://nas/unsubscribe/"
    )
    found = check_links(read_page(PAGE), "digest.html", replace(issue, note=note))
    assert [one.place for one in found if one.name == "private-link"] == [
        "newsletter.toml: newsletter.site",
        "newsletter.toml: mail.unsubscribe_url",
        place,
    ]
