"""Letting an app in, step by step and in every way that must fail."""

import base64
import hashlib
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pytest

from server.queries import apps
from tests.api.entities import check
from tests.api.site import ORIGIN, Person, Site, open_site

OUT_OF_BAND = "urn:ietf:wg:oauth:2.0:oob"
IVORY = "com.tapbots.Ivory.10217:/request_token"
NESTED = "https://app.example/back?to=https%3A%2F%2Fa.example%2F%3Fx%3D1"
VERIFIER = "a-verifier-that-is-long-enough-to-be-one-0123456789"
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()


async def register(site: Site, uri: str = OUT_OF_BAND, scopes: str = "read write follow push") -> dict[str, Any]:
    response = await site.visitor.post(
        "/api/v1/apps", json={"client_name": "Ice", "redirect_uris": uri, "scopes": scopes}
    )
    assert response.status_code == 200, response.text
    found: dict[str, Any] = response.json()
    return found


async def consent(
    site: Site, person: Person, app: dict[str, Any], uri: str = OUT_OF_BAND, decision: str = "allow", **more: str
) -> httpx.Response:
    browser, csrf = await site.browser(person)
    asked = {"client_id": app["client_id"], "redirect_uri": uri, "response_type": "code", "scope": "read write", **more}
    async with browser:
        page = await browser.get("/oauth/authorize", params=asked)
        if page.status_code != 200:
            return page
        return await browser.post("/oauth/authorize", data={**asked, "csrf": csrf, "decision": decision})


def code_in(response: httpx.Response) -> str:
    assert response.status_code == 303, response.text
    return parse_qs(urlsplit(response.headers["location"]).query)["code"][0]


async def trade(site: Site, app: dict[str, Any], code: str, uri: str = OUT_OF_BAND, **more: str) -> httpx.Response:
    return await site.visitor.post(
        "/oauth/token",
        data={
            "grant_type": "authorization_code",
            "client_id": app["client_id"],
            "client_secret": app["client_secret"],
            "redirect_uri": uri,
            "code": code,
            **more,
        },
    )


async def test_the_whole_way_out_of_band(site: Site, rosa: Person) -> None:
    app = await register(site)
    check("Application", app)
    assert app["client_secret_expires_at"] == 0
    assert app["website"] is None
    decided = await consent(site, rosa, app)
    assert decided.headers["location"].startswith("/oauth/authorize/native?code=")
    page = await site.visitor.get(decided.headers["location"])
    assert code_in(decided) in page.text
    token = (await trade(site, app, code_in(decided))).json()
    check("Token", token)
    assert (token["token_type"], token["scope"], type(token["created_at"])) == ("Bearer", "read write", int)
    headers = {"Authorization": f"Bearer {token['access_token']}"}
    me = await site.visitor.get("/api/v1/accounts/verify_credentials", headers=headers)
    assert me.json()["acct"] == "rosa"
    status = await site.visitor.post("/api/v1/statuses", data={"status": "Hi"}, headers=headers)
    assert status.json()["application"] == {"name": "Ice", "website": None}


@pytest.mark.parametrize("uri", [IVORY, NESTED, "icecubesapp://", "https://a.example/cb?x=1"])
async def test_the_answer_goes_to_the_address_exactly_as_registered(site: Site, rosa: Person, uri: str) -> None:
    app = await register(site, uri)
    decided = await consent(site, rosa, app, uri, state="s t")
    joint = "&" if "?" in uri else "?"
    assert decided.headers["location"] == f"{uri}{joint}" + urlencode({"code": code_in(decided), "state": "s t"})
    assert (await trade(site, app, code_in(decided), uri)).status_code == 200


async def test_a_refusal_is_told_to_the_app(site: Site, rosa: Person) -> None:
    app = await register(site, IVORY)
    decided = await consent(site, rosa, app, IVORY, decision="deny")
    assert "error=access_denied" in decided.headers["location"]


async def test_whoever_is_not_signed_in_signs_in_first_and_comes_back(site: Site) -> None:
    app = await register(site)
    asked = {"client_id": app["client_id"], "redirect_uri": OUT_OF_BAND, "response_type": "code"}
    response = await site.visitor.get("/oauth/authorize/", params=asked)
    assert response.status_code == 303
    address = urlsplit(response.headers["location"])
    assert address.path == "/sign-in"
    assert parse_qs(address.query)["next"][0].startswith("/oauth/authorize?response_type=code&client_id=")


async def test_consent_without_the_forms_token_is_refused(site: Site, rosa: Person) -> None:
    app = await register(site)
    browser, _ = await site.browser(rosa)
    async with browser:
        asked = {"client_id": app["client_id"], "redirect_uri": OUT_OF_BAND, "decision": "allow", "csrf": "x" * 40}
        assert (await browser.post("/oauth/authorize", data=asked)).status_code == 403


async def test_a_code_is_spent_once(site: Site, rosa: Person) -> None:
    app = await register(site)
    code = code_in(await consent(site, rosa, app))
    assert (await trade(site, app, code)).status_code == 200
    again = await trade(site, app, code)
    assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")


async def test_a_code_that_comes_a_second_time_takes_back_the_token_it_gave(site: Site, rosa: Person) -> None:
    app = await register(site)
    code, other = [code_in(await consent(site, rosa, app)) for _ in range(2)]
    stolen, good = [(await trade(site, app, each)).json()["access_token"] for each in (code, other)]
    thief = await register(site)
    await trade(site, thief, code)
    assert [await verified(site, token) for token in (stolen, good)] == [200, 200]
    async with site.app.state.hub.subscribe([f"token:{await token_id(site, stolen)}"]) as streams:
        await trade(site, app, code)
        assert (await streams.next()).event == "closed"
    assert [await verified(site, token) for token in (stolen, good)] == [401, 200]


async def verified(site: Site, token: str) -> int:
    async with site.client({"Authorization": f"Bearer {token}"}) as client:
        return (await client.get("/api/v1/accounts/verify_credentials")).status_code


async def token_id(site: Site, token: str) -> int:
    with site.database.use():
        found = await apps.token(token)
    assert found is not None
    return found.id


async def test_a_code_is_for_the_app_and_the_address_it_was_given_to(site: Site, rosa: Person) -> None:
    app, other = await register(site), await register(site)
    code = code_in(await consent(site, rosa, app))
    assert (await trade(site, other, code)).json()["error"] == "invalid_grant"
    assert (await trade(site, app, code, "https://elsewhere.example/")).json()["error"] == "invalid_grant"
    assert (await trade(site, {**app, "client_secret": "wrong"}, code)).status_code == 401
    assert (await trade(site, app, code)).status_code == 200


async def test_pkce_binds_the_code_to_its_verifier(site: Site, rosa: Person) -> None:
    app = await register(site)
    challenge = {"code_challenge": CHALLENGE, "code_challenge_method": "S256"}
    code = code_in(await consent(site, rosa, app, **challenge))
    assert (await trade(site, app, code, code_verifier="wrong")).json()["error"] == "invalid_grant"
    assert (await trade(site, app, code)).json()["error"] == "invalid_grant"
    public = {**app, "client_secret": ""}
    assert (await trade(site, public, code, code_verifier=VERIFIER)).status_code == 200


async def test_a_code_without_pkce_needs_the_secret(site: Site, rosa: Person) -> None:
    app = await register(site)
    code = code_in(await consent(site, rosa, app))
    assert (await trade(site, {**app, "client_secret": ""}, code)).status_code == 401
    assert (await trade(site, {**app, "client_secret": ""}, code, code_verifier="x")).json()["error"] == "invalid_grant"


async def test_plain_pkce_is_refused(site: Site, rosa: Person) -> None:
    app = await register(site, IVORY)
    for more in ({"code_challenge": "abc"}, {"code_challenge": "abc", "code_challenge_method": "plain"}):
        response = await consent(site, rosa, app, IVORY, **more)
        assert "error=invalid_request" in response.headers["location"]


async def test_no_scope_beyond_those_registered(site: Site, rosa: Person) -> None:
    app = await register(site, IVORY, "read")
    response = await consent(site, rosa, app, IVORY, scope="read write")
    assert "error=invalid_scope" in response.headers["location"]
    assert (await consent(site, rosa, app, IVORY, scope="read:statuses")).status_code == 303


async def test_an_address_that_was_not_registered_gets_no_redirect(site: Site, rosa: Person) -> None:
    app = await register(site, IVORY)
    assert (await consent(site, rosa, app, "https://thief.example/")).status_code == 400
    assert (await consent(site, rosa, {"client_id": "unknown"}, IVORY)).status_code == 400


@pytest.mark.parametrize("uri", ["javascript:alert(1)", "DATA:text/html,x", "vbscript:x", "/relative", ""])
async def test_an_app_cannot_register_an_address_that_runs_code(site: Site, uri: str) -> None:
    response = await site.visitor.post("/api/v1/apps", data={"client_name": "X", "redirect_uris": uri})
    assert response.status_code == 422


@pytest.mark.parametrize(
    "sent",
    [
        {"json": {"client_name": "A", "redirect_uris": ["icecubesapp://", OUT_OF_BAND]}},
        {"data": {"client_name": "A", "redirect_uris": f"icecubesapp://\n{OUT_OF_BAND}"}},
        {"params": {"client_name": "A", "redirect_uris": f"icecubesapp:// {OUT_OF_BAND}"}},
    ],
    ids=["json", "form", "query"],
)
async def test_an_app_may_register_in_any_encoding(site: Site, sent: dict[str, Any]) -> None:
    app = (await site.visitor.post("/api/v1/apps/", **sent)).json()
    assert app["redirect_uris"] == ["icecubesapp://", OUT_OF_BAND]
    assert app["scopes"] == ["read"]


async def test_basic_authentication_and_json_serve_at_the_token_endpoint(site: Site) -> None:
    app = await register(site)
    basic = base64.b64encode(f"{app['client_id']}:{app['client_secret']}".encode()).decode()
    answer = await site.visitor.post(
        "/oauth/token", json={"grant_type": "client_credentials"}, headers={"Authorization": f"Basic {basic}"}
    )
    assert answer.json()["scope"] == "read"
    assert answer.headers["cache-control"] == "no-store"
    headers = {"Authorization": f"Bearer {answer.json()['access_token']}"}
    check("Application", (await site.visitor.get("/api/v1/apps/verify_credentials", headers=headers)).json())
    user_route = await site.visitor.get("/api/v1/timelines/home", headers=headers)
    assert (user_route.status_code, user_route.json()) == (
        422,
        {"error": "This method requires an authenticated user"},
    )


async def test_other_grants_are_named_as_unsupported(site: Site) -> None:
    answer = await site.visitor.post("/oauth/token", data={"grant_type": "password", "username": "a"})
    assert (answer.status_code, answer.json()["error"]) == (400, "unsupported_grant_type")


async def test_a_revoked_token_is_worthless_and_revoking_twice_is_fine(site: Site, rosa: Person) -> None:
    app = await register(site)
    text = (await trade(site, app, code_in(await consent(site, rosa, app)))).json()["access_token"]
    sent = {"client_id": app["client_id"], "client_secret": app["client_secret"], "token": text}
    thief = await site.visitor.post("/oauth/revoke", data={**sent, "client_secret": "wrong"})
    assert (thief.status_code, thief.json()["error"]) == (403, "unauthorized_client")
    for _ in range(2):
        assert (await site.visitor.post("/oauth/revoke", data=sent)).json() == {}
    headers = {"Authorization": f"Bearer {text}"}
    answer = await site.visitor.get("/api/v1/timelines/home", headers=headers)
    assert (answer.status_code, answer.json()) == (401, {"error": "The access token is invalid"})


async def test_a_missing_scope_is_403(site: Site) -> None:
    reader = await site.join("reader", scopes="read:statuses")
    assert (await reader.get("/api/v1/timelines/home")).status_code == 200
    for response in (await reader.get("/api/v1/lists"), await reader.post("/api/v1/statuses", {"status": "x"})):
        assert (response.status_code, response.json()) == (
            403,
            {"error": "This action is outside the authorized scopes"},
        )


async def test_the_old_follow_scope_covers_follows_blocks_and_mutes(site: Site) -> None:
    old = await site.join("old", scopes="follow")
    for path in ("/api/v1/blocks", "/api/v1/mutes", "/api/v1/follow_requests"):
        assert (await old.get(path)).status_code == 200
    assert (await old.get("/api/v1/timelines/home")).status_code == 403


async def test_the_metadata_names_every_endpoint(site: Site) -> None:
    found = await site.visitor.get("/.well-known/oauth-authorization-server")
    assert found.headers["access-control-allow-origin"] == "*"
    body = found.json()
    assert body["issuer"] == f"{ORIGIN}/"
    assert body["code_challenge_methods_supported"] == ["S256"]
    assert body["app_registration_endpoint"] == f"{ORIGIN}/api/v1/apps"


async def test_registering_apps_is_limited(tmp_path: Any) -> None:
    async with open_site(tmp_path, rate_limits=True) as site:
        sent = {"client_name": "A", "redirect_uris": OUT_OF_BAND}
        answers = [await site.visitor.post("/api/v1/apps", data=sent) for _ in range(6)]
        assert [answer.status_code for answer in answers] == [200] * 5 + [429]
        assert answers[0].headers["x-ratelimit-limit"] == "300"
        assert answers[0].headers["x-ratelimit-remaining"] == "299"
        assert int(answers[5].headers["retry-after"]) > 0
