"""Pictures: made safe, described, served."""

import io

import pytest
from PIL import Image

from server.media.process import process
from server.rules.errors import Invalid
from tests.api.entities import check
from tests.api.pictures import jpeg_with_place, png
from tests.api.site import ORIGIN, Person, Site


@pytest.mark.parametrize("path", ["/api/v1/media", "/api/v2/media"])
async def test_an_uploaded_picture_is_ready_at_once(rosa: Person, path: str) -> None:
    response = await rosa.client.post(
        path,
        files={"file": ("a.jpg", jpeg_with_place(), "image/jpeg")},
        data={"description": "Damp", "focus": "0.5,-0.25"},
    )
    assert response.status_code == 200, response.text
    media = response.json()
    check("MediaAttachment", media)
    assert (media["type"], media["description"], media["meta"]["focus"]) == ("image", "Damp", {"x": 0.5, "y": -0.25})
    assert len(media["blurhash"]) > 6
    file = await rosa.client.get(media["url"].removeprefix(ORIGIN))
    assert file.headers["content-type"] == "image/jpeg"
    assert file.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in file.headers["content-security-policy"]
    assert "immutable" in file.headers["cache-control"]
    assert file.headers["access-control-allow-origin"] == "*"
    picture = Image.open(io.BytesIO(file.content))
    assert picture.size == (320, 640)  # upright
    assert not picture.getexif()
    for secret in (b"Secret", b"Rosa", b"home"):
        assert secret not in file.content


async def test_a_description_can_come_later_and_after_posting(rosa: Person) -> None:
    media = (await rosa.client.post("/api/v2/media", files={"file": ("a.png", png())})).json()
    described = await rosa.client.put(f"/api/v1/media/{media['id']}", json={"description": "A wall"})
    assert described.json()["description"] == "A wall"
    status = await rosa.say("", media_ids=[media["id"]])
    assert status["media_attachments"][0]["description"] == "A wall"
    edit = {"status": "Now", "media_ids": [media["id"]],
            "media_attributes": [{"id": media["id"], "description": "A wet wall"}]}  # fmt: skip
    edited = (await rosa.client.put(f"/api/v1/statuses/{status['id']}", json=edit)).json()
    assert edited["media_attachments"][0]["description"] == "A wet wall"
    assert (await rosa.client.delete(f"/api/v1/media/{media['id']}")).status_code == 409


async def test_a_picture_belongs_to_whoever_sent_it(rosa: Person, tom: Person) -> None:
    media = (await rosa.client.post("/api/v2/media", files={"file": ("a.png", png())})).json()
    assert (await tom.get(f"/api/v1/media/{media['id']}")).status_code == 404
    assert (await tom.client.put(f"/api/v1/media/{media['id']}", json={"description": "x"})).status_code == 404
    assert (await tom.post("/api/v1/statuses", {"status": "x", "media_ids": [media["id"]]})).status_code == 422


@pytest.mark.parametrize("content", [b"", b"\x00<svg/>", b"GIF89a", b"MZ\x90\x00", png()[:60]])
async def test_what_is_no_picture_is_422(rosa: Person, content: bytes) -> None:
    response = await rosa.client.post("/api/v2/media", files={"file": ("a.png", content, "image/png")})
    assert response.status_code == 422, response.text
    assert "picture" in response.json()["error"]


async def test_a_small_file_with_very_many_pixels_is_refused_before_it_is_decoded() -> None:
    whole = png(8000, 5000)
    for content in (whole, whole[: len(whole) // 2]):  # half of it cannot be decoded
        with pytest.raises(Invalid, match="pixels"):
            await process(content)


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L", "LA", "P", "1", "I;16"])
async def test_a_picture_is_turned_upright_and_made_smaller_whatever_its_pixels_are(mode: str) -> None:
    turned = Image.Exif()
    turned[0x0112] = 6  # orientation: the top is at the right
    out = io.BytesIO()
    Image.new(mode, (3000, 1500)).save(out, "PNG", exif=turned)
    made = await process(out.getvalue())
    assert (made.width, made.height) == (1024, 2048)
    assert made.media_type == ("image/png" if "A" in mode else "image/jpeg")
    assert not Image.open(io.BytesIO(made.content)).getexif()


async def test_a_large_picture_is_made_smaller() -> None:
    made = await process(png(3000, 1000))
    assert (made.width, made.height) == (2048, 683)
    assert made.small_width == 480


@pytest.mark.parametrize("path", ["../folkmoot.sqlite3", "%2e%2e/folkmoot.sqlite3", "ab/cd/none.png", "x.html", ""])
async def test_no_path_leads_out_of_the_folder(site: Site, path: str) -> None:
    assert (await site.visitor.get(f"/media/{path}")).status_code == 404


async def test_whoever_has_no_picture_gets_a_real_one(rosa: Person) -> None:
    me = (await rosa.get("/api/v1/accounts/verify_credentials")).json()
    for name in ("avatar", "header"):
        found = await rosa.client.get(me[name].removeprefix(ORIGIN))
        assert (found.status_code, found.headers["content-type"]) == (200, "image/png")


async def test_an_avatar_is_sent_with_the_profile_and_cut_square(rosa: Person) -> None:
    response = await rosa.client.patch(
        "/api/v1/accounts/update_credentials",
        files=[
            ("avatar", ("a.png", png(300, 200), "image/png")),
            ("display_name", (None, "Rosa M")),
            ("fields_attributes[0][name]", (None, "Pronouns")),
            ("fields_attributes[0][value]", (None, "she")),
            ("fields_attributes[1][name]", (None, "")),
            ("fields_attributes[1][value]", (None, "")),
            ("source[privacy]", (None, "unlisted")),
            ("locked", (None, "true")),
        ],
    )
    assert response.status_code == 200, response.text
    me = response.json()
    assert (me["display_name"], me["locked"], me["source"]["privacy"]) == ("Rosa M", True, "unlisted")
    assert [(field["name"], field["value"]) for field in me["source"]["fields"]] == [("Pronouns", "she")]
    picture = Image.open(io.BytesIO((await rosa.client.get(me["avatar"].removeprefix(ORIGIN))).content))
    assert picture.size == (200, 200)
    assert (await rosa.say("Quietly"))["visibility"] == "unlisted"
    removed = (await rosa.client.delete("/api/v1/profile/avatar")).json()
    assert removed["avatar"].endswith("/media/default/avatar.png")
