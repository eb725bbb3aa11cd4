"""Names below one that is registered cost nothing, and neither do accounts: both are counted by that name."""

import pytest

from federation.errors import Unavailable
from server.remote.actors import known_or_fetched
from tests.elsewhere import Here


async def test_row_33_new_names_below_one_that_is_registered_are_looked_up_ten_a_minute(here: Here) -> None:
    taken = 0
    for number in range(30):
        stranger = here.stranger("x", f"h{number}.evil.co.uk")
        try:
            await known_or_fetched(here.remote.fresh(), stranger.uri)
            taken += 1
        except Unavailable:
            pass
    assert taken == 10
    assert await here.count("accounts", "domain LIKE '%.evil.co.uk'") == 10
    known = here.stranger("y", "h1.evil.co.uk")
    assert (await known_or_fetched(here.remote.fresh(), known.uri)).domain == "h1.evil.co.uk"
    other = here.stranger("x", "h1.other.co.uk")
    assert (await known_or_fetched(here.remote.fresh(), other.uri)).domain == "h1.other.co.uk"
    here.clock.now += 61
    late = here.stranger("x", "h29.evil.co.uk")
    assert (await known_or_fetched(here.remote.fresh(), late.uri)).domain == "h29.evil.co.uk"


async def test_row_54_people_nobody_knew_come_in_from_one_domain_as_fast_as_we_let_them(here: Here) -> None:
    gate = here.remote.fresh(discoveries=1_000)
    for number in range(120):
        await gate.discover(f"https://elm.example/users/fresh{number}")
    with pytest.raises(Unavailable) as refused:
        await gate.discover("https://elm.example/users/fresh120")
    assert refused.value.retry_after == 60
    fresh = here.stranger("fresh121")
    assert (await here.post(fresh, fresh.does("Like", "https://oak.example/posts/1"))).status_code == 503
    other = here.stranger("bo", "ash.example")
    assert (await here.post(other, other.does("Like", "https://oak.example/posts/1"))).status_code == 202
    here.clock.now += 61
    assert (await here.post(fresh, fresh.does("Like", "https://oak.example/posts/1"))).status_code == 202
