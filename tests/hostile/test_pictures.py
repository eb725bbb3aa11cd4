"""Pictures of what is not for everybody: shown to whoever may see it, and at addresses that nobody finds by trying."""

import re

import pytest

from server.actions.moderation import remove_post
from server.actions.posts import delete_post, publish_post
from server.media.store import Store
from server.rules.drafts import Elsewhere, KnownMention, PostDraft, RemoteMedia
from server.rules.moderation import Why
from server.rules.permissions import OPERATOR, Principal
from server.rules.visibility import Visibility
from server.storage.sql import execute, rows
from tests.api.pictures import png
from tests.hostile.ground import House, Person

PICTURE = RemoteMedia("https://elm.example/pictures/1.png", "image/png")


async def picture_from_elsewhere(oak: House, reader: Person, visibility: Visibility) -> tuple[int, int, Principal]:
    """A post with a picture that was brought here before, for `reader`; the ids of both, and its author."""
    nadia = oak.here.stranger("nadia")
    found = await reader.app.get(f"/api/v2/search?q={nadia.uri}&resolve=true&type=accounts")
    by = Principal("remote", int(found.json()["accounts"][0]["id"]))
    with oak.use():
        uri = "https://elm.example/posts/1"
        named = KnownMention(reader.by.account_id, reader.name, f"https://oak.example/users/{reader.name}", "")
        post_id = await publish_post(
            by,
            PostDraft(
                content_html="<p>Look</p>",
                elsewhere=Elsewhere(uri, uri, 1_700_000_000_000),
                visibility=visibility,
                mentions=(named,),
                remote_media=(PICTURE,),
            ),
        )
        path = await Store(oak.instance.settings.media_dir).put(png(), "png")
        await execute("UPDATE media SET path = ?, small_path = ? WHERE post_id = ?", [path, path, post_id])
        return post_id, (await rows("SELECT id FROM media WHERE post_id = ?", [post_id]))[0]["id"], by


async def key_of(oak: House, media_id: int) -> str:
    with oak.use():
        return str((await rows("SELECT key FROM media WHERE id = ?", [media_id]))[0]["key"])


@pytest.mark.parametrize("visibility", ["private", "direct"])
async def test_a_picture_of_a_private_post_is_for_those_who_may_see_it(
    oak: House, rosa: Person, mallory: Person, visibility: Visibility
) -> None:
    post_id, media_id, by = await picture_from_elsewhere(oak, rosa, visibility)
    key = await key_of(oak, media_id)
    plain = f"/media/elsewhere/{media_id}"
    for stranger in (oak.visitor, mallory.app, mallory.browser):
        for path in (plain, f"{plain}/{'0' * 32}", f"{plain}/{key[:-1]}", f"{plain}/x"):
            assert (await stranger.get(path)).status_code == 404, path
    for reader, path in ((rosa.app, plain), (rosa.browser, plain), (oak.visitor, f"{plain}/{key}")):
        answer = await reader.get(path)
        assert answer.status_code == 302, path
        assert answer.headers["cache-control"] == "private, max-age=300"
    with oak.use():
        await delete_post(by, post_id)
    for path in (plain, f"{plain}/{key}"):
        assert (await rosa.app.get(path)).status_code == 404


async def test_a_picture_of_a_public_post_is_for_everybody_and_may_be_kept(oak: House, rosa: Person) -> None:
    _, media_id, _ = await picture_from_elsewhere(oak, rosa, "public")
    for path in (f"/media/elsewhere/{media_id}", f"/media/elsewhere/{media_id}/{await key_of(oak, media_id)}"):
        answer = await oak.visitor.get(path)
        assert answer.status_code == 302
        assert answer.headers["cache-control"] == "public, max-age=86400"


async def test_an_app_is_given_the_whole_address_before_the_picture_is_here(oak: House, rosa: Person) -> None:
    post_id, media_id, _ = await picture_from_elsewhere(oak, rosa, "direct")
    with oak.use():
        await execute("UPDATE media SET path = '', small_path = '' WHERE id = ?", [media_id])
    shown = (await rosa.app.get(f"/api/v1/statuses/{post_id}")).json()["media_attachments"][0]
    assert re.fullmatch(rf"https://oak\.example/media/elsewhere/{media_id}/[0-9a-f]{{32}}", shown["url"])
    assert shown["url"].endswith(await key_of(oak, media_id))


@pytest.mark.parametrize(("visibility", "kept"), [("public", "public"), ("private", "private"), ("direct", "private")])
async def test_our_own_pictures_are_kept_as_openly_as_their_post_and_not_shown_once_it_is_removed(
    oak: House, rosa: Person, visibility: str, kept: str
) -> None:
    upload = (await rosa.app.post("/api/v2/media", files={"file": ("a.png", png(), "image/png")})).json()
    places = [upload[name].removeprefix("https://oak.example") for name in ("url", "preview_url")]
    for place in places:
        assert (await oak.visitor.get(place)).headers["cache-control"].startswith("private, ")
    said = await rosa.say("Look", media_ids=[upload["id"]], visibility=visibility)
    for place in places:
        assert (await oak.visitor.get(place)).headers["cache-control"].startswith(f"{kept}, ")
    with oak.use():
        await remove_post(OPERATOR, int(said["id"]), Why("identifies_someone"))
    for place in places:
        assert (await oak.visitor.get(place)).status_code == 404


async def test_a_file_that_no_picture_names_is_not_shown(oak: House) -> None:
    path = await Store(oak.instance.settings.media_dir).put(png(), "png")
    assert (await oak.visitor.get(f"/media/{path}")).status_code == 404


async def test_nobody_finds_a_picture_here_by_having_the_same(oak: House, rosa: Person, mallory: Person) -> None:
    addresses = set()
    for who in (rosa, mallory):
        upload = await who.app.post("/api/v2/media", files={"file": ("a.png", png(), "image/png")})
        addresses |= {upload.json()["url"], upload.json()["preview_url"]}
    assert len(addresses) == 4
