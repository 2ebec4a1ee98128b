"""Write a plan's folder, and read it back.

Comes in: path -> text. Goes out: the folder, whole or not at all.
"""

from __future__ import annotations

from pathlib import Path

from vlan2l3 import folders
from vlan2l3.errors import Problem, UsageError

EXECUTABLE = ("apply.sh", "undo.sh")
MARKS = ("plan.json", "campaign.json")


def write(folder: Path, texts: dict[str, str]) -> None:
    """Replace the folder of a plan or of the campaign by one of its own sort.

    Raises:
        UsageError: when it can't be written, or holds something else.
    """
    mark = next(mark for mark in MARKS if mark in texts)
    if folder.exists() and not (folder.is_dir() and (not any(folder.iterdir()) or (folder / mark).is_file())):
        raise UsageError(f"`{folder}` is there and holds no `{mark}`, so it is not replaced")
    files = {name: text.encode() for name, text in texts.items()}
    try:
        folders.replace(
            folder, files, executable=[n for n in files if n.endswith(EXECUTABLE) or "/if-up.d/" in n]
        )
    except OSError as error:
        problem = Problem(what=str(error.strerror or error), where=str(folder.parent))
        raise UsageError(f"`{folder}` can't be written", problem) from None


def read(folder: Path) -> dict[str, str]:
    """Read a plan's folder back as path -> text; a file that isn't text reads as a note that says so."""
    texts = {}
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        try:
            texts[path.relative_to(folder).as_posix()] = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            texts[path.relative_to(folder).as_posix()] = "(not text)\n"
    return texts
