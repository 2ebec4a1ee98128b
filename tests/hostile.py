"""Put hostile words into a capture, wherever a device or the person who set it up may have written them.

Comes in: the answers of a capture by name, a number. Goes out: the same answers with words in them that try
to break out of a shell, a daemon's configuration, a switch's, Markdown, JSON, a terminal and a path.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

CANARY = "reboot7"  # in every hostile word, and in no artefact of an honest capture
SHOWN = (
    "$({})", "`{}`", '"; {} #', "'; {}; '", "& {} | {} > /{}", "# {}", "!{}", "; {} }}", "\\{}\\", "*/ {} /*",
    '" {{ {} }}; }}', "![{0}](http://{0}.example/a.png)", "[{}](javascript:alert(1))", "[{0}]: http://{0}",
    "<script>{}</script> <!--", "</details>{}<details>", "a | {} | c", "``` {} ~~~", "- [x] {}", "1. {}",
    "http://{}.example www.{}.example {}@example.com", "{{{{ {} }}}} {{% raw %}} {{# {}", "EOF {}  blanks \\",
    "${{IFS}}{}", "exit {}", "no {}", "up {}", "../../{}", "/etc/{}", "-{}", "--{}=x", "~{}", "%s%n{}",
    "é{}ü",
)  # fmt: skip
HIDDEN = (
    "{}\u202egnp.exe", "\x1b[31m{}\x1b[0m", "\u2066{}", "{}\x7f", "\x85up {}", "\u2028up {}", "\x0cup {}",
    "\x0bup {}", "\x1cup {}",
)  # fmt: skip
BROKEN = ("}}\nprotocol {} {{", "{}\x00", "{}\r\nup {}", "{}\n   shutdown {}", "{}\nEOF\nno router bgp {}")
FREE = {
    "description", "desc", "descr", "port_desc", "sys_desc", "systemDescription", "portDescription",
    "ifalias",
}  # fmt: skip
DESCRIBED = re.compile(r"^(\s+description ).*", re.MULTILINE)
NAMED = re.compile(r"^(\s+name ).*", re.MULTILINE)
# As EOS and NX-OS print a banner: up to a line that is `EOF`, or up to the mark behind its kind.
BANNERS = ("banner login\n{}\nEOF\n", "banner motd #{}#\n")
BANNER = "{0}\ninterface Ethernet1\n   switchport access vlan 999\n   description {0}\nrouter bgp 65000\n{0}"


def poison(clean: dict[str, str], number: int, *, anywhere: int) -> dict[str, str]:
    """Give the answers of a capture with hostile words in them; the same number gives the same ones.

    Every description, VLAN name, banner and comment is one. `anywhere` says how many values of any other
    meaning (a hostname, an address, a port, a daemon's name) become one too.
    """
    chance = Random(number)
    texts = {name: _talked(name, text, chance) for name, text in clean.items()}
    for _ in range(anywhere):
        name = chance.choice(sorted(texts))
        texts[name] = _struck(name, texts[name], chance)
    return texts


def answers(folder: Path) -> dict[str, str]:
    """Read the answers below a folder, by their path in it."""
    paths = sorted(path for path in folder.glob("*/*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_text() for path in paths}


def _word(chance: Random, *kinds: tuple[str, ...]) -> str:
    forms = [form for kind in kinds for form in kind]
    return " ".join(chance.choice(forms).format(*[CANARY] * 3) for _ in range(chance.randint(1, 2)))


def _talked(name: str, text: str, chance: Random) -> str:
    if name.endswith(".json"):
        return _in_json(
            text, lambda key, said: _word(chance, SHOWN, HIDDEN, BROKEN) if key in FREE else said, chance
        )
    if name.endswith("show_running-config.txt"):
        # A port whose description can't be shown keeps its host, and so does a file of ifupdown below.
        text = DESCRIBED.sub(lambda found: found[1] + _word(chance, SHOWN).strip(), text)
        text = NAMED.sub(lambda found: found[1] + _word(chance, SHOWN, HIDDEN).strip(), text)
        said = BANNER.format(_word(chance, SHOWN, HIDDEN).replace("#", "").replace("EOF", ""))
        before, vlan, after = text.partition("\nvlan ")
        return f"{before}\n{BANNERS['feature ' in text].format(said)}{vlan[1:]}{after}"
    if "cat_etc_network_interfaces" in name:
        return re.sub(r"(?m)^(?=.)", lambda _: f"# {_word(chance, SHOWN)}\n", text)
    return text


def _struck(name: str, text: str, chance: Random) -> str:
    """Put a word in the place of one value."""
    if not name.endswith(".json"):
        values = list(re.finditer(r"[^\s,;:=]+", text))
        if not values:
            return text
        at = chance.choice(values)
        return text[: at.start()] + _word(chance, SHOWN, HIDDEN) + text[at.end() :]
    places: list[str] = []
    _in_json(text, lambda _, said: places.append(said) or said, chance)
    numbers = iter(range(len(places)))
    chosen = chance.randrange(len(places)) if places else -1

    def change(_: str, said: str) -> str:
        return _word(chance, SHOWN, HIDDEN, BROKEN) if next(numbers) == chosen else said

    return _in_json(text, change, chance)


def _in_json(text: str, change: Callable[[str, str], str], chance: Random) -> str:
    def walk(value: Any, key: str) -> Any:
        if isinstance(value, dict):
            found = {name: walk(inner, name) for name, inner in value.items()}
            if "ifname" in found and "link_type" in found:
                found.setdefault("ifalias", _word(chance, SHOWN, HIDDEN))
            return found
        if isinstance(value, list):
            return [walk(inner, key) for inner in value]
        return change(key, value) if isinstance(value, str) else value

    return json.dumps(walk(json.loads(text), ""))
