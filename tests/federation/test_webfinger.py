import xml.etree.ElementTree as ET

import pytest

from federation.errors import Malformed
from federation.names import Acct
from federation.webfinger import host_meta, jrd_of, parse_jrd, parse_resource, self_link

ACTOR = "https://oak.example/users/amina"
OURS = jrd_of(Acct("amina", "oak.example"), ACTOR, page="https://oak.example/@amina", origin="https://oak.example")


def test_an_answer_of_ours_is_read_back() -> None:
    jrd = parse_jrd(OURS)
    assert jrd.subject == Acct("amina", "oak.example")
    assert jrd.actor == ACTOR
    assert jrd.subscribe == "https://oak.example/authorize_interaction?uri={uri}"
    assert OURS["aliases"] == ["https://oak.example/@amina", ACTOR]


@pytest.mark.parametrize(
    "link",
    [
        "text",
        {"rel": ["self"], "type": [], "href": {}},
        {"rel": "self", "type": "text/html", "href": ACTOR},
        {"rel": "alternate", "type": "application/activity+json", "href": ACTOR},
        {"rel": "self", "type": "application/activity+json", "href": "javascript:x"},
        {"rel": "self", "type": "application/activity+json", "href": None},
    ],
)
def test_only_a_typed_self_link_names_the_actor(link: object) -> None:
    assert self_link({"links": [link]}) is None
    ld = 'application/ld+json; profile="https://www.w3.org/ns/activitystreams"'
    assert self_link({"links": [link, {"rel": "self", "type": ld, "href": ACTOR}]}) == ACTOR


def test_row_20_the_subject_is_told_for_the_caller_to_loop_back() -> None:
    assert (
        parse_jrd({"subject": "acct:amina@victim.example", "links": OURS["links"]}).subject.domain == "victim.example"
    )


@pytest.mark.parametrize("subject", [None, "", "https://oak.example/", "acct:", "acct:a@b@c"])
def test_an_answer_without_a_handle_is_malformed(subject: object) -> None:
    with pytest.raises(Malformed):
        parse_jrd({"subject": subject})


def test_a_question_is_by_handle_by_actor_or_by_instance() -> None:
    assert parse_resource("acct:Amina@OAK.example", here="oak.example") == Acct("Amina", "oak.example")
    assert parse_resource(ACTOR, here="oak.example") == ACTOR
    assert parse_resource("https://oak.example/", here="oak.example") == "https://oak.example/"


@pytest.mark.parametrize("resource", ["", "acct:amina@ash.example", "https://ash.example/users/a", "amina"])
def test_a_question_about_another_server_is_malformed(resource: str) -> None:
    with pytest.raises(Malformed):
        parse_resource(resource, here="oak.example")


def test_host_meta_points_to_webfinger() -> None:
    link = ET.fromstring(host_meta("https://oak.example").encode())[0]
    assert link.get("template") == "https://oak.example/.well-known/webfinger?resource={uri}"
