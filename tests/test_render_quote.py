"""Quoting: any text means itself in the place it was quoted for, judged by the real readers of that place."""

from __future__ import annotations

import html
import re
import subprocess
import unicodedata

import markdown_reader
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from vlan2l3 import quote

# Everything that means something to a shell, a configuration, Markdown, HTML or Mermaid, and letters between.
SPECIAL = "`*_{}[]()<>#+-.!|~&$@:;/\\'\"=%^,? \t\n\r\x00\x1b\x7f\x85\xa0\u200b\u202e\u2028\ud800\U000e0001éa1"
WORDS = [
    "$(reboot)",
    "`reboot`",
    '"; reboot #',
    "![x](y)",
    "[a](b)",
    "<b>",
    "&lt;",
    "---",
    "1. ",
    "```",
    "|",
    "\\|",
]
TEXT = st.one_of(st.text(), st.text(SPECIAL), st.lists(st.sampled_from(WORDS)).map("".join))
FAST = settings(deadline=None, max_examples=200)


def squeezed(text: str) -> str:
    """Take all blanks out, since Markdown joins them."""
    return "".join(text.split())


def shown(source: str) -> tuple[set[str], str]:
    """Render Markdown; give the tags and what a reader sees."""
    page = markdown_reader.PARSER.render(source)
    return set(re.findall(r"<(\w+)", page)), html.unescape(re.sub(r"<[^>]*>", "", page))


@given(TEXT)
def test_printable_text_controls_no_terminal(text: str) -> None:
    """No control, direction or invisible character is left, and quoting twice changes nothing."""
    plain = quote.printable(text)
    assert not [c for c in plain if unicodedata.category(c) in ("Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp")]
    assert quote.printable(plain) == plain


@settings(deadline=None, max_examples=60)
@given(TEXT)
@example("-n\\c")
@example("a' 'b")
def test_a_real_shell_gives_the_word_back(text: str) -> None:
    """`printf` in `sh` prints exactly what was quoted."""
    done = subprocess.run(["sh", "-c", f"printf %s {quote.shell(text)}"], capture_output=True, check=True)
    assert done.stdout.decode() == quote.printable(text)


@FAST
@given(TEXT)
def test_markdown_is_read_as_the_text_it_was(text: str) -> None:
    """One paragraph, no tag but its own, and the words are the same."""
    tags, seen = shown(quote.markdown(text))
    assert tags <= {"p"}
    assert squeezed(seen) == squeezed(quote.printable(text))


@FAST
@given(TEXT)
@pytest.mark.parametrize(
    "place", ["# {}", "- {}", "- [ ] {}", "**x**: {}", "| a | b |\n|---|---|\n| {} | x |"]
)
def test_markdown_in_any_place_adds_no_structure(place: str, text: str) -> None:
    """In a heading, a list, a table or behind bold words it is text like any other."""
    written = place.format(f"a {quote.markdown(text)} z")
    assert markdown_reader.structure(written) == markdown_reader.structure(place.format("a z"))
    assert all(columns == header for header, columns, _ in markdown_reader.rows(written))


@FAST
@given(TEXT)
def test_a_code_span_shows_the_text(text: str) -> None:
    """One span, whatever backticks are in it."""
    tags, seen = shown(f"a {quote.code(text)} z")
    plain = quote.printable(text)
    assert tags == ({"p", "code"} if plain.strip() else {"p"})
    assert squeezed(seen) == f"a{squeezed(plain)}z"


@FAST
@given(TEXT)
def test_a_code_span_fits_one_cell_of_a_table(text: str) -> None:
    """Bars stay inside, and no column is added."""
    written = f"| a | b |\n|---|---|\n| {quote.cell(text)} | z |"
    assert {(header, columns) for header, columns, _ in markdown_reader.rows(written)} == {(2, 2)}
    tags, seen = shown(written)
    plain = quote.printable(text)
    assert tags - {"code"} == {"table", "thead", "tbody", "tr", "th", "td"}
    assert squeezed(seen) == f"ab{squeezed(plain)}z"


@FAST
@given(TEXT)
def test_a_fenced_block_holds_its_lines(text: str) -> None:
    """One block, which nothing inside ends, with every line in it."""
    written = quote.block(text, "text")
    parsed = [token for token in markdown_reader.tokens(f"{written}\n\nafter") if token.type != "text"]
    assert [token.type for token in parsed] == ["fence", "paragraph_open", "inline", "paragraph_close"]
    lines = [quote.printable_line(line) for line in text.rstrip().splitlines()]
    assert parsed[0].content.splitlines() == lines


@given(TEXT)
def test_a_mermaid_label_holds_letters_and_entities_only(text: str) -> None:
    """Nothing in it can end the label, and decoding it gives the text."""
    label = quote.mermaid(text)
    assert re.fullmatch(r"(?:[A-Za-z0-9 ._/:+,-]|#[0-9]+;)*", label)
    assert re.sub(r"#([0-9]+);", lambda found: chr(int(found[1])), label) == quote.printable(text)


@given(TEXT)
@example("description two  blanks")
def test_a_configuration_line_is_itself_or_refused(text: str) -> None:
    """A line of visible characters passes unchanged; anything a terminal would act on is refused."""
    hidden = [c for c in text if c != " " and (c.isspace() or not quote.printable(c))]
    if hidden:
        with pytest.raises(ValueError, match="can't be typed"):
            quote.config_line(text)
    else:
        assert quote.config_line(text) == text
