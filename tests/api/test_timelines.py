"""Reading lists: order, paging, what one query more would cost."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from server.api import shown
from server.http.kept import Kept
from server.storage import sql
from tests.api.site import Person, Site

LINK = re.compile(r'<([^>]+)>; rel="(\w+)"')


def links(response: Any) -> dict[str, str]:
    return {rel: url for url, rel in LINK.findall(response.headers.get("link", ""))}


@contextmanager
def counted(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The statements that raw SQL runs."""
    seen: list[str] = []
    prepare = sql.prepare

    def noting(text: str, values: Any) -> Any:
        seen.append(text)
        return prepare(text, values)

    with monkeypatch.context() as patch:
        patch.setattr(sql, "prepare", noting)
        yield seen


async def test_pages_follow_each_other_and_the_last_has_no_next(rosa: Person) -> None:
    posted = [(await rosa.say(f"Number {number}"))["id"] for number in range(5)]
    read: list[str] = []
    url = "/api/v1/timelines/home?limit=2&local=false"
    while url:
        response = await rosa.client.get(url)
        read += [status["id"] for status in response.json()]
        found = links(response)
        assert all("limit=2" in link and "local=false" in link for link in found.values())
        assert all(link.startswith("http://127.0.0.1:8001/api/v1/timelines/home?") for link in found.values())
        url = found.get("next", "")
    assert read == posted[::-1]


async def test_a_full_last_page_has_no_next_either(rosa: Person) -> None:
    for number in range(4):
        await rosa.say(f"Number {number}")
    assert "next" in links(await rosa.get("/api/v1/timelines/home", limit=2))
    assert "next" not in links(await rosa.get("/api/v1/timelines/home", limit=4))


async def test_the_link_to_newer_ones_leads_to_those_that_follow_directly(rosa: Person) -> None:
    posted = [(await rosa.say(f"Number {number}"))["id"] for number in range(5)]
    response = await rosa.get("/api/v1/timelines/home", limit=2, min_id=posted[0])
    assert [status["id"] for status in response.json()] == [posted[2], posted[1]]
    newer = await rosa.client.get(links(response)["prev"])
    assert [status["id"] for status in newer.json()] == [posted[4], posted[3]]
    since = await rosa.get("/api/v1/timelines/home", limit=2, since_id=posted[0])
    assert [status["id"] for status in since.json()] == [posted[4], posted[3]]


async def test_a_negative_limit_and_a_strange_cursor_are_400(rosa: Person) -> None:
    assert (await rosa.get("/api/v1/timelines/home", limit=-1)).status_code == 400
    assert (await rosa.get("/api/v1/timelines/home", max_id="abc")).status_code == 400


async def test_bookmarks_are_paged_by_the_mark_and_not_by_the_post(rosa: Person) -> None:
    posted = [(await rosa.say(f"Number {number}"))["id"] for number in range(3)]
    for post_id in (posted[2], posted[0], posted[1]):
        await rosa.post(f"/api/v1/statuses/{post_id}/bookmark")
    first = await rosa.get("/api/v1/bookmarks", limit=2)
    assert [status["id"] for status in first.json()] == [posted[1], posted[0]]
    rest = await rosa.client.get(links(first)["next"])
    assert [status["id"] for status in rest.json()] == [posted[2]]


async def test_home_costs_the_same_queries_for_one_status_and_for_forty(
    site: Site, rosa: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    costs = []
    for number in range(40):
        await rosa.say(f"Number {number}")
        if number in (0, 39):
            site.app.state.kept_statuses = Kept()
            for _ in range(2):  # cold, then warm
                with counted(monkeypatch) as seen:
                    response = await rosa.get("/api/v1/timelines/home", limit=40)
                costs.append(len(seen))
            assert len(response.json()) == number + 1
    cold_one, warm_one, cold_forty, warm_forty = costs
    assert warm_one == warm_forty == 4  # token, ids, keys, marks
    assert cold_one == cold_forty


async def test_a_mark_of_one_reader_is_not_shown_to_another(rosa: Person, tom: Person) -> None:
    post_id = (await rosa.say("Look"))["id"]
    await tom.post(f"/api/v1/statuses/{post_id}/favourite")
    seen_by = [(await person.get("/api/v1/timelines/public")).json()[0]["favourited"] for person in (rosa, tom, rosa)]
    assert seen_by == [False, True, False]


async def test_what_changed_is_rendered_anew(rosa: Person, tom: Person) -> None:
    post_id = (await rosa.say("Look"))["id"]
    before = (await tom.get("/api/v1/timelines/public")).json()[0]
    await tom.post(f"/api/v1/statuses/{post_id}/favourite")
    await rosa.client.patch("/api/v1/accounts/update_credentials", json={"display_name": "Rosa M"})
    after = (await tom.get("/api/v1/timelines/public")).json()[0]
    assert (before["favourites_count"], after["favourites_count"]) == (0, 1)
    assert after["account"]["display_name"] == "Rosa M"


async def test_one_status_that_cannot_be_rendered_does_not_take_the_others_with_it(
    site: Site, rosa: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    good, bad = (await rosa.say("Good"))["id"], (await rosa.say("Bad"))["id"]
    rendered = shown.rendered

    def failing(post: Any, origin: str) -> Any:
        if str(post.id) == bad:
            raise ValueError("broken")
        return rendered(post, origin)

    monkeypatch.setattr(shown, "rendered", failing)
    site.app.state.kept_statuses = Kept()
    response = await rosa.get("/api/v1/timelines/home")
    assert [status["id"] for status in response.json()] == [good]


async def test_a_boost_carries_the_post_and_the_readers_marks_on_it(site: Site, rosa: Person, tom: Person) -> None:
    post_id = (await rosa.say("Look"))["id"]
    boost = (await tom.post(f"/api/v1/statuses/{post_id}/reblog")).json()
    assert boost["reblog"]["id"] == post_id
    assert boost["id"] != post_id
    assert boost["reblog"]["reblogged"] is True
    assert boost["account"]["acct"] == "tom"
    undone = (await tom.post(f"/api/v1/statuses/{post_id}/unreblog")).json()
    assert (undone["id"], undone["reblogged"], undone["reblogs_count"]) == (post_id, False, 0)


async def test_the_public_timeline_is_read_without_a_token(site: Site, rosa: Person) -> None:
    await rosa.say("For everyone")
    await rosa.say("For followers", visibility="private")
    response = await site.visitor.get("/api/v1/timelines/public")
    assert [status["content"] for status in response.json()] == ["<p>For everyone</p>"]


async def test_a_followed_topic_is_a_read_only_list(site: Site, rosa: Person, tom: Person) -> None:
    topic = await site.topic("housing", "Housing")
    await rosa.post(f"/api/v1/accounts/{topic}/follow")
    proposal = await tom.say("@housing #proposal\nMend the lift")
    lists = (await rosa.get("/api/v1/lists")).json()
    assert [(each["id"], each["title"]) for each in lists] == [(str(topic), "Topic: Housing")]
    shown_in_list = (await rosa.get(f"/api/v1/timelines/list/{topic}")).json()
    assert [status["id"] for status in shown_in_list] == [proposal["id"]]
    assert (await rosa.client.delete(f"/api/v1/lists/{topic}")).status_code == 403


async def test_a_new_post_renders_none_of_its_authors_others_anew(
    rosa: Person, tom: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    for text in ("One", "Two"):
        await rosa.say(text)
    await tom.get("/api/v1/timelines/public")
    rendered, anew = shown.rendered, []

    def counted(post: Any, origin: str) -> Any:
        anew.append(post.content_html)
        return rendered(post, origin)

    monkeypatch.setattr(shown, "rendered", counted)
    await rosa.say("Three")
    found = (await tom.get("/api/v1/timelines/public")).json()
    assert anew == ["<p>Three</p>"]
    assert [status["account"]["statuses_count"] for status in found] == [3, 3, 3]
