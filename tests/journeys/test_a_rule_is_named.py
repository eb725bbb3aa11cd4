"""A rule is named at one instance, described, cited from others, said to be the same, and taken away."""

from typing import Any

from server.actions.policies import delete_policy, keep_policy, name_policy, say_same
from server.actions.proposals import publish_proposal
from server.queries import policies, posts
from server.rules.drafts import ProposalDraft
from server.rules.policies import PolicyDraft
from server.views.policies import PolicyView
from server.views.viewer import VISITOR
from tests.journeys.test_a_proposal_travels import ANSWERS
from tests.world import ACTIVITY_JSON, Site, World


async def rule_at(site: Site, uri: str) -> PolicyView | None:
    with site.use():
        return await policies.by_uri(uri)


async def cite(site: Site, by: Any, title: str, **more: Any) -> int:
    topic = await site.topic_view("damp-homes")
    with site.use():
        return await publish_proposal(by, ProposalDraft(title, ANSWERS, topic_id=topic.account.id, **more))


async def test_a_rule_and_those_who_cite_it_are_known_everywhere(three: World) -> None:
    oak, ash, elm = three.instances
    amina, sten, bryn = await oak.member("amina"), await oak.member("sten", role="steward"), await ash.member("bryn")
    await cite(oak, amina, "Damp must be proven twice", policy_name="Repairs contract, schedule 4")
    await three.settle()
    with oak.use():
        (rule,) = await policies.listed()
    at_ash = await rule_at(ash, rule.uri)
    assert at_ash is not None
    assert at_ash.proposals_count == 1
    assert at_ash.account.domain == "oak.example"
    await cite(ash, bryn, "A second visit for every leak", policy_ids=(at_ash.id,))
    await three.settle()
    for site in three.instances:
        found = await rule_at(site, rule.uri)
        assert found is not None
        assert found.proposals_count == 2, site.domain
        with site.use():
            assert await posts.by_uri(rule.uri, VISITOR) is None, "a rule is no post"

    with oak.use():
        draft = PolicyDraft("Repairs contract, schedule 4", "contract", "The council", explained="Two visits.")
        await keep_policy(sten, draft, rule.id)
    await three.settle()
    at_elm = await rule_at(elm, rule.uri)
    assert at_elm is not None
    assert (at_elm.kind, at_elm.owner_name, at_elm.explained.html) == ("contract", "The council", "<p>Two visits.</p>")

    with oak.use():
        await delete_policy(sten, rule.id)
    await three.settle()
    assert await rule_at(elm, rule.uri) is None
    path = rule.uri.removeprefix("https://oak.example")
    assert (await oak.get(path, accept=ACTIVITY_JSON)).status_code == 410


async def test_a_rule_that_was_named_before_we_met_is_fetched(three: World) -> None:
    oak, ash, _ = three.instances
    amina = await oak.member("amina")
    three.wire.down.add("ash.example")
    with oak.use():
        rule_id = await name_policy(amina, "Housing register form")
    await three.settle()
    await cite(oak, amina, "The form asks for a fixed address", policy_ids=(rule_id,))
    three.wire.down.clear()
    three.clock.forward(3600)
    await three.settle()
    found = await rule_at(ash, f"https://oak.example/policies/{rule_id}")
    assert found is not None
    assert found.proposals_count == 1


async def test_two_rules_are_shown_as_one_once_both_sides_say_so(three: World) -> None:
    oak, ash, elm = three.instances
    sten, una = await oak.member("sten", role="steward"), await ash.member("una", role="steward")
    await cite(oak, sten, "Damp must be proven twice", policy_name="Repairs contract")
    await cite(ash, una, "Two visits for every leak", policy_name="Contract for repairs")
    await three.settle()
    with oak.use():
        ours = next(each for each in await policies.listed() if each.local)
        theirs = next(each for each in await policies.listed() if not each.local)
        await say_same(sten, ours.id, theirs.uri)
    await three.settle()
    path = f"/policies/{ours.id}"
    assert "Two visits for every leak" not in (await oak.get(path)).text
    with ash.use():
        here = next(each for each in await policies.listed() if each.local)
        await say_same(una, here.id, ours.uri)
    await three.settle()
    assert "Two visits for every leak" in (await oak.get(path)).text
    document = await oak.json(path)
    assert (document["type"], document["civic:kind"]) == ("Page", "policy")
    assert document["civic:sameAs"] == [theirs.uri]
    at_elm = await rule_at(elm, ours.uri)
    assert at_elm is not None
    with elm.use():
        assert [each.firm for each in await policies.same_of(at_elm)] == [True]
