"""Following a rule or a proposal by mail without a log-in: asked for, said yes to in the mail, ended with one click."""

import re

import httpx
import pytest

from server.actions.mail_follows import prune_unconfirmed
from server.actions.policies import keep_policy
from server.actions.proposals import publish_proposal
from server.rules.drafts import ProposalDraft
from server.rules.ids import now_ms
from server.rules.permissions import OPERATOR
from server.rules.policies import PolicyDraft
from server.storage.sql import rows
from tests.journeys.test_a_proposal_travels import ANSWERS, raise_proposal
from tests.journeys.test_from_barrier_to_change import say
from tests.journeys.test_hearing_back import sent
from tests.smtp import MailServer
from tests.world import Site, World


async def send(site: Site, path: str, page: str | None = None, **fields: str) -> httpx.Response:
    token = (await site.get(page or path)).text.partition('name="csrf" value="')[2].partition('"')[0]
    return await site.web.post(path, data={"csrf": token, **fields})


def link_in(text: str, path: str) -> str:
    found = re.search(rf"https://oak\.example({path}/\S+)", text)
    assert found is not None, text
    return found[1]


async def follow(made: World, site: Site, office: MailServer, path: str, email: str = "trustee@example.org") -> None:
    """Ask for it, and say yes in the mail."""
    before = len(office.letters)
    answer = await send(site, f"{path}/by-mail", email=email)
    assert answer.headers["location"] == f"{path}?done=by-mail"
    await made.settle()
    assert office.letters[before]["To"] == email
    yes = link_in(office.letters[before].get_content(), "/by-mail")
    assert "Yes, write to me" in (await site.get(yes)).text
    assert "Done." in (await send(site, yes)).text


async def test_whoever_follows_a_rule_hears_of_proposals_that_name_it_until_they_end_it(
    oak: tuple[World, Site], post_office: MailServer
) -> None:
    made, site = oak
    amina, sten = await site.member("amina"), await site.member("sten", role="steward")
    with site.use():
        policy_id = await keep_policy(sten, PolicyDraft("Two damp reports"))
    await follow(made, site, post_office, f"/policies/{policy_id}")
    topic = await site.topic_view("damp-homes")
    named = ProposalDraft("One is enough", ANSWERS, topic_id=topic.account.id, policy_ids=(policy_id,))
    with site.use():
        proposal_id = await publish_proposal(amina, named)
    await raise_proposal(site, amina, "About another rule")
    await made.settle()
    (news,) = post_office.letters[1:]
    assert (news["To"], news["Subject"]) == ("trustee@example.org", "One is enough – Oak")
    assert "This proposal was raised." in news.get_content()
    assert f"https://oak.example/proposals/{proposal_id}" in news.get_content()
    assert news["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    stop = str(news["List-Unsubscribe"]).strip("<>").removeprefix("https://oak.example")
    assert (await site.web.post(stop, data={"List-Unsubscribe": "One-Click"})).status_code == 200
    assert "forgotten your address" in (await site.web.post(stop)).text, "a second click changes nothing"
    with site.use():
        assert await rows("SELECT id FROM mail_follows") == []
        await publish_proposal(amina, named)
    count = len(post_office.letters)
    await made.settle()
    assert len(post_office.letters) == count


async def test_what_becomes_of_a_proposal_is_written_once_to_each_address(
    oak: tuple[World, Site], post_office: MailServer
) -> None:
    made, site = oak
    amina, bryn = await site.member("amina"), await site.member("bryn", role="steward")
    with site.use():
        policy_id = await keep_policy(bryn, PolicyDraft("Two damp reports"))
        topic = await site.topic_view("damp-homes")
        draft = ProposalDraft("One is enough", ANSWERS, topic_id=topic.account.id, policy_ids=(policy_id,))
        proposal_id = await publish_proposal(amina, draft)
    for path in (f"/policies/{policy_id}", f"/proposals/{proposal_id}"):
        await follow(made, site, post_office, path)
    await sent(site, bryn, proposal_id)
    await say(site, bryn, f"https://oak.example/proposals/{proposal_id}", "One is enough.", "answer", code="accepted")
    await made.settle()
    told = [letter.get_content() for letter in post_office.letters[2:]]
    assert len(told) == 2, "each address once, and that it is agreed is not written"
    assert "Sent" in told[0]
    assert "The council" in told[0]
    assert "Answered" in told[1]


async def test_an_address_that_says_nothing_is_forgotten_and_written_to_once_a_day(
    oak: tuple[World, Site], post_office: MailServer
) -> None:
    made, site = oak
    proposal_id = await raise_proposal(site, await site.member("amina"))
    path = f"/proposals/{proposal_id}/by-mail"
    for _ in range(3):
        await send(site, path, email="Trustee@Example.org")
    await made.settle()
    assert [letter["To"] for letter in post_office.letters] == ["trustee@example.org"]
    with site.use():
        assert len(await rows("SELECT id FROM mail_follows")) == 1
        await prune_unconfirmed(OPERATOR, now_ms() + 1)
        assert await rows("SELECT id FROM mail_follows") == []
    yes = link_in(post_office.letters[0].get_content(), "/by-mail")
    assert (await send(site, yes)).status_code == 404


@pytest.mark.parametrize("email", ["", "nobody", "a@b c", "a@b\nBcc: x@y.z", "@example.org", "x" * 320 + "@y.z"])
async def test_what_is_no_address_is_refused_in_words(oak: tuple[World, Site], email: str) -> None:
    _, site = oak
    proposal_id = await raise_proposal(site, await site.member("amina"))
    answer = await send(site, f"/proposals/{proposal_id}/by-mail", email=email)
    assert (answer.status_code, "does not look like an email address" in answer.text) == (422, True)


async def test_what_nobody_may_see_and_links_that_are_made_up_are_not_found(oak: tuple[World, Site]) -> None:
    _, site = oak
    proposal_id = await raise_proposal(site, await site.member("amina"))
    for path in ("/policies/7/by-mail", "/proposals/7/by-mail"):
        assert (await site.get(path)).status_code == 404
        assert (await send(site, path, f"/proposals/{proposal_id}/by-mail", email="a@b.org")).status_code == 404
    await send(site, f"/proposals/{proposal_id}/by-mail", email="a@b.org")
    with site.use():
        (row,) = await rows("SELECT id, secret FROM mail_follows")
    for token in (f"f-{row['id']}-", f"f-{row['id']}-{row['secret']}x", f"{row['id']}-{row['secret']}", "f-", "f-x-y"):
        assert (await send(site, f"/by-mail/{token}", f"/proposals/{proposal_id}/by-mail")).status_code == 404
        await site.web.post(f"/unsubscribe/{token}")
    with site.use():
        assert len(await rows("SELECT id FROM mail_follows WHERE confirmed_at IS NULL")) == 1


async def test_without_a_mail_server_nothing_of_it_is_offered(three: World) -> None:
    site = three.instances[0]
    proposal_id = await raise_proposal(site, await site.member("amina"))
    assert "by-mail" not in (await site.get(f"/proposals/{proposal_id}")).text
    assert (await site.get(f"/proposals/{proposal_id}/by-mail")).status_code == 404
