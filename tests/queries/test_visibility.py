"""Who sees what: the rule, and every place that shows posts, must agree on each viewer and each visibility."""

import asyncio
from dataclasses import dataclass

import orjson

from server.actions.accounts import update_profile
from server.actions.blocks import block, mute
from server.actions.boosts import boost_post
from server.actions.follows import follow, unfollow
from server.actions.moderation import hold_post, remove_post
from server.actions.posts import delete_post
from server.actions.sanctions import limit_account, suspend_account
from server.queries import posts, proposals, said, timelines
from server.queries.search import posts_with
from server.rules.drafts import ProfileDraft
from server.rules.moderation import Why
from server.rules.permissions import OPERATOR, Principal
from server.rules.visibility import VISIBILITIES, Standing, Visibility, may_find, may_see
from server.storage.sql import execute
from server.views.viewer import VISITOR, Page, Viewer, viewer_of
from tests.make import Ground, count

STANDINGS = {
    "visitor": Standing(),
    "author": Standing(is_author=True),
    "follower": Standing(follows_author=True),
    "pending": Standing(),
    "mentioned": Standing(is_mentioned=True),
    "blocked": Standing(follows_author=True, is_mentioned=True, blocked_by_author=True),
    "other": Standing(),
    "steward": Standing(is_steward=True),
    "operator": Standing(is_steward=True),
}


@dataclass
class Cast:
    """One author, and somebody in each standing to them."""

    viewers: dict[str, Viewer]
    posts: dict[Visibility, int]
    people: dict[str, Principal]

    def should_see(self, name: str, visibility: Visibility, *, gone: bool = False, held: bool = False) -> bool:
        return may_see(visibility, STANDINGS[name], gone=gone, held=held)


async def cast(here: Ground) -> Cast:
    people = {
        name: await here.member(f"the_{name}", "steward" if name == "steward" else "member")
        for name in STANDINGS
        if name not in ("visitor", "operator")
    }
    author = people["author"]
    for name in ("follower", "blocked"):
        await here.befriend(people[name], author)
    await update_profile(author, ProfileDraft(locked=True))
    await follow(people["pending"], author.account_id)
    named = (await here.mention(people["mentioned"]), await here.mention(people["blocked"]))
    made: dict[Visibility, int] = {
        visibility: await here.say(author, f"Words {visibility} #matrix", visibility=visibility, mentions=named)
        for visibility in VISIBILITIES
    }
    await block(author, people["blocked"].account_id)
    # As if the block and the answer to a wish had crossed on the wire: a follow that a block must overrule.
    await execute(
        "INSERT INTO follows (id, account_id, target_id, uri, state, languages, created_at)"
        " VALUES (1, ?, ?, 'https://oak.example/crossed', 'accepted', '[]', 1)",
        [people["blocked"].account_id, author.account_id],
    )
    viewers = {name: Viewer(by.account_id, by.member_id, by.role) for name, by in people.items()}
    return Cast({"visitor": VISITOR, "operator": viewer_of(OPERATOR), **viewers}, made, people)


async def test_the_sql_says_what_the_rule_says(here: Ground) -> None:
    all_of_them = await cast(here)
    for name, viewer in all_of_them.viewers.items():
        for visibility, post_id in all_of_them.posts.items():
            expected = all_of_them.should_see(name, visibility)
            assert (await posts.by_id(post_id, viewer) is not None) == expected, (name, visibility)
        assert len(await posts.views(list(all_of_them.posts.values()), viewer)) == sum(
            all_of_them.should_see(name, visibility) for visibility in VISIBILITIES
        )


async def test_no_list_shows_what_the_rule_hides_nor_hides_what_belongs_there(here: Ground) -> None:
    all_of_them = await cast(here)
    await here.settle()
    author = all_of_them.people["author"].account_id
    by_id = {post_id: visibility for visibility, post_id in all_of_them.posts.items()}
    for name, viewer in all_of_them.viewers.items():
        sees = {visibility for visibility in VISIBILITIES if all_of_them.should_see(name, visibility)}
        lists = {
            "account": ({by_id[i] for i in await timelines.of_account(viewer, Page(), author)}, sees),
            "public": ({by_id[i] for i in await timelines.public(viewer, Page())}, sees & {"public"}),
            "tag": ({by_id[i] for i in await timelines.tagged(viewer, Page(), "matrix")}, sees & {"public"}),
        }
        if name not in ("visitor", "operator"):
            follows = name in ("author", "follower")
            home = {by_id[i] for i in await timelines.home(viewer, Page())}
            lists["home"] = (home, sees - {"direct"} if follows else set())
        for where, (shown, expected) in lists.items():
            assert shown == expected, (name, where)
        found = await posts_with(viewer, "words", limit=20)
        assert {by_id[post_id] for post_id in found} == sees & {"public"}, (name, "search")


async def test_what_is_held_shows_in_no_place_but_to_its_author_and_by_its_address_to_stewards(here: Ground) -> None:
    all_of_them = await cast(here)
    author, steward = all_of_them.people["author"], all_of_them.people["steward"]
    root = await here.propose(author)
    comment = await here.say(author, "Words #matrix", in_reply_to_id=root)
    await here.settle()
    await boost_post(all_of_them.people["follower"], all_of_them.posts["public"])
    everything = [root, comment, *all_of_them.posts.values()]
    for post_id in everything:
        await hold_post(steward, post_id, Why("identifies_someone"))
    await here.forget()
    by_id = {post_id: visibility for visibility, post_id in all_of_them.posts.items()}
    for name, viewer in all_of_them.viewers.items():
        for visibility, post_id in all_of_them.posts.items():
            expected = all_of_them.should_see(name, visibility, held=True)
            assert (await posts.by_id(post_id, viewer) is not None) == expected, (name, visibility)
        mine = set(everything) if name == "author" else set()
        tagged = {post_id for post_id in mine if by_id.get(post_id, "public") == "public" and post_id != root}
        lists = {
            "account": (await timelines.of_account(viewer, Page(), author.account_id), mine),
            "public": (await timelines.public(viewer, Page()), tagged - {comment} | mine & {root}),
            "tag": (await timelines.tagged(viewer, Page(), "matrix"), tagged),
            "home": (await timelines.home(viewer, Page()), mine - {all_of_them.posts["direct"]}),
            "board": ([post.id for post in await proposals.board(viewer)], mine & {root}),
            "search": (await posts_with(viewer, "words", limit=20), set()),
        }
        for where, (shown, wanted) in lists.items():
            assert set(shown) == wanted, (name, where)
        in_thread = {post.id for post in (await posts.thread_of(root, viewer, gone_too=True)).descendants}
        assert in_thread == ({comment} if name in ("author", "steward", "operator") else set()), name
    assert await proposals.counts_by_state() == {}
    assert await count("accounts", "id = ? AND posts_count = 0", author.account_id) == 1
    for post_id in everything:
        assert await posts.tombstone(post_id) is None
        assert await said.by_id(post_id) is None


async def test_a_limited_account_is_found_by_those_who_follow_it_and_by_link(here: Ground) -> None:
    all_of_them = await cast(here)
    author = all_of_them.people["author"]
    proposal = await here.propose(author)
    await here.settle()
    await limit_account(OPERATOR, author.account_id, Why("abuse"))
    public = all_of_them.posts["public"]
    for name, viewer in all_of_them.viewers.items():
        found = may_find("public", STANDINGS[name], author_limited=True) and name != "blocked"
        lists = {
            "public": public in await timelines.public(viewer, Page()),
            "tag": public in await timelines.tagged(viewer, Page(), "matrix"),
            "search": public in await posts_with(viewer, "words", limit=20),
            "board": proposal in [post.id for post in await proposals.board(viewer)],
        }
        assert lists == dict.fromkeys(lists, found), name
        assert (await posts.by_id(public, viewer) is not None) == all_of_them.should_see(name, "public"), name
    assert await proposals.counts_by_state() == {}


async def test_a_thread_shows_each_reader_their_part_of_it(here: Ground) -> None:
    all_of_them = await cast(here)
    author, root = all_of_them.people["author"], all_of_them.posts["public"]
    replies: dict[int, Visibility] = {
        await here.say(author, "Reply", visibility=visibility, in_reply_to_id=root): visibility
        for visibility in VISIBILITIES
    }
    for name, viewer in all_of_them.viewers.items():
        shown = {replies[post.id] for post in (await posts.thread_of(root, viewer)).descendants}
        mentioned = name in ("mentioned", "blocked")
        standing = STANDINGS[name] if not mentioned else Standing(blocked_by_author=name == "blocked")
        assert shown == {visibility for visibility in VISIBILITIES if may_see(visibility, standing)}, name


async def test_a_stream_shows_what_the_home_timeline_would(here: Ground) -> None:
    all_of_them = await cast(here)
    await here.settle()
    heard: dict[str, set[str]] = {}
    names = [name for name in STANDINGS if name not in ("visitor", "operator")]
    author = all_of_them.people["author"]
    subscriptions = {name: here.hub.subscribe([f"user:{all_of_them.people[name].account_id}"]) for name in names} | {
        "public": here.hub.subscribe(["public"])
    }
    for subscription in subscriptions.values():
        await subscription.__aenter__()
    for visibility in VISIBILITIES:
        await here.say(author, visibility, visibility=visibility)
    await here.settle()
    for name, subscription in subscriptions.items():
        heard[name] = set()
        while True:
            try:
                message = await asyncio.wait_for(subscription.next(), 0.01)
            except TimeoutError:
                break
            if message.event == "update":
                heard[name].add(orjson.loads(message.payload)["visibility"])
        await subscription.__aexit__()
    assert heard == {
        "public": {"public"},
        "author": {"public", "unlisted", "private"},
        "follower": {"public", "unlisted", "private"},
        **{name: set() for name in ("pending", "mentioned", "blocked", "other", "steward")},
    }


async def test_a_stream_is_silent_about_those_whom_its_reader_muted(here: Ground) -> None:
    amina, bryn, cem = [await here.member(name) for name in ("amina", "bryn", "cem")]
    for each in (bryn, cem):
        await here.befriend(amina, each)
    await mute(amina, bryn.account_id)
    await here.settle()
    async with here.hub.subscribe([f"user:{amina.account_id}"]) as messages:
        muted = await here.say(bryn)
        await boost_post(cem, muted)
        heard = await here.say(cem)
        await here.settle()
        message = await asyncio.wait_for(messages.next(), 1)
        assert orjson.loads(message.payload)["id"] == str(heard)
    assert await timelines.home(Viewer(amina.account_id), Page()) == [heard]


async def test_what_is_gone_is_gone_for_everybody(here: Ground) -> None:
    all_of_them = await cast(here)
    author, steward = all_of_them.people["author"], all_of_them.people["steward"]
    await delete_post(author, all_of_them.posts["public"])
    await remove_post(steward, all_of_them.posts["unlisted"], Why("abuse"))
    await suspend_account(OPERATOR, author.account_id, Why("abuse"))
    for viewer in all_of_them.viewers.values():
        assert await posts.views(list(all_of_them.posts.values()), viewer) == []


async def test_a_boost_shows_only_where_what_it_shares_would(here: Ground) -> None:
    amina, bryn, cem = [await here.member(name) for name in ("amina", "bryn", "cem")]
    for each in (amina, bryn):
        await here.befriend(each, cem)
    await here.befriend(cem, amina)
    private = await here.say(amina, visibility="private")
    boost_id = await boost_post(amina, private)
    public = await here.say(amina)
    shared = await boost_post(cem, public)
    assert boost_id in await timelines.of_account(Viewer(cem.account_id), Page(), amina.account_id)
    assert boost_id not in await timelines.of_account(Viewer(bryn.account_id), Page(), amina.account_id)
    assert shared in await timelines.home(Viewer(bryn.account_id), Page())
    await block(amina, bryn.account_id)
    assert shared not in await timelines.home(Viewer(bryn.account_id), Page())
    await unfollow(bryn, cem.account_id)


async def test_a_follow_without_boosts_hides_boosts_alone(here: Ground) -> None:
    amina, bryn, cem = [await here.member(name) for name in ("amina", "bryn", "cem")]
    await here.befriend(bryn, cem)
    await follow(bryn, cem.account_id, show_boosts=False)
    said = await here.say(cem)
    await boost_post(cem, await here.say(amina))
    assert await timelines.home(Viewer(bryn.account_id), Page()) == [said]
