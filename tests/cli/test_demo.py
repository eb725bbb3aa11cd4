"""`folkmoot demo`: three servers, real HTTP between them, and people who have something to say."""

import json
import os
import re
import signal
import socket
from pathlib import Path

import pytest

from server.cli.seed.content import ORGANISATIONS, TOPICS
from server.cli.seed.proposals import DRAFT, FOLLOWS, HELD, PROPOSALS
from server.cli.seed.telling import STORIES
from server.rules.comments import stance_of
from server.rules.proposals import STATES, Section, check_proposal_form
from server.rules.topics import check_name, check_slug
from server.storage.sql import rows
from tests.cli.terminal import Terminal, call, free_port, started, wait_for

# Where each story ends: state, outcome, answer, how the public clock stands.
ENDS = {
    "damp-twice": ("answered", None, "partly", None),
    "repair-day": ("sent", None, None, "awaiting"),
    "missed-visit": ("sent", None, None, "delayed"),
    "five-documents": ("answered", None, "declined", None),
    "mould-wash": ("in_action", None, "accepted", None),
    "reminders": ("closed", "changed", "trial", None),
    "no-bill": ("agreed", None, None, None),
    "first-bus": ("linked", None, None, None),
    "dialysis-days": ("linked", None, None, None),
    "night-calls": ("raised", None, None, None),
    "bus-pass": ("withdrawn", None, None, None),
    "guest-parking": ("dormant", None, None, None),
}
PEOPLE = [f"{person.name}@{each.name}" for each in ORGANISATIONS for person in each.people]


def test_everyone_who_says_something_exists() -> None:
    speakers = {each.by for each in PROPOSALS} | {comment.by for each in PROPOSALS for comment in each.comments}
    others = {who for each in PROPOSALS for who in (*each.support, *each.boosts)} | {
        who for pair in FOLLOWS for who in pair
    }
    assert speakers | others <= set(PEOPLE)
    assert speakers == set(PEOPLE), "everyone has something to say"


def test_names_and_words_are_ones_that_the_rules_allow() -> None:
    for organisation in ORGANISATIONS:
        for name in (organisation.name, *(person.name for person in organisation.people)):
            check_name(name)
    for topic in TOPICS:
        check_slug(topic.slug)
    for each in PROPOSALS:
        sections = (Section("seen", each.seen), Section("rule", each.rule), Section("change", each.change))
        check_proposal_form(each.title, sections)
        assert each.topic in {topic.slug for topic in TOPICS}
        assert [comment.stance for comment in each.comments] == [
            stance_of(f"{comment.text} #{comment.stance}") for comment in each.comments
        ]


def test_every_proposal_is_answered_and_supported_from_elsewhere() -> None:
    for each in PROPOSALS:
        home = each.by.partition("@")[2]
        assert {who.partition("@")[2] for who in (*each.support, *(comment.by for comment in each.comments))} - {home}
        assert each.by not in each.support


def test_each_story_is_told_by_people_who_exist_and_no_deed_is_taken_for_another() -> None:
    assert set(STORIES) == {each.key for each in PROPOSALS} == set(ENDS)
    for deeds in STORIES.values():
        assert {deed.by for deed in deeds} <= set(PEOPLE)
        steps = [deed.leads_to for deed in deeds if deed.leads_to]
        added = [(deed.by, deed.do, deed.name) for deed in deeds if not deed.leads_to]
        assert len(set(steps)) == len(steps)
        assert len(set(added)) == len(added)
        assert {deed.facts["of"] for deed in deeds if deed.do == "decide"} <= {deed.name for deed in deeds}


def test_all_but_one_are_agreed_by_a_check_that_closes_before() -> None:
    agreed = {key: [deed.do for deed in deeds] for key, deeds in STORIES.items() if "agree" in {d.do for d in deeds}}
    waived = [key for key, deeds in STORIES.items() for deed in deeds if "waived" in deed.facts]
    assert waived == ["missed-visit"]
    for key in agreed.keys() - {"missed-visit"}:
        does = agreed[key]
        assert does.index("check") < does.index("vote") < does.index("close_check") < does.index("agree")
    assert any("object" in does for does in agreed.values())
    assert any("endorse" in does for does in agreed.values())


def test_the_states_that_everybody_sees_are_all_there() -> None:
    unseen = {"draft", "held"}
    assert {ends[0] for ends in ENDS.values()} == set(STATES) - unseen


def test_a_folder_that_holds_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("Dear Flat 40")
    for fresh in ([], ["--fresh"]):
        result = call("demo", "--data", str(tmp_path), *fresh)
        assert (result.code, result.out) == (1, "")
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


def test_a_port_in_use_is_named_before_anything_is_made(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = other.getsockname()[1]
        ports = f"{free_port()},{taken},{free_port()}"
        result = call("demo", "--data", str(tmp_path / "demo"), "--ports", ports)
    assert (result.code, result.out) == (1, "")
    assert f"Port {taken} is in use" in result.err
    assert not (tmp_path / "demo").exists()


@pytest.mark.parametrize("ports", ["8001", "8001,8002", "8001,8001,8002", "a,b,c", "0,1,2", "1,2,99999", "1,2,3,4"])
def test_three_different_ports_are_needed(ports: str, tmp_path: Path) -> None:
    assert call("demo", "--data", str(tmp_path / "demo"), "--ports", ports).code == 2


def test_its_ports_belong_to_its_data(tmp_path: Path) -> None:
    (tmp_path / "demo.json").write_text(json.dumps({"ports": [1, 2, 3], "password": "x", "seeded": True}))
    result = call("demo", "--data", str(tmp_path), "--ports", "4,5,6")
    assert result.code == 1
    assert "1,2,3" in result.err


@pytest.mark.slow
def test_what_is_said_at_one_is_heard_at_all_and_only_once(tmp_path: Path) -> None:
    ports = [free_port() for _ in ORGANISATIONS]
    words = ("demo", "--data", str(tmp_path / "demo"), "--ports", ",".join(map(str, ports)))
    with started(*words, "--seed-only") as demo:
        demo.running.wait(timeout=300)
        seeded = demo.end()
    assert (seeded.code, seeded.out) == (0, ""), seeded.err

    sites = [Terminal(tmp_path / "demo" / each.name, port) for each, port in zip(ORGANISATIONS, ports, strict=True)]
    first = [_rows(site) for site in sites]
    _forget_that_it_is_seeded(tmp_path / "demo")
    with started("demo", "--data", str(tmp_path / "demo")) as demo:
        assert demo.running.stdout is not None
        assert any("password" in line for line in demo.running.stdout)
        titles = [_titles(site) for site in sites]
        assert titles[0] == titles[1] == titles[2] == sorted(each.title for each in PROPOSALS)
        stories = [_stories(site) for site in sites]
        assert stories[0] == stories[1] == stories[2]
        ends = {each.title: ENDS[each.key] for each in PROPOSALS}
        assert {title: (*ends_at, clock) for title, (ends_at, clock, *_) in stories[0].items()} == ends
        assert [_rows(site) for site in sites] == first, "what was told before was told again"
        assert [_of_few(site) for site in sites] == [[DRAFT.title], [HELD.title], []]
        children = _children(demo.running.pid)
        assert len(children) == len(ORGANISATIONS)
        demo.running.send_signal(signal.SIGINT)
        result = demo.stop(signal.SIGINT)
    assert result.code == 0, result.err
    assert not any(Path(f"/proc/{child}").exists() for child in children)

    with started("demo", "--data", str(tmp_path / "demo")) as demo:
        sites[0].wait_until_up()
        children = _children(demo.running.pid)
        os.kill(demo.running.pid, signal.SIGKILL)
        wait_for(lambda: not any(_runs(child) for child in children), "the servers to end with the demo")


def _titles(site: Terminal) -> list[str]:
    found = json.loads(site.get("/api/v1/timelines/public?limit=40")[1])
    return sorted(re.findall(r"<strong>(.*?)</strong>", each["content"])[0] for each in found)


def _stories(site: Terminal) -> dict[str, tuple[object, ...]]:
    """By title: where a proposal stands, how its clock does, its steps, and what was added to it."""
    found = {}
    for each in json.loads(site.get("/api/v1/civic/proposals?limit=40")[1]):
        whole = json.loads(site.get(f"/api/v1/civic/proposals/{each['id']}")[1])
        clocks = [ask["clock"]["state"] for ask in whole["asks"] if ask["clock"]]
        found[whole["title"]] = (
            (whole["state"], whole["outcome"], whole["answer_code"]),
            clocks[0] if clocks else None,
            [step["kind"] for step in whole["timeline"]],
            sorted((each["uri"], each["type"], each.get("state")) for each in whole["contributions"]),
            whole["we_see_this_too"],
        )
    return found


def _rows(site: Terminal) -> list[int]:
    """How much there is."""

    async def counted() -> list[int]:
        tables = (
            "posts", "steps", "asks", "contributions", "owners", "likes", "follows", "checks", "poll_votes",
            "endorsements", "same_barriers",
        )  # fmt: skip
        return [(await rows(f"SELECT COUNT(*) AS n FROM {table}"))[0]["n"] for table in tables]

    return site.ask(counted)


def _of_few(site: Terminal) -> list[str]:
    """What not everybody sees: drafts, and what is held."""

    async def found() -> list[str]:
        held = await rows("SELECT p.title FROM posts p JOIN proposals r ON r.post_id = p.id WHERE r.state = 'held'")
        return [each["title"] for each in [*await rows("SELECT title FROM proposal_drafts"), *held]]

    return site.ask(found)


def _forget_that_it_is_seeded(folder: Path) -> None:
    mark = folder / "demo.json"
    mark.write_text(json.dumps({**json.loads(mark.read_text("utf-8")), "seeded": False}), "utf-8")


def _children(pid: int) -> list[int]:
    return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
