"""An answer is data, absent or failed, and the device's own words say why."""

from __future__ import annotations

import pytest

from vlan2l3.capture.judge import judge
from vlan2l3.capture.manifest import Status
from vlan2l3.platforms import CommandSpec, Platform

PLATFORM = Platform(
    name="x",
    title="X",
    absent=("MLAG is disabled", r"\A[^\n]*: No such file or directory\s*\Z"),
    failed=("% Invalid input", "^Error: "),
    commands=(
        CommandSpec(command="show vlan", format="json"),
        CommandSpec(command="show running-config"),
        CommandSpec(command="show pairs", absent=("% Invalid input",)),
    ),
)


@pytest.mark.parametrize(
    ("command", "text", "status", "note"),
    [
        ("show vlan", '{"vlans": {}}', Status.DATA, ""),
        ("show vlan", "VLAN  Name\n1     default\n", Status.DATA, ""),
        ("show running-config", "hostname a\n", Status.DATA, ""),
        ("show vlan", "", Status.FAILED, "empty answer"),
        ("show vlan", " \r\n\n", Status.FAILED, "empty answer"),
        (
            "show mlag",
            "\n      MLAG is disabled on this switch\n",
            Status.ABSENT,
            "MLAG is disabled on this switch",
        ),
        ("cat x", "cat: x: No such file or directory\n", Status.ABSENT, "cat: x: No such file or directory"),
        ("show pairs", "    ^\n% Invalid input at x\n", Status.ABSENT, "% Invalid input at x"),
        ("show vlna", "          ^\n% Invalid input at x\n", Status.REFUSED, "% Invalid input at x"),
        (
            "show x | json",
            '{"errors": ["% Invalid input at x"]}',
            Status.REFUSED,
            '{"errors": ["% Invalid input at x"]}',
        ),
        ("show vlan", '{"vlans": {"1": {', Status.FAILED, "JSON cut off at line 1 column 18"),
        ("show vlan", '{"vlans":\n {"1": "de', Status.FAILED, "JSON cut off at line 2 column 8"),
        ("show other | json", "VLAN  Name\n", Status.FAILED, "not JSON at line 1 column 1"),
        ("ip -j addr show", "[{}]\nhost$ ", Status.FAILED, "text after the JSON at line 2 column 1"),
        ("lldpctl -f json0", "{,}", Status.FAILED, "not JSON at line 1 column 2"),
        ("show other", "[Match]\nName=a\n", Status.DATA, ""),
    ],
)
def test_answer_is_judged_by_what_the_device_said(command: str, text: str, status: Status, note: str) -> None:
    """Data is whole; a refusal and a feature that is off are two things; a cut has a place."""
    answer = judge(PLATFORM, command, text)
    assert (answer.status, answer.note) == (status, note)


def test_text_that_is_cut_off_is_kept() -> None:
    """A reader may want to see how far it went; nobody parses it."""
    assert judge(PLATFORM, "show vlan", '{"a": [').text == '{"a": ['


def test_refusal_quoted_in_a_long_answer_is_data() -> None:
    """A banner that says "% Invalid input" does not make a running-config fail."""
    text = "".join(f"interface Ethernet{n}\n" for n in range(20)) + "banner motd % Invalid input\n"
    assert judge(PLATFORM, "show running-config", text).status is Status.DATA


def test_file_that_claims_json_must_be_json() -> None:
    """The suffix of a file counts where the command says nothing."""
    assert judge(None, "show x", "text", is_json=True).note == "not JSON at line 1 column 1"
    assert judge(None, "show x", "text").status is Status.DATA


def test_json_nested_without_end_fails_and_does_not_crash() -> None:
    """A hostile answer ends as a failure with a reason."""
    assert judge(None, "show x | json", "[" * 100_000).status is Status.FAILED
    assert judge(None, "show x | json", "[" * 100_000 + "]" * 100_000).note == "JSON nested too deeply"


def test_ends_of_lines_become_newlines() -> None:
    """A capture from a terminal on Windows is read like any other."""
    assert judge(None, "show x", "a\r\nb\r\n").text == "a\nb\n"
