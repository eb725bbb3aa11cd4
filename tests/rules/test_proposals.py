import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.rules import limits
from server.rules.errors import Invalid
from server.rules.proposals import (
    REQUIRED_SECTIONS,
    SECTION_KEYS,
    STATE_WORDS,
    STATES,
    Section,
    abstract,
    check_proposal_form,
    compose_html,
    compose_source,
    compose_status_html,
    is_proposal_text,
    parse_from_app,
)
from server.rules.sanitise import clean_html

FULL = """@damp #proposal **Let one** inspection be [enough](https://x.example) #Proposal

Four families wait.

What we see: long waits
more
**Rule:** Repairs policy 4.2
See the letter.
- What should change?
let one visit be enough
EVIDENCE: a log

#damp #Proposal
"""
ANSWERS = (Section("seen", "a"), Section("rule", "not sure"), Section("change", "b"))
WORDS = st.text(alphabet="abc é.", min_size=1, max_size=40).map(lambda text: " ".join(text.split())).filter(bool)


def test_a_labelled_text_is_read_into_its_sections() -> None:
    parsed = parse_from_app(FULL)
    assert parsed.title == "Let one inspection be enough"
    assert parsed.sections == (
        Section("seen", "Four families wait.\n\nlong waits\nmore"),
        Section("rule", "Repairs policy 4.2\nSee the letter."),
        Section("change", "let one visit be enough"),
        Section("evidence", "a log"),
    )
    assert parsed.missing == ()
    assert parsed.mentions == ("damp",)
    assert parsed.hashtags == ("proposal", "damp")


@pytest.mark.parametrize(
    ("line", "key"),
    [
        ("What we see: x", "seen"), ("SEE: x", "seen"), ("See\nx", "seen"), ("What we see at the frontline: x", "seen"),
        ("Which rule x", "rule"), ("barrier:x", "rule"), ("**Rule** x", "rule"), ("### Rule\nx", "rule"),
        ("What should change? x", "change"), ("__Change__: x", "change"), ("**Change:** x", "change"),
        ("Evidence: x", "evidence"), ("Was wir sehen: x", "seen"), ("Welche Regel\nx", "rule"), ("Regel: x", "rule"),
        ("**Was sich ändern soll:** x", "change"), ("Belege: x", "evidence"), ("Wer betroffen ist: x", "affected"),
    ],
)  # fmt: skip
def test_every_way_to_write_a_label_opens_its_section(line: str, key: str) -> None:
    assert [(section.key, section.source) for section in parse_from_app(f"Title\n{line}").sections] == [(key, "x")]


@pytest.mark.parametrize(
    "line", ["See the letter", "Change the form", "Rules are rules", "Evidence-based", "I see: x", "Belege gibt es"]
)
def test_a_sentence_that_begins_like_a_label_is_no_label(line: str) -> None:
    assert parse_from_app(f"Title\n{line}").sections == (Section("seen", line),)


def test_text_without_labels_is_what_we_see() -> None:
    parsed = parse_from_app("Title\r\n\r\nwords\r\nmore")
    assert parsed.sections == (Section("seen", "words\nmore"),)
    assert parsed.missing == ("rule", "change")


def test_a_long_first_line_is_cut_at_a_word_and_flows_on() -> None:
    parsed = parse_from_app("word " * 40 + "\nnext")
    assert parsed.title == " ".join(["word"] * 24)
    assert parsed.sections == (Section("seen", " ".join(["word"] * 16) + "\nnext"),)
    assert parse_from_app("x" * 200).title == "x" * limits.TITLE


def test_a_first_line_that_is_a_label_leaves_the_title_to_the_words_after_it() -> None:
    parsed = parse_from_app("What we see: long waits\nChange: one visit")
    assert parsed.title == "long waits"
    assert parsed.sections == (Section("seen", "long waits"), Section("change", "one visit"))


@pytest.mark.parametrize("source", ["", "@damp #proposal", "\n \n", "#proposal\n\n@a"])
def test_a_text_without_words_has_no_title_and_is_no_fault(source: str) -> None:
    parsed = parse_from_app(source)
    assert parsed.title == ""
    assert parsed.missing == REQUIRED_SECTIONS


@given(st.text() | st.text(alphabet="#*:>-_ \nSeRulchang@?", max_size=80))
def test_any_text_can_be_raised(source: str) -> None:
    parsed = parse_from_app(source)
    assert len(parsed.title) <= limits.TITLE
    assert "\n" not in parsed.title
    assert all(section.source for section in parsed.sections)


@given(WORDS, st.lists(WORDS, min_size=len(SECTION_KEYS), max_size=len(SECTION_KEYS)))
def test_what_is_composed_is_read_back(title: str, answers: list[str]) -> None:
    sections = tuple(Section(key, answer) for key, answer in zip(SECTION_KEYS, answers, strict=True))
    parsed = parse_from_app(compose_source(title, sections))
    assert (parsed.title, parsed.sections) == (title, sections)


def test_content_is_the_sections_under_their_labels() -> None:
    sections = [("seen", "<p>a</p><p>b</p>"), ("rule", "<ul><li>c</li></ul>"), ("change", "")]
    assert compose_html(sections) == (  # type: ignore[arg-type]  # keys are plain texts here
        "<p><strong>What we see</strong><br>a</p><p>b</p><p><strong>Which rule</strong></p><ul><li>c</li></ul>"
    )


def test_apps_see_title_sections_and_a_last_line_with_the_state() -> None:
    status = compose_status_html(
        "A < B", [("seen", "<p>a</p>")], state_word="Raised", page_url="https://h.example/proposals/1?a=1&b=2",
        tags=[("Damp", "https://h.example/tags/Damp"), ("Proposal", "https://h.example/tags/Proposal")],
    )  # fmt: skip
    assert status.startswith("<p><strong>A &lt; B</strong></p><p><strong>What we see</strong><br>a</p><p>Raised · <a ")
    assert status.endswith("#<span>Proposal</span></a></p>")
    assert clean_html(status) == status


def test_the_abstract_is_a_few_sentences_of_what_we_see_and_what_should_change() -> None:
    sections = [("seen", "<p>One. Two. Three.</p>"), ("rule", "<p>R.</p>"), ("change", "<p>Four! Five. Six.</p>")]
    assert abstract(sections) == "One. Two. Four! Five."  # type: ignore[arg-type]  # keys are plain texts here
    assert abstract([("rule", "<p>R. S. T.</p>"), ("seen", "")]) == "R. S."
    assert abstract([("seen", "<p>many words here</p>")], 12) == "many words…"
    assert abstract([]) == ""


def test_a_form_with_the_four_answers_is_accepted() -> None:
    check_proposal_form("Title", ANSWERS)


@pytest.mark.parametrize(
    ("title", "sections", "field"),
    [
        (" ", ANSWERS, "title"),
        ("x" * 121, ANSWERS, "title"),
        ("a\nb", ANSWERS, "title"),
        ("Title", ANSWERS[1:], "seen"),
        ("Title", (ANSWERS[0], Section("rule", " "), ANSWERS[2]), "rule"),
        ("Title", ANSWERS[:2], "change"),
        ("Title", (*ANSWERS, Section("evidence", "x" * 5001)), "evidence"),
    ],
)
def test_a_form_names_the_field_to_mend(title: str, sections: tuple[Section, ...], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        check_proposal_form(title, sections)
    assert refused.value.field == field


@pytest.mark.parametrize(
    ("source", "raised"),
    [
        ("@damp #Proposal x", True),
        ("@damp@B.example #proposal x", True),
        ("@damp x", False),
        ("#proposal x", False),
        ("@other #proposal", False),
        ("@proposals x", True),
        ("@Proposals@Here.example x", True),
        ("@proposals@elsewhere.example x", False),
        ("`@damp #proposal`", False),
    ],
)
def test_a_root_post_raises_a_proposal_when_it_says_so(source: str, raised: bool) -> None:
    assert is_proposal_text(source, {"damp", "damp@b.example"}, domain="here.example") is raised


def test_each_state_has_a_word() -> None:
    assert len(STATES) == 11
    assert all(STATE_WORDS[state] for state in STATES)
