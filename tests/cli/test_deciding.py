"""What stewards decide, at the command line: `folkmoot held`, `report`, `post` and `account`, and what the log says."""

from server.actions.reports import file_report
from server.queries import accounts, members, posts
from server.queries.instance import get
from server.rules.permissions import Principal
from tests.cli.terminal import Terminal, ground
from tests.make import one

WHY = ("--reason", "identifies_someone", "--sentence", "The street tells who it is.")


def post_by_amina(here: Terminal) -> str:
    async def say() -> int:
        return await (await ground(here)).say(await who("amina"), "Hello from the street.")

    return str(here.ask(say))


async def who(name: str) -> Principal:
    found = await members.by_name(name)
    assert found is not None
    return members.principal(found)


def log(here: Terminal) -> list[tuple[str, str, str]]:
    """What the audit log says of decisions: who, what, and the reason."""

    async def settle() -> None:
        await (await ground(here)).settle()

    here.ask(settle)
    return [
        (each["by"], each["detail"]["act"], each["detail"]["code"])
        for each in here("audit", "tail", "--json").json
        if each["act"] == "DecisionMade"
    ]


def visible(here: Terminal, post_id: str) -> bool:
    return here.ask(lambda: posts.by_id(int(post_id))) is not None


def test_a_post_is_hidden_listed_and_let_up_again(site: Terminal) -> None:
    post_id = post_by_amina(site)
    assert site("post", "hide", post_id, *WHY, "--by", "sam").code == 0
    assert not visible(site, post_id)
    [found] = site("held", "list", "--json").json
    assert (found["id"], found["account"], found["text"]) == (post_id, "amina", "Hello from the street.")
    assert "Hello from the street." in site("held", "list").out
    assert site("held", "ask", post_id, *WHY).code == 0
    assert site("held", "list", "--json").json[0]["asked_at"]
    assert site("held", "accept", post_id).code == 0
    assert visible(site, post_id)
    assert site("held", "list", "--json").json == []
    assert log(site) == [
        ("sam", "hold", "identifies_someone"),
        ("", "ask_change", "identifies_someone"),
        ("", "publish", "identifies_someone"),
    ]


def test_what_is_held_can_be_refused_and_restored(site: Terminal) -> None:
    post_id = post_by_amina(site)
    assert site("post", "hide", post_id, *WHY).code == 0
    assert site("held", "refuse", post_id, *WHY).code == 0
    assert site("held", "accept", post_id).code == 1
    assert site("post", "restore", post_id).code == 0
    assert visible(site, post_id)
    assert [act for _, act, _ in log(site)][:2] == ["hold", "decline"]


def test_a_post_is_removed_once_and_can_come_back(site: Terminal) -> None:
    post_id = post_by_amina(site)
    assert site("post", "restore", post_id).code == 1
    assert site("post", "remove", post_id, *WHY).code == 0
    assert not visible(site, post_id)
    assert site("post", "remove", post_id, *WHY).code == 1
    assert site("post", "restore", post_id).code == 0
    assert visible(site, post_id)


def test_nobody_decides_without_a_reason_or_without_being_a_steward(site: Terminal) -> None:
    post_id = post_by_amina(site)
    assert site("post", "remove", post_id).code == 2
    assert "sentence" in site("post", "remove", post_id, "--reason", "other").err
    assert site("post", "remove", post_id, *WHY, "--by", "amina").code == 1
    assert "nobody_here" in site("post", "remove", post_id, *WHY, "--by", "nobody_here").err
    assert visible(site, post_id)
    assert log(site) == []


def test_a_report_is_shown_and_closed_with_an_act(site: Terminal) -> None:
    post_id = post_by_amina(site)

    async def file() -> int:
        amina, sam = await who("amina"), await who("sam")
        return await file_report(sam, amina.account_id, (int(post_id),), comment="It names a street.", category="other")

    report_id = str(site.ask(file))
    [waits] = site("report", "list", "--json").json
    assert (waits["id"], waits["account"]) == (report_id, "amina")
    shown = site("report", "show", report_id, "--json").json
    assert (shown["comment"], [each["id"] for each in shown["posts"]]) == ("It names a street.", [post_id])
    assert "It names a street." in site("report", "show", report_id).out
    assert site("report", "close", report_id, "remove").code == 1  # without a reason
    assert site("report", "close", report_id, "remove", *WHY, "--by", "ada").code == 0
    assert not visible(site, post_id)
    assert site("report", "list", "--json").json == []
    assert site("report", "close", report_id, "keep").code == 1
    assert log(site) == [("ada", "remove", "identifies_someone")]


def test_a_report_that_is_not_there_is_said_to_be_missing(site: Terminal) -> None:
    result = site("report", "show", "7")
    assert (result.code, result.out) == (1, "")
    assert "report list" in result.err


def test_an_account_is_warned_limited_suspended_and_back(site: Terminal) -> None:
    async def state() -> tuple[bool, bool]:
        found = await accounts.local_by_name("amina")
        assert found is not None
        return bool((await one("SELECT limited FROM accounts WHERE id = ?", found.id))["limited"]), found.suspended

    assert site("account", "warn", "amina", *WHY).code == 0
    assert site("account", "limit", "@amina", *WHY).code == 0
    assert site.ask(state) == (True, False)
    assert site("account", "limit", "amina", *WHY).code == 1
    assert site("account", "lift", "amina").code == 0
    assert site("account", "suspend", "amina", *WHY, "--by", "sam").code == 0
    assert site.ask(state) == (False, True)
    assert site("account", "restore", "amina").code == 0
    assert site.ask(state) == (False, False)
    assert log(site) == [
        ("", "warn", "identifies_someone"),
        ("", "limit", "identifies_someone"),
        ("", "lift", ""),
        ("sam", "suspend", "identifies_someone"),
        ("", "restore", ""),
    ]


def test_a_steward_decides_about_no_admin_and_nobody_about_themselves(site: Terminal) -> None:
    assert site("account", "suspend", "ada", *WHY, "--by", "sam").code == 1
    assert site("account", "suspend", "sam", *WHY, "--by", "sam").code == 1
    assert "nobody_here" in site("account", "suspend", "nobody_here", *WHY).err
    assert log(site) == []


def test_a_role_is_given_and_the_last_admin_stays(site: Terminal) -> None:
    assert site("member", "role", "amina", "steward").out == "steward\n"
    roles = {each["name"]: each["role"] for each in site("member", "list", "--json").json}
    assert roles == {"ada": "admin", "amina": "steward", "sam": "steward"}
    result = site("member", "role", "ada", "member")
    assert (result.code, "only admin" in result.err) == (1, True)
    assert site("member", "role", "nobody_here", "admin").code == 1


def test_the_site_is_shown_and_changed_in_part(site: Terminal) -> None:
    assert site("site", "set").code == 1
    assert site("site", "set", "--description", "We listen.", "--rule", "Be kind.", "--rule", "No names.").code == 0
    told = site("site", "show", "--json").json
    assert (told["title"], told["description"], told["rules"]) == ("Oak", "We listen.", ["Be kind.", "No names."])
    assert "We listen." in site("site", "show").out
    assert site("site", "set", "--title", "").code == 1
    assert site.ask(get).title == "Oak"
    assert log(site) == []
    assert "InstanceChanged" in [each["act"] for each in site("audit", "tail", "--json").json]
