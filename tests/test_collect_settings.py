"""The tables that say how to collect, and where logins come from."""

from __future__ import annotations

from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend

from vlan2l3.collect import credentials, settings
from vlan2l3.collect.targets import Target
from vlan2l3.errors import UsageError

SECRET = "hunter2-secret"


class Ring(KeyringBackend):
    """Keep one password in memory."""

    priority = 1  # type: ignore[assignment]

    def get_password(self, service: str, username: str) -> str | None:
        """Give it to one user of one service."""
        return SECRET if (service, username) == ("vlan2l3", "ringed") else None

    def set_password(self, service: str, username: str, password: str) -> None:
        """Refuse: nothing here writes."""
        raise NotImplementedError


@pytest.fixture(autouse=True)
def nothing_around(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take away the logins of whoever runs the tests."""
    for name in (credentials.USERNAME, credentials.PASSWORD, credentials.ENABLE):
        monkeypatch.delenv(name, raising=False)
    keyring.set_keyring(Ring())


def target(**given: str) -> Target:
    """Make a target."""
    return Target(name="sw1", platform="eos", said="eos", address="192.0.2.1", **given)


def test_settings_have_sensible_bounds(tmp_path: Path) -> None:
    """An inventory is enough."""
    file = tmp_path / "vlan2l3.toml"
    file.write_text("[inventory.options]\nhost_file = 'hosts.yaml'\n[asn]\nhosts = 1\n")
    found = settings.load(file)
    assert found.inventory.plugin == "SimpleInventory"
    assert (found.discover.workers, found.discover.sessions_per_second, found.discover.retries) == (
        20,
        10.0,
        1,
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "has no table `[inventory]`"),
        ("[inventory\n", "is not TOML"),
        ("[inventory]\n[discover]\nworkers = 0\n", "`int` >= 1, in `discover.workers`"),
        ("[inventory]\n[discover]\ncommands = ['reload']\n", "unknown field `commands`"),
        ("[inventory]\n[discover]\nretries = 50\n", "`int` <= 5"),
    ],
)
def test_a_fault_is_told_with_its_place(tmp_path: Path, text: str, said: str) -> None:
    """No setting names a command, and none can be misspelt in silence."""
    file = tmp_path / "vlan2l3.toml"
    file.write_text(text)
    with pytest.raises(UsageError) as error:
        settings.load(file)
    assert said in str(error.value)


def test_no_file_is_a_message_with_a_way_out(tmp_path: Path) -> None:
    """Both ways to go on are named."""
    with pytest.raises(UsageError, match="there is no inventory to collect from") as error:
        settings.load(tmp_path / "vlan2l3.toml")
    assert "discover --from DIR" in error.value.hint


def test_logins_come_in_their_order(monkeypatch: pytest.MonkeyPatch) -> None:
    """The variable the inventory names, a key file, the general variable, the keyring, the inventory."""
    monkeypatch.setenv("VLAN2L3_USERNAME", "ringed")
    clear = target(password="from-inventory")
    assert credentials.find(target()).source == "the keyring"
    assert credentials.find(clear).source == "the keyring"
    monkeypatch.setenv("VLAN2L3_PASSWORD", SECRET)
    assert credentials.find(clear).source == "VLAN2L3_PASSWORD"
    assert credentials.find(target(key_file="/keys/reader")).password == ""
    monkeypatch.setenv("VLAN2L3_R1_PASSWORD", "other")
    assert credentials.find(target(password_env="VLAN2L3_R1_PASSWORD")).password == "other"
    monkeypatch.delenv("VLAN2L3_PASSWORD")
    monkeypatch.setenv("VLAN2L3_USERNAME", "nobody")
    assert credentials.find(clear).source == "the inventory"
    assert credentials.find(target()).source == "ssh-agent or keys"


def test_a_login_never_shows_its_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    """Printing it, as a traceback or a log would, shows neither password."""
    monkeypatch.setenv("VLAN2L3_PASSWORD", SECRET)
    monkeypatch.setenv("VLAN2L3_ENABLE_PASSWORD", SECRET)
    found = credentials.find(target())
    assert (found.password, found.enable) == (SECRET, SECRET)
    assert SECRET not in repr(found)
    assert SECRET not in str(found)
