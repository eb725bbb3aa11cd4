"""What an admin decides about other servers besides a block: limits, parts, lists, and who may come in at all."""

from dataclasses import asdict

import pytest

from server.actions.domains import (
    begin_purge,
    continue_import,
    decide_domain,
    purge_some,
    set_federation,
    start_import,
    start_purge,
    unblock_domain,
)
from server.actions.follows import follow
from server.actions.sanctions import limit_account
from server.jobs import peers as peers_job
from server.ledger import queue
from server.ledger.peers import MOST_HELD, note_held
from server.queries import audiences, domains, peers, posts, timelines
from server.rules.domains import DomainRule
from server.rules.errors import Conflict, Invalid, NotFound, Refused
from server.rules.moderation import Why
from server.rules.permissions import OPERATOR
from server.storage.sql import execute, rows
from server.views.viewer import VISITOR, Page
from tests.make import Ground, count, one


async def limited(account_id: int) -> bool:
    return bool((await one("SELECT limited FROM accounts WHERE id = ?", account_id))["limited"])


async def test_a_limit_keeps_known_and_new_accounts_out_of_lists_until_it_is_taken_back(here: Ground) -> None:
    bo = await here.stranger("bo")
    said = await here.say(bo)
    assert await timelines.public(VISITOR, Page()) == [said]
    await decide_domain(OPERATOR, DomainRule("elm.example", "limit"))
    late = await here.stranger("late", "news.elm.example")
    assert (await limited(bo.account_id), await limited(late.account_id)) == (True, True)
    assert await timelines.public(VISITOR, Page()) == []
    assert [post.id for post in await posts.views([said], VISITOR)] == [said], "a link still leads to it"
    await unblock_domain(OPERATOR, "elm.example")
    assert (await limited(bo.account_id), await limited(late.account_id)) == (False, False)
    assert await timelines.public(VISITOR, Page()) == [said]


async def test_a_stewards_own_limit_outlives_that_of_the_domain(here: Ground) -> None:
    bo = await here.stranger("bo")
    await limit_account(OPERATOR, bo.account_id, Why("abuse"))
    await decide_domain(OPERATOR, DomainRule("elm.example", "limit"))
    await unblock_domain(OPERATOR, "elm.example")
    assert await limited(bo.account_id)


async def test_from_a_limited_domain_people_ask_to_follow_and_tell_only_their_followers(here: Ground) -> None:
    amina, kit = await here.member("amina"), await here.member("kit")
    bo = await here.stranger("bo")
    await here.befriend(kit, bo)
    await decide_domain(OPERATOR, DomainRule("elm.example", "limit"))
    await follow(bo, amina.account_id, "https://elm.example/follows/1")
    assert (await one("SELECT state FROM follows WHERE account_id = ?", bo.account_id))["state"] == "pending"
    for member in (amina, kit):
        await here.say(bo, mentions=(await here.mention(member),))
    await here.settle()
    told = {
        (row["account_id"], row["kind"])
        for row in await rows("SELECT account_id, kind FROM notifications WHERE from_account_id = ?", [bo.account_id])
    }
    assert (amina.account_id, "follow_request") in told
    assert (amina.account_id, "mention") not in told
    assert (kit.account_id, "mention") in told


async def test_a_block_that_becomes_a_limit_shows_what_it_hid_and_cuts_nothing_anew(here: Ground) -> None:
    bo = await here.stranger("bo")
    said = await here.say(bo)
    await decide_domain(OPERATOR, DomainRule("elm.example", "block"))
    assert await posts.views([said], VISITOR) == []
    await decide_domain(OPERATOR, DomainRule("elm.example", "limit"))
    assert len(await posts.views([said], VISITOR)) == 1
    assert await limited(bo.account_id)
    assert (await here.settle()).count("DomainDecided") == 1


@pytest.mark.parametrize(
    ("federation", "known", "unknown"), [("quarantine", "open", "held"), ("allow_list", "open", "block")]
)
async def test_where_not_everybody_may_come_in_those_known_stay_and_others_wait_or_are_refused(
    here: Ground, federation: str, known: str, unknown: str
) -> None:
    bo, _ = await here.stranger("bo"), await here.stranger("cy", "bad.example")
    await decide_domain(OPERATOR, DomainRule("bad.example", "block"))
    await set_federation(OPERATOR, federation, "nobody")
    assert [await domains.verdict(host) for host in ("elm.example", "new.example", "bad.example")] == [
        known, unknown, "block",
    ]  # fmt: skip
    dee = await here.stranger("dee", "new.example")
    assert list(await audiences.of_accounts([bo.account_id, dee.account_id])) == ["https://elm.example/inbox"]
    await decide_domain(OPERATOR, DomainRule("new.example", "allow"))
    assert await domains.verdict("social.new.example") == "open"
    assert len(await audiences.of_accounts([bo.account_id, dee.account_id])) == 2
    await set_federation(OPERATOR, "open", "nobody")
    assert await domains.verdict("other.example") == "open"


async def test_new_domains_wait_under_the_name_that_was_registered_and_their_list_stays_short(here: Ground) -> None:
    for number in range(20):
        await note_held(f"h{number}.evil.co.uk:8443", 1)
    assert [each.domain for each in await domains.decided("held")] == ["evil.co.uk"]
    for number in range(MOST_HELD):
        await note_held(f"evil{number}.example", 1)
    assert len(await domains.decided("held")) == MOST_HELD


async def test_words_that_are_none_and_people_who_may_not_are_refused(here: Ground) -> None:
    for federation, shown in (("closed", "nobody"), ("open", "friends")):
        with pytest.raises(Invalid):
            await set_federation(OPERATOR, federation, shown)
    sam = await here.member("sam", "steward")
    with pytest.raises(Refused):
        await set_federation(sam, "open", "everyone")
    with pytest.raises(Refused):
        await decide_domain(sam, DomainRule("elm.example", "limit"))
    with pytest.raises(NotFound):
        await begin_purge(OPERATOR, "nobody.example")


async def test_a_list_is_taken_in_a_part_at_a_time_and_one_after_the_other(here: Ground) -> None:
    rules = [DomainRule(f"d{number}.example", "block") for number in range(60)] + [DomainRule("oak.example", "block")]
    await start_import(OPERATOR, rules)
    with pytest.raises(Conflict):
        await start_import(OPERATOR, rules)
    seen = []
    while jobs := await queue.claim("peers", 1, lock="w", now=here.database.clock() + 1):
        (work,) = await domains.under_way()
        seen.append((work.done, work.total))
        await peers_job.handle(jobs[0])
        await queue.settle([queue.JobOutcome(jobs[0], queue.Verdict.DONE)], lock="w")
    assert seen == [(0, 61), (25, 61), (50, 61)]
    assert len(await domains.blocked()) == 60, "our own name in a list is passed over"
    await continue_import(OPERATOR, [asdict(DomainRule("late.example", "none", reject_media=True))], 0, 1)
    assert (await domains.stance("late.example")).reject_media


async def test_a_purge_forgets_everybody_from_a_domain_and_what_they_said_and_nobody_else(here: Ground) -> None:
    bo, cy, dee = (
        await here.stranger("bo"),
        await here.stranger("cy", "news.elm.example"),
        await here.stranger("dee", "notelm.example"),
    )
    said = [await here.say(each) for each in (bo, cy, dee)]
    await start_purge(OPERATOR, "elm.example")
    with pytest.raises(Conflict):
        await start_purge(OPERATOR, "elm.example")
    assert [(each.kind, each.subject, each.total) for each in await domains.under_way()] == [
        ("purge", "elm.example", 2)
    ]
    while await purge_some(OPERATOR, "elm.example"):
        pass
    happened = await here.settle()
    assert happened.count("DomainPurged") == 1
    assert await count("posts", "deleted_at IS NULL") == 1
    assert [post.id for post in await posts.views(said, VISITOR)] == [said[2]]


async def test_one_server_is_found_by_a_part_of_its_name_and_by_how_it_fares(here: Ground) -> None:
    await execute(
        "INSERT INTO hosts (domain, first_seen, failures, last_failure) VALUES ('a_b.example', 1, 9, 5),"
        " ('axb.example', 1, 0, NULL)"
    )
    await decide_domain(OPERATOR, DomainRule("only.example", "limit", note="loud"))
    assert [each.domain for each in await peers.all_peers()] == ["a_b.example", "axb.example", "only.example"]
    assert [each.domain for each in await peers.all_peers(containing="a_b")] == ["a_b.example"]
    assert [each.domain for each in await peers.all_peers(state="trouble")] == ["a_b.example"]
    assert [each.policy for each in await peers.all_peers(state="decided")] == ["limit"]
    assert [each.domain for each in await peers.all_peers(limit=1, skip=1)] == ["axb.example"]
    assert await peers.one("none.example") is None
