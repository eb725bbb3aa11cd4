"""Every operation that the OpenAPI file tells of, called through a real instance, answers as the file says; and what is
missing, wrong or not for somebody gets an error that the file tells of, never a fault of ours."""

from pathlib import Path
from typing import Any

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from tests.api.script import Described, Script, described, script
from tests.world import Site, World, world

SECTIONS = {
    "seen": "Families wait 28 days between two visits.",
    "rule": "Repairs contract, schedule 4",
    "change": "Let one inspection be enough.",
}
WRONG: dict[str, list[Any]] = {
    "string": [{"a": 1}, ["a", "b"]],
    "integer": ["seven", 1.5, {"a": 1}, [1, 2]],
    "boolean": ["perhaps", {"a": 1}],
    "array": [[{"a": 1}], ["x" * 30]],
    "object": ["a text", 7],
}


@pytest.fixture
async def one(tmp_path: Path) -> Any:
    async with world(tmp_path, "oak") as made:
        yield made


class People:
    """Who takes part: two authors, two stewards, and whoever has no account."""

    def __init__(self, oak: Site, about: Described) -> None:
        self.oak, self.about = oak, about

    async def arrive(self) -> "People":
        self.amina = await script(self.oak, self.about, await self.oak.member("amina"))
        self.bo = await script(self.oak, self.about, await self.oak.member("bo"))
        self.sten = await script(self.oak, self.about, await self.oak.member("sten", role="steward"))
        self.ada = await script(self.oak, self.about, await self.oak.member("ada", role="steward"))
        self.nobody = Script(self.oak.web, self.about)
        return self

    async def raised(self, title: str = "Damp must be proven twice", **more: Any) -> str:
        made = await self.amina.do("raise_proposal", send={"title": title, "sections": SECTIONS, **more})
        return str(made["id"])


async def test_every_operation_answers_as_it_is_described(one: World) -> None:
    (oak,) = one.instances
    about = await described(oak)
    OpenAPIV31SpecValidator(about.file).validate()
    who = await People(oak, about).arrive()
    await reading_and_writing(who)
    await drafting(who)
    await deciding(who)
    await asking(who)
    await rules_and_barriers(who)
    await groups(who)
    await looking_after(who, one)
    assert set(about.operations) - about.called == set()


async def reading_and_writing(who: People) -> None:
    topic = await who.oak.topic("damp-homes")
    key = {"Idempotency-Key": "one"}
    send = {"title": "Damp must be proven twice", "sections": SECTIONS, "topic_id": str(topic)}
    made = await who.amina.do("raise_proposal", send=send, headers=key)
    assert (await who.amina.do("raise_proposal", send=send, headers=key))["id"] == made["id"], "repeated, not doubled"
    where = {"id": made["id"]}
    for name in ("list_proposals", "list_topics"):
        assert len(await who.nobody.do(name)) == 1
    assert (await who.nobody.do("get_topic", slug="damp-homes"))["by_state"] == {"raised": 1}
    assert [each["id"] for each in await who.nobody.do("list_in_topic", slug="damp-homes")] == [made["id"]]
    assert (await who.bo.do("visit_proposal", **where))["since"] is None
    assert (await who.bo.do("give_support", **where))["here"] == 1
    said = await who.bo.do(
        "contribute",
        send={"kind": "corroboration", "text": "Here too.", "facts": {"place": "Northside", "number": "6-20"}},
        **where,
    )
    assert (said["type"], said["facts"]["place"]) == ("corroboration", "Northside")
    got = await who.amina.ask("get_proposal", **where)
    version = {"If-Match": got.headers["etag"]}
    new = await who.amina.do("reword_proposal", send={"sections": {"change": "One visit."}}, headers=version, **where)
    assert [each["source"] for each in new["sections"]] == [SECTIONS["seen"], SECTIONS["rule"], "One visit."]
    late = await who.amina.do("reword_proposal", 409, send={"title": "Mould"}, headers=version, **where)
    assert "Read both" in late["error"]
    support = await who.bo.do("get_support", **where)
    assert (support["your_version"], support["of_an_older_wording"]) == (1, 1)
    assert (await who.bo.do("give_support", **where))["your_version"] == 2
    assert (await who.bo.do("take_support_back", **where))["here"] == 0
    compared = await who.nobody.do("compare_versions", **where)
    assert {"kind": "added", "text": "One visit."} in next(
        each for each in compared["parts"] if each["key"] == "change"
    )["changes"]
    assert [each["version"] for each in await who.nobody.do("list_versions", **where)] == [2, 1]
    wording = await who.bo.do(
        "contribute", send={"kind": "amendment", "facts": {"sections": {"change": "One visit is enough."}}}, **where
    )
    await who.bo.do("decide_about", 403, send={"verdict": "accepted"}, id=wording["id"])
    no = await who.amina.do("decide_about", send={"verdict": "declined", "reason": "Not yet."}, id=wording["id"])
    assert (no["state"], "Not yet." in no["reason"]) == ("declined", True)
    comment = await who.bo.do("contribute", send={"kind": "comment", "text": "Why?", "stance": "question"}, **where)
    own = {"id": comment["id"]}
    await who.bo.do("fetch_conversation", **where)
    assert (await who.bo.do("reword_contribution", send={"text": "Why so?"}, **own))["text"] == "Why so?"
    assert (await who.nobody.do("get_contribution", **own))["stance"] == "question"
    assert len(await who.nobody.do("list_contributions", **where)) == 3
    await who.amina.do("delete_contribution", 403, **own)
    await who.bo.do("delete_contribution", **own)
    assert (await who.nobody.do("get_timeline", **where))[0]["kind"] == "raised"
    other = await who.raised("Mistake")
    await who.amina.do("delete_proposal", id=other)
    await who.amina.do("get_proposal", 404, id=other)


async def drafting(who: People) -> None:
    made = await who.amina.do("begin_draft", send={"title": "Post"}, headers={"Idempotency-Key": "two"})
    again = await who.amina.do("begin_draft", send={"title": "Post"}, headers={"Idempotency-Key": "two"})
    assert again == made
    reused = await who.amina.do("begin_draft", 422, send={"title": "Another"}, headers={"Idempotency-Key": "two"})
    assert "new one" in reused["error"]
    where = {"id": made["id"]}
    first = await who.amina.ask("get_draft", **where)
    who.about.check("get_draft", first)
    rev = {"If-Match": first.headers["etag"]}
    await who.amina.do("keep_draft", send={"sections": SECTIONS, "kind": "practice"}, headers=rev, **where)
    assert "meanwhile" in (await who.amina.do("keep_draft", 409, send={"title": "X"}, headers=rev, **where))["error"]
    await who.bo.do("get_draft", 404, **where)
    token = (await who.amina.do("invite_to_draft", **where))["token"]
    joined = await who.bo.do("write_along", token=token)
    assert joined["draft_id"] == made["id"]
    assert (await who.bo.do("list_draft_co_authors", **where))[0]["account"]["acct"] == "bo"
    assert (await who.bo.do("get_draft", **where))["sections"] == SECTIONS
    await who.bo.do("throw_draft_away", 403, **where)
    assert [each["id"] for each in await who.amina.do("list_drafts")] == [made["id"]]
    raised = await who.amina.do("raise_draft", **where)
    assert (raised["title"], raised["kind"], raised["co_authors"]) == ("Post", "practice", ["bo"])
    there = {"id": raised["id"]}
    next_one = await who.bo.do("begin_next_version", **there)
    assert next_one["base_version"] == 1
    await who.amina.do("reword_proposal", send={"title": "Letters"}, **there)
    assert "Read both" in (await who.bo.do("raise_draft", 409, id=next_one["id"]))["error"]
    assert (await who.bo.do("catch_up", id=next_one["id"]))["base_version"] == 2
    await who.bo.do("throw_draft_away", id=next_one["id"])
    await who.amina.do("invite_to_proposal", **there)
    people = await who.amina.do("list_co_authors", **there)
    assert [each["account"] and each["account"]["acct"] for each in people] == ["bo", None]
    await who.sten.do("list_co_authors", 403, **there)
    await who.amina.do("end_writing_along", id=people[1]["id"])


async def deciding(who: People) -> None:
    where = {"id": await who.raised("Two forms for one thing")}
    asked = await who.amina.do(
        "ask_for_consent", send={"method": "consent", "days": 7, "hide_until_closed": True}, **where
    )
    check = {"id": asked["id"]}
    assert (asked["hidden"], asked["figures"], asked["options"][0]["votes"]) == (True, None, None)
    again = await who.amina.do("ask_for_consent", 409, send={"method": "consent", "days": 7}, **where)
    assert "open already" in again["error"]
    await who.bo.do("vote_in_check", 422, send={"choice": "object"}, **check)
    voted = await who.bo.do("vote_in_check", send={"choice": "object", "reason": "Who pays?"}, **check)
    assert (voted["may_vote"], voted["figures"]) == (False, None)
    (objection,) = await who.nobody.do("list_contributions", kind="objection", **where)
    answer = await who.amina.do("answer_to_objection", send={"text": "The landlord."}, id=objection["id"])
    assert "The landlord." in answer["text"]
    await who.sten.do("vote_in_check", send={"choice": "consent"}, **check)
    await who.bo.do("end_check", 403, **check)
    closed = await who.sten.do("end_check", **check)
    assert (closed["state"], closed["figures"]["consent"], closed["figures"]["answered"]) == ("passed", 1, 1)
    assert (await who.nobody.do("get_check", **check))["state"] == "passed"
    assert len(await who.nobody.do("list_checks", **where)) == 1


async def asking(who: People) -> None:
    where = {"id": await who.raised("Ask the council")}
    await who.bo.do("contribute", send={"kind": "corroboration", "facts": {"place": "East"}}, **where)
    await who.sten.do("do_act", send={"reason": "Agreed on 3 May.", "waived": True}, act="agree", **where)
    await who.bo.do("add_owner", 403, send={"name": "The council"})
    owner = await who.sten.do("add_owner", send={"name": "The council"}, headers={"Idempotency-Key": "three"})
    assert [each["name"] for each in await who.amina.do("list_owners")] == ["The council"]
    await who.sten.do("set_ask", send={"owner_id": owner["id"], "verb": "change_rule"}, **where)
    first = (await who.sten.do("send", **where))["answer_url"]
    link = {"token": (await who.sten.do("renew_answer_link", **where))["answer_url"].rpartition("/")[2]}
    await who.nobody.do("get_asked", 404, token=first.rpartition("/")[2])
    assert (await who.nobody.do("get_asked", **link))["proposal"]["title"] == "Ask the council"
    assert (await who.nobody.do("acknowledge_by_link", **link))["ask"]["acknowledged_at"]
    await who.nobody.do("ask_back_by_link", send={"question": "Since when?"}, **link)
    text = (await who.sten.do("get_reminder", **where))["text"]
    await who.sten.do("remind_owner", send={"how": "myself", "text": text}, **where)
    await who.sten.do("note_contact", send={"contact": "phoned", "note": "They are on it."}, **where)
    clock = (await who.nobody.do("list_asks", **where))[0]["clock"]
    assert clock["days"] > 0
    await who.nobody.do("answer_by_link", 422, send={"code": "not_ours", "text": "No."}, **link)
    answered = await who.nobody.do("answer_by_link", send={"code": "accepted", "text": "Yes, from April."}, **link)
    assert answered["type"] == "answer"
    assert [each["code"] for each in await who.nobody.do("list_answers")] == ["accepted"]
    await who.nobody.do("begin_by_link", **link)
    said = await who.nobody.do("add_milestone_by_link", send={"text": "The form.", "due": "2027-03-31"}, **link)
    step = {**link, "id": said["id"]}
    assert (await who.nobody.do("decide_milestone_by_link", send={"verdict": "done"}, **step))["state"] == "done"
    step = await who.sten.do("contribute", send={"kind": "action", "text": "New contract."}, **where)
    assert (await who.sten.do("decide_about", send={"verdict": "done"}, id=step["id"]))["state"] == "done"
    await who.bo.do("contribute", send={"kind": "check_in", "facts": {"so": "yes", "place": "East"}}, **where)
    closed = await who.sten.do("do_act", send={"reason": "Changed.", "outcome": "changed"}, act="close", **where)
    assert closed["outcome"] == "changed"
    heard = await who.bo.do("get_heard", **where)
    assert (heard["answer"]["text"], heard["ended"]["kind"]) == ("Yes, from April.", "closed")
    by_account = {"id": await who.raised("Ask a member")}
    await who.sten.do("do_act", send={"reason": "Agreed.", "waived": True}, act="agree", **by_account)
    assert who.bo.by is not None
    mine = await who.sten.do("add_owner", send={"name": "Bo", "account_id": str(who.bo.by.account_id)})
    await who.sten.do("set_ask", send={"owner_id": mine["id"], "verb": "change_rule"}, **by_account)
    await who.sten.do("send", **by_account)
    assert (await who.bo.do("acknowledge_ask", **by_account))["asks"][0]["acknowledged_at"]


async def rules_and_barriers(who: People) -> None:
    cites = {"id": await who.raised("A rule", policy_name="Repairs contract")}
    policy = (await who.amina.do("get_proposal", **cites))["policies"][0]
    read = await who.nobody.ask("get_policy", id=policy["id"])
    who.about.check("get_policy", read)
    version = {"If-Match": read.headers["etag"]}
    await who.sten.do("edit_policy", send={"kind": "contract"}, headers=version, id=policy["id"])
    late = await who.ada.do("edit_policy", 409, send={"kind": "law"}, headers=version, id=policy["id"])
    assert "Read theirs" in late["error"]
    await who.nobody.do("get_policy", id=policy["id"])
    assert [each["id"] for each in await who.nobody.do("list_citing", id=policy["id"])] == [cites["id"]]
    await who.amina.do("tag", 403, send={"place": "East"}, **cites)
    tagged = await who.sten.do("tag", send={"place": "East"}, **cites)
    assert (tagged["place"], tagged["policies"][0]["id"]) == ("East", policy["id"])
    await who.amina.do("invite_about", 403, send={"part": "Carer"}, **cites)
    asked = await who.sten.do("invite_about", send={"part": "Carer", "uses": 3, "days": 5}, **cites)
    assert (asked["role"], asked["part"], asked["proposal_id"]) == ("member", "Carer", cites["id"])
    await who.bo.do("list_invites_about", 403, **cites)
    assert [each["code"] for each in await who.sten.do("list_invites_about", **cites)] == [asked["code"]]
    await who.sten.do("end_invite_about", 404, code="nothing", **cites)
    await who.sten.do("end_invite_about", code=asked["code"], **cites)
    assert await who.sten.do("list_invites_about", **cites) == []
    other = await who.sten.do("add_policy", send={"name": "Contract for repairs"})
    same = await who.sten.do("set_same", send={"uri": other["uri"]}, id=policy["id"])
    assert same["same_as"][0]["there"] is True
    assert len(await who.nobody.do("list_policies", q="contract")) == 2
    await who.sten.do("remove_policy", id=other["id"])
    second = await who.amina.do("get_proposal", id=await who.raised("The same"))
    linked = await who.amina.do("set_same_barrier", send={"uri": second["uri"]}, **cites)
    assert [each["id"] for each in linked] == [second["id"]]
    assert len(await who.nobody.do("list_same", **cites)) == 1


async def groups(who: People) -> None:
    await who.bo.do("make_group", 403, send={"name": "east", "title": "East"})
    group = await who.sten.do("make_group", send={"name": "east", "title": "East tenants"})
    assert group["kind"] == "group"
    here = {"name": "east"}
    assert len(await who.nobody.do("list_organisations")) == 2
    await who.amina.do("describe_organisation", 403, send={"mandate": "We vote."}, **here)
    told = await who.sten.do("describe_organisation", send={"mandate": "We vote."}, **here)
    assert (told["name"], told["mandate"]) == ("East tenants", "We vote.")
    assert (await who.nobody.do("get_organisation", **here))["mandate"] == "We vote."
    wished = await who.bo.do("wish_to_belong", **here)
    assert (wished["claimed"], wished["verified"]) == (True, False)
    assert [each["account"]["acct"] for each in await who.nobody.do("list_people", **here)] == ["sten"]
    assert [each["account"]["acct"] for each in await who.sten.do("list_people", **here)] == ["sten", "bo"]
    person = {**here, "account": wished["account"]["id"]}
    await who.bo.do("confirm_person", 403, send={"role": "steward"}, **person)
    assert (await who.sten.do("confirm_person", send={"role": "member"}, **person))["verified"] is True
    await who.sten.do("take_person_out", **person)
    invite = await who.sten.do("invite_into_group", send={"uses": 3}, headers={"Idempotency-Key": "four"}, **here)
    assert (await who.bo.do("join_by_invite", code=invite["code"]))["acct"] == "east"
    assert (await who.sten.do("list_invites", **here))[0]["used"] == 1
    await who.bo.do("list_invites", 403, **here)
    await who.sten.do("end_invite", code=invite["code"], **here)
    await who.bo.do("leave_group", **here)
    where = {"id": await who.raised("Backed")}
    backed = {"organisation_id": group["id"], "mandate": "By a vote on 3 May."}
    await who.bo.do("endorse_proposal", 403, send=backed, **where)
    await who.sten.do("endorse_proposal", send=backed, **where)
    assert (await who.nobody.do("list_endorsements", **where))[0]["mandate"] == "By a vote on 3 May."
    assert len(await who.nobody.do("list_backed", **here)) == 1
    await who.sten.do("take_endorsement_back", organisation=group["id"], **where)
    await who.sten.do(
        "contribute", send={"kind": "comment", "text": "We agree.", "organisation_id": group["id"]}, **where
    )
    assert [each["what"] for each in await who.sten.do("list_spoken", **here)] == ["We agree."]
    await who.bo.do("list_spoken", 403, **here)
    await who.bo.do("set_telling", send={"outcomes": "weekly", "mail": False})
    told_of = await who.bo.do("get_telling")
    assert (told_of["outcomes"], told_of["taking_part"], told_of["mail"]) == ("weekly", "daily", False)


async def looking_after(who: People, one: World) -> None:
    where = {"id": await who.raised("Something else")}
    said = await who.bo.do("contribute", send={"kind": "comment", "text": "Buy my soap."}, **where)
    key = {"Idempotency-Key": "five"}
    told = {"record_id": said["id"], "comment": "Advertising", "category": "spam"}
    report = await who.amina.do("tell_stewards", send=told, headers=key)
    assert (await who.amina.do("tell_stewards", send=told, headers=key)) == report
    assert [each["kind"] for each in await who.sten.do("list_waiting")] == ["reports"]
    assert (await who.sten.do("get_report", id=report["id"]))["comment"] == "Advertising"
    why = {"reason": "spam", "sentence": "It sells something."}
    await who.bo.do("decide_about_report", 403, send={"act": "remove", **why}, id=report["id"])
    await who.sten.do("decide_about_report", send={"act": "remove", **why}, id=report["id"])
    late = await who.ada.do("decide_about_report", 409, send={"act": "keep"}, id=report["id"])
    assert "Another steward" in late["error"]
    (decision,) = await who.bo.do("list_decisions")
    assert (decision["act"], decision["reason"], decision["may_appeal"]) == ("remove", "spam", True)
    assert [each["sentence"] for each in await who.nobody.do("list_log")] == ["It sells something."]
    assert await who.nobody.do("count_log") == [{"act": "remove", "reason": "spam", "count": 1}]
    await who.amina.do("appeal_against", 404, send={"text": "No."}, id=decision["id"])
    appeal = await who.bo.do("appeal_against", send={"text": "It was a joke."}, id=decision["id"])
    assert (await who.ada.do("get_appeal", id=appeal["id"]))["text"] == "It was a joke."
    await who.sten.do("decide_about_appeal", 403, send={"act": "uphold"}, id=appeal["id"])
    await who.ada.do("decide_about_appeal", send={"act": "undo"}, id=appeal["id"])
    await who.nobody.do("get_contribution", id=said["id"])
    await who.sten.do("decide_about_record", send={"act": "hold", "reason": "about_one_case"}, id=said["id"])
    assert (await who.sten.do("get_held", id=said["id"]))["reason"] == "about_one_case"
    await who.nobody.do("get_contribution", 404, id=said["id"])
    assert (await who.bo.do("get_contribution", id=said["id"]))["held"] is True
    await who.sten.do("decide_about_held", send={"act": "publish"}, id=said["id"])
    assert who.bo.by is not None
    bo = str(who.bo.by.account_id)
    await who.sten.do("decide_about_account", send={"act": "warn", **why}, id=bo)


async def test_a_value_that_is_missing_or_wrong_is_named_and_never_a_fault_of_ours(one: World) -> None:
    (oak,) = one.instances
    about = await described(oak)
    who = await People(oak, about).arrive()
    record = await who.raised()
    tried = 0
    for name, (_, path, entry) in about.operations.items():
        inside = {part[1:-1]: record for part in path.split("/") if part.startswith("{")} | {"act": "agree"}
        body = entry.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
        for wanted in body.get("required", ()):
            rest = {key: "1" for key in body["required"] if key != wanted}
            assert wanted in (await refused(who.sten, name, rest, inside))["details"]
        for field, schema in body.get("properties", {}).items():
            for value in WRONG[schema["type"]]:
                send = {**dict.fromkeys(body["required"], ""), field: value}
                assert field in (await refused(who.sten, name, send, inside))["details"]
                tried += 1
        for each in entry["parameters"]:
            if each["in"] == "query" and (each["schema"]["type"] == "integer" or "enum" in each["schema"]):
                assert each["name"] in (await refused(who.sten, name, {}, {**inside, each["name"]: "so"}))["details"]
    assert tried > 200


ODD = (
    "\x00", "x" * 60_000, "\u202e\ud7ff\U0010ffff", "../../etc/passwd", "'; DROP TABLE posts; --", "%s %(name)s {}",
    "-1", "999999999", "9223372036854775807", "9999-12-31", "0001-01-01", "<script>alert(1)</script>",
)  # fmt: skip


async def test_odd_values_for_records_that_are_there_are_never_a_fault_of_ours(one: World) -> None:
    (oak,) = one.instances
    about = await described(oak)
    who = await People(oak, about).arrive()
    record = await who.raised(policy_name="A contract")
    check = await who.sten.do("ask_for_consent", send={"method": "consent", "days": 7}, id=record)
    owner = await who.sten.do("add_owner", send={"name": "The council"})
    policy = (await who.amina.do("get_proposal", id=record))["policies"][0]["id"]
    draft = await who.sten.do("begin_draft", send={"title": "Mine", "sections": SECTIONS})
    said = await who.amina.do("contribute", send={"kind": "corroboration", "facts": {"place": "East"}}, id=record)
    ids = {
        "proposals": record,
        "checks": check["id"],
        "policies": policy,
        "drafts": draft["id"],
        "contributions": said["id"],
    }
    fits = {"owner_id": owner["id"], "verb": "change_rule", "organisation_id": "1", "uri": "https://oak.example/x"}
    broken: list[tuple[str, str, str]] = []
    for name, (method, path, entry) in about.operations.items():
        if method in ("get", "delete") or name in ("do_act", "raise_draft", "end_check", "send"):
            continue
        noun = path.split("/")[4]
        inside = {
            "id": ids.get(noun, said["id"]),
            "account": "1",
            "name": "oak",
            "token": "x",
            "code": "x",
            "act": "hold",
        }
        body = entry.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
        for field, schema in body.get("properties", {}).items():
            for odd in ODD if schema["type"] in ("string", "integer") and "enum" not in schema else ():
                needed = {key: fits.get(key, first_of(body["properties"][key])) for key in body["required"]}
                answer = await who.sten.ask(name, send={**needed, field: odd}, **inside)
                if answer.status_code >= 500:
                    broken.append((name, field, odd[:40]))
                else:
                    about.check(name, answer)
    assert broken == []


def first_of(schema: dict[str, Any]) -> Any:
    if schema["type"] == "object":
        return SECTIONS
    return schema["enum"][0] if "enum" in schema else "7"


async def refused(by: Script, name: str, send: Any, values: dict[str, Any]) -> Any:
    answer = await by.ask(name, send=send, **values)
    assert answer.status_code == 422, (name, send, answer.status_code, answer.text)
    return by.described.check(name, answer)


async def test_every_operation_asks_for_its_scope_and_its_role(one: World) -> None:
    (oak,) = one.instances
    about = await described(oak)
    who = await People(oak, about).arrive()
    assert who.sten.by is not None
    reads_only = await script(oak, about, who.sten.by, "read")
    no_admin = await script(oak, about, who.sten.by, "read write")
    inside = dict.fromkeys(("id", "account", "organisation", "name", "slug", "code", "token"), "1") | {"act": "agree"}
    for name, (method, _, entry) in about.operations.items():
        scopes = [scope for each in entry["security"] for scope in each.get("token", ())]
        needs_token = {} not in entry["security"]
        if not needs_token:
            continue
        await who.nobody.do(name, 401, send={}, **inside)
        if method != "get":
            await reads_only.do(name, 403, send={}, **inside)
        if scopes[0].startswith("admin:"):
            await no_admin.do(name, 403, send={}, **inside)
            plain = await who.bo.do(name, 403, send={}, **inside)
            assert "steward" in plain["error"], "the scope alone opens nothing"


async def test_what_is_not_for_somebody_is_as_if_it_were_not_there(one: World) -> None:
    (oak,) = one.instances
    about = await described(oak)
    who = await People(oak, about).arrive()
    record = await who.raised()
    said = await who.amina.do("contribute", send={"kind": "comment", "text": "A name"}, id=record)
    draft = await who.amina.do("begin_draft", send={"title": "Mine"})
    for held in (said["id"], record):
        await who.sten.do("decide_about_record", send={"act": "hold", "reason": "identifies_someone"}, id=held)
    for name, there in (
        ("get_proposal", record),
        ("get_timeline", record),
        ("list_checks", record),
        ("list_versions", record),
        ("get_contribution", said["id"]),
        ("get_draft", draft["id"]),
    ):
        hidden, never = await who.bo.ask(name, id=there), await who.bo.ask(name, id="12345")
        assert (hidden.status_code, hidden.content) == (404, never.content), name
    assert await who.bo.do("list_proposals") == []
    assert await who.nobody.do("list_log") == await who.bo.do("list_log")
    assert "identifies" in str(await who.nobody.do("list_log"))
    assert record not in str(await who.nobody.do("list_log"))


async def test_a_name_that_is_not_given_stands_in_no_answer(one: World) -> None:
    (oak,) = one.instances
    about = await described(oak)
    who = await People(oak, about).arrive()
    made = await who.amina.do("raise_proposal", send={"title": "Quietly", "sections": SECTIONS, "mode": "confidential"})
    where = {"id": made["id"]}
    assert "withdraw" in made["acts"], "its author still looks after it"
    await who.amina.do("contribute", send={"kind": "comment", "text": "More.", "mode": "anonymous"}, **where)
    for name in ("get_proposal", "get_timeline", "list_contributions", "list_versions", "list_checks", "list_same"):
        for reader in (who.nobody, who.bo, who.sten):
            assert "amina" not in (await reader.ask(name, **where)).text, name


async def test_lists_come_in_parts_and_say_where_the_next_one_is(one: World) -> None:
    (oak,) = one.instances
    about = await described(oak)
    who = await People(oak, about).arrive()
    titles = [f"Proposal {n}" for n in range(5)]
    for title in titles:
        await who.raised(title)
    seen, path = [], "/api/v1/civic/proposals?order=new&limit=2"
    while path:
        answer = await oak.web.get(path)
        seen += [each["title"] for each in about.check("list_proposals", answer)]
        path = answer.links["next"]["url"] if "next" in answer.links else ""
    assert seen == titles[::-1]
    last = await oak.web.get("/api/v1/civic/proposals?order=new&limit=2&offset=4")
    assert "offset=2" in last.links["prev"]["url"]
    assert "next" not in last.links
