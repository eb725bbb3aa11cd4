import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.rules.sanitise import REL, clean_html
from server.rules.text import (
    MentionTarget,
    find_hashtags,
    find_mentions,
    plain_line,
    render_markdown,
    strip_leading,
    visible_length,
)

KNOWN = {
    "alice": MentionTarget("https://here.example/users/alice", "alice"),
    "bob@127.0.0.1:8002": MentionTarget("http://127.0.0.1:8002/users/bob?a=1&b", "bob@127.0.0.1:8002"),
}


def render(source: str) -> str:
    return render_markdown(source, mentions=KNOWN, tag_url=lambda tag: f"https://here.example/tags/{tag}")


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("one\ntwo\n\nthree", "<p>one<br>two</p><p>three</p>"),
        ("# no heading\n===", "<p># no heading<br>===</p>"),
        ("    no code", "<p>no code</p>"),
        ("<b>no</b> &lt;", "<p>&lt;b&gt;no&lt;/b&gt; &lt;</p>"),
        ("*a* **b** ~~c~~ `d`", "<p><em>a</em> <strong>b</strong> <s>c</s> <code>d</code></p>"),
        ("- a\n- b", "<ul><li>a</li><li>b</li></ul>"),
        ("> a", "<blockquote><p>a</p></blockquote>"),
        ("```\na\n\nb\n```", "<pre><code>a\n\nb\n</code></pre>"),
        ("see.It or x.com or me@x.example", "<p>see.It or x.com or me@x.example</p>"),
        ("[t](//evil.example) [u](javascript:x) //evil.example ftp://x.example",
         "<p>t [u](javascript:x) //evil.example ftp://x.example</p>"),
        ("www.x.org", f'<p><a href="http://www.x.org" rel="{REL}">www.x.org</a></p>'),
        ("a https://x.example/#a/@alice.", f'<p>a <a href="https://x.example/#a/@alice" rel="{REL}">https://x.example/#a/@alice</a>.</p>'),
        ("a\0b\ud800", "<p>ab</p>"),
        ("", ""),
    ],
)  # fmt: skip
def test_markdown_renders_as_apps_and_pages_show_it(source: str, expected: str) -> None:
    assert render(source) == expected


def test_a_known_mention_is_a_link_and_an_unknown_one_stays_text() -> None:
    assert render("@Alice @nobody") == (
        '<p><span class="h-card"><a href="https://here.example/users/alice" class="u-url mention"'
        f' rel="{REL}">@<span>alice</span></a></span> @nobody</p>'
    )
    assert 'href="http://127.0.0.1:8002/users/bob?a=1&amp;b"' in render("(@bob@127.0.0.1:8002: hello)")


def test_a_hashtag_is_a_link_and_a_number_is_not() -> None:
    assert render("#Damp #4") == (
        f'<p><a href="https://here.example/tags/Damp" class="mention hashtag" rel="tag {REL}">'
        "#<span>Damp</span></a> #4</p>"
    )


@pytest.mark.parametrize("source", ["`@alice #a`", "```\n@alice #a\n```", "[@alice #a](https://x.example)",
                                    "a@alice x#a",
                                    "https://x.example/@alice#a", r"\@alice \#a", "&#a @alice@"])  # fmt: skip
def test_neither_counts_in_code_links_words_and_escapes(source: str) -> None:
    assert find_mentions(source) == []
    assert find_hashtags(source) == []
    assert 'class="' not in render(source)


def test_mentions_come_once_each_in_order_with_small_letters_where_they_do_not_matter() -> None:
    assert find_mentions("@Bob@X.Example, @alice and (@ALICE) @damp-homes. .@c@localhost:80: @bob@x.example") == [
        "Bob@x.example", "alice", "damp-homes", "c@localhost:80", "bob@x.example",
    ]  # fmt: skip


def test_hashtags_are_words_of_any_language() -> None:
    assert find_hashtags("#Damp #damp #für #आवास, #住房 #12 #1a #a_b: #_") == [
        "Damp",
        "für",
        "आवास",
        "住房",
        "1a",
        "a_b",
    ]


def test_the_start_of_a_text_gives_up_its_mentions_and_hashtags() -> None:
    addressed = strip_leading(" @damp@X.example: #Proposal,\n#a Words @bob #b")
    assert addressed.mentions == ("damp@x.example",)
    assert addressed.hashtags == ("Proposal", "a")
    assert addressed.rest == "Words @bob #b"
    assert strip_leading("#1 of three").rest == "#1 of three"


def test_addresses_count_as_23_and_mentions_without_their_domain() -> None:
    assert visible_length("see https://x.example/" + "a" * 100) == 4 + 23
    assert visible_length("@bob@x.example é") == 6


def test_a_line_of_markdown_reads_without_its_marks() -> None:
    assert plain_line("**Let** [one](https://x.example) `visit` <b>") == "Let one visit <b>"


@given(st.text(alphabet="@#ab[]()*_`\\<>&:/. \n-1", max_size=60) | st.text(max_size=60))
def test_any_text_renders_to_clean_html(source: str) -> None:
    rendered = render(source)
    assert clean_html(rendered) == rendered
    find_mentions(source)
    find_hashtags(source)
