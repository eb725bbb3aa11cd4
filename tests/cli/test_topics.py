"""`folkmoot topic` and `folkmoot peer`."""

from datetime import UTC, datetime

from server.views.instance import PeerView
from tests.cli.terminal import Terminal, free_port

NOW = datetime.now(UTC)
PEER = PeerView("elm.example", "folkmoot", NOW, NOW, None, 0, 0, None, 0, "", False)


def test_a_topic_is_printed_by_address_and_listed(here: Terminal) -> None:
    result = here("topic", "create", "damp-homes", "--name", "Damp homes")
    assert (result.code, result.out) == (0, f"{here.base}/topics/damp-homes\n")
    [found] = here("topic", "list", "--json").json
    assert (found["slug"], found["chapters"]) == ("damp-homes", [])
    assert found["id"].startswith("urn:folkmoot:topic:z")
    assert "Damp homes" in here("topic", "list").out


def test_a_topic_without_a_name_is_called_by_its_slug(here: Terminal) -> None:
    assert here("topic", "create", "getting-there", "--json").json["name"] == "Getting there"


def test_a_slug_that_is_taken_is_refused(here: Terminal) -> None:
    result = here("topic", "create", "ada")
    assert (result.code, result.out) == (1, "")


def test_a_topic_that_cannot_be_reached_is_not_linked(here: Terminal) -> None:
    result = here("topic", "link", "damp-homes", f"http://127.0.0.1:{free_port()}/topics/damp-homes")
    assert (result.code, result.out) == (1, "")
    assert "did not answer" in result.err
    assert here("topic", "list", "--json").json == []


def test_acts_about_a_link_say_when_there_is_no_such_topic_or_link(here: Terminal) -> None:
    here("topic", "create", "damp-homes")
    assert here("topic", "compare", "damp-homes").code == 0
    assert here("topic", "compare", "nowhere").code == 1
    for act in ("trust", "trial", "unlink"):
        result = here("topic", act, "damp-homes", "https://elm.example/topics/damp-homes")
        assert (result.code, result.out) == (1, "")
        assert "no link with that address" in result.err
