import pytest
from hypothesis import given
from hypothesis import strategies as st

from federation import nodeinfo
from federation.errors import Malformed
from federation.nodeinfo import NodeInfo

count = st.none() | st.integers(0, 10**9)


@given(
    st.builds(
        NodeInfo, software=st.text(min_size=1, max_size=64), version=st.text(max_size=64), name=st.text(max_size=200),
        open_registrations=st.booleans(), users=count, users_month=count, users_half_year=count, posts=count,
        repository=st.none() | st.just("https://code.example/folkmoot"),
    )
)  # fmt: skip
def test_what_is_said_is_read_back(info: NodeInfo) -> None:
    assert nodeinfo.parse(info.to_json("2.1")) == info


def test_only_the_newer_version_has_a_repository() -> None:
    info = NodeInfo(software="folkmoot", version="1", repository="https://code.example/")
    assert "repository" not in info.to_json("2.0")["software"]
    assert info.to_json("2.0")["version"] == "2.0"


def test_the_links_name_both_versions_and_the_instance_actor() -> None:
    document = nodeinfo.links("https://oak.example", "https://oak.example/actor")
    assert nodeinfo.parse_links(document, "https://oak.example/.well-known/nodeinfo") == (
        "https://oak.example/nodeinfo/2.1",
        "https://oak.example/actor",
    )


def test_row_5_links_to_another_origin_are_not_followed() -> None:
    document = nodeinfo.links("http://127.0.0.1", "file:///etc/passwd")
    document["links"].append("text")
    assert nodeinfo.parse_links(document, "https://oak.example/.well-known/nodeinfo") == (None, None)


@pytest.mark.parametrize("document", [{}, {"software": None}, {"software": {"name": 4}}, {"software": {"name": ""}}])
def test_a_document_that_names_no_software_is_malformed(document: dict[str, object]) -> None:
    with pytest.raises(Malformed):
        nodeinfo.parse(document)


def test_strange_numbers_are_not_told() -> None:
    info = nodeinfo.parse(
        {"software": {"name": "x"}, "usage": {"users": {"total": -1, "activeMonth": "3"}, "localPosts": True}}
    )
    assert (info.users, info.users_month, info.posts) == (None, None, None)
