"""How messages to the desk are read."""

import pytest

from server.rules import limits
from server.rules.desk import Message, Wording, begun, continued, read, topic_of, wanting

ANSWERS = {"seen": "a", "rule": "b", "change": "c"}


@pytest.mark.parametrize(
    ("source", "command"),
    [
        ("publish", "publish"),
        ("@proposals Publish!", "publish"),
        ("@proposals@oak.example  “publish”.", "publish"),
        ("@proposals #publish", "publish"),
        ("@proposals #Publish", "publish"),
        ("Veröffentlichen", "publish"),
        ("help", "help"),
        ("@proposals ?", "help"),
        ("Hilfe", "help"),
        ("verwerfen", "discard"),
        ("please publish the minutes", None),
        ("We need help", None),
        ("@proposals", None),
        ("", None),
    ],
)
def test_one_word_alone_is_a_command(source: str, command: str | None) -> None:
    message = read(source)
    assert message.command == command
    assert (message.text == "") is (command is not None or source in ("@proposals", ""))


def test_a_hashtag_publishes_what_it_stands_with_and_leaves_no_trace_in_it() -> None:
    message = read("@proposals Mend the lift\nIt is broken. #publish")
    assert message.command == "publish"
    assert message.text == "Mend the lift\nIt is broken."


def test_lines_name_title_and_topic_in_any_of_our_languages() -> None:
    message = read("@proposals Thema: #DampHomes\n**Titel:** Mend the lift\nIt is broken.")
    assert (message.title, message.topic, message.text) == ("Mend the lift", "damphomes", "It is broken.")
    assert begun(message) == Wording("Mend the lift", {"seen": "It is broken."})


def test_a_first_line_that_is_too_long_is_said_to_be() -> None:
    wording = begun(read("word " * 40 + "\nmore"))
    assert wording.cut
    assert len(wording.title) <= limits.TITLE
    assert wording.answers["seen"].endswith("more")
    assert not begun(read("short\nmore")).cut


def test_one_thing_is_asked_at_a_time() -> None:
    assert wanting(Wording("", {}), topics=True) == "title"
    assert wanting(Wording("t", {"rule": "b"}), topics=True) == "seen"
    assert wanting(Wording("t", {"seen": "a", "rule": " "}), topics=True) == "rule"
    assert wanting(Wording("t", ANSWERS), topics=True) == "topic"
    assert wanting(Wording("t", ANSWERS), topics=False) == ""
    assert wanting(Wording("t", ANSWERS, 7), topics=True) == ""


def test_a_plain_answer_is_the_answer_to_what_was_asked() -> None:
    before = Wording("t", {"seen": "a"}, 7)
    assert continued(read("Form 12"), before, "rule") == Wording("t", {"seen": "a", "rule": "Form 12"}, 7)
    assert continued(read("And at night"), before, "topic").answers == {"seen": "a\n\nAnd at night"}
    assert continued(read("Mend it\nIt is broken"), Wording("", {}), "title") == Wording(
        "Mend it", {"seen": "It is broken"}
    )


def test_a_label_replaces_its_part_and_what_is_asked_stays_open() -> None:
    after = continued(read("What we see: x\nEvidence: y"), Wording("t", ANSWERS), "")
    assert after.answers == {"seen": "x", "rule": "b", "change": "c", "evidence": "y"}
    assert continued(read("Was wir sehen: x"), Wording("t", ANSWERS), "").answers["seen"] == "x"
    assert continued(read("Title: New"), Wording("t", ANSWERS), "") == Wording("New", ANSWERS)


def test_where_nothing_was_asked_only_a_label_counts() -> None:
    before = Wording("t", ANSWERS)
    assert continued(read("thank you!"), before, None) == before
    assert continued(read("Rule: x"), before, None).answers["rule"] == "x"


def test_a_topic_is_named_by_tag_by_line_or_by_answering() -> None:
    names = {"damphomes": 1, "damp-homes": 1, "damp homes": 1}
    assert topic_of(read("#DampHomes"), names, "rule")[0] == 1
    assert topic_of(read("Topic: damp homes"), names, None)[0] == 1
    found, rest = topic_of(read("Damp homes."), names, "topic")
    assert (found, rest.text) == (1, "")
    found, rest = topic_of(read("Damp homes"), names, "rule")
    assert (found, rest.text) == (None, "Damp homes")
    assert topic_of(Message(None, "x", "", "nothing", ("other",)), names, "topic")[0] is None
