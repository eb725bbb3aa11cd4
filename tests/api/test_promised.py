"""Apps decide by our version what they ask for. Every call that comes with the version we give is answered here:
`data/promised.txt` has them, with 1 for each id."""

from pathlib import Path

import pytest

from tests.api.site import Person, Site

PROMISED = (Path(__file__).parent / "data/promised.txt").read_text("utf-8").split("\n")[:-1]
VERSION = "4.2.0"


@pytest.mark.parametrize("call", PROMISED)
async def test_every_call_that_our_version_promises_is_answered(site: Site, call: str) -> None:
    """Without a token: an address we do not know is 404 and a verb we do not know is 405."""
    method, path = call.split()
    status = (await site.visitor.request(method, path)).status_code
    if status == 404:
        nothing = await site.visitor.request(method, path + "/no/such/address")
        known = await site.visitor.request("TRACE", path)
        assert (nothing.status_code, known.status_code) == (404, 405), f"{call} is not served"
    assert status not in (405, 500, 501), f"{call} answers {status}"


async def test_the_version_is_the_one_whose_calls_are_answered(rosa: Person) -> None:
    for path in ("/api/v1/instance", "/api/v2/instance"):
        found = (await rosa.get(path)).json()
        assert found["version"].startswith(f"{VERSION} (compatible; Folkmoot ")
        assert "api_versions" not in found


async def test_a_call_that_is_not_served_would_be_seen(site: Site) -> None:
    assert (await site.visitor.request("TRACE", "/api/v1/nothing/1")).status_code == 404
    assert (await site.visitor.request("PATCH", "/api/v1/scheduled_statuses/1")).status_code == 405
