"""Fills an instance: people through actions, posts and followers by the thousand through SQL.

    python -m tests.bench.seed people|posts|members NUMBER KEYS PEER_PORT

`people` prints what the rows need to know, as JSON.
"""

import json
import sys
from pathlib import Path
from typing import Any

from server.actions import instance as instance_actions
from server.actions.apps import issue_token, register_app
from server.actions.follows import follow
from server.actions.members import create_member
from server.actions.proposals import publish_proposal
from server.actions.topics import create_topic
from server.cli.at_work import in_database
from server.config import load
from server.queries import members
from server.rules.drafts import KeyPairs, ProposalDraft
from server.rules.ids import new_id, now_ms
from server.rules.permissions import OPERATOR, Principal
from server.storage.sql import execute, execute_many, rows
from server.storage.unit import unit
from tests.bench.peers import HOSTS, address

AUTHORS = 40  # elsewhere; the reader follows most of them
SCOPES = "read write follow push"
CONTENT = (
    "<p>Two teams wait for the <strong>same form</strong>, and each believes that the other has it. We could send it"
    ' once, with both names on it.</p><p>See <a href="https://example.org/a">the page</a>, number {}.</p>'
)
ACCOUNT = (
    "INSERT INTO accounts (id, uri, url, kind, name, name_key, domain, display_name, inbox, shared_inbox, outbox,"
    " followers_uri, profile_fields, also_known_as, created_at, fetched_at)"
    " VALUES (?, ?, ?, 'person', ?, ?, ?, ?, ?, ?, ?, ?, '[]', '[]', ?, ?)"
)
FOLLOW = (
    "INSERT INTO follows (id, account_id, target_id, uri, state, languages, created_at)"
    " VALUES (?, ?, ?, ?, 'accepted', '[]', ?)"
)
POST = (
    "INSERT INTO posts (id, uri, url, account_id, kind, thread_id, content_html, language, published_at, created_at)"
    " VALUES (?, ?, ?, ?, 'post', ?, ?, 'en', ?, ?)"
)


async def member(name: str, keys: KeyPairs) -> Principal:
    found = await members.by_id(await create_member(OPERATOR, name, keys=keys, display_name=name.title()))
    assert found is not None
    return members.principal(found)


async def token(by: Principal) -> str:
    app_id = await register_app(OPERATOR, "Bench", "", ["urn:ietf:wg:oauth:2.0:oob"], SCOPES)
    return await issue_token(OPERATOR, app_id, by.member_id, SCOPES)


async def strangers(prefix: str, number: int, port: int, folder: str = "") -> list[int]:
    """People on other servers, each on one of its own."""
    now, made = now_ms(), []
    for n in range(number):
        host = f"{address(n % HOSTS)}:{port}"
        uri = f"http://{host}/users/{prefix}{n}"
        name, shared = f"{prefix}{n}", f"http://{host}{folder}/inbox"
        more = (f"{uri}/outbox", f"{uri}/followers", now, now)
        made.append((new_id(), uri, uri, name, name, host, name.title(), f"{uri}/inbox", shared, *more))
    async with unit():
        await execute_many(ACCOUNT, made)
    return [each[0] for each in made]


async def all_follow(followers: list[int], target_id: int) -> None:
    made = [(new_id(), each, target_id, f"http://bench.example/follows/{new_id()}", now_ms()) for each in followers]
    async with unit():
        await execute_many(FOLLOW, made)


async def people(keys: Path, port: int) -> dict[str, Any]:
    """An instance with two members who talk, two who are read far away, a topic, a proposal, and authors elsewhere."""
    pair = json.loads(keys.read_text())
    pairs = KeyPairs(pair["public"], pair["private"], pair["proof_public"], pair["proof_private"])
    await instance_actions.set_up(OPERATOR, title="Bench", name="bench", description="", keys=pairs)
    reader, writer = await member("reader", pairs), await member("writer", pairs)
    near, slow = await member("near", pairs), await member("slow", pairs)
    await follow(reader, writer.account_id)
    authors = await strangers("author", AUTHORS, port)
    for author in authors[:30]:
        await all_follow([reader.account_id], author)
    known = await rows("SELECT id, uri FROM accounts WHERE domain <> ''")
    async with unit():
        await execute_many(
            "INSERT INTO keys (uri, account_id, use, public, first_seen) VALUES (?, ?, 'request', ?, 1)",
            [(f"{each['uri']}#main-key", each["id"], pair["public"]) for each in known],
        )
    await all_follow(await strangers("near", HOSTS, port), near.account_id)
    await all_follow(await strangers("slow", 200, port, "/slow"), slow.account_id)
    topic = await create_topic(OPERATOR, "damp-homes", "Damp homes", keys=pairs)
    sections = (("seen", CONTENT), ("rule", "Form 7 asks twice."), ("change", "Ask *once*."), ("evidence", "9 days."))
    proposal = await publish_proposal(writer, ProposalDraft(title="One form", sections=sections, topic_id=topic))
    return {
        "reader": await token(reader),
        "writer": await token(writer),
        "near": await token(near),
        "slow": await token(slow),
        "proposal": proposal,
    }


async def posts(number: int) -> None:
    """Posts by the authors elsewhere, one a minute up to now."""
    authors = [
        (each["id"], each["uri"]) for each in await rows("SELECT id, uri FROM accounts WHERE name LIKE 'author%'")
    ]
    end = now_ms()
    made = []
    for n in range(number):
        author_id, uri = authors[n % len(authors)]
        at = end - n * 60_000
        post_id = new_id(at)
        address = f"{uri}/statuses/{post_id}"
        made.append((post_id, address, address, author_id, post_id, CONTENT.format(n), at, at))
    async with unit():
        await execute_many(POST, made)
    await execute("ANALYZE")


async def more_members(number: int, keys: Path) -> None:
    """Members who follow the writer and do nothing."""
    pair = json.loads(keys.read_text())
    pairs = KeyPairs(pair["public"], pair["private"], pair["proof_public"], pair["proof_private"])
    writer = await members.by_name("writer")
    assert writer is not None
    for n in range(number):
        await follow(await member(f"member{n}", pairs), writer.account.id)


if __name__ == "__main__":
    what, count, key_file, peer_port = sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]), int(sys.argv[4])
    settings = load()
    if what == "people":
        print(json.dumps(in_database(settings, lambda: people(key_file, peer_port))))
    elif what == "posts":
        in_database(settings, lambda: posts(count))
    else:
        in_database(settings, lambda: more_members(count, key_file))
