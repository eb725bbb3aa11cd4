"""Naming the rules that get in the way."""

import pytest

from server.actions.policies import delete_policy, keep_policy, name_policy, record_policy, say_same
from server.actions.proposals import edit_proposal
from server.queries import policies
from server.rules.drafts import Elsewhere, ProposalDraft
from server.rules.errors import Conflict, Invalid, NotFound, Refused
from server.rules.permissions import Principal
from server.rules.policies import PolicyDraft
from tests.make import ANSWERS, Ground, count

THERE = "https://elm.example/policies/1"


async def names(proposal: int) -> list[str]:
    return [policy.name for policy in await policies.cited_by(proposal)]


def at(updated: int | None = None, uri: str = THERE) -> Elsewhere:
    return Elsewhere(uri, uri, 1_000, updated)


async def test_a_new_name_makes_a_rule_and_the_same_name_is_the_same_rule(here: Ground) -> None:
    amina, bo = await here.member("amina"), await here.member("bo")
    first = await here.propose(amina, policy_ids=(), policy_name="Repairs contract, schedule 4")
    second = await here.propose(bo, "Another", policy_name="  repairs  CONTRACT, schedule 4 ")
    assert await names(first) == await names(second) == ["Repairs contract, schedule 4"]
    assert await count("policies") == 1
    (rule,) = await policies.listed("contract")
    assert rule.proposals_count == 2
    assert rule.account.kind == "organisation"
    assert {post.id for post in await policies.proposals_citing([rule.id])} == {first, second}


async def test_an_edit_names_other_rules_or_leaves_them(here: Ground) -> None:
    amina = await here.member("amina")
    proposal = await here.propose(amina, policy_name="One")
    other = await name_policy(amina, "Two")
    assert await edit_proposal(amina, proposal, ProposalDraft("Damp must be proven twice", ANSWERS)) == 1
    assert await names(proposal) == ["One"]
    draft = ProposalDraft("Damp must be proven twice", ANSWERS, policy_ids=(other,))
    assert await edit_proposal(amina, proposal, draft) == 2
    assert await names(proposal) == ["Two"]
    assert await edit_proposal(amina, proposal, draft) == 2
    with pytest.raises(Invalid):
        await edit_proposal(amina, proposal, ProposalDraft("Damp", ANSWERS, policy_ids=(other, 7)))
    assert await names(proposal) == ["Two"]


async def test_only_stewards_describe_a_rule(here: Ground) -> None:
    amina, sten = await here.member("amina"), await here.member("sten", role="steward")
    rule = await name_policy(amina, "Repairs contract")
    draft = PolicyDraft("Repairs contract", "contract", "The council", explained="Two **visits** are asked for.")
    with pytest.raises(Refused):
        await keep_policy(amina, draft, rule)
    with pytest.raises(Refused):
        await delete_policy(amina, rule)
    await keep_policy(sten, draft, rule)
    found = await policies.by_id(rule)
    assert found is not None
    assert (found.kind, found.owner_name, found.version) == ("contract", "The council", 2)
    assert "<strong>visits</strong>" in found.explained.html
    other = await name_policy(amina, "Another")
    with pytest.raises(Conflict):
        await keep_policy(sten, PolicyDraft("repairs contract"), other)


@pytest.mark.parametrize(
    "draft", [PolicyDraft(" "), PolicyDraft("A", web_url="javascript:alert(1)"), PolicyDraft("A", easy="x" * 10_001)]
)
async def test_what_does_not_fit_is_named(here: Ground, draft: PolicyDraft) -> None:
    with pytest.raises(Invalid):
        await keep_policy(await here.member("sten", role="steward"), draft)


async def test_a_rule_that_is_taken_away_is_named_no_more(here: Ground) -> None:
    amina, sten = await here.member("amina"), await here.member("sten", role="steward")
    proposal = await here.propose(amina, policy_name="Misspelt")
    (rule,) = await policies.cited_by(proposal)
    await delete_policy(sten, rule.id)
    assert await names(proposal) == []
    assert await policies.by_id(rule.id) is None
    with pytest.raises(NotFound):
        await delete_policy(sten, rule.id)


async def test_what_another_server_says_is_cleaned_and_only_newer_words_count(here: Ground) -> None:
    elm = await here.stranger("elm", kind="organisation")
    words = {"explained": "<p>Two visits<script>alert(1)</script></p>"}
    first = await record_policy(elm, PolicyDraft("Contract", elsewhere=at(5_000), html=words))
    found = await policies.by_id(first)
    assert found is not None
    assert found.explained.html == "<p>Two visits</p>"
    assert not found.local
    assert await record_policy(elm, PolicyDraft("Older", elsewhere=at(4_000), html={})) == first
    assert await record_policy(elm, PolicyDraft("Newer", elsewhere=at(6_000), html={})) == first
    found = await policies.by_id(first)
    assert found is not None
    assert found.name == "Newer"


async def test_nobody_else_describes_the_rule_of_an_organisation(here: Ground) -> None:
    elm, other = await here.stranger("elm"), await here.stranger("other")
    await record_policy(elm, PolicyDraft("Contract", elsewhere=at(), html={}))
    with pytest.raises(Refused):
        await record_policy(other, PolicyDraft("Mine", elsewhere=at(9_000), html={}))
    sten = await here.member("sten", role="steward")
    (ours,) = [await name_policy(sten, "Ours")]
    mine = await policies.by_id(ours)
    assert mine is not None
    with pytest.raises(Refused):
        await record_policy(elm, PolicyDraft("Stolen", elsewhere=at(2**41, mine.uri), html={}))


async def test_two_rules_are_one_only_where_both_sides_say_so(here: Ground) -> None:
    sten, elm = await here.member("sten", role="steward"), await here.stranger("elm")
    ours = await name_policy(sten, "Repairs contract")
    theirs = await record_policy(elm, PolicyDraft("Contract", elsewhere=at(), html={}))
    mine = await policies.by_id(ours)
    assert mine is not None
    await say_same(sten, ours, THERE)
    assert [each.firm for each in await policies.same_of(mine)] == [False]
    await record_policy(elm, PolicyDraft("Contract", elsewhere=at(7_000), html={}, same_as=(mine.uri,)))
    (both,) = await policies.same_of(mine)
    assert both.firm
    assert both.policy is not None
    assert both.policy.id == theirs
    await say_same(sten, ours, THERE, same=False)
    assert [each.firm for each in await policies.same_of(mine)] == [False]


async def test_two_rules_of_ours_are_one_at_once(here: Ground) -> None:
    sten = await here.member("sten", role="steward")
    one, two = await name_policy(sten, "One"), await name_policy(sten, "Two")
    first, second = await policies.by_id(one), await policies.by_id(two)
    assert first is not None
    assert second is not None
    await say_same(sten, one, second.uri)
    assert [each.firm for each in await policies.same_of(first)] == [True]
    for wrong in (first.uri, "https://nowhere.example/policies/1"):
        with pytest.raises(Invalid):
            await say_same(sten, one, wrong)
    with pytest.raises(Refused):
        await say_same(Principal("member", 1, member_id=1), one, second.uri)
