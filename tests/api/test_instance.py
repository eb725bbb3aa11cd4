"""What apps decide by before anybody has signed in."""

import re

from tests.api.site import DOMAIN, Site


async def test_a_new_instance_answers_in_full(site: Site) -> None:
    found = (await site.visitor.get("/api/v2/instance")).json()
    assert (found["title"], found["domain"]) == (DOMAIN, DOMAIN)
    assert re.fullmatch(r"4\.2\.0 \(compatible; Folkmoot \d+\.\d+\.\d+\)", found["version"])
    assert "api_versions" not in found
    assert found["configuration"]["urls"]["streaming"] == f"ws://{DOMAIN}"
    assert found["contact"] == {"email": "", "account": None}
    assert isinstance(found["configuration"]["accounts"]["max_featured_tags"], int)
    assert isinstance(found["configuration"]["polls"]["max_expiration"], int)
    picture = await site.visitor.get(found["thumbnail"]["url"])
    assert picture.headers["content-type"] == "image/png"


async def test_the_older_form_answers_too(site: Site) -> None:
    found = (await site.visitor.get("/api/v1/instance")).json()
    assert found["uri"] == DOMAIN
    assert found["urls"] == {"streaming_api": f"ws://{DOMAIN}"}
    assert found["stats"] == {"user_count": 0, "status_count": 0, "domain_count": 0}
    for path in ("rules", "peers"):
        assert (await site.visitor.get(f"/api/v1/instance/{path}")).json() == []
    for path in ("extended_description", "privacy_policy"):
        assert (await site.visitor.get(f"/api/v1/instance/{path}")).json()["content"] is not None
