"""A fact leads back to its line, and a wrong pointer is an error."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vlan2l3.capture import store
from vlan2l3.capture.lines import EXCERPT, line_of
from vlan2l3.capture.store import Capture, RawAnswer, RawDevice

PRETTY = """{
  "interfaces": {
    "Ethernet1/1": {"mtu": 9214},
    "a~b": [
      {
        "vlan": 110,
        "name": "we\\"b"
      },
      {"vlan": 120}
    ],
    "": 7
  },
  "output": "hostname a\\ninterface Ethernet1\\n   mtu 9214\\n"
}
"""


@pytest.fixture(scope="module")
def capture(tmp_path_factory: pytest.TempPathFactory) -> Capture:
    """Write a small capture: pretty JSON, JSON on one line, and text."""
    rows = [{"id": n, "text": "x" * 300} for n in range(3)]
    answers = (
        RawAnswer(command="pretty", text=PRETTY),
        RawAnswer(command="flat", text=json.dumps({"rows": rows, "a": 1})),
        RawAnswer(command="text", text="one\n  two  words\n"),
    )
    devices = (RawDevice(name="leaf1", platform="", answers=answers),)
    return store.write(tmp_path_factory.mktemp("c") / "c", name="c", taken="", source="live", devices=devices)


@pytest.mark.parametrize(
    ("file", "line", "pointer", "expected"),
    [
        ("pretty.json", 0, "interfaces/Ethernet1~11", (3, '{"mtu": 9214}')),
        ("pretty.json", 0, "interfaces/Ethernet1~11/mtu", (3, '"Ethernet1/1": {"mtu": 9214},')),
        ("pretty.json", 0, "interfaces/a~0b/0", (5, '{"vlan": 110, "name": "we\\"b"}')),
        ("pretty.json", 0, "interfaces/a~0b/0/name", (7, '"name": "we\\"b"')),
        ("pretty.json", 0, "interfaces/a~0b/1", (9, '{"vlan": 120}')),
        ("pretty.json", 0, "interfaces/", (11, '"": 7')),
        ("pretty.json", 2, "output", (13, "interface Ethernet1")),
        ("flat.json", 0, "a", (1, "a: 1")),
        ("flat.json", 0, "rows/2", (1, '{"id": 2, "text": "' + "x" * 140 + "…")),
        ("text.txt", 2, "", (2, "two words")),
        ("text.txt", 0, "", (1, "one")),
    ],
)
def test_row_is_found_where_it_starts(
    capture: Capture, file: str, line: int, pointer: str, expected: tuple[int, str]
) -> None:
    """Objects and lists come on one line, cut to a length; a line inside a text is counted there."""
    assert line_of(capture, f"leaf1/{file}", line=line, pointer=pointer) == expected
    assert len(expected[1]) <= EXCERPT


def test_an_empty_answer_is_one_empty_line(tmp_path: Path) -> None:
    """That a host answered with nothing is a fact, and it has a place."""
    devices = (RawDevice(name="a", platform="", answers=(RawAnswer(command="x", text=""),)),)
    empty = store.write(tmp_path / "c", name="c", taken="", source="live", devices=devices)
    assert line_of(empty, "a/x.txt", line=1) == (1, "")
    with pytest.raises(KeyError):
        line_of(empty, "a/x.txt", line=2)


@pytest.mark.parametrize(
    ("file", "line", "pointer"),
    [
        ("leaf1/nothing.txt", 1, ""),
        ("leaf2/text.txt", 1, ""),
        ("leaf1/", 1, ""),
        ("leaf1/../leaf1/text.txt", 1, ""),
        ("leaf1/text.txt", 3, ""),
        ("leaf1/text.txt", 0, "a"),
        ("leaf1/pretty.json", 0, "interfaces/Ethernet9"),
        ("leaf1/pretty.json", 0, "interfaces/a~0b/2"),
        ("leaf1/pretty.json", 0, "interfaces/Ethernet1~11/mtu/x"),
        ("leaf1/pretty.json", 4, "output"),
        ("leaf1/pretty.json", 1, "interfaces"),
    ],
)
def test_wrong_place_is_an_error(capture: Capture, file: str, line: int, pointer: str) -> None:
    """Evidence that does not exist must not be shown as if it did."""
    with pytest.raises(KeyError):
        line_of(capture, file, line=line, pointer=pointer)


def test_file_that_changed_after_loading_is_an_error(tmp_path: Path) -> None:
    """An excerpt is of what was captured, never of what lies there now."""
    devices = (RawDevice(name="a", platform="", answers=(RawAnswer(command="x", text="one\n"),)),)
    written = store.write(tmp_path / "c", name="c", taken="", source="live", devices=devices)
    (tmp_path / "c" / "a" / "x.txt").write_text("two\n")
    with pytest.raises(KeyError, match="was changed"):
        line_of(written, "a/x.txt", line=1)


leaves = st.none() | st.booleans() | st.integers() | st.text(max_size=5)
documents = st.dictionaries(
    st.text(max_size=4),
    st.recursive(
        leaves, lambda c: st.lists(c, max_size=3) | st.dictionaries(st.text(max_size=4), c, max_size=3)
    ),
    min_size=1,
    max_size=4,
)


def _pointers(value: object, above: tuple[str, ...] = ()) -> list[tuple[tuple[str, ...], object]]:
    items: list[tuple[str, object]] = []
    if isinstance(value, dict):
        items = list(value.items())
    elif isinstance(value, list):
        items = [(str(index), item) for index, item in enumerate(value)]
    found: list[tuple[tuple[str, ...], object]] = []
    for key, item in items:
        found += [((*above, key), item), *_pointers(item, (*above, key))]
    return found


@given(document=documents, indent=st.sampled_from([None, 1]))
def test_every_value_of_any_document_is_found(
    tmp_path_factory: pytest.TempPathFactory, document: dict[str, object], indent: int | None
) -> None:
    """Whatever the keys hold, a pointer to a value leads to the line where it starts."""
    text = json.dumps(document, indent=indent)
    devices = (RawDevice(name="a", platform="", answers=(RawAnswer(command="x", text=text),)),)
    folder = tmp_path_factory.mktemp("d") / "c"
    written = store.write(folder, name="c", taken="", source="live", devices=devices)
    if written.manifest.devices[0].commands[0].redacted:
        return
    for keys, value in _pointers(document):
        pointer = "/".join(key.replace("~", "~0").replace("/", "~1") for key in keys)
        if not pointer:
            continue
        number, excerpt = line_of(written, "a/x.json", pointer=pointer)
        line = text.splitlines()[number - 1]
        opening = json.dumps(value)[:1]
        assert opening in line
        if isinstance(value, (dict, list)) and len(json.dumps(value)) < EXCERPT:
            assert "".join(excerpt.split()) == "".join(json.dumps(value, ensure_ascii=False).split())
