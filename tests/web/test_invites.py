"""A steward asks people who know about a proposal; whoever opens the link is asked what they see."""

import re

from server.storage.sql import rows
from tests.web.furnish import furnish
from tests.web.site import Site

JOINER = {"display_name": "Ida Carer", "name": "ida", "password": "three calm words", "email": ""}


async def test_who_is_asked_joins_as_what_they_are_and_says_what_they_see(site: Site) -> None:
    things = await furnish(site)
    steward = site.browser()
    await steward.sign_in("tom")
    path = f"/proposals/{things.proposal}/invites"
    assert path in (await steward.get(f"/proposals/{things.proposal}")).text
    assert (await steward.send(path, {"part": "Carer"})).status_code == 303
    code = re.search(r"/join/([\w-]+)<", (await steward.get(path)).text)
    assert code is not None
    asked = site.browser()
    page = (await asked.get(f"/join/{code[1]}")).text
    assert "somebody who knows about it: Carer" in page
    joined = await asked.send(f"/join/{code[1]}", JOINER)
    form = f"/proposals/{things.proposal}/add/corroboration"
    assert joined.headers["location"].startswith(form)
    assert 'value="Carer"' in (await asked.get(form)).text
    assert (await asked.send(form, {"role": "Carer", "place": "Canal Row"})).status_code == 303
    member = await rows("SELECT role, frontline_role FROM members ORDER BY id DESC LIMIT 1")
    assert member == [{"role": "member", "frontline_role": "Carer"}]
    assert form in (await asked.get(f"/join/{code[1]}")).text, "whoever is signed in goes straight on"
    await steward.send(f"{path}/revoke", {"code": code[1]}, path)
    assert (await site.browser().get(f"/join/{code[1]}")).status_code == 410


async def test_only_stewards_ask_and_only_about_what_is_ours_and_open(site: Site) -> None:
    things = await furnish(site)
    rosa = site.browser()
    await rosa.sign_in("rosa")
    path = f"/proposals/{things.proposal}/invites"
    assert (await rosa.get(path)).status_code == 403
    assert path not in (await rosa.get(f"/proposals/{things.proposal}")).text
    steward = site.browser()
    await steward.sign_in("tom")
    assert (await steward.get(f"/proposals/{things.comment}/invites")).status_code == 404
    closed = f"/proposals/{things.closed}/invites"
    refused = await steward.send(closed, {"part": "Carer"})
    assert (refused.status_code, "while a proposal is open" in refused.text) == (422, True)
    assert await rows("SELECT code FROM invites WHERE proposal_id IS NOT NULL") == []
