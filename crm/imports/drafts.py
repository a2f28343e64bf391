"""Files that wait for their import to be confirmed: in the data folder, under random names."""

import os
from collections.abc import Collection
from datetime import datetime
from pathlib import Path

from config import Config


def keep(config: Config, public_id: str, content: bytes) -> None:
    """Keep the file of a draft, readable by this account only."""
    config.drafts.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(_path(config, public_id), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)


def find(config: Config, public_id: str) -> bytes | None:
    """The file of a draft, or None when it is gone."""
    try:
        return _path(config, public_id).read_bytes()
    except FileNotFoundError:
        return None


def hand_over(config: Config, public_id: str, other: str) -> None:
    """Let the file of one batch be that of another draft."""
    _path(config, public_id).rename(_path(config, other))


def sweep(config: Config, kept: Collection[str], *, before: datetime) -> None:
    """Delete the files that were kept before a moment and belong to no draft of `kept`."""
    if not config.drafts.is_dir():
        return
    for path in config.drafts.iterdir():
        is_old = path.is_file() and path.stat().st_mtime < before.timestamp()
        if is_old and path.name not in kept:
            path.unlink(missing_ok=True)


def forget(config: Config, public_id: str) -> None:
    """Delete the file of a draft; it is not needed any more."""
    _path(config, public_id).unlink(missing_ok=True)


def _path(config: Config, public_id: str) -> Path:
    # Public ids are letters and digits that we made; nothing a person sent becomes a path.
    if not public_id.isalnum():
        raise ValueError("A draft is named by the public id of its batch.")
    return config.drafts / public_id
