"""Whom somebody elsewhere belongs to: only what the organisation confirms."""

from contextlib import suppress

import pytest
from orjson import loads

from federation.errors import Unavailable
from server.actions.organisations import OrganisationDraft, create_organisation
from server.queries import accounts
from server.remote.actors import fetch_actor
from server.remote.organisations import confirm_organisations
from server.rules.permissions import OPERATOR
from server.storage.sql import execute, rows
from tests.elsewhere import Here
from tests.make import key_pairs

ELSEWHERE = "https://charity.example/organisations/charity"


def charity(here: Here, *members: str) -> None:
    here.stranger("charity", "charity.example", type="Organization")
    document = here.elsewhere.at.pop("https://charity.example/users/charity")
    for name in ("inbox", "outbox"):
        document[name] = f"{ELSEWHERE}/{name}"
    document |= {"id": ELSEWHERE, "name": "The Charity", "civic:members": f"{ELSEWHERE}/members"}
    del document["publicKey"], document["assertionMethod"]
    here.elsewhere.at[ELSEWHERE] = document
    here.elsewhere.at["acct:charity@charity.example"]["links"][0]["href"] = ELSEWHERE
    here.elsewhere.at[f"{ELSEWHERE}/members"] = {
        "id": f"{ELSEWHERE}/members",
        "type": "Collection",
        "items": list(members),
    }


async def organisation_of(here: Here, uri: str) -> tuple[str, str | None]:
    """What is shown of where an account is from, and the organisation it is known to belong to."""
    account = await fetch_actor(here.remote.fresh(), uri)
    for job in await rows("SELECT id, payload FROM jobs WHERE kind = 'OrganisationsClaimed'"):
        claim = loads(job["payload"])
        await execute("DELETE FROM jobs WHERE id = ?", [job["id"]])
        with suppress(Unavailable):
            await confirm_organisations(here.remote.fresh(), claim["account_id"], claim["organisation_uris"])
    found = await accounts.by_id(account.id)
    assert found is not None
    return found.home, found.organisation.name if found.organisation else None


async def test_who_comes_from_another_network_is_shown_with_their_domain(here: Here) -> None:
    maria = here.stranger("maria", "mastodon.example")
    assert (await organisation_of(here, maria.uri)) == ("mastodon.example", None)


@pytest.mark.parametrize("listed", [True, False])
async def test_an_organisation_on_another_host_counts_when_it_lists_the_member(here: Here, listed: bool) -> None:
    maria = here.stranger("maria", "elm.example", **{"civic:memberOf": [ELSEWHERE]})
    charity(here, "https://elm.example/users/somebody", *([maria.uri] if listed else []))
    expected = ("The Charity", "The Charity") if listed else ("elm.example", None)
    assert await organisation_of(here, maria.uri) == expected


async def test_nobody_elsewhere_belongs_to_the_organisation_here(here: Here) -> None:
    await create_organisation(OPERATOR, "oak", OrganisationDraft("Oak"), keys=key_pairs())
    assert await accounts.by_uri("https://oak.example/organisations/oak") is not None
    maria = here.stranger("maria", "elm.example", **{"civic:memberOf": ["https://oak.example/organisations/oak"]})
    assert await organisation_of(here, maria.uri) == ("elm.example", None)


async def test_a_person_is_no_organisation(here: Here) -> None:
    boss = here.stranger("boss", "elm.example")
    maria = here.stranger("maria", "elm.example", **{"civic:memberOf": [boss.uri]})
    assert await organisation_of(here, maria.uri) == ("elm.example", None)


async def test_who_leaves_an_organisation_is_shown_with_their_domain_again(here: Here) -> None:
    maria = here.stranger("maria", "elm.example", **{"civic:memberOf": [ELSEWHERE]})
    charity(here, maria.uri)
    assert await organisation_of(here, maria.uri) == ("The Charity", "The Charity")
    maria.more.clear()
    here.publish(maria)
    assert await organisation_of(here, maria.uri) == ("elm.example", None)


async def test_an_organisation_that_cannot_be_asked_just_now_stays(here: Here) -> None:
    maria = here.stranger("maria", "elm.example", **{"civic:memberOf": [ELSEWHERE]})
    charity(here, maria.uri)
    await organisation_of(here, maria.uri)
    here.elsewhere.at[ELSEWHERE] = 503
    assert await organisation_of(here, maria.uri) == ("The Charity", "The Charity")
