"""`folkmoot organisation`, `policy`, and what `topic` does beside making one."""

from tests.cli.terminal import Terminal, ground
from tests.make import one


def acts(here: Terminal) -> list[str]:
    async def settle() -> None:
        await (await ground(here)).settle()

    here.ask(settle)
    return [each["act"] for each in here("audit", "tail", "--json").json]


def test_a_group_is_made_described_and_its_people_confirmed(site: Terminal) -> None:
    made = site("organisation", "create", "river", "--title", "River", "--by", "sam")
    assert (made.code, made.out) == (0, f"{site.base}/organisations/river\n")
    assert site("organisation", "people", "river", "--json").json == [
        {"name": "sam", "role": "steward", "verified": True}
    ]
    assert site("organisation", "confirm", "river", "amina", "--role", "steward").code == 0
    told = {each["name"]: each for each in site("organisation", "people", "river", "--json").json}
    assert (told["amina"]["role"], told["amina"]["verified"]) == ("steward", False)
    assert site("organisation", "end", "river", "amina", "--by", "sam").code == 0
    assert len(site("organisation", "people", "river", "--json").json) == 1
    assert site("organisation", "settings", "river", "--mandate", "By vote.").code == 0
    assert {each["name"]: each["title"] for each in site("organisation", "list", "--json").json} == {
        "oak": "Oak",
        "river": "River",
    }
    assert {"OrganisationChanged", "MembershipChanged"} <= set(acts(site))


def test_a_group_is_looked_after_by_its_stewards_alone(site: Terminal) -> None:
    assert site("organisation", "create", "river", "--title", "River", "--by", "amina").code == 1
    assert site("organisation", "create", "river", "--title", "River").code == 0
    assert site("organisation", "settings", "river", "--title", "Sea", "--by", "amina").code == 1
    assert site("organisation", "confirm", "river", "nobody_here").code == 1
    assert site("organisation", "confirm", "oak", "amina").code == 1  # everybody belongs to it
    result = site("organisation", "people", "sea")
    assert (result.code, "organisation list" in result.err) == (1, True)


def test_a_link_leads_into_a_group(site: Terminal) -> None:
    site("organisation", "create", "river", "--title", "River")
    made = site("organisation", "invite", "river", "--role", "steward", "--json").json
    [listed] = site("invite", "list", "--json").json
    assert (listed["code"], listed["role"]) == (made["code"], "steward")
    assert site("organisation", "invite", "river", "--by", "amina").code == 1


def test_a_rule_is_entered_changed_in_part_and_taken_back(site: Terminal) -> None:
    made = site("policy", "create", "Repairs contract", "--kind", "contract", "--source", "Line 12.", "--json").json
    assert site("policy", "create", "Repairs contract").code == 1  # the name is taken
    assert site("policy", "create", "Another", "--by", "amina").code == 1
    assert site("policy", "edit", made["id"], "--owner", "The council", "--by", "sam").code == 0
    [found] = site("policy", "list", "--json").json
    assert (found["kind"], found["owner"], found["version"]) == ("contract", "The council", 2)
    kept = site.ask(lambda: one("SELECT source FROM policies WHERE id = ?", int(made["id"])))
    assert kept["source"] == "Line 12."
    assert site("policy", "delete", made["id"]).code == 0
    assert site("policy", "edit", made["id"], "--name", "Gone").code == 1
    assert {"PolicyKept", "PolicyDeleted"} <= set(acts(site))


def test_two_rules_of_ours_are_one_until_they_are_two(site: Terminal) -> None:
    one_id, other = (site("policy", "create", name, "--json").json for name in ("One", "Other"))
    count = "SELECT count(*) AS n FROM same_policies"
    assert site("policy", "same", one_id["id"], other["url"]).code == 0
    assert site.ask(lambda: one(count))["n"] == 2
    assert site("policy", "same", one_id["id"], other["url"], "--undo").code == 0
    assert site.ask(lambda: one(count))["n"] == 0


def test_a_topic_is_edited_in_part(site: Terminal) -> None:
    site("topic", "create", "damp-homes", "--description", "Wet walls.")
    assert site("topic", "edit", "damp-homes", "--name", "Damp", "--replies", "members").code == 0
    kept = site.ask(lambda: one("SELECT name, description, replies FROM topics"))
    assert tuple(kept.values()) == ("Damp", "Wet walls.", "members")
    assert site("topic", "edit", "dry-homes", "--name", "Dry").code == 1


def test_a_wish_is_refused_and_what_is_not_shared_is_said_so(site: Terminal) -> None:
    async def ask() -> str:
        there = await ground(site)
        topic = await there.topic()
        await there.chapter(topic, "elm.example")
        return "https://elm.example/topics/damp-homes"

    url = site.ask(ask)
    assert site("topic", "unlink", "damp-homes", url).code == 0
    [found] = site("topic", "list", "--json").json
    assert [each["state"] for each in found["chapters"]] == ["refused"]
    assert site("topic", "unlink", "damp-homes", url).code == 1
    assert "topic list" in site("topic", "unlink", "damp-homes", "https://ash.example/topics/damp-homes").err
