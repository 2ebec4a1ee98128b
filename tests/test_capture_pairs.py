"""A value whose secret's name stands beside it is as secret as one under that name."""

from __future__ import annotations

import json

import pytest

from vlan2l3.capture.redact import REDACTED, redact

SECRET = "Tr0ub4dor"
ENV = [
    {"name": "DB_PASSWORD", "value": SECRET},
    {"value": SECRET, "name": "API_TOKEN"},
    {"name": "vip_arp", "value": "true"},
    {"name": "TOKEN_LIFETIME", "value": "3600"},
    {"name": "address", "value": "192.0.2.40"},
    {"name": "OTHER", "valueFrom": {"secretKeyRef": {"name": "login", "key": "password"}}},
]
POD = {"spec": {"containers": [{"name": "kube-vip", "env": ENV}]}}
APPLIED = {"metadata": {"annotations": {"kubectl.kubernetes.io/last-applied-configuration": json.dumps(POD)}}}


@pytest.mark.parametrize("indent", [None, 4])
@pytest.mark.parametrize("thing", [POD, APPLIED], ids=["an object", "an object in a string"])
def test_the_environment_of_a_container_in_json(thing: object, indent: int | None) -> None:
    """Whichever of name and value comes first; what is no secret stays, and so does the shape."""
    text, count = redact(json.dumps(thing, indent=indent))
    assert count == 2
    assert json.loads(text) == json.loads(json.dumps(thing).replace(SECRET, REDACTED))
    assert redact(text) == (text, 0)


def test_json_that_was_cut_off() -> None:
    """The object never ends; its value is one all the same."""
    text, count = redact('{"env": [{"name": "DB_PASSWORD", "value": "' + SECRET + '", "x"')
    assert (SECRET in text, count) == (False, 1)


def test_a_number_beside_a_name() -> None:
    """A secret of digits is one."""
    assert redact('{"name": "PIN_SECRET", "value": 1234567890}') == (
        f'{{"name": "PIN_SECRET", "value": "{REDACTED}"}}',
        1,
    )


@pytest.mark.parametrize(
    "text",
    [
        "env:\n  - name: DB_PASSWORD\n    value: HIDDEN\n  - name: vip_arp\n    value: 'true'\n",
        "env:\n- value: HIDDEN\n  name: DB_PASSWORD\n- name: vip_interface\n  value: eth0\n",
        "- name: \"MY_TOKEN\"\n  value: 'HIDDEN'\n",
        "- name: DB_PASSWORD\n  value: |\n    HIDDEN\n- name: other\n  value: eth0\n",
        "- {name: DB_PASSWORD, value: HIDDEN}\n",
        '{"data": {"config": "- name: A_SECRET\\n  value: HIDDEN\\n- name: other\\n  value: eth0\\n"}}',
    ],
)
def test_the_environment_of_a_container_in_yaml(text: str) -> None:
    """Nothing but the secret changes, and no line is lost."""
    made, count = redact(text.replace("HIDDEN", SECRET))
    assert (made, count) == (text.replace("HIDDEN", REDACTED), 1)
    assert redact(made) == (made, 0)


def test_a_value_that_goes_on_below() -> None:
    """Every line of it goes."""
    made, count = redact(f'- name: DB_PASSWORD\n  value: "{SECRET}\n    {SECRET}"\n- name: eth0\n')
    assert SECRET not in made
    assert made.count("\n") == 4
    assert count == 2


@pytest.mark.parametrize(
    "text",
    [
        "- name: eth0\n  value: 192.0.2.1\n- name: secret-agent-port\n  value: 8080\n",
        "spec:\n  name: secrets-store\n  other: x\n",
        "name: token\nvalue: 3000\n",
    ],
)
def test_what_is_no_secret_stays(text: str) -> None:
    """A port, a duration, a switch, a name without a value."""
    assert redact(text) == (text, 0)


def test_a_text_made_to_take_long_does_not() -> None:
    """Blanks and names without end are passed in one go."""
    assert redact("- name: a_password" + " " * 300_000 + "x\n  value: y\n")[1] == 1
    assert redact("name: a_password\n" * 20_000 + "value: 1\n")[1] == 0
