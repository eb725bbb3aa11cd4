import re
import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from server.rules.limits import REMOTE_HTML
from server.rules.sanitise import REL, clean_html, clean_name, plain_text, strip_unstorable

ATTACKS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<svg><a xlink:href='javascript:alert(1)'><text>x</text></a></svg>",
    '<svg><style><img src="</style><img src=x onerror=alert(1)>">',
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>",
    "<math><semantics><annotation>x</annotation></semantics></math>",
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
    "<a href='javascript:alert(1)'>x</a>",
    "<a href='javascript&colon;alert(1)'>x</a>",
    "<a href='java\nscript:alert(1)'>x</a>",
    "<a href=' &#14; javascript:alert(1)'>x</a>",
    "<a href='JaVaScRiPt:alert(1)'>x</a>",
    "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
    "<a href='vbscript:x'>x</a>",
    "<a href='https://x.example/' onclick='alert(1)' style='position:fixed'>x</a>",
    "<p style='background:url(javascript:alert(1))'>x</p>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<object data='javascript:alert(1)'></object><embed src=x>",
    "<form action='javascript:alert(1)'><button>x</button></form>",
    "<textarea><script>alert(1)</script>",
    "<title><script>alert(1)</script></title>",
    "<template><script>alert(1)</script></template>",
    "<select><style></select><script>alert(1)</script>",
    "<!--><script>alert(1)</script-->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<base href='https://evil.example/'><meta http-equiv=refresh content='0;url=javascript:alert(1)'>",
    "<scr\0ipt>alert(1)</scr\0ipt>",
    "<p/onmouseover=alert(1)>x</p>",
    "<body onload=alert(1)>",
    "<span class='invisible\" onclick=\"alert(1)'>x</span>",
]
ALLOWED_TAG = re.compile(
    r"</?(?:p|br|strong|b|em|i|u|del|s|code|pre|blockquote|ul|ol|li|h[234])>|<ol start=\"\d+\">|<li value=\"\d+\">"
    r"|<span(?: class=\"[a-z -]+\")?>|</span>|</a>"
    r"|<a href=\"(?:https?|mailto):[^\"<>\s]+\"(?: class=\"[a-z -]+\")? rel=\"(?:tag )?nofollow noopener noreferrer\">"
    r"|<a (?:class=\"[a-z -]+\" )?href=\"(?:https?|mailto):[^\"<>\s]+\" rel=\"(?:tag )?nofollow noopener noreferrer\">"
)
PIECES = st.sampled_from(
    [
        *ATTACKS,
        "<a href=https://a.example>",
        "</a>",
        "<table>",
        "<td>",
        "<p>",
        "</p>",
        "<h1>",
        "<ul><li>",
        "<pre>\n\n",
        "&lt;",
        "&nbsp;",
        "<span class=invisible>",
        "</span>",
        "https://good.example/",
        "<b>",
        "<i>",
        "</b>",
        "text ",
        "\r\n",
        "<br>",
    ]
)


def link(href: str, body: str, rel: str = REL) -> str:
    return f'<a href="{href}" rel="{rel}">{body}</a>'


def assert_inert(cleaned: str) -> None:
    left = ALLOWED_TAG.sub("", cleaned)
    assert "<" not in left, left


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_leaves_only_harmless_tags(attack: str) -> None:
    assert_inert(clean_html(attack))
    assert_inert(clean_html(f"<p>before {attack} after</p>"))


@given(st.lists(PIECES, max_size=12).map("".join) | st.text())
@example("<a href=https://a.example><table><td><a href=https://b.example>x")
@example("<pre>\n\nx</pre>")
def test_cleaning_what_is_clean_changes_nothing(raw: str) -> None:
    cleaned = clean_html(raw)
    assert_inert(cleaned)
    assert clean_html(cleaned) == cleaned


def test_a_text_that_never_settles_is_reduced_to_its_words() -> None:
    nested = "<a href=https://a.example><table><td>" * 12 + "words"
    assert "words" in clean_html(nested)
    assert clean_html("<pre>" + "\n" * 12 + "kept</pre>") == "<p>" + "\n" * 7 + "kept</p>"


def test_a_text_longer_than_any_post_is_cut_to_its_words() -> None:
    started = time.monotonic()
    cleaned = clean_html("<b><i>" * REMOTE_HTML + "x")
    assert_inert(cleaned)
    assert time.monotonic() - started < 5


@pytest.mark.parametrize(
    "href",
    ["/x", "//evil.example/x", "x", "?q", "#x", "http:x", "http:///x", "gemini://x.example", "ftp://x.example", "https://[",
     "https://good.example\\@evil.example", "https://good.example@evil.example", "https://x.example:99999",
     "mailto:nobody",
     "https://x.example/a b", "https://a／b@good.example/", ""],
)  # fmt: skip
def test_a_link_without_a_sure_host_leaves_its_text(href: str) -> None:
    assert clean_html(f'<p><a class="mention" href="{href}">words</a></p>') == "<p>words</p>"


def test_links_keep_no_rel_of_their_own() -> None:
    assert clean_html('<a href="https://x.example/?a=1&amp;b" rel="me opener" target=_top>x</a>') == link(
        "https://x.example/?a=1&amp;b", "x"
    )
    assert clean_html("<a href='mailto:desk@x.example'>x</a>") == link("mailto:desk@x.example", "x")


def test_a_hashtag_link_says_that_it_is_one() -> None:
    tag = '<a href="https://x.example/t" class="mention hashtag" rel="tag">#<span>T</span></a>'
    assert 'rel="tag nofollow noopener noreferrer"' in clean_html(tag)


def test_the_short_form_of_an_address_stays_when_its_host_is_in_sight() -> None:
    short = (
        '<span class="invisible">https://www.</span><span class="ellipsis">good.example/long</span>'
        '<span class="invisible">/path</span>'
    )
    assert clean_html(link("https://www.good.example/long/path", short)) == link(
        "https://www.good.example/long/path", short
    )


@pytest.mark.parametrize(
    "body",
    [
        '<span class="invisible">https://evil.example/</span><span>good.example</span>',
        'good.example<span class="invisible">.evil.example</span>',
        '<span class="invisible">https://</span><span class="ellipsis">good.example</span><span class="invisible">',
    ],
)
def test_a_link_that_hides_its_host_shows_all_of_its_text(body: str) -> None:
    cleaned = clean_html(link("https://evil.example/", body))
    assert "invisible" not in cleaned
    assert "ellipsis" not in cleaned


def test_a_link_whose_text_is_another_address_names_its_host() -> None:
    assert clean_html(link("https://evil.example/x", "https://good.example/")) == link(
        "https://evil.example/x", "https://good.example/ (evil.example)"
    )
    assert clean_html(link("https://good.example/x", "www.good.example/x")) == link(
        "https://good.example/x", "www.good.example/x"
    )


def test_nothing_is_hidden_outside_of_links() -> None:
    assert clean_html('<p>a<span class="invisible x">b</span></p><a>c<span class="invisible">d</span></a>') == (
        "<p>a<span>b</span></p>c<span>d</span>"
    )


def test_headings_stay_below_those_of_the_page() -> None:
    assert clean_html("<h1>a</h1><h3>b</h3><h6>c</h6>") == "<h2>a</h2><h3>b</h3><h4>c</h4>"


def test_lists_keep_their_numbers_and_nothing_else() -> None:
    assert clean_html('<ol start="3" type=a><li value="x">a</li><li value="7">b</li></ol>') == (
        '<ol start="3"><li>a</li><li value="7">b</li></ol>'
    )


def test_what_cannot_be_stored_is_stripped() -> None:
    assert strip_unstorable("a\0b\ud800c\x1bd\te\n") == "abcd\te\n"
    assert clean_html("<p>a\0b\ud800&#1;c</p>") == "<p>abc</p>"


def test_plain_text_is_the_words_on_one_line() -> None:
    assert plain_text("<p>a &lt;b&gt;<br>c</p><ul><li>d</li></ul><script>x</script>&amp;&nbsp;e") == "a <b> c d & e"


@given(st.text())
def test_plain_text_is_one_line_for_any_input(raw: str) -> None:
    assert "\n" not in plain_text(raw)


def test_names_lose_what_confuses_and_keep_what_people_write() -> None:
    assert clean_name("  Rosa\u202e\tM.\n\u2028 Marchetti\u200b ", 100) == "Rosa M. Marchetti"
    assert (
        clean_name("👩\u200d🔧 Cymru 🏴\U000e0067\U000e0062\U000e007f", 100)
        == "👩\u200d🔧 Cymru 🏴\U000e0067\U000e0062\U000e007f"
    )
    assert clean_name("abc def", 4) == "abc"
    assert clean_name("👩\u200d🔧", 2) == "👩"
    assert clean_name("\u200d\u200c \u202e", 10) == ""


@given(st.text(), st.integers(1, 50))
def test_a_name_is_one_line_within_its_limit(text: str, limit: int) -> None:
    name = clean_name(text, limit)
    assert len(name) <= limit
    assert name == " ".join(name.split())
    assert clean_name(name, limit) == name
