"""Allowances, switched on: nobody gets a new one by making something up."""

from pathlib import Path

import httpx

from tests.hostile.ground import PASSWORD, House, house, on_a_port


async def try_to_sign_in(client: httpx.AsyncClient, login: str, **headers: str) -> int:
    page = await client.get("/sign-in", headers=headers)
    token = page.text.partition('name="csrf" value="')[2].partition('"')[0]
    form = {"csrf": token, "email": login, "password": "wrong"}
    return (await client.post("/sign-in", data=form, headers=headers)).status_code


async def test_one_address_cannot_try_one_password_on_everybody(tmp_path: Path) -> None:
    async with house(tmp_path, rate_limits=True) as oak:
        client = oak.client(accept="text/html")
        found = [
            await try_to_sign_in(
                client, f"member{n}", authorization=f"Bearer made-up-{n}", **{"x-forwarded-for": f"198.51.100.{n}"}
            )
            for n in range(12)
        ]
    assert found[-1] == 429, found


async def test_many_addresses_cannot_try_many_passwords_on_one_name(tmp_path: Path) -> None:
    async with house(tmp_path, rate_limits=True) as oak:
        await oak.join("rosa", password=PASSWORD)
        for n in range(11):
            last = await try_to_sign_in(oak.client(f"198.51.100.{n}", accept="text/html"), ("rosa", " ROSA ")[n % 2])
    assert last == 429


async def test_apps_cannot_be_registered_without_end(tmp_path: Path) -> None:
    async with house(tmp_path, rate_limits=True) as oak:
        found = [
            (
                await oak.visitor.post(
                    "/api/v1/apps",
                    json={"client_name": "A", "redirect_uris": "urn:ietf:wg:oauth:2.0:oob"},
                    headers={"authorization": f"Bearer made-up-{n}"},
                )
            ).status_code
            for n in range(7)
        ]
    assert found[-1] == 429, found


async def test_a_made_up_token_does_not_bring_a_new_allowance(tmp_path: Path) -> None:
    async with house(tmp_path, rate_limits=True) as oak:
        first = await oak.visitor.get("/api/v2/instance")
        second = await oak.visitor.get("/api/v2/instance", headers={"authorization": "Bearer made-up"})
        third = await oak.visitor.get("/api/v2/instance?access_token=made-up-too")
        real = await (await oak.join("rosa")).app.get("/api/v2/instance")
    left = [int(answer.headers["x-ratelimit-remaining"]) for answer in (first, second, third)]
    assert left == [left[0], left[0] - 1, left[0] - 2]
    assert int(real.headers["x-ratelimit-remaining"]) == left[0], "a member has an allowance of their own"


async def remaining(oak: House, **headers: str) -> int:
    return int((await oak.visitor.get("/api/v2/instance", headers=headers)).headers["x-ratelimit-remaining"])


async def test_only_a_trusted_proxy_is_believed_about_addresses(tmp_path: Path) -> None:
    async with on_a_port(tmp_path, rate_limits=True, trusted_proxies="") as oak:
        before = await remaining(oak)
        assert await remaining(oak, **{"x-forwarded-for": "198.51.100.7"}) == before - 1
        assert await remaining(oak, forwarded="for=198.51.100.7", **{"x-real-ip": "198.51.100.7"}) == before - 2


async def test_what_a_visitor_tells_a_trusted_proxy_counts_for_nothing(tmp_path: Path) -> None:
    """A proxy appends the address it saw; what stands before it came from the visitor."""
    async with on_a_port(tmp_path, rate_limits=True, trusted_proxies="127.0.0.1") as oak:
        before = await remaining(oak, **{"x-forwarded-for": "198.51.100.1, 192.0.2.50"})
        assert await remaining(oak, **{"x-forwarded-for": "198.51.100.2, 192.0.2.50"}) == before - 1
