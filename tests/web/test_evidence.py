"""Evidence with a file: recognised by its content, downloaded and never shown, known elsewhere as what it is."""

import io
import re
import zipfile
from typing import Any

import httpx
import pytest

from server.media.documents import document
from server.queries import posts
from server.render.objects import as_object
from server.rules.errors import Invalid
from tests.api.pictures import png
from tests.web.furnish import furnish
from tests.web.site import Browser, Site

PDF = b"%PDF-1.7\n1 0 obj\n"


def archive(**files: str) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as made:
        for name, text in files.items():
            made.writestr(name.replace("__", "/").replace("_xml", ".xml"), text)
    return held.getvalue()


ODT = archive(mimetype="application/vnd.oasis.opendocument.text", content_xml="<a/>")
DOCX = archive(**{"[Content_Types].xml": "<a/>", "word/document.xml": "<a/>"})


async def send(browser: Browser, proposal: int, content: bytes, **form: str) -> httpx.Response:
    path = f"/proposals/{proposal}/add/evidence"
    told = {"type": "document", "text": "The letter.", "description": "A letter of 3 May", **form}
    data: Any = {"csrf": await browser.token(path), **told}
    return await browser.client.post(path, data=data, files={"file": ("letter.html", content)})


@pytest.mark.parametrize(
    ("content", "extension"),
    [(PDF, "pdf"), (ODT, "odt"), (DOCX, "docx"), ("Grüße\n".encode(), "txt"), (b"<script>alert(1)</script>", "txt")],
    ids=["pdf", "odt", "docx", "text", "markup is only text"],
)
async def test_a_document_is_known_by_what_is_in_it(content: bytes, extension: str) -> None:
    assert (await document(content)).extension == extension


@pytest.mark.parametrize(
    "content",
    [b"", b"MZ\x90\x00", b"PK\x03\x04broken", archive(a="b"), archive(mimetype="text/html"), b"a\x00b",
     archive(**{"[Content_Types].xml": "", "word/document.xml": "", "word/vbaProject.bin": ""}),
     b"a" * (10 << 20) + b"a"],
    ids=["empty", "program", "broken", "archive", "other archive", "binary", "macros", "too large"],
)  # fmt: skip
async def test_everything_else_is_refused(content: bytes) -> None:
    with pytest.raises(Invalid):
        await document(content)


async def test_a_document_stands_with_the_evidence_and_is_only_downloaded(site: Site) -> None:
    things = await furnish(site)
    browser = site.browser()
    await browser.sign_in("tom")
    answer = await send(browser, things.proposal, b"<script>alert(1)</script>")
    assert answer.status_code == 303, answer.text
    shown = (await site.browser().get(f"/proposals/{things.proposal}")).text
    found = re.search(r'href="/media/([\w/]+\.txt)"', shown)
    assert found is not None
    address = found[1]
    assert "A letter of 3 May" in shown
    file = await site.browser().get(f"/media/{address}")
    assert file.headers["content-disposition"].startswith("attachment")
    assert file.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in file.headers["content-security-policy"]
    assert file.headers["content-type"].startswith("text/plain")
    post = await posts.by_id(int(answer.headers["location"].rpartition("-")[2]))
    assert post is not None
    (attached,) = as_object(post, site.settings.origin)["attachment"]
    assert (attached["type"], attached["mediaType"], attached["name"]) == (
        "Document",
        "text/plain",
        "A letter of 3 May",
    )


async def test_a_picture_is_shown_and_both_need_words(site: Site) -> None:
    things = await furnish(site)
    browser = site.browser()
    await browser.sign_in("tom")
    assert (await send(browser, things.proposal, PDF, description="")).status_code == 422
    assert (await send(browser, things.proposal, b"MZ\x90\x00")).status_code == 422
    assert (await send(browser, things.proposal, png())).status_code == 303
    assert 'alt="A letter of 3 May"' in (await site.browser().get(f"/proposals/{things.proposal}")).text
