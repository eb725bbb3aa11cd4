"""What goes wrong is always JSON, and browsers may read it."""

import pytest

from tests.api.site import Person, Site


@pytest.mark.parametrize("path", ["/api/v1/nothing", "/api/v9", "/api/", "/api/v1/statuses/abc", "/api/v1/statuses/1"])
async def test_an_unknown_address_is_404_in_json(site: Site, path: str) -> None:
    response = await site.visitor.get(path)
    assert (response.status_code, response.json()) == (404, {"error": "Record not found"})
    assert response.headers["access-control-allow-origin"] == "*"


async def test_a_wrong_method_is_405_in_json(site: Site) -> None:
    response = await site.visitor.delete("/api/v1/timelines/public")
    assert response.status_code == 405
    assert "error" in response.json()


@pytest.mark.parametrize(
    "path", ["/api/v1/instance/", "/api/v2/instance/", "/api/v1/timelines/public/", "/api/v1/custom_emojis/"]
)
async def test_a_slash_at_the_end_does_not_matter(site: Site, path: str) -> None:
    assert (await site.visitor.get(path)).status_code == 200


async def test_every_open_address_answers_a_preflight(site: Site) -> None:
    for path in ("/api/v1/statuses", "/oauth/token", "/.well-known/oauth-authorization-server", "/api/v1/nothing"):
        response = await site.visitor.options(
            path, headers={"Origin": "https://elk.zone", "Access-Control-Request-Headers": "authorization,x-y"}
        )
        assert response.status_code == 204
        assert response.headers["access-control-allow-headers"] == "authorization,x-y"
        assert "PUT" in response.headers["access-control-allow-methods"]


async def test_link_is_exposed_and_answers_are_kept_apart_by_token(rosa: Person) -> None:
    response = await rosa.get("/api/v1/timelines/home")
    assert "Link" in response.headers["access-control-expose-headers"]
    assert "Authorization" in response.headers["vary"]
    assert "access-control-allow-credentials" not in response.headers


@pytest.mark.parametrize("header", ["Bearer nonsense", "Bearer "])
async def test_a_bad_token_is_401(site: Site, header: str) -> None:
    response = await site.visitor.get("/api/v1/timelines/home", headers={"Authorization": header})
    assert (response.status_code, response.json()) == (401, {"error": "The access token is invalid"})


async def test_a_bad_token_is_401_on_public_addresses_too(site: Site) -> None:
    response = await site.visitor.get("/api/v1/timelines/public", headers={"Authorization": "Bearer nonsense"})
    assert response.status_code == 401


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"{", "application/json"),
        (b"[]", "application/json"),
        (b"\xff\xfe", "application/json"),
        (b"--x", "multipart/form-data"),
        (b'{"status": {"a": 1}}', "application/json"),
        (b'{"media_ids": [{"a": 1}]}', "application/json"),
        (b"sensitive=perhaps&status=x", "application/x-www-form-urlencoded"),
        (b"a[b][c][d][e][f][g]=1", "application/x-www-form-urlencoded"),
    ],
)
async def test_a_body_that_cannot_be_read_is_400(rosa: Person, content: bytes, kind: str) -> None:
    response = await rosa.client.post("/api/v1/statuses", content=content, headers={"Content-Type": kind})
    assert response.status_code == 400, response.text
    assert response.json()["error"]


async def test_a_body_that_is_too_large_is_413(rosa: Person) -> None:
    response = await rosa.client.post("/api/v1/statuses", json={"status": "x" * (1 << 20)})
    assert response.status_code == 413


async def test_a_suspended_member_is_told_so(site: Site, rosa: Person) -> None:
    with site.database.use():
        await site.database.client.execute_query(f"UPDATE accounts SET state = 'suspended' WHERE id = {rosa.id}")
    response = await rosa.get("/api/v1/timelines/home")
    assert (response.status_code, response.json()) == (403, {"error": "Your login is currently disabled"})
