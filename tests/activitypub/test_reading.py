"""What other servers read: actors, objects, collections, discovery."""

from pathlib import Path

import pytest

from federation.objects.actor import Actor
from federation.values import loads
from server.actions.accounts import update_profile
from server.actions.instance import set_up
from server.actions.posts import delete_post, publish_post
from server.actions.proposals import publish_proposal
from server.http.negotiate import is_activity_type, wants_activity
from server.rules.drafts import PostDraft, ProfileDraft, ProposalDraft
from server.rules.permissions import OPERATOR
from server.storage.sql import execute
from tests.elsewhere import HOME, Here, key_pairs, opened

AP = {"accept": "application/activity+json"}


async def test_an_actor_is_served_with_both_keys_and_a_list_as_context(here: Here) -> None:
    await here.member("amina")
    answer = await here.web.get("/users/amina", headers=AP)
    document = loads(answer.content)
    assert answer.headers["content-type"] == "application/activity+json"
    assert "Accept" in answer.headers["vary"]
    assert isinstance(document["@context"], list)
    actor = Actor.parse(document)
    assert actor.id == f"{HOME}/users/amina"
    assert actor.public_keys
    assert actor.assertion_keys


async def test_an_unchanged_actor_is_304(here: Here) -> None:
    await here.member("amina")
    etag = (await here.web.get("/users/amina", headers=AP)).headers["etag"]
    answer = await here.web.get("/users/amina", headers={**AP, "if-none-match": etag})
    assert (answer.status_code, answer.content) == (304, b"")


async def test_a_member_names_the_organisation_as_soon_as_there_is_one(here: Here) -> None:
    await here.member("amina")
    before = loads((await here.web.get("/users/amina", headers=AP)).content)
    with here.database.use():
        await set_up(OPERATOR, title="Oak House", name="oak", description="", keys=key_pairs())
    after = loads((await here.web.get("/users/amina", headers=AP)).content)
    assert "civic:memberOf" not in before
    assert after["civic:memberOf"] == [f"{HOME}/organisations/oak"]


async def test_the_instance_has_an_actor_of_its_own(here: Here) -> None:
    assert loads((await here.web.get("/actor", headers=AP)).content)["type"] == "Application"


async def test_a_topic_names_its_shared_id_and_its_chapters(here: Here) -> None:
    await here.topic()
    document = loads((await here.web.get("/topics/damp-homes", headers=AP)).content)
    assert document["civic:topicId"].startswith("urn:folkmoot:topic:z")
    roster = loads((await here.web.get(document["civic:chapters"], headers=AP)).content)
    assert roster["orderedItems"] == [document["id"]]


async def test_a_name_is_only_found_in_its_own_folder(here: Here) -> None:
    await here.topic()
    await here.member("amina")
    for path in ("/users/damp-homes", "/topics/amina", "/organisations/amina", "/users/nobody"):
        assert (await here.web.get(path, headers=AP)).status_code == 404


async def test_a_proposal_a_comment_and_their_collections_are_served(here: Here) -> None:
    topic = await here.topic()
    amina = await here.member("amina")
    post_id = await publish_proposal(amina, ProposalDraft("Mend the lift", (("seen", "It is broken"),), topic))
    comment = await publish_post(amina, PostDraft(source="Since May", in_reply_to_id=post_id))
    document = loads((await here.web.get(f"/proposals/{post_id}", headers=AP)).content)
    assert document["type"] == "Article"
    assert document["civic:kind"] == "proposal"
    reply = loads((await here.web.get(f"/posts/{comment}", headers=AP)).content)
    assert reply["inReplyTo"] == document["id"]
    below = loads((await here.web.get(document["replies"], headers=AP)).content)
    assert below["first"]["orderedItems"] == [reply["id"]]
    thread = loads((await here.web.get(document["context"], headers=AP)).content)
    assert thread["first"]["orderedItems"] == [document["id"], reply["id"]]
    board = loads((await here.web.get("/topics/damp-homes/outbox", headers=AP)).content)
    assert [item["object"] for item in board["first"]["orderedItems"]] == [document["id"]]
    assert (await here.web.get(f"/posts/{post_id}", headers=AP)).status_code == 404


async def test_a_deleted_post_leaves_a_tombstone(here: Here) -> None:
    amina = await here.member("amina")
    post_id = await publish_post(amina, PostDraft(source="Hello"))
    await delete_post(amina, post_id)
    answer = await here.web.get(f"/posts/{post_id}", headers=AP)
    assert answer.status_code == 410
    assert loads(answer.content)["type"] == "Tombstone"


@pytest.mark.parametrize("visibility", ["private", "direct"])
async def test_what_is_not_public_answers_exactly_like_what_never_was(here: Here, visibility: str) -> None:
    amina = await here.member("amina")
    kept = await publish_post(amina, PostDraft(source="Hello", visibility=visibility))  # type: ignore[arg-type]  # one of the two
    taken = await publish_post(amina, PostDraft(source="Hello", visibility=visibility))  # type: ignore[arg-type]  # as above
    await delete_post(amina, taken)
    for part in ("", "/replies", "/likes", "/shares"):
        answers = [await here.web.get(f"/posts/{each}{part}", headers=AP) for each in (kept, taken, 1)]
        assert {(each.status_code, each.content, str(each.headers)) for each in answers} == {
            (404, answers[0].content, str(answers[0].headers))
        }
    assert (await here.web.get(f"/contexts/{kept}", headers=AP)).status_code == 404


async def test_a_post_of_another_server_is_not_served_under_our_name(here: Here) -> None:
    nadia = here.stranger("nadia")
    await here.topic()
    note = nadia.note("1", to=["https://www.w3.org/ns/activitystreams#Public", f"{HOME}/topics/damp-homes"])
    await here.receive(nadia, nadia.create(note))
    post_id = (await here.one("SELECT id FROM posts"))["id"]
    assert (await here.web.get(f"/posts/{post_id}", headers=AP)).status_code == 404


async def test_an_activity_nobody_made_is_404(here: Here) -> None:
    assert (await here.web.get("/activities/1", headers=AP)).status_code == 404


async def test_webfinger_finds_people_topics_and_the_instance(here: Here) -> None:
    await here.member("amina")
    await here.topic()
    for resource, actor in (
        ("acct:amina@oak.example", "/users/amina"),
        ("acct:AMINA@OAK.example", "/users/amina"),
        ("acct:damp-homes@oak.example", "/topics/damp-homes"),
        (f"{HOME}/users/amina", "/users/amina"),
        (f"{HOME}/@amina", "/users/amina"),
        (f"{HOME}/", "/actor"),
    ):
        answer = await here.web.get("/.well-known/webfinger", params={"resource": resource})
        assert answer.headers["content-type"].startswith("application/jrd+json")
        links = {link["rel"]: link.get("href") for link in loads(answer.content)["links"]}
        assert links["self"] == f"{HOME}{actor}"


@pytest.mark.parametrize(
    ("resource", "status"), [("", 400), ("acct:nobody@oak.example", 404), ("acct:amina@elm.example", 404), ("x", 404)]
)
async def test_webfinger_says_no_without_repeating_the_question(here: Here, resource: str, status: int) -> None:
    answer = await here.web.get("/.well-known/webfinger", params={"resource": resource})
    assert answer.status_code == status
    assert not resource or resource not in answer.text


async def test_nodeinfo_and_host_meta_are_there(here: Here) -> None:
    links = loads((await here.web.get("/.well-known/nodeinfo")).content)["links"]
    for version in ("2.0", "2.1"):
        document = loads((await here.web.get(f"{HOME}/nodeinfo/{version}")).content)
        assert document["version"] == version
        assert any(link["href"].endswith(version) for link in links)
    assert "lrdd" in (await here.web.get("/.well-known/host-meta")).text


async def test_in_secure_mode_only_signed_readers_see_posts_but_all_see_keys(tmp_path: Path) -> None:
    async with opened(tmp_path, secure_mode=True) as here:
        with here.database.use():
            amina = await here.member("amina")
            post_id = await publish_post(amina, PostDraft(source="Hello"))
            assert (await here.web.get(f"/posts/{post_id}", headers=AP)).status_code == 401
            assert (await here.web.get("/users/amina", headers=AP)).status_code == 200
            nadia = here.stranger("nadia")
            headers = here.read_as(nadia, f"/posts/{post_id}")
            assert (await here.web.get(f"/posts/{post_id}", headers=headers)).status_code == 200


@pytest.mark.parametrize(
    ("accept", "wanted"),
    [
        ("application/activity+json", True),
        ('application/ld+json; profile="https://www.w3.org/ns/activitystreams"', True),
        ("application/activity+json, text/html;q=0.9", True),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", False),
        ("text/html, application/activity+json", False),
        ("application/activity+json;q=0.1, text/html", False),
        ("*/*", False),
        ("", False),
        (None, False),
        ("application/activity+json;q=nonsense", False),
        ("application/activity+json;q=nan", False),
    ],
)
def test_the_object_is_served_to_whoever_prefers_it(accept: str | None, wanted: bool) -> None:
    assert wants_activity(accept) is wanted


def test_only_activity_types_are_bodies_of_activities() -> None:
    assert is_activity_type("application/activity+json; charset=utf-8")
    assert not is_activity_type("application/json")
    assert not is_activity_type(None)


@pytest.mark.parametrize("path", ["/activities/7", "/topics/damp-homes/announces/7", "/posts/7/activity"])
@pytest.mark.parametrize("public", [True, False])
async def test_an_activity_is_served_as_the_bytes_that_were_sent(here: Here, path: str, public: bool) -> None:
    body = b'{"id":  "as sent"}'
    await execute(
        "INSERT INTO activities (id, uri, account_id, object_uri, body, public, created_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        [7, f"{HOME}{path}", 1, "", body, public, 0],
    )
    answer = await here.web.get(path, headers=AP)
    assert answer.status_code == (200 if public else 404)
    assert (answer.content == body) is public


async def test_who_hides_whom_they_know_tells_numbers_alone(here: Here) -> None:
    amina, nadia = await here.member("amina"), here.stranger("nadia")
    await here.receive(nadia, nadia.does("Follow", f"{HOME}/users/amina"))
    shown = loads((await here.web.get("/users/amina/followers", headers=AP)).content)
    assert shown["first"]["orderedItems"] == [nadia.uri]
    await update_profile(amina, ProfileDraft(hides_network=True))
    for part in ("followers", "following"):
        for query in ("", "?page=true"):
            answer = await here.web.get(f"/users/amina/{part}{query}", headers=AP)
            assert nadia.uri not in answer.text
            assert loads(answer.content)["totalItems"] == (1 if part == "followers" else 0)


async def test_every_actor_says_what_its_server_can_do(here: Here) -> None:
    """FEP-844e."""
    await here.member("amina")
    await here.topic()
    for path in ("/users/amina", "/topics/damp-homes", "/actor"):
        document = loads((await here.web.get(path, headers=AP)).content)
        assert [each["href"] for each in document["implements"]] == [
            "https://datatracker.ietf.org/doc/html/rfc9421",
            "urn:folkmoot:civic#",
        ]


async def test_the_actor_of_the_server_is_found_from_its_address_alone(here: Here) -> None:
    """FEP-d556 and FEP-2677."""
    for resource in (HOME, f"{HOME}/"):
        found = loads((await here.web.get(f"/.well-known/webfinger?resource={resource}")).content)
        assert [link["href"] for link in found["links"] if link["rel"] == "self"] == [f"{HOME}/actor"]
    links = loads((await here.web.get("/.well-known/nodeinfo")).content)["links"]
    application = "https://www.w3.org/ns/activitystreams#Application"
    assert [link["href"] for link in links if link["rel"] == application] == [f"{HOME}/actor"]
