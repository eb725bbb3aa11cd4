"""The day of an app: sign up, post, read, answer."""

from tests.api.site import Person, Site


async def test_a_post_comes_back_on_the_home_timeline(site: Site, rosa: Person) -> None:
    posted = await rosa.say("Hello *moot*")
    home = (await rosa.get("/api/v1/timelines/home")).json()
    assert [status["id"] for status in home] == [posted["id"]]
    assert home[0]["content"] == "<p>Hello <em>moot</em></p>"
