"""What an inventory may say about a login, and what it may not."""

from __future__ import annotations

import pytest

from vlan2l3.collect import credentials
from vlan2l3.collect.targets import Target
from vlan2l3.collect.transports import RefusedError

SECRET = "s3cret-of-the-test"


def target(**given: str) -> Target:
    """Make a target."""
    return Target(name="sw1", platform="eos", said="eos", address="192.0.2.1", **given)


def test_a_variable_that_is_named_and_not_set_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """No other login is tried in its place: it may be another device's."""
    monkeypatch.setenv("VLAN2L3_PASSWORD", SECRET)
    with pytest.raises(RefusedError, match=r"VLAN2L3_R1, which is not set: `export VLAN2L3_R1=\.\.\.`"):
        credentials.find(target(password_env="VLAN2L3_R1"))
    monkeypatch.setenv("VLAN2L3_R1", "")
    with pytest.raises(RefusedError, match="VLAN2L3_R1, which is not set"):
        credentials.find(target(password_env="VLAN2L3_R1"))


@pytest.mark.parametrize("name", ["AWS_SECRET_ACCESS_KEY", "R1_VLAN2L3_PASSWORD", "vlan2l3_password"])
def test_no_other_secret_of_the_environment_is_sent(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Whoever writes an inventory could otherwise have it typed into a switch of theirs."""
    monkeypatch.setenv(name, SECRET)
    with pytest.raises(RefusedError, match=f"{name}', which is never sent: rename it") as error:
        credentials.find(target(password_env=name))
    assert SECRET not in str(error.value)


def test_an_enable_password_with_a_line_break_is_not_typed(monkeypatch: pytest.MonkeyPatch) -> None:
    """What stands behind the break would be a command."""
    monkeypatch.setenv("VLAN2L3_ENABLE_PASSWORD", f"{SECRET}\nreload")
    with pytest.raises(RefusedError, match="VLAN2L3_ENABLE_PASSWORD holds a line break") as error:
        credentials.find(target())
    assert SECRET not in str(error.value)
