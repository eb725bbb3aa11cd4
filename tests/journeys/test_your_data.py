"""A member takes everything along, and brings lists from another server."""

import csv
import io
import zipfile
from typing import Any

import pytest

from federation.values import loads
from server.actions.bookmarks import bookmark_post
from server.actions.imports import start_import
from server.actions.likes import like_post
from server.actions.posts import publish_post
from server.queries import exports, imports
from server.rules.drafts import PostDraft
from server.rules.errors import Conflict, Invalid
from server.rules.exports import LISTS, MOST_BYTES, Entry, read, table, written
from server.rules.permissions import Principal
from server.storage.sql import row, rows
from tests.journeys.test_a_proposal_travels import raise_proposal
from tests.journeys.test_passing_on import Toot
from tests.world import Site, World

FOLLOWING = 'Account address,Show boosts,Notify on new posts,Languages\nmo@toot.example,false,true,"de, en"\n'


async def brought(site: Site, by: Principal, kind: str, text: str, three: World) -> Any:
    """A list, sent through the page and taken in."""
    web, csrf = await site.browser(by)
    answer = await web.post(
        "/settings/data/bring", data={"csrf": csrf, "kind": kind}, files={"file": ("list.csv", text, "text/csv")}
    )
    assert answer.status_code == 200, answer.text
    assert "being taken in" in answer.text
    await three.settle()
    with site.use():
        return (await imports.of_member(by.member_id))[0]


async def test_lists_go_out_and_come_in_again(three: World) -> None:
    oak, ash, _ = three.instances
    Toot(three)
    amina, bryn = await oak.member("amina"), await ash.member("bryn")
    cases = {
        "following": FOLLOWING,
        "mutes": "Account address,Hide notifications\nmo@toot.example,false\n",
        "lists": "Neighbours,bryn@ash.example\n",
        "blocks": "@mo@toot.example\nnobody@gone.example\n",
    }
    for kind, text in cases.items():
        if kind == "blocks":
            break
        done = await brought(oak, amina, kind, text, three)
        assert (done.ended, done.missed) == (True, ()), kind
    with oak.use():
        kept = await row(
            "SELECT show_boosts, notify FROM follows f JOIN accounts a ON a.id = f.target_id WHERE name = 'mo'"
        )
        assert kept is not None
        assert (bool(kept["show_boosts"]), bool(kept["notify"])) == (False, True)
        out = {kind: written(kind, await exports.entries(kind, amina.account_id, oak.domain)) for kind in LISTS}
    assert out["following"].splitlines()[1:] == ["mo@toot.example,false,true,", "bryn@ash.example,true,false,"]
    assert out["mutes"].splitlines() == ["Account address,Hide notifications", "mo@toot.example,false"]
    assert out["lists"].splitlines() == ["Neighbours,bryn@ash.example"]
    blocked = await brought(oak, amina, "blocks", cases["blocks"], three)
    assert blocked.missed == ("nobody@gone.example",)
    web, _ = await oak.browser(amina)
    answer = await web.get("/settings/data/blocks.csv")
    assert answer.text.split() == ["mo@toot.example"]
    assert answer.headers["content-disposition"] == 'attachment; filename="blocks.csv"'
    assert "1 could not be found" in (await web.get("/settings/data")).text
    assert bryn.member_id


async def test_bookmarks_come_in_by_their_address(three: World) -> None:
    oak, ash, _ = three.instances
    amina, bryn = await oak.member("amina"), await ash.member("bryn")
    with ash.use():
        post_id = await publish_post(bryn, PostDraft(source="Worth keeping"))
    done = await brought(
        oak, amina, "bookmarks", f"https://ash.example/posts/{post_id}\nhttps://ash.example/x\n", three
    )
    assert (done.total, done.missed) == (2, ("https://ash.example/x",))
    with oak.use():
        assert len(await rows("SELECT id FROM bookmarks")) == 1


async def test_a_long_list_is_taken_in_piece_by_piece_and_a_second_one_waits(three: World) -> None:
    oak = three.instances[0]
    amina = await oak.member("amina")
    people = [await oak.member(f"p{number}") for number in range(45)]
    entries = [Entry(f"p{number}@oak.example") for number in range(45)]
    with oak.use():
        import_id = await start_import(amina, "following", entries)
        with pytest.raises(Conflict):
            await start_import(amina, "following", entries[:1])
        jobs = await rows("SELECT key FROM jobs WHERE kind = 'import'")
        assert [job["key"] for job in jobs] == [f"import:{import_id}:0"]
    await three.settle()
    with oak.use():
        assert (await imports.of_member(amina.member_id))[0].done == 45
        assert len(await rows("SELECT id FROM follows WHERE account_id = ?", [amina.account_id])) == len(people)
        await start_import(amina, "following", entries)  # a second time changes nothing
    await three.settle()
    with oak.use():
        assert len(await rows("SELECT id FROM follows WHERE account_id = ?", [amina.account_id])) == len(people)


async def test_the_archive_holds_everything_but_what_was_said_without_a_name(three: World) -> None:
    oak, ash, _ = three.instances
    amina, bryn = await oak.member("amina"), await ash.member("bryn")
    proposal_id = await raise_proposal(oak, amina, "=Formula in a title")
    theirs = await raise_proposal(ash, bryn, "Theirs")
    await three.settle()
    with oak.use():
        private = await publish_post(amina, PostDraft(source="For my followers", visibility="private"))
        hidden = await publish_post(
            amina, PostDraft(source="Without my name", in_reply_to_id=proposal_id, mode="confidential")
        )
        there = await row("SELECT id FROM posts WHERE uri = ?", [f"https://ash.example/proposals/{theirs}"])
        assert there is not None
        await like_post(amina, there["id"])
        await bookmark_post(amina, there["id"])
    await three.settle()
    web, _ = await oak.browser(amina)
    answer = await web.get("/settings/data/archive.zip")
    assert answer.headers["content-type"] == "application/zip"
    found = zipfile.ZipFile(io.BytesIO(answer.content))
    names = {"actor.json", "outbox.json", "likes.json", "bookmarks.json", "proposals.csv"}
    assert names | {f"{kind}.csv" for kind in LISTS} == set(found.namelist())
    actor, outbox = loads(found.read("actor.json")), loads(found.read("outbox.json"))
    assert actor["id"] == "https://oak.example/users/amina"
    said = {item["object"]["id"]: item for item in outbox["orderedItems"]}
    assert set(said) == {f"https://oak.example/proposals/{proposal_id}", f"https://oak.example/posts/{private}"}
    assert all("proof" in item for item in said.values())
    assert loads(found.read("likes.json"))["orderedItems"] == [f"https://ash.example/proposals/{theirs}"]
    assert b"Without my name" not in b"".join(found.read(name) for name in found.namelist())
    assert str(hidden) not in str(outbox)
    lines = list(csv.reader(io.StringIO(found.read("proposals.csv").decode())))
    assert lines[1][1] == "'=Formula in a title"
    assert list((oak.instance.settings.data_dir / "tmp").iterdir()) == [], "the file is taken away once it was sent"


async def test_only_its_owner_gets_the_data(three: World) -> None:
    oak = three.instances[0]
    await oak.member("amina")
    for path in ("/settings/data", "/settings/data/archive.zip", "/settings/data/following.csv"):
        answer = await oak.get(path, accept="text/html")
        assert (answer.status_code, answer.headers["location"].partition("?")[0]) == (303, "/sign-in"), path


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("following", b""),
        ("following", b"\xff\xfe\x00"),
        ("following", b"no address here\n"),
        ("lists", b"only a title\n"),
        ("bookmarks", b"javascript:alert(1)\n"),
        ("friends", b"mo@toot.example\n"),
        ("blocks", b'"an open quote\n'),
        ("blocks", b"a@b" * (MOST_BYTES // 3 + 1)),
    ],
)
def test_a_file_that_is_no_list_is_refused_with_a_sentence(kind: str, content: bytes) -> None:
    with pytest.raises(Invalid) as refused:
        read(kind, content)
    assert refused.value.text


def test_lists_are_read_as_other_servers_write_them() -> None:
    assert read("blocks", "\ufeffmo@toot.example\r\nmo@toot.example\r\n".encode()) == (Entry("mo@toot.example"),)
    assert read("mutes", b"Account address,Hide notifications\na@b.example,true\n") == (
        Entry("a@b.example", quiet=True),
    )
    assert read("following", FOLLOWING.encode()) == (
        Entry("mo@toot.example", boosts=False, notify=True, languages=("de", "en")),
    )
    for kind in LISTS:
        entry = Entry(
            "https://a.example/1" if kind == "bookmarks" else "a@b.example", title="T" if kind == "lists" else ""
        )
        assert read(kind, written(kind, [entry]).encode()) == (entry,)
    assert table([("=1+1", "-2", "+3", "plain")]) == "'=1+1,'-2,'+3,plain\r\n"
