from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from federation.errors import Malformed
from federation.objects.post import Post, Section
from federation.objects.proposal import Form, Proposal, is_proposal
from federation.values import dumps, loads

ID, ANN = "https://oak.example/proposals/1", "https://oak.example/users/ann"
PROPOSAL = Proposal(
    post=Post(
        id=ID,
        type="Article",
        attributed_to=ANN,
        name="Let <support> workers log repairs",
        summary="<p>Barrier</p>",
        content="<p><strong>What we see</strong><br>Damp</p>",
        language="en",
        source="See: Damp",
        civic_kind="proposal",
        civic_version=3,
        civic_sections=(Section("seen", "Damp", "<p>Damp</p>"),),
    ),
    state="raised",
    answers=f"{ID}/answers",
)

urls = st.integers(1, 99).map(lambda number: f"https://ash.example/x/{number}")
ids = st.lists(urls, unique=True, max_size=3).map(tuple)
listings = urls | ids
words = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=20)
proposals = st.builds(
    Proposal,
    post=st.builds(
        lambda title, abstract, content: replace(PROPOSAL.post, name=title, summary=abstract, content=content),
        words.filter(bool),
        words,
        words,
    ),
    state=words,
    answers=listings,
    history=listings,
    endorsements=listings,
    co_authors=listings,
    addressed_to=ids,
    incorporates=ids,
)


@given(proposals, st.sampled_from(["article", "note"]))
def test_a_proposal_survives_the_wire_in_both_forms(proposal: Proposal, form: Form) -> None:
    read = Proposal.parse(loads(dumps(proposal.to_json(form))))
    if form == "article" and not proposal.post.content:
        proposal = replace(proposal, post=replace(proposal.post, language=""))
    assert read == proposal


def test_an_article_has_title_abstract_and_a_preview() -> None:
    document = PROPOSAL.to_json()
    assert (document["type"], document["name"], document["summary"]) == ("Article", PROPOSAL.title, "<p>Barrier</p>")
    heading = "<p><strong>Let &lt;support&gt; workers log repairs</strong></p>"
    assert document["preview"] == {"type": "Note", "content": f"{heading}<p>Barrier</p>"}
    assert document["civic:sections"] == [{"key": "seen", "source": "Damp", "content": "<p>Damp</p>"}]


def test_a_note_begins_with_the_title_and_hides_nothing() -> None:
    document = PROPOSAL.to_json("note")
    assert document["type"] == "Note"
    assert "name" not in document
    assert "summary" not in document
    assert document["content"].startswith("<p><strong>Let &lt;support&gt; workers")


@pytest.mark.parametrize(
    "change", [{"civic:kind": "comment"}, {"civic:kind": None}, {"type": "Question"}, {"name": ""}, {"name": None}]
)
def test_what_lacks_kind_form_or_title_is_no_proposal(change: dict[str, Any]) -> None:
    document = PROPOSAL.to_json() | change
    assert not is_proposal(document)
    with pytest.raises(Malformed):
        Proposal.parse(document)
