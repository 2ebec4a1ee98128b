"""Secrets never survive; everything beside them does."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vlan2l3.capture import secret_kinds
from vlan2l3.capture.redact import redact

SECRET = "Tr0ub4dor"
HASH = "AbCdEfGh1234"

# Kind, and a line with HIDDEN for the secret. Every other word of the line must survive.
LINES: tuple[tuple[str, str], ...] = (
    ("user or enable password", "username admin privilege 15 role network-admin secret sha512 HIDDEN"),
    ("user or enable password", "username admin secret 0 HIDDEN"),
    ("user or enable password", "username op password 5 HIDDEN role network-operator"),
    ("user or enable password", "username op password 7 HIDDEN"),
    ("user or enable password", "username op password HIDDEN"),
    ("user or enable password", "user admin group administrators password ciphertext HIDDEN"),
    ("TACACS or RADIUS key", "radius-server host 192.0.2.1 key ciphertext HIDDEN vrf default"),
    ("SNMP community of a database", "SNMP_COMMUNITY|HIDDEN"),
    ("user or enable password", "enable algorithm-type scrypt secret 9 HIDDEN"),
    ("user or enable password", "aaa root secret 8 HIDDEN"),
    ("user or enable password", "local-user op password irreversible-cipher HIDDEN"),
    ("user or enable password", "  user stats insecure-password HIDDEN"),
    ("password on its own line", "enable secret HIDDEN"),
    ("password on its own line", "enable secret level 5 5 HIDDEN"),
    ("password on its own line", "enable password HIDDEN"),
    ("password on its own line", " password 7 HIDDEN"),
    ("password on its own line", " password HIDDEN"),
    ("password on its own line", '  password "HIDDEN" { id 1; };'),
    ("password on its own line", '  password "HIDDEN";'),
    ("password on its own line", '  secret "HIDDEN";'),
    ("password on its own line", "  secret HIDDEN;"),
    ("password with its type", "ip tcp ao-thing password encrypted HIDDEN"),
    ("password in braces", "key ddns { algorithm hmac-md5; secret HIDDEN; };"),
    ("quoted password", 'protocol bgp leaf { local as 65001; password "HIDDEN"; }'),
    ("named password", " area-password clear HIDDEN"),
    ("named password", 'set system login user op authentication plain-text-password-value "HIDDEN"'),
    ("named password", '    encrypted-password "HIDDEN";'),
    ("shared secret", '        shared-secret "HIDDEN";'),
    ("Junos secret data", 'set security thing here "HIDDEN"; ## SECRET-DATA'),
    ("SNMP community", "snmp-server community HIDDEN ro"),
    ("SNMP community", "snmp-server community 7 HIDDEN view all rw"),
    ("SNMP community", 'snmp-server community "HIDDEN" unrestricted'),
    ("SNMP community", "no snmp-server community HIDDEN"),
    ("SNMP community", "set snmp community HIDDEN authorization read-only"),
    ("SNMP community", "snmp-agent community read cipher HIDDEN"),
    ("SNMP community block", "    community HIDDEN {"),
    ("SNMP trap host", "snmp-server host 10.0.0.1 version 2c HIDDEN"),
    ("SNMP trap host", "snmp-server host 10.0.0.1 vrf MGMT version 2c HIDDEN udp-port 162"),
    ("SNMP trap host", "snmp-server host 10.0.0.1 traps HIDDEN"),
    ("SNMP trap host", "snmp-server host 10.0.0.1 community HIDDEN trap-level critical"),
    (
        "SNMP security name",
        "snmp-agent target-host trap address udp-domain 10.0.0.1 params securityname cipher HIDDEN v2c",
    ),
    ("SNMP user, authentication", "snmp-server user mon ops v3 auth sha HIDDEN"),
    ("SNMP user, authentication", "snmp-server user mon network-admin auth md5 HIDDEN localizedkey"),
    (
        "SNMP user, authentication",
        "snmp-server user mon ops v3 localized f5717f001c73 auth sha HIDDEN priv aes <removed>",
    ),
    ("SNMP user, privacy", "snmp-server user mon ops v3 auth sha <removed> priv aes 128 HIDDEN"),
    ("SNMP user, privacy", "snmp-server user mon ops auth sha <removed> priv aes-128 HIDDEN localizedV2key"),
    ("SNMP user, privacy", "snmp-server user mon ops auth sha <removed> priv HIDDEN localizedkey"),
    ("SNMP daemon community", "rocommunity HIDDEN 10.0.0.0/8"),
    ("SNMP daemon community", "com2sec readonly default HIDDEN"),
    ("SNMP daemon community", "trap2sink 10.0.0.1 HIDDEN 162"),
    ("SNMP daemon user, authentication", "createUser mon SHA HIDDEN"),
    ("SNMP daemon user, privacy", "createUser mon SHA <removed> AES HIDDEN"),
    ("neighbor password", " neighbor 10.0.0.1 password 7 HIDDEN"),
    ("neighbor password", " neighbor SPINES password HIDDEN"),
    ("protocol password", " ppp chap password HIDDEN"),
    ("protocol password", "ip msdp password peer 10.0.0.1 3 HIDDEN"),
    ("protocol password", " isis password HIDDEN level-2"),
    ("TACACS or RADIUS key", "tacacs-server key 7 HIDDEN"),
    ("TACACS or RADIUS key", 'tacacs-server host 10.0.0.1 key 7 "HIDDEN" timeout 3'),
    ("TACACS or RADIUS key", "radius-server key HIDDEN"),
    ("TACACS or RADIUS key", "radius-server host 10.0.0.1 auth-port 1812 acct-port 1813 key HIDDEN"),
    ("private server key", "  server-private 10.0.0.1 timeout 3 key HIDDEN"),
    ("key with its type", "  key 7 HIDDEN"),
    ("key with its type", " key authentication cipher HIDDEN"),
    ("key with its type", "   key 0abc 7 HIDDEN"),
    ("key on its own line", " key HIDDEN"),
    ("ISAKMP key", "crypto isakmp key 6 HIDDEN address 10.0.0.1"),
    ("key string", "   key-string 7 HIDDEN"),
    ("key string", "   key-string HIDDEN"),
    ("key string", "standby 1 authentication md5 key-string HIDDEN timeout 30"),
    ("key string", "vrrp 10 authentication ietf-md5 key-string 7 HIDDEN"),
    ("key string", "  key-octet-string 7 HIDDEN cryptographic-algorithm AES_128_CMAC"),
    ("key string", '  Authentication MD5, key-string "HIDDEN"'),
    ("authentication key", " ip ospf authentication-key 7 HIDDEN"),
    ("authentication key", " ip ospf authentication-key HIDDEN"),
    ("authentication key", "ntp authentication-key 42 md5 HIDDEN 7"),
    ("authentication key", "ntp authentication-key 42 sha1 7 HIDDEN"),
    ("authentication key", 'set protocols bgp group up authentication-key "HIDDEN"'),
    ("authentication key", "set system ntp authentication-key 1 type md5 value HIDDEN"),
    ("message digest key", " ip ospf message-digest-key 1 md5 7 HIDDEN"),
    ("message digest key", " ip ospf message-digest-key 10 sha512 HIDDEN"),
    ("OSPFv3 key", " ipv6 ospf6 authentication key-id 1 hash-algo hmac-sha-256 key HIDDEN"),
    ("OSPFv3 key", " ipv6 ospf authentication ipsec spi 256 sha1 passphrase 7 HIDDEN"),
    ("authentication text", " isis authentication key 7 HIDDEN"),
    ("authentication text", " vrrp 10 peer authentication text HIDDEN"),
    ("authentication text", " ip rip authentication string HIDDEN"),
    ("authentication text", '  Authentication text, string "HIDDEN"'),
    ("authentication mode with key", " vrrp vrid 1 authentication-mode md5 cipher HIDDEN"),
    ("quoted authentication", '  Authentication "HIDDEN"'),
    ("gateway redundancy authentication", "  standby 1 authentication HIDDEN"),
    ("gateway redundancy authentication", " vrrp 10 authentication HIDDEN"),
    ("pre-shared key", " pre-shared-key HIDDEN"),
    ("pre-shared key", "  pre-shared-key address 10.0.0.1 255.255.255.0 key HIDDEN"),
    ("pre-shared key", 'set security ike policy a pre-shared-key ascii-text "HIDDEN"'),
    ("IPsec secret", '10.0.0.1 10.0.0.2 : PSK "HIDDEN"'),
    ("wireless key", "    wpa-psk HIDDEN"),
    ("keepalived password", "        auth_pass HIDDEN"),
    ("option of a command", "3 ? S 0:00 /usr/bin/thing --db-password=HIDDEN --verbose"),
    ("option of a command", "ExecStart=/usr/bin/thing --token HIDDEN --verbose"),
    ("setting on its own line", "psk=HIDDEN"),
    ("setting on its own line", "PrivateKey = HIDDEN"),
    ("setting on its own line", "node.session.auth.password = HIDDEN"),
    ("setting on its own line", '          password: "HIDDEN"'),
    ("setting on its own line", "    client-key-data: HIDDEN"),
    ("setting", "params ipaddr=10.0.0.9 passwd=HIDDEN lanplus=1"),
    ("setting", "<graphics type='vnc' port='-1' passwd='HIDDEN'/>"),
    ("token", "    token: HIDDEN"),
    ("token in a line", "curl example.org token=HIDDEN"),
    ("SNMP community of a controller", "SNMP Community String   : HIDDEN"),
    ("Galera login", "wsrep_sst_auth = HIDDEN"),
    ("Galera login", 'wsrep_sst_auth="HIDDEN"'),
    ("NetworkManager key", "wep-key0=HIDDEN"),
    ("NetworkManager key", "password-raw=HIDDEN"),
    ("setting that ends in pass", "DRBD_PASS=HIDDEN"),
    ("pair in braces", "- {name: DB_PASSWORD, value: HIDDEN}"),
    ("license key", "hazelcast.license.key=HIDDEN"),
    ("license key", "  license-key: HIDDEN"),
    ("XML attribute", '<Connector keystorePass="HIDDEN" SSLEnabled="true"/>'),
    ("XML attribute", "<Connector truststorePass='HIDDEN'/>"),
    ("XML attribute", '<credential-reference clear-text="HIDDEN"/>'),
    ("XML attribute", '<AUTH auth_value="HIDDEN" auth_class="x"/>'),
    ("XML element", "<license-key>HIDDEN</license-key>"),
    ("XML name and element", "<property name='db.password'>HIDDEN</property>"),
    ("XML name and value", '<nvpair name="login_password" value="HIDDEN"/>'),
    ("XML value and name", '<nvpair id="x" value="HIDDEN" name="passwd"/>'),
    ("XML element", "   <password>HIDDEN</password>"),
    ("XML name and value", '<nvpair id="x" name="passwd" value="HIDDEN"/>'),
    ("credentials in an address", "copy scp://backup:HIDDEN@10.0.0.1/startup flash:"),
    ("credentials in an address", "connection = mysql://neutron:HIDDEN@db.example.org/neutron"),
    ("authorization header", 'curl -H "Authorization: Bearer HIDDEN" example.org'),
    ("bearer token", "header: bearer HIDDEN"),
)

# Kinds whose secret has a shape of its own.
SHAPES: tuple[tuple[str, str], ...] = (
    ("crypt hash", f"username admin secret 5 $1$abcd${HASH}"),
    ("crypt hash", f"root:$6$abcd${HASH}:19000:0:99999:7:::"),
    ("crypt hash", f"description see $y$j9T$abcd${HASH}"),
    ("crypt hash", f"x $2b$12${HASH}"),
    ("crypt hash", f'secret "$9${HASH}"; ## SECRET-DATA'),
    ("LDAP hash", f"userPassword: {{SSHA}}{HASH}"),
    ("web token", f"x eyJhbGciOiJI.{HASH}.sig-nature"),
    ("key on one line", f"x: -----BEGIN PRIVATE KEY-----\\n{HASH}\\n-----END PRIVATE KEY-----"),
    ("base64 key", f"      key: {HASH * 3}AbCdEfG="),
    ("key in base64", f"      key: LS0tLS1CRUdJTi{HASH}"),
)

KEPT = (
    "no snmp-server community",
    "snmp-server enable traps",
    "snmp-server host 10.0.0.1 version 3 auth monitor",
    "snmp-server group ops v3 priv",
    "key chain BACKBONE",
    "   key 1",
    "service password-encryption",
    "no service password-encryption",
    "no password strength-check",
    "password strength-check",
    " neighbor 10.0.0.1 description password reset host",
    "   description the secret garden, password required",
    "   name password 7 room",
    "vlan 110\n   name secret lab",
    " neighbor 10.0.0.1 send-community extended",
    " neighbor 10.0.0.1 password shared-secret profile A algorithm aes-128-cmac-96",
    "ip ospf authentication message-digest",
    "ip ospf authentication key-chain BACKBONE",
    " set community 65000:100 additive",
    "ip community-list standard A permit 65000:1",
    "mac address-table aging-time 300",
    " 110    001c.7300.0099    STATIC      Cpu",
    "Port Description: password: ask the secret keeper",
    "  - System Name: token: ring",
    "    PortDescr:    key 7 to the room",
    "systemd-ask-password-wall.path loaded active waiting Forward Password Requests",
    "libsecret-1-0:amd64\t0.20.5-3",
    "passwd\t1:4.13+dfsg1-1+deb12u1",
    "    token: 10000",
    "    secauth: on",
    "PasswordAuthentication yes",
    "username lab privilege 15 secret sha512 <removed>",
    " neighbor 10.0.0.1 password 7 <redacted>",
    "        auth_pass ********",
    "password = ********",
    "net.ipv4.ipfrag_secret_interval = 600",
    "  Actor Oper Key: 0x8",
)


def _names(rows: tuple[tuple[str, str], ...]) -> set[str]:
    return {name for name, _ in rows}


def test_every_kind_has_an_example() -> None:
    """A pattern nobody shows at work is a pattern nobody checked."""
    assert _names(LINES) | _names(SHAPES) == {kind.name for kind in secret_kinds.KINDS}


@pytest.mark.parametrize(("name", "line"), LINES, ids=[line for _, line in LINES])
def test_secret_is_replaced_and_its_neighbours_stay(name: str, line: str) -> None:
    """The line comes back with `<redacted>` exactly where the secret was."""
    text = f"hostname a\n{line}\n!\n"
    assert redact(text.replace("HIDDEN", SECRET)) == (text.replace("HIDDEN", "<redacted>"), 1), name


@pytest.mark.parametrize(("name", "line"), LINES, ids=[line for _, line in LINES])
def test_each_kind_finds_its_own_example(name: str, line: str) -> None:
    """The row of the table that claims a kind is the one that matches, alone."""
    patterns = [kind.pattern for kind in secret_kinds.KINDS if kind.name == name]
    assert any(pattern.search(line.replace("HIDDEN", SECRET)) for pattern in patterns)


@pytest.mark.parametrize(("name", "line"), SHAPES, ids=[line for _, line in SHAPES])
def test_secret_with_a_shape_of_its_own_is_replaced(name: str, line: str) -> None:
    """A hash or a key is found wherever it stands."""
    redacted, count = redact(f"hostname a\n{line}\n!\n")
    assert HASH not in redacted
    assert count == 1, name
    assert redacted.startswith(f"hostname a\n{line[:2]}")
    assert redacted.endswith("\n!\n")


@pytest.mark.parametrize("text", KEPT)
def test_harmless_line_is_left_alone(text: str) -> None:
    """Words that only sound like a secret stay, and so does what is masked already."""
    assert redact(text + "\n") == (text + "\n", 0)


# Where the format itself cannot hold every character unescaped.
NARROW = {"bearer token", "authorization header", "credentials in an address", "XML element"}


def _secrets(punctuation: str) -> st.SearchStrategy[str]:
    letters = st.characters(codec="ascii", categories=("L", "N"))
    return st.text(alphabet=letters | st.sampled_from(punctuation), min_size=12, max_size=40).filter(
        lambda s: (
            s[0].isalnum() and s[-1].isalnum() and any(c.isalpha() for c in s) and any(c.isdigit() for c in s)
        )
    )


rows_and_secrets = st.tuples(
    st.sampled_from([line for name, line in LINES if name not in NARROW]),
    _secrets("!#%&()+-./=?^_~$*|@:;,{}[]<>"),
) | st.tuples(st.sampled_from([line for name, line in LINES if name in NARROW]), _secrets(".-_~+"))


@given(drawn=rows_and_secrets)
def test_random_secret_never_survives(drawn: tuple[str, str]) -> None:
    """Whatever a secret is made of, it is gone from the place where its kind stands."""
    line, secret = drawn
    text = line.replace("HIDDEN", secret)
    for given_text in (
        text,
        f"a\r\n{text}\r\nb",
        json.dumps({"output": f"x\n{text}\ny"}),
        json.dumps({text: None}),
    ):
        redacted, count = redact(given_text)
        assert secret not in redacted
        assert count >= 1
        assert redact(redacted) == (redacted, 0)


@given(drawn=rows_and_secrets, cut=st.integers(min_value=1, max_value=12))
def test_secret_in_json_that_is_cut_off_never_survives(drawn: tuple[str, str], cut: int) -> None:
    """A capture that broke in the middle of a running-config is redacted like a whole one."""
    line, secret = drawn
    text = json.dumps({"output": f"x\n{line.replace('HIDDEN', secret)}\nend of it all"}, indent=1)
    assert secret not in redact(text[:-cut])[0]


@given(st.lists(st.sampled_from([*(line for _, line in LINES), *KEPT, "", "-----BEGIN PRIVATE KEY-----"])))
def test_redacting_twice_changes_nothing(lines: list[str]) -> None:
    """What is redacted stays as it is, and counts nothing; the number of lines never changes."""
    text = "\n".join(lines)
    once, _ = redact(text)
    assert redact(once) == (once, 0)
    assert len(once.splitlines()) == len(text.splitlines())


@given(st.text())
def test_any_text_keeps_its_lines(text: str) -> None:
    """Odd characters and odd ends of line are carried through."""
    once, _ = redact(text + "\nsnmp-server community Tr0ub4dor ro\u2028password x\n" + text)
    assert len(once.splitlines()) == len((text + "\na\u2028b\n" + text).splitlines())
    assert "Tr0ub4dor" not in once


JSON_SECRETS: tuple[tuple[object, object], ...] = (
    ({"password": SECRET}, {"password": "<redacted>"}),
    ({"a": {"sharedSecret": SECRET, "b": 1}}, {"a": {"sharedSecret": "<redacted>", "b": 1}}),
    ({"community": SECRET}, {"community": "<redacted>"}),
    ({"authKey": SECRET, "key-string": SECRET}, {"authKey": "<redacted>", "key-string": "<redacted>"}),
    ({"token": SECRET, "psk": 12345678}, {"token": "<redacted>", "psk": "<redacted>"}),
    ({"privKey": SECRET}, {"privKey": "<redacted>"}),
    ({"SNMP_COMMUNITY": {SECRET: {"TYPE": "RO"}}}, {"SNMP_COMMUNITY": {"<redacted>": {"TYPE": "RO"}}}),
    ({f"SNMP_COMMUNITY|{SECRET}": {"TYPE": "RO"}}, {"SNMP_COMMUNITY|<redacted>": {"TYPE": "RO"}}),
    ({"encrypted-password": [{"data": SECRET}]}, {"encrypted-password": [{"data": "<redacted>"}]}),
    ({"passwords": 2, "secret": [SECRET, "x"]}, {"passwords": 2, "secret": ["<redacted>", "<redacted>"]}),
    ({"note": json.dumps({"password": SECRET})}, {"note": json.dumps({"password": "<redacted>"})}),
    (
        {"cmds": {f"snmp-server community {SECRET} ro": None}},
        {"cmds": {"snmp-server community <redacted> ro": None}},
    ),
    (
        {"output": f"hostname a\nenable secret {SECRET}\nend\n"},
        {"output": "hostname a\nenable secret <redacted>\nend\n"},
    ),
)

JSON_KEPT: tuple[object, ...] = (
    {"community": {"string": "65000:1 no-export", "list": ["65000:1", "no-export"]}},
    {"community": {"data": "target:64520:999"}},
    {"description": "password reset", "portDescription": "secret 7 room", "hostname": "key 7 a"},
    {"password": "", "secret": None, "token": True, "psk": "<removed>"},
    {"vnc_password_file": "/etc/x", "passwordEncryption": "on", "sendCommunity": "both"},
    {"macAddress": "00:1c:73:00:00:99", "vlanId": 110, "key": 8},
)


@pytest.mark.parametrize(("given_json", "expected"), JSON_SECRETS)
@pytest.mark.parametrize("indent", [None, 2])
def test_json_secret_is_replaced_and_json_stays_json(
    given_json: object, expected: object, indent: int | None
) -> None:
    """Values of secret keys go, also inside lists and texts; all else is equal."""
    redacted, count = redact(json.dumps(given_json, indent=indent))
    assert json.loads(redacted) == expected
    assert count == json.dumps(expected).count("<redacted>")


@pytest.mark.parametrize("harmless", JSON_KEPT)
def test_harmless_json_is_left_alone(harmless: object) -> None:
    """BGP communities, descriptions, flags and masked values stay byte for byte."""
    text = json.dumps(harmless, indent=2)
    assert redact(text) == (text, 0)


PEM = (
    "before\n-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXk\nAAAAtbm9uZQ==\n"
    "-----END OPENSSH PRIVATE KEY-----\nafter\n"
)


def test_body_of_a_private_key_is_replaced_line_by_line() -> None:
    """The markers stay, so that a reader sees what was there; it counts as one secret."""
    expected = (
        "before\n-----BEGIN OPENSSH PRIVATE KEY-----\n<redacted>\n<redacted>\n"
        "-----END OPENSSH PRIVATE KEY-----\nafter\n"
    )
    assert redact(PEM) == (expected, 1)
    assert redact(json.dumps({"x": PEM})) == (json.dumps({"x": expected}), 1)


def test_private_key_that_is_cut_off_is_replaced() -> None:
    """Without an end marker the lines that look like a key are taken, and no more."""
    text = PEM.partition("-----END")[0] + "interface Ethernet1\n description x\n"
    redacted, count = redact(text)
    assert "b3BlbnNzaC1rZXk" not in redacted
    assert redacted.endswith("<redacted>\ninterface Ethernet1\n description x\n")
    assert count == 1


def test_certificate_in_a_configuration_is_replaced() -> None:
    """The hexadecimal body goes, the lines round it stay."""
    text = "crypto pki certificate chain A\n certificate self-signed 01\n  @\n  @\n  \tquit\nend\n"
    given_text = text.replace("@", "30820330 A0030201 0D06")
    assert redact(given_text) == (text.replace("@", "<redacted>"), 1)


def test_real_outputs_keep_their_lines_and_their_json(real_outputs: Path) -> None:
    """On whole networks nothing but secrets changes, and a second pass changes nothing."""
    files = [
        path
        for network in ("eos", "mixed")
        for path in sorted((real_outputs / "suzieq" / "networks" / network).rglob("*"))
        if path.is_file()
    ]
    changed: set[str] = set()
    for path in files:
        text = path.read_bytes().decode()
        redacted, count = redact(text)
        assert len(redacted.splitlines()) == len(text.splitlines()), path
        assert (count > 0) == (redacted != text), path
        assert redact(redacted) == (redacted, 0), path
        if path.suffix == ".json" and text.strip():
            json.loads(redacted)
        if count:
            changed.add(path.name)
    assert len(files) > 300
    assert changed == {"show_running-config.txt", "show_running-config_exclude_security.txt"}
