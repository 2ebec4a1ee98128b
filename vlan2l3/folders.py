"""Write a folder whole or not at all.

Comes in: path -> bytes. Goes out: the folder. A reader sees the old folder or the new one, whatever happens;
what may be replaced is for the caller to say.
"""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Collection, Mapping
from pathlib import Path


def replace(folder: Path, files: Mapping[str, bytes], *, executable: Collection[str] = ()) -> None:
    """Write all files to a sibling folder, then let it take the place of the old one.

    On any exception, an interrupt included, what was there before is there again and nothing half-written is.

    Raises:
        OSError: when the place can't be written to.
    """
    mark = secrets.token_hex(4)
    new = folder.with_name(f".{folder.name}.{mark}.new")
    old = folder.with_name(f".{folder.name}.{mark}.old")
    try:
        for name, data in files.items():
            path = new / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
            path.chmod(0o755 if name in executable else 0o644)
        if folder.exists():
            folder.rename(old)
        new.rename(folder)
    except BaseException:
        if old.exists() and not folder.exists():
            old.rename(folder)
        shutil.rmtree(new, ignore_errors=True)
        raise
    finally:
        if folder.exists():
            shutil.rmtree(old, ignore_errors=True)
