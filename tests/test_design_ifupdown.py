"""/etc/network/interfaces: stanzas are replaced, and nothing else is touched or lost."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from vlan2l3.design import ifupdown

FILE = """\
# Written by hand, keep the modem.
source /etc/network/interfaces.d/*

auto lo
iface lo inet loopback

auto ens1f0
iface ens1f0 inet manual
    bond-master bond0

auto bond0
iface bond0 inet manual
    bond-slaves ens1f0 ens1f1
    bond-mode 802.3ad

auto bond0.120
iface bond0.120 inet static
    address 10.1.20.12/24
    gateway 10.1.20.1
    dns-nameservers 10.20.0.11
    vlan-raw-device bond0

auto storage
iface storage inet static
    address 10.1.30.12/24
    vlan-raw-device bond0
    vlan-id 130

# The modem is for emergencies.
auto wwan0
iface wwan0 inet dhcp
    metric 900
"""

BOUND = ifupdown.bound_interfaces([FILE], {"bond0"})


def test_bond_members_and_vlans_are_found_by_every_spelling() -> None:
    """`bond-slaves`, `bond-master`, `bond0.120` and `vlan-raw-device` all name the bond."""
    bound = ifupdown.bound_interfaces([FILE], {"bond0"})
    assert bound == {"bond0", "ens1f0", "ens1f1", "bond0.120", "storage"}


def test_other_stanzas_and_comments_stay_to_the_letter() -> None:
    """Only the bond's stanzas go."""
    new = ifupdown.routed(FILE, BOUND, ["auto dummy0"])
    assert new.startswith("# Written by hand, keep the modem.\nsource /etc/network/interfaces.d/*\n")
    assert "\n\n# The modem is for emergencies.\nauto wwan0\niface wwan0 inet dhcp\n    metric 900\n" in new
    assert new.endswith("\nauto dummy0\n")
    assert not {"bond0", "10.1.20.12", "storage"} & set(new.split())


def test_an_option_that_would_be_lost_is_named_with_its_line() -> None:
    """A `post-up` of the bond has no place in a routed host, so somebody must decide."""
    text = FILE.replace("    gateway 10.1.20.1\n", "    gateway 10.1.20.1\n    post-up /usr/local/bin/tune\n")
    assert ifupdown.unsupported_lines(FILE, BOUND) == ((27, "vlan-id 130"),)
    assert ifupdown.unsupported_lines(text, BOUND)[0] == (20, "post-up /usr/local/bin/tune")


def test_a_heading_of_another_form_is_named_with_its_line() -> None:
    """What `inherits` brings isn't in the stanza, and a broken one must not be installed again."""
    for heading in ("iface bond0 inet manual inherits base", "iface bond0 inet", "iface bond0 ; x } manual"):
        text = FILE.replace("iface bond0 inet manual", heading)
        assert ifupdown.unsupported_lines(text, BOUND)[0] == (12, heading)
    assert ifupdown.unsupported_lines(FILE.replace("bond0 inet ", "bond0 inet6 "), BOUND) == (
        (27, "vlan-id 130"),
    )


def test_resolver_options_are_carried_over() -> None:
    """The name servers move to the dummy's stanza."""
    assert ifupdown.carried([FILE], BOUND) == ("dns-nameservers 10.20.0.11",)


@given(st.lists(st.sampled_from([*FILE.splitlines(), "", "  # note", "\tup true"]), max_size=30))
def test_stanzas_joined_give_the_file_back(lines: list[str]) -> None:
    """Splitting loses no line and changes no order, whatever the file looks like."""
    split = ifupdown.stanzas("".join(f"{line}\n" for line in lines))
    assert [pair for stanza in split for pair in stanza.lines] == list(enumerate(lines, start=1))


def test_a_vlan_in_an_included_file_is_bound_too() -> None:
    """The bond may be in one file and a VLAN on top of it in another."""
    more = "auto data\niface data inet static\n    address 10.1.40.1/24\n    vlan-raw-device bond0\n"
    bound = ifupdown.bound_interfaces([FILE, more], {"bond0"})
    assert "data" in bound
    assert ifupdown.routed(more, bound, ()).startswith("# Written by vlan2l3: ")
    assert len(ifupdown.stanzas(ifupdown.routed(more, bound, ()))) == 1


def test_an_included_file_that_nothing_is_taken_from_stays_to_the_letter() -> None:
    """No line is added to a file that has nothing to do with the bond."""
    modem = "auto wwan0\niface wwan0 inet dhcp\n"
    assert ifupdown.routed(modem, BOUND, ()) == modem


def test_an_interface_that_shares_a_line_with_a_bound_one_still_comes_up() -> None:
    """`auto lo bond0 eth2` loses the bond and nothing else, or eth2 is down after the next boot."""
    text = "# All of them.\nauto lo bond0 eth2\niface eth2 inet dhcp\n"
    assert ifupdown.routed(text, BOUND, ()) == "# All of them.\nauto lo eth2\niface eth2 inet dhcp\n"
    members = "allow-hotplug ens1f0 ens1f1\niface ens1f0 inet manual\niface ens1f1 inet manual\n"
    assert ifupdown.without_member(members, "ens1f0") == "allow-hotplug ens1f1\niface ens1f1 inet manual\n"


def test_includes_are_listed() -> None:
    """What a file includes has to be captured as well."""
    text = "source /etc/network/interfaces.d/*\nsource-directory /srv/net\n"
    assert ifupdown.sourced(text) == ("/etc/network/interfaces.d/*", "/srv/net")
