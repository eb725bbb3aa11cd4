"""Every form of the web and of the sign-in for apps: only our own pages can send it."""

from dataclasses import dataclass

import httpx
import pytest

from server.http.csrf import cookie_name
from tests.hostile.ground import PASSWORD, House, Person, filled, page_routes

ELSEWHERE = {"origin": "https://evil.example"}
FOREIGN = (
    ELSEWHERE,
    {"origin": "null"},
    {"origin": "http://oak.example"},
    {"origin": "https://oak.example.evil.example"},
    {"origin": "https://oak.example:8443"},
    {"sec-fetch-site": "cross-site"},
    {"sec-fetch-site": "same-site"},
)
# Mail programs send these; the secret in the address is all that is asked for (RFC 8058).
BY_LINK = {"/unsubscribe/{token}"}


@dataclass
class Form:
    path: str
    fields: dict[str, str]


async def forms(oak: House, admin: Person) -> list[Form]:
    """Every address that takes a form, filled in so that only the token is missing."""
    topic = await oak.topic("damp-homes", "Damp homes")
    said = await admin.say("Hello")
    ids = {"id": said["id"], "slug": "damp-homes", "token": "x" * 40, "code": "x" * 20}
    found = [
        Form(filled(path, lambda name: ids.get(name.partition(":")[0], "x")), {"do": "yes", "id": str(topic)})
        for method, path in page_routes(oak.instance.settings)
        if method == "POST" and path not in BY_LINK
    ]
    assert len(found) > 35
    return [*found, Form("/oauth/authorize", {"client_id": "x"})]


async def test_no_form_is_taken_without_its_token(oak: House) -> None:
    admin = await oak.join("joyce", "admin")
    for form in await forms(oak, admin):
        for token in ({}, {"csrf": ""}, {"csrf": "0" * 64}):
            answer = await admin.browser.post(form.path, data={**form.fields, **token})
            assert answer.status_code == 403, (form.path, token, answer.status_code)


async def test_no_form_is_taken_from_another_site_even_with_its_token(oak: House) -> None:
    admin = await oak.join("joyce", "admin")
    for form in await forms(oak, admin):
        for headers in FOREIGN:
            answer = await admin.browser.post(form.path, data={**form.fields, "csrf": admin.csrf}, headers=headers)
            assert answer.status_code == 403, (form.path, headers, answer.status_code)


async def test_the_token_of_one_member_is_no_good_to_another(oak: House, rosa: Person, mallory: Person) -> None:
    said = await rosa.say("Mine")
    answer = await rosa.browser.post(f"/posts/{said['id']}/delete", data={"csrf": mallory.csrf})
    assert answer.status_code == 403
    assert (await rosa.app.get(f"/api/v1/statuses/{said['id']}")).status_code == 200


async def test_a_visitors_token_is_no_good_once_signed_in(oak: House, rosa: Person) -> None:
    """A neighbour on the same domain could plant the visitor's cookie, and knows what follows from it."""
    planted = cookie_name(oak.instance.settings)
    page = await oak.visitor.get("/sign-in", headers={"cookie": f"{planted}={'k' * 32}"})
    token = page.text.partition('name="csrf" value="')[2].partition('"')[0]
    assert len(token) == 64
    both = rosa.browser.headers["cookie"] + f"; {planted}={'k' * 32}"
    answer = await rosa.browser.post("/notifications/clear", data={"csrf": token}, headers={"cookie": both})
    assert answer.status_code == 403


async def test_reading_a_page_changes_nothing(oak: House) -> None:
    """A link or a picture is a GET with the cookie: no address that changes something may take one."""
    admin = await oak.join("joyce", "admin")
    said = await admin.say("Hello")
    for form in await forms(oak, admin):
        answer = await admin.browser.get(form.path)
        assert answer.status_code < 500, form.path
    assert (await admin.app.get(f"/api/v1/statuses/{said['id']}")).status_code == 200
    assert (await admin.browser.get("/settings/profile")).status_code == 200


async def test_a_session_gets_a_new_name_at_sign_in_and_the_old_one_ends(oak: House) -> None:
    rosa = await oak.join("rosa", password=PASSWORD)
    browser = oak.client(accept="text/html")
    name = oak.instance.settings.session_cookie

    async def sign_in() -> str:
        page = await browser.get("/sign-in")
        token = page.text.partition('name="csrf" value="')[2].partition('"')[0]
        answer = await browser.post("/sign-in", data={"csrf": token, "email": "rosa", "password": PASSWORD})
        assert answer.status_code == 303, answer.text
        return str(answer.cookies[name])

    browser.cookies.set(name, "planted-by-somebody-else-000000000000", domain="oak.example")
    first = await sign_in()
    assert first != "planted-by-somebody-else-000000000000"
    left = oak.client(accept="text/html", cookie=f"{name}=planted-by-somebody-else-000000000000")
    assert (await left.get("/settings/profile")).status_code == 303
    kept = oak.client(accept="text/html", cookie=f"{name}={first}")
    assert (await kept.get("/settings/profile")).status_code == 200
    before = oak.client(accept="text/html", cookie=rosa.browser.headers["cookie"])
    assert (await before.get("/settings/profile")).status_code == 200
    assert (await rosa.send("/sign-in", email="rosa", password=PASSWORD)).status_code == 303
    assert (await before.get("/settings/profile")).status_code == 303, "whoever gave her that session is still in"


@pytest.mark.parametrize(
    "where",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "/%0a//evil.example",
        "/%0d%0aLocation:%20https://evil.example",
        "javascript:alert(1)",
        "https:evil.example",
        "http:///evil.example",
        "///evil.example",
        "/./\\evil.example",
        "/ /evil.example",
        "@evil.example",
        "oak.example@evil.example",
        "/..//evil.example",
        "/.//evil.example",
    ],
)
async def test_sign_in_leads_nowhere_else(oak: House, where: str) -> None:
    await oak.join("rosa", password=PASSWORD)
    browser = oak.client(accept="text/html")
    page = await browser.get("/sign-in", params={"next": where})
    token = page.text.partition('name="csrf" value="')[2].partition('"')[0]
    answer = await browser.post("/sign-in", data={"csrf": token, "email": "rosa", "password": PASSWORD, "next": where})
    assert answer.status_code == 303
    assert leads_home(answer), answer.headers["location"]
    out = await browser.post("/sign-out-and-back", data={"csrf": token, "next": where})
    assert out.status_code in (303, 403)
    if out.status_code == 303:
        assert leads_home(out), out.headers["location"]


def leads_home(answer: httpx.Response) -> bool:
    """As a browser reads it: backslashes are slashes, tabs and line ends are not there."""
    location = answer.headers["location"].replace("\\", "/").replace("\t", "").replace("\n", "").replace("\r", "")
    return httpx.URL("https://oak.example/sign-in").join(location).host == "oak.example"
