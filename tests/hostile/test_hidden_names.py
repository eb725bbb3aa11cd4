"""Somebody whom a speaking mode hides is named in nothing that leaves the instance."""

import asyncio
from typing import Any

import pytest

from server.storage.sql import execute, rows
from tests.elsewhere import ACTIVITY_JSON
from tests.hostile.ground import House, Person

NAME, HANDLE = "Wilhelmina Featherstonehaugh", "whistle"


async def everything_about(
    oak: House, reader: Person, raised: dict[str, Any], comment: dict[str, Any]
) -> dict[str, str]:
    """What leaves the instance about a proposal and a comment, by where it was asked for."""
    proposal_id, comment_id = raised["id"], comment["id"]
    objects = {"accept": ACTIVITY_JSON}
    found = {}
    for path in (
        f"/proposals/{proposal_id}",
        f"/proposals/{proposal_id}/versions",
        f"/proposals/{proposal_id}/timeline",
        f"/posts/{comment_id}",
        f"/posts/{comment_id}/reply",
        f"/posts/{comment_id}/report",
        "/proposals",
        "/",
        "/topics/damp-homes",
        "/proposals/feed.atom",
        "/topics/damp-homes/feed.atom",
        "/search?q=mould",
        "/notifications",
    ):
        found["page " + path] = (await reader.browser.get(path)).text
    for path in (
        f"/proposals/{proposal_id}",
        f"/posts/{comment_id}",
        f"/proposals/{proposal_id}/replies",
        f"/contexts/{proposal_id}",
        "/topics/damp-homes/outbox?page=true",
    ):
        found["object " + path] = (await oak.visitor.get(path, headers=objects)).text
    for path in (
        f"/api/v1/statuses/{proposal_id}",
        f"/api/v1/statuses/{proposal_id}/context",
        f"/api/v1/statuses/{comment_id}",
        f"/api/v1/statuses/{proposal_id}/history",
        "/api/v1/notifications",
        "/api/v1/timelines/public",
        "/api/v2/search?q=mould&type=statuses",
        "/api/v1/timelines/tag/proposal",
    ):
        found["app " + path] = (await reader.app.get(path)).text
    return found


@pytest.mark.parametrize("mode", ["confidential", "anonymous"])
async def test_a_hidden_name_is_nowhere(oak: House, rosa: Person, mode: str) -> None:
    await oak.topic("damp-homes", "Damp homes")
    hidden = await oak.join(HANDLE)
    raised = await hidden.say(
        "@damp-homes Mould at home\n\nWhat we see: Black mould\nWhat should change: Repairs\n#Proposal"
    )
    assert raised["civic"]["type"] == "proposal"
    comment = await hidden.say("More mould, @rosa", in_reply_to_id=raised["id"])
    with oak.use():
        await execute("UPDATE posts SET mode = ?, rev = rev + 1 WHERE account_id = ?", [mode, hidden.by.account_id])
        await execute("UPDATE accounts SET display_name = ? WHERE id = ?", [NAME, hidden.by.account_id])
    await oak.work()
    found = await everything_about(oak, rosa, raised, comment)
    assert "lack mould" in found[f"page /proposals/{raised['id']}"]
    assert "ore mould" in found["app /api/v1/notifications"]
    assert [where for where, text in found.items() if NAME in text or HANDLE in text] == []
    for path in (f"/users/{HANDLE}", f"/@{HANDLE}/feed.atom", f"/users/{HANDLE}/outbox?page=true"):
        assert "mould" not in (await oak.visitor.get(path)).text, path
    with oak.use():
        sent = await rows("SELECT body FROM activities")
    assert [each for each in sent if NAME in str(each["body"]) or f"users/{HANDLE}" in str(each["body"])] == []
    theirs = await rosa.app.get(f"/api/v1/accounts/{hidden.by.account_id}/statuses")
    assert "mould" not in theirs.text


async def test_a_stream_names_no_hidden_name(oak: House, rosa: Person) -> None:
    hidden = await oak.join(HANDLE)
    with oak.use():
        await execute("UPDATE accounts SET display_name = ? WHERE id = ?", [NAME, hidden.by.account_id])
    async with oak.instance.hub.subscribe(("public", "public:local")) as stream:
        await hidden.say("Mould")
        with oak.use():
            await execute("UPDATE posts SET mode = 'anonymous' WHERE account_id = ?", [hidden.by.account_id])
        await oak.work()
        told = await asyncio.wait_for(stream.next(), 5)
    assert "Mould" in told.payload
    assert NAME not in told.payload
    assert HANDLE not in told.payload
