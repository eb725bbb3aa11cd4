"""Every list is also an Atom feed: well formed, with all that RFC 4287 asks for, and the full text."""

from xml.etree import ElementTree

import pytest

from server.actions.topics import create_topic
from server.rules.permissions import OPERATOR
from tests.web.site import Site, no_keys
from tests.web.test_hearing_back import an_answer

ATOM = "{http://www.w3.org/2005/Atom}"


def checked(text: str) -> list[ElementTree.Element]:
    """The entries of a feed that has what each feed and entry must have."""
    root = ElementTree.fromstring(text)
    assert root.tag == f"{ATOM}feed"
    for part in [root, *root.findall(f"{ATOM}entry")]:
        for name in ("id", "title", "updated"):
            assert (part.findtext(f"{ATOM}{name}") or "").strip(), name
    entries = root.findall(f"{ATOM}entry")
    ids = [entry.findtext(f"{ATOM}id") for entry in entries]
    assert len(set(ids)) == len(ids)
    assert all(entry.findtext(f"{ATOM}author/{ATOM}name") for entry in entries)
    return entries


@pytest.mark.parametrize(
    ("feed", "words"),
    [
        ("/proposals/feed.atom", "Two visits."),
        ("/proposals/feed.atom?state=answered", "Two visits."),
        ("/proposals/{id}/feed.atom", "<em>five weeks</em>"),
        ("/proposals/{id}/timeline.atom", "One visit from April."),
        ("/answers/feed.atom", "One visit from April."),
        ("/answers/feed.atom?of=The+council", "One visit from April."),
        ("/@joyce/feed.atom", "Two visits."),
        ("/search/feed.atom?q=five", "<em>five weeks</em>"),
    ],
)
async def test_a_feed_is_well_formed_and_has_the_full_text(site: Site, feed: str, words: str) -> None:
    proposal_id = await an_answer(site, indexed=True)
    answer = await site.browser().get(feed.replace("{id}", str(proposal_id)))
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("application/atom+xml")
    entries = checked(answer.text)
    assert any(words in (entry.findtext(f"{ATOM}content") or "") for entry in entries)


async def test_feeds_without_entries_are_feeds_too(site: Site) -> None:
    for feed in (
        "/answers/feed.atom",
        "/answers/feed.atom?of=Nobody",
        "/topics.atom",
        "/search/feed.atom",
        "/organisations/canal_row/feed.atom",
    ):
        assert checked((await site.browser().get(feed)).text) == []


async def test_the_topics_are_a_feed(site: Site) -> None:
    await create_topic(
        OPERATOR, "damp-homes", "Damp homes", description="Wet walls & <old> rules.", keys=await no_keys()
    )
    page = await site.browser().get("/topics")
    assert 'href="/topics.atom"' in page.text
    (entry,) = checked((await site.browser().get("/topics.atom")).text)
    assert entry.findtext(f"{ATOM}title") == "Damp homes"
    assert entry.findtext(f"{ATOM}content") == "<p>Wet walls &amp; &lt;old&gt; rules.</p>"


async def test_the_answers_of_one_owner_are_a_page_and_a_feed_of_their_own(site: Site) -> None:
    await an_answer(site)
    page = (await site.browser().get("/answers?of=The+council")).text
    assert "Answers by The council" in page
    assert 'href="/answers/feed.atom?of=The+council"' in page
    assert "Nothing has been answered yet." in (await site.browser().get("/answers?of=Somebody+else")).text


async def test_the_page_of_answers_says_who_answered_and_how_long_it_took(site: Site) -> None:
    assert "Nothing has been answered yet." in (await site.browser().get("/answers")).text
    proposal_id = await an_answer(site)
    text = (await site.browser().get("/answers")).text
    assert "Partly accepted" in text
    assert "The council" in text
    assert "on the same day" in text
    assert f"/proposals/{proposal_id}#post-" in text
