"""Lists of the civic API take the same number of statements, however much is in them; and what two do at once, or one
does twice, is neither lost nor doubled."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from tests.api.script import Script, described, script
from tests.queries.test_statement_counts import number_of
from tests.world import Site, world

SECTIONS = {"seen": "Families wait.", "rule": "Schedule 4", "change": "One visit."}


@pytest.fixture
async def oak(tmp_path: Path) -> Any:
    async with world(tmp_path, "oak") as made:
        yield made.instances[0]


@pytest.fixture
async def sten(oak: Site) -> Script:
    return await script(oak, await described(oak), await oak.member("sten", role="steward"))


async def raised(by: Script, title: str, **more: Any) -> str:
    return str((await by.do("raise_proposal", send={"title": title, "sections": SECTIONS, **more}))["id"])


async def test_every_list_takes_as_many_statements_for_six_entries_as_for_two(oak: Site, sten: Script) -> None:
    about = sten.described
    topic = str(await oak.topic("damp-homes"))
    people = [await script(oak, about, await oak.member(f"person_{n}")) for n in range(6)]
    groups = [(await sten.do("make_group", send={"name": f"group_{n}", "title": "Tenants"}))["id"] for n in range(6)]
    record = await raised(sten, "First", topic_id=topic, policy_name="A contract")
    policy = (await sten.do("get_proposal", id=record))["policies"][0]["id"]
    draft = (await sten.do("begin_draft", send={"title": "Together"}))["id"]
    checked = await raised(sten, "Asked about")
    inside = {"list_citing": policy, "list_draft_co_authors": draft, "list_checks": checked}
    where = {"id": record, "slug": "damp-homes", "name": "group_0", "account": "1"}

    async def more(n: int) -> None:
        """One more of everything that is listed."""
        title, by = f"Number {n}", people[n]
        another = await raised(sten, title, topic_id=topic, policy_ids=[policy])
        await by.do("contribute", send={"kind": "corroboration", "facts": {"place": title}}, id=record)
        await sten.do("endorse_proposal", send={"organisation_id": groups[n], "mandate": "A vote."}, id=record)
        group = {"organisation_id": groups[0], "mandate": "A vote."}
        await sten.do("endorse_proposal", send=group, id=another)
        await sten.do("reword_proposal", send={"title": title}, id=record)
        await sten.do("invite_to_proposal", id=record)
        await sten.do("invite_to_draft", id=draft)
        await by.do("wish_to_belong", name="group_0")
        await sten.do("invite_into_group", name="group_0")
        await sten.do("add_policy", send={"name": title})
        await sten.do("add_owner", send={"name": title})
        await sten.do("begin_draft", send={"title": title})
        await sten.do("contribute", send={"kind": "comment", "text": title, "organisation_id": groups[0]}, id=record)
        said = await by.do("contribute", send={"kind": "comment", "text": title}, id=another)
        await sten.do("decide_about_record", send={"act": "remove", "reason": "spam"}, id=said["id"])
        await by.do("tell_stewards", send={"record_id": record})
        check = await sten.do("ask_for_consent", send={"method": "consent", "days": 7}, id=checked)
        await by.do("vote_in_check", send={"choice": "object", "reason": title}, id=check["id"])
        await sten.do("end_check", id=check["id"])
        uri = (await sten.do("get_proposal", id=another))["uri"]
        await sten.do("set_same_barrier", send={"uri": uri}, id=record)

    lists = [
        name
        for name, (method, path, entry) in about.operations.items()
        if method == "get"
        and entry["responses"]["200"]["content"]["application/json"]["schema"].get("type") == "array"
        and path.rpartition("/")[2] not in ("asks", "answers", "decisions")
    ]
    assert len(lists) > 18
    counts: list[dict[str, int]] = []
    for upto in ((0, 1), (2, 3, 4, 5)):
        for n in upto:
            await more(n)
        counts.append({})
        for name in lists:
            at = {**where, **({"id": inside[name]} if name in inside else {})}
            asked: list[Any] = []

            async def ask(name: str = name, at: dict[str, str] = at, asked: list[Any] = asked) -> None:
                asked.append(await sten.ask(name, **at))

            counts[-1][name] = await number_of(ask)
            assert asked[0].status_code == 200, (name, asked[0].text)
    assert counts[0] == counts[1]


async def test_two_who_make_the_same_at_once_with_one_key_make_it_once(oak: Site, sten: Script) -> None:
    send, key = {"name": "The council"}, {"Idempotency-Key": "once"}
    answers = await asyncio.gather(*(sten.ask("add_owner", send=send, headers=key) for _ in range(4)))
    assert {each.status_code for each in answers} <= {200, 409, 503}
    assert len({each.text for each in answers if each.status_code == 200}) == 1
    assert len(await sten.do("list_owners")) == 1


async def test_a_key_is_its_members_own_and_one_that_failed_can_be_used_again(oak: Site, sten: Script) -> None:
    ada = await script(oak, sten.described, await oak.member("ada", role="steward"))
    key = {"Idempotency-Key": "mine"}
    await sten.do("add_policy", 422, send={"name": "", "kind": "law"}, headers=key)
    first = await sten.do("add_policy", send={"name": "A law"}, headers=key)
    other = await ada.do("add_policy", send={"name": "A contract"}, headers=key)
    assert first["id"] != other["id"]
    assert (await sten.do("add_policy", send={"name": "A law"}, headers=key))["id"] == first["id"]


async def test_two_who_change_a_draft_at_once_lose_nothing(oak: Site, sten: Script) -> None:
    bo = await script(oak, sten.described, await oak.member("bo"))
    made = await sten.do("begin_draft", send={"title": "Together"})
    await bo.do("write_along", token=(await sten.do("invite_to_draft", id=made["id"]))["token"])
    read = (await sten.ask("get_draft", id=made["id"])).headers["etag"]
    answers = await asyncio.gather(
        *(
            each.ask("keep_draft", send={"sections": {"seen": word}}, headers={"If-Match": read}, id=made["id"])
            for each, word in ((sten, "Mine"), (bo, "Theirs"))
        )
    )
    assert sorted(each.status_code for each in answers) == [200, 409]
    won = next(each for each in answers if each.status_code == 200).json()
    assert (await bo.do("get_draft", id=made["id"]))["sections"] == won["sections"]
    lost = next(each for each in answers if each.status_code == 409).json()
    assert "Read both" in lost["error"]


@pytest.mark.parametrize("name", ["reword_proposal", "edit_policy"])
async def test_two_who_change_words_at_once_from_the_same_version_lose_nothing(
    oak: Site, sten: Script, name: str
) -> None:
    record = await raised(sten, "Damp", policy_name="A contract")
    policy = (await sten.do("get_proposal", id=record))["policies"][0]["id"]
    at, get = (record, "get_proposal") if name == "reword_proposal" else (policy, "get_policy")
    field = "title" if name == "reword_proposal" else "name"
    read = (await sten.ask(get, id=at)).headers["etag"]
    answers = await asyncio.gather(
        *(sten.ask(name, send={field: word}, headers={"If-Match": read}, id=at) for word in ("One", "Two"))
    )
    assert sorted(each.status_code for each in answers) == [200, 409]
    won = next(each for each in answers if each.status_code == 200).json()
    assert (await sten.do(get, id=at))[field] == won[field]
