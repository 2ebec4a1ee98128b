r"""List every kind of secret that device configurations, host files and command lines hold.

Comes in: nothing. Goes out: `KINDS`, `BLOCKS` and the JSON keys. In a pattern VALUE is the secret itself,
quoted or not; TYPE is the word before it that says how it is encoded; REST is a secret that runs to the end
of its line. Blanks in a pattern mean nothing. Every row has its example in the tests.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_QUOTED = r'"(?:[^"\\]|\\.)*"(?=[\s;,)}\]>/]|$)' + r"|'(?:[^'\\]|\\.)*'(?=[\s;,)}\]>/]|$)"
_VALUE = rf"(?P<secret>{_QUOTED}|[\"'].*\S|[^\s\"']\S*)"
_REST = rf"(?P<secret>(?:{_QUOTED})(?=\s*(?:[;,{{}}\]#]|$))|[\"'].*\S|[^\s\"'].*?(?=\s*;?\s*$))"
_TYPE = (
    r"(?:(?:[0-9]|8a|1[04]|md5|sha\d*|sha-\d+|encrypted|nt-encrypted|cleartext|plaintext|clear|simple|cipher"
    r"|irreversible-cipher|ciphertext|hash|hex|ascii|ascii-text)\s+)"
)
_PASSWORD = r"(?:password|passwd|passphrase|secret)"  # noqa: S105  a pattern
_NAMES = (
    r"(?:password|passwd|passphrase|passcode|secret|psk|pass[_-]?key|private[_-]?key|pre-?shared[_-]?key"
    r"|api[_-]?key|access[_-]?key|auth[_-]?key|auth[_-]?pass|client-key-data|snmp[\w-]*community)"
)
_NOT_A_VALUE = r"(?!['\"]?(?:true|false|null|--|files|compat|[{\[|>])['\"]?(?:[\s,;]|$))"
_RULE_ABOUT_PASSWORDS = (
    r"(?!(?:strength-check|secure-mode|prompt|policy|minimum|maximum|lifetime|history|encryption\S*)(?:\s|$)"
    r"|[=:]\s|shared-secret\s+profile\s)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """Describe one kind of secret on one line.

    Attributes:
        needs: lower-case texts; a line without any of them cannot hold this kind.
        anywhere: look for it in descriptions and other free text too.
    """

    name: str
    needs: tuple[str, ...]
    pattern: re.Pattern[str]
    anywhere: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Describe a secret of several lines: `begin` is kept, then every line until `end`.

    Where the end is missing, the lines that look like `body` are taken.
    """

    name: str
    needs: str
    begin: re.Pattern[str]
    body: re.Pattern[str]
    end: re.Pattern[str]


def _kind(name: str, needs: str, pattern: str, *, anywhere: bool = False) -> Kind:
    filled = pattern.replace("VALUE", _VALUE).replace("REST", _REST).replace("TYPE", _TYPE)
    compiled = re.compile(filled, re.IGNORECASE | re.VERBOSE)
    return Kind(name=name, needs=tuple(needs.split()), pattern=compiled, anywhere=anywhere)


_ANYWHERE = (
    ("crypt hash", "$", r"""
        (?P<secret>\$(?:1|1c|2[abxy]?|[5-9]|14|y|gy|md5|sha1|scrypt|aes\d|argon2\w*)\$[\w./+=$,-]{4,})"""),
    ("LDAP hash", "{s {crypt", r"(?P<secret>\{(?:SSHA|SHA|SMD5|CRYPT)\d*\}\S{6,})"),
    ("credentials in an address", "@", r"://[^\s/@:\"']*:(?P<secret>[^\s/\"']+)@"),
    ("authorization header", "authorization:", r"""
        \bauthorization:\s*(?:(?:basic|bearer|digest|token)\s+)?(?P<secret>[^\s\"']+)"""),
    ("bearer token", "bearer", r"\bbearer\s+(?P<secret>[\w.~+/=-]{8,})"),
    ("web token", "eyj", r"(?P<secret>\beyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*)?)"),
    ("key in base64", "ls0tls1", r"(?P<secret>\bLS0tLS1CRUdJTi[\w+/]{8,}={0,2})"),
    ("key on one line", "-----begin", r"""
        -----BEGIN[ ][\w ]*(?:PRIVATE[ ]KEY|CERTIFICATE)[\w ]*-----(?P<secret>.+?)-----END"""),
)  # fmt: skip

_LOGINS = (
    ("password on its own line", "password passphrase secret", rf"""
        ^\W*(?:enable\s+)?{_PASSWORD}\s+(?:level\s+\d+\s+)?{_RULE_ABOUT_PASSWORDS}TYPE*REST"""),
    ("user or enable password", "password passwd secret", rf"""
        ^\W*(?:no\s+)?(?:set\s.*\s)?(?:username|user|local-user|enable|aaa\s+root)\b.*?\s
        (?:insecure-)?{_PASSWORD}\s+(?:level\s+\d+\s+)?TYPE*VALUE"""),
    ("password with its type", "password passwd secret passphrase", rf"""
        \b{_PASSWORD}\s+(?:level\s+\d+\s+)?TYPE+VALUE"""),
    ("password in braces", "password secret", rf"[{{;]\s*{_PASSWORD}\s+VALUE"),
    ("quoted password", "password passphrase secret", rf"\b{_PASSWORD}\s+(?P<secret>{_QUOTED})"),
    ("named password", "-password", r"""
        \b(?:area|domain|simple|hashed|encrypted|plain-text)-password(?:-value)?\s+TYPE*VALUE"""),
    ("shared secret", "shared-secret", r"\bshared-secret\s+(?!profile\s)TYPE*VALUE"),
    ("Junos secret data", "secret-data", rf"(?P<secret>{_QUOTED}|[^\s;]+);\s*\#\#\s*SECRET-DATA"),
)  # fmt: skip

_SNMP = (
    ("SNMP community", "community", r"""
        \bsnmp(?:-server|-agent)?\s+community\s+(?!string\s*:)(?:(?:read|write)\s+)?
        (?:(?:[0-9]|8a|cipher|encrypted)\s+(?!r[ow]\b))?VALUE"""),
    ("SNMP community of a controller", "community string", r"\bcommunity\s+string\s*:\s*REST"),
    ("SNMP community block", "community", r"^\s*community\s+(?P<secret>\S+)\s*\{"),
    ("SNMP community of a database", "snmp_community|", r"\bSNMP_COMMUNITY\|(?P<secret>[^\s\"|]+)"),
    ("SNMP trap host", "snmp-server", r"""
        \bsnmp-server\s+host\s+\S+\s+(?:(?:vrf|use-vrf|source-interface|filter-vrf|udp-port)\s+\S+\s+)*
        (?:(?:traps?|informs?)\s+)?(?:version\s+(?:1|2c)\s+)?(?:community\s+)?(?:[07]\s+(?=\S))?
        (?!(?:version|vrf|use-vrf|source-interface|filter-vrf|udp-port|traps?|informs?)(?:\s|$))VALUE"""),
    ("SNMP security name", "securityname", r"\bsecurityname\s+TYPE*VALUE"),
    ("SNMP user, authentication", "auth", r"""
        \bsnmp-(?:server|agent)\s+(?:usm-)?user\s.*?\bauth(?:entication-mode)?\s+(?:md5|sha\S*)\s+TYPE*VALUE"""),
    ("SNMP user, privacy", "priv", r"""
        \bsnmp-(?:server|agent)\s+(?:usm-)?user\s.*\bpriv(?:acy-mode)?\s+(?:(?:3?des\S*|aes\S*)\s+)?
        (?:(?:128|192|256)\s+)?(?:encrypted\s+|cipher\s+)?VALUE"""),
    ("SNMP daemon community", "community com2sec sink", r"""
        ^\s*(?:(?:ro|rw|trap)community6?|com2sec6?\s+(?:-Cn\s+\S+\s+)?\S+\s+\S+|(?:trap2?|inform)sink\s+\S+)
        \s+VALUE"""),
    ("SNMP daemon user, authentication", "createuser", r"^\s*createuser\s.*?\s(?:md5|sha\S*)\s+VALUE"),
    ("SNMP daemon user, privacy", "createuser", r"^\s*createuser\s.*\s(?:des|aes\S*)\s+VALUE"),
)  # fmt: skip

_PROTOCOLS = (
    ("neighbor password", "password", r"""
        \bneighbor\s+\S+\s+password\s+(?!shared-secret\s+profile\s)TYPE*VALUE"""),
    ("protocol password", "password", r"""
        \b(?:ppp|ftp|client|isis|sent-username\s+\S+|lsp|ldp|msdp)\b(?:.*\s)?
        password\s+(?:peer\s+\S+\s+)?TYPE*VALUE"""),
    ("TACACS or RADIUS key", "tacacs radius ldap", r"""
        \b(?:hw)?(?:tacacs|radius|ldap)\S*\b.*?\s(?:key|shared-key)\s+TYPE*VALUE"""),
    ("private server key", "server-private", r"\bserver-private\s.*\skey\s+TYPE*VALUE"),
    ("key with its type", "key", r"""
        ^\W*key\s+(?:(?:authentication|accounting|authorization)\s+|[0-9a-f]+\s+(?=\S+\s))?TYPE+(?!file:)VALUE"""),
    ("key on its own line", "key", r"""
        ^\s+key\s+(?!(?:0x)?[0-9a-f]{1,4}\s*$)(?P<secret>\"[^\"]+\"|[^\s\"']\S*(?<![;{]))\s*$"""),
    ("ISAKMP key", "isakmp", r"\bisakmp\s+key\s+TYPE*VALUE"),
    ("key string", "key-string key-octet-string", rf"""
        \bkey(?:-octet)?-string\s+TYPE*
        (?P<secret>{_QUOTED}|[\"'].*\S|\S.*?(?=\s+timeout\s+\d|\s+cryptographic-|\s*;?\s*$))"""),
    ("authentication key", "authentication-key auth-key authkey", r"""
        \b(?:authentication-key|auth-key|authkey)\s+
        (?:\d+\s+(?:type\s+\S+\s+value\s+|(?=(?:md5|sha|hmac|aes|des)))(?:(?:hmac|aes|des)\S*\s+)?)?TYPE*VALUE"""),
    ("message digest key", "message-digest-key", r"""
        \bmessage-digest-key\s+\d+\s+(?:md5|sha\S*|hmac\S*)\s+TYPE*VALUE"""),
    ("OSPFv3 key", "hash-algo ipsec", r"""
        \b(?:hash-algo\s+\S+\s+key|ipsec\s+spi\s+\d+\s+(?:esp\s.*\s)?(?:md5|sha1)(?:\s+passphrase)?)
        \s+TYPE*VALUE"""),
    ("authentication text", "authentication", r"""
        \bauthentication\s+(?:key|string|text,?(?:\s+string)?)\s+TYPE*VALUE"""),
    ("authentication mode with key", "authentication", r"""
        \bauthentication(?:-mode|\s+mode)?\s+(?:md5|simple|hmac-\S+)\s+(?!key-|level-)TYPE*VALUE"""),
    ("quoted authentication", "authentication", rf"\bauthentication\s+(?P<secret>{_QUOTED})"),
    ("gateway redundancy authentication", "vrrp standby glbp", r"""
        \b(?:vrrp|standby|glbp)\b.*\bauthentication\s+
        (?!(?:md5|text|text,|mode|ietf-md5|key-chain)(?:\s|$))VALUE"""),
    ("pre-shared key", "shared-key shared-secret", r"""
        \bpre-?shared-(?:key|secret)\s+
        (?:(?:address|hostname)\s+\S+\s+(?:[\d.]+\s+)?key\s+|(?:local|remote|hexadecimal)\s+)*TYPE*VALUE"""),
)  # fmt: skip

_HOSTS = (
    ("IPsec secret", "psk eap xauth", r":\s*(?:PSK|EAP|XAUTH)\s+VALUE"),
    ("wireless key", "wpa- wireless-key", r"^\W*(?:wpa-(?:psk|passphrase|password)|wireless-key)\s+REST"),
    ("keepalived password", "auth_pass", r"\bauth_pass\s+VALUE"),
    ("option of a command", "--", r"""
        (?<!\S)--[\w-]*(?:password|passwd|passphrase|passkey|secret|token|psk|api-key|auth-key|community)
        (?:=|\s+(?!-))VALUE"""),
    ("setting on its own line", "pass secret psk key auth community", rf"""
        ^\W*[\w.-]*{_NAMES}[\"']?\s*[=:]\s*{_NOT_A_VALUE}REST"""),
    ("setting", "pass secret psk key auth community", rf"""
        {_NAMES}[\"']?(?:=|\s+=\s*|\s*:(?=[\s\"'])\s*){_NOT_A_VALUE}VALUE"""),
    ("token", "token", r"""
        ^\W*(?:[\w.-]*[_-])?(?<!address-)token[\"']?\s*[=:]\s*(?!\d+\s*,?\s*$)VALUE"""),
    ("token in a line", "token=", r"\btoken=(?!\d+(?:\s|$))VALUE"),
    ("base64 key", "key private shared", r"""
        ^\W*(?:key|private|shared)\s*[:=]\s*[\"']?(?P<secret>[A-Za-z0-9+/]{38,}={1,2})"""),
    ("Galera login", "wsrep_sst_auth", r"\bwsrep_sst_auth\s*=\s*REST"),
    ("NetworkManager key", "wep-key password-raw", r"^\W*(?:wep-key\d|password-raw)\s*=\s*REST"),
    ("setting that ends in pass", "pass", r"^\W*[\w.-]*[_-]pass\s*[=:]\s*REST"),
    ("license key", "license", r"\blicense[.-]key\s*[=:]\s*VALUE"),
    ("pair in braces", "value:", rf"""
        \b(?:name|key):\s*[\"']?[\w.-]*(?:{_NAMES}|token)[\w.-]*[\"']?\s*,\s*value:\s*
        (?P<secret>{_QUOTED}|[^\s,}}]+)"""),
    ("XML attribute", "pass clear-text auth_value", rf"""
        [\w.-]*(?:pass|clear-text|auth_value)=(?P<secret>{_QUOTED})"""),
    ("XML element", "</", rf"<[\w:-]*(?:{_NAMES}|license-key)>(?P<secret>[^<]+)<"),
    ("XML name and element", "name=", rf"\bname=[\"'][\w.:-]*{_NAMES}[\"']>(?P<secret>[^<]+)<"),
    ("XML name and value", "name=", r"""
        \bname=[\"'][\w.:-]*(?:passwd|password|secret|token)[\"']\s+value=VALUE"""),
    ("XML value and name", "name=", rf"""
        \bvalue=(?P<secret>{_QUOTED})\s+name=[\"'][\w.:-]*(?:passwd|password|secret|token)[\"']"""),
)  # fmt: skip

KINDS = (
    *(_kind(*row, anywhere=True) for row in _ANYWHERE),
    *(_kind(*row) for row in (*_LOGINS, *_SNMP, *_PROTOCOLS, *_HOSTS)),
)

BLOCKS = (
    Block(
        name="PEM block",
        needs="begin ",
        begin=re.compile(
            r"-{4,5} ?BEGIN [\w ]*(?:PRIVATE KEY|CERTIFICATE|STATIC KEY)[\w ]*-{4,5}\s*$", re.IGNORECASE
        ),
        body=re.compile(r"\s*(?:[A-Za-z0-9+/=]*|[A-Za-z-]+: .*)\s*"),
        end=re.compile(r"-{4,5} ?END "),
    ),
    Block(
        name="certificate in a configuration",
        needs="certificate",
        begin=re.compile(r"^\s*certificate\s+(?:(?:self-signed|ca|rsa\S*)\s+)?[0-9A-F]+\s*$", re.IGNORECASE),
        body=re.compile(r"\s*(?:[0-9A-F]{2,8}\s*)+", re.IGNORECASE),
        end=re.compile(r"^\s*quit\s*$"),
    ),
)

FREE_TEXT = re.compile(
    r"^\W*(?:(?:neighbor\s+\S+|set\s+\S.*)\s+)?(?:description|remark|alias|banner|name)\s"
    r"|^[\W\w]{0,24}?\b(?:\w*descr(?:iption)?|sys(?:tem)?[ _]?name)\b\s*[:=]",
    re.IGNORECASE,
)
"""Lines whose words are a person's: a description that speaks of a password holds none."""

FREE_KEY = re.compile(r"descr|(?:^|sys|system|host|vlan|port|interface)name$|banner|remark")
"""JSON keys, lower case without punctuation, whose values are a person's words."""

SECRET_KEY = re.compile(
    r"(?:password|passwd|passphrase|passcode|passkey|secret|psk|presharedkey|privatekey|privkey|authkey|authpass"
    r"|authenticationkey|keystring|apikey|secretkey|accesskey|clientkeydata|md5key|encryptedkey)$"
    r"|^(?:(?:snmp)?community(?:string)?|(?:access|auth|refresh|bearer|secret|session|id|api|serviceaccount)?token"
    r"|authorization|shauthenticationdata|authtext|authdata|authstring)$"
)
"""JSON keys, lower case without punctuation, whose values are secrets."""

KEYED_BY_SECRETS = frozenset({"snmpcommunity"})
"""JSON keys below which the keys themselves are secrets: SONiC's `"SNMP_COMMUNITY": {"public": {…}}`."""

PASSES_ON = frozenset(
    {"", "data", "value", "text", "name", "string", "list", "key", "hash", "plain", "cipher"}
)
"""Keys inside the value of a secret key that still hold the secret: `"password": [{"data": "x"}]`."""

BGP_COMMUNITY = re.compile(
    r"(?:\s*(?:[a-z][a-z-]*:\S+:\S+|\d+:\d+(?::\d+)?|0x[0-9a-f]+|no-export|no-advertise|local-as|internet"
    r"|graceful-shutdown|additive)\s*,?)+",
    re.IGNORECASE,
)
"""What a key called `community` holds when it belongs to BGP and is no secret."""
