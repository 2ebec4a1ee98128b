"""Write a folder whole or not at all.

Comes in: path -> text. Goes out: the folder. A reader sees the old folder or the new one, whatever happens.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from vlan2l3.errors import Problem, UsageError

EXECUTABLE = (".sh", ".py", "vlan2l3-routes")
MARK = "plan.json"


def write(folder: Path, texts: dict[str, str]) -> None:
    """Replace a plan's folder.

    Raises:
        UsageError: when it can't be written, or holds something that isn't a plan.
    """
    if folder.exists() and not (folder.is_dir() and (not any(folder.iterdir()) or (folder / MARK).is_file())):
        raise UsageError(f"`{folder}` is there and isn't a plan, so it is not replaced")
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    except OSError as error:
        problem = Problem(what=str(error.strerror or error), where=str(folder.parent))
        raise UsageError(f"`{folder}` can't be written", problem) from None
    old = fresh.with_name(f"{fresh.name}.old")
    try:
        _fill(fresh, texts)
        if folder.exists():
            folder.rename(old)
        fresh.rename(folder)
    except BaseException:
        if old.exists() and not folder.exists():
            old.rename(folder)
        shutil.rmtree(fresh, ignore_errors=True)
        raise
    finally:
        shutil.rmtree(old, ignore_errors=True)


def _fill(folder: Path, texts: dict[str, str]) -> None:
    folder.chmod(0o755)
    for name, text in texts.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
        path.chmod(0o755 if name.endswith(EXECUTABLE) else 0o644)


def read(folder: Path) -> dict[str, str]:
    """Read a plan's folder back as path -> text; a file that isn't text reads as a note that says so."""
    texts = {}
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        try:
            texts[path.relative_to(folder).as_posix()] = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            texts[path.relative_to(folder).as_posix()] = "(not text)\n"
    return texts
