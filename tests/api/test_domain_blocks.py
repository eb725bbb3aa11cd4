"""The servers a member hides, and those the instance blocks, as apps read them."""

import pytest

from server.actions.domains import decide_domain, set_federation
from server.rules.domains import DomainRule
from server.rules.permissions import OPERATOR
from tests.api.site import Person, Site


async def test_an_app_hides_servers_lists_them_in_parts_and_shows_them_again(site: Site, rosa: Person) -> None:
    path = "/api/v1/domain_blocks"
    for name in ("a.example", "b.example", "c.example"):
        assert (await rosa.client.post(path, data={"domain": name})).json() == {}
    assert (await rosa.client.get(path)).json() == ["c.example", "b.example", "a.example"]
    part = await rosa.client.get(path, params={"limit": 2})
    assert part.json() == ["c.example", "b.example"]
    assert 'rel="next"' in part.headers["link"]
    assert (await rosa.client.delete(path, params={"domain": "b.example"})).json() == {}
    assert (await rosa.client.get(path)).json() == ["c.example", "a.example"]
    assert (await rosa.client.post(path, data={"domain": "no domain"})).status_code == 422
    assert (await site.visitor.get(path)).status_code == 401
    assert (await site.visitor.post(path, data={"domain": "a.example"})).status_code == 401


@pytest.mark.parametrize(
    ("shown", "visitor", "member"), [("nobody", 404, 404), ("members", 404, 200), ("everyone", 200, 200)]
)
async def test_row_53_whom_the_instance_blocks_is_for_those_whom_an_admin_lets_read_it(
    site: Site, rosa: Person, shown: str, visitor: int, member: int
) -> None:
    with site.database.use():
        await decide_domain(OPERATOR, DomainRule("spam.example", "block", note="SECRET", public_comment="Ads"))
        await decide_domain(OPERATOR, DomainRule("loud.example", "limit", obfuscate=True))
        await decide_domain(OPERATOR, DomainRule("pictures.example", "none", reject_media=True))
        await set_federation(OPERATOR, "open", shown)
    path = "/api/v1/instance/domain_blocks"
    answers = [await client.get(path) for client in (site.visitor, rosa.client)]
    assert [answer.status_code for answer in answers] == [visitor, member]
    for answer in answers:
        assert "SECRET" not in answer.text
        if answer.status_code == 200:
            assert [(each["domain"], each["severity"], each["comment"]) for each in answer.json()] == [
                ("loud.****ple", "silence", ""),
                ("spam.example", "suspend", "Ads"),
            ]
