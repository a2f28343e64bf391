"""Files that wait for their import to be confirmed: in the data folder, under random names."""

import os
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


def forget(config: Config, public_id: str) -> None:
    """Delete the file of a draft; it is not needed any more."""
    _path(config, public_id).unlink(missing_ok=True)


def _path(config: Config, public_id: str) -> Path:
    # Public ids are letters and digits that we made; nothing a person sent becomes a path.
    if not public_id.isalnum():
        raise ValueError("A draft is named by the public id of its batch.")
    return config.drafts / public_id
