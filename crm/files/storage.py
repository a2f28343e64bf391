"""Files on disk, under random names: written whole or not at all, gone when their row is gone."""

import hashlib
import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.errors import DomainError, N_

_BLOCK = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Written:
    """What was written, and where."""

    storage_name: str
    byte_count: int
    sha256: str


def write(session: Session, folder: Path, stream: BinaryIO, *, limit: int) -> Written:
    """Copy a stream to a file of its own; a transaction that fails takes the file with it.

    Raises:
        DomainError: the stream is longer than `limit` bytes.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    storage_name = secrets.token_hex(32)
    unfinished = folder / f"{storage_name}.part"
    digest = hashlib.sha256()
    count = 0
    try:
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            while block := stream.read(_BLOCK):
                count += len(block)
                if count > limit:
                    raise DomainError(
                        N_("The file is too large. Files may have up to %(limit)s MB."),
                        field="file",
                        limit=limit // (1024 * 1024),
                    )
                digest.update(block)
                file.write(block)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(folder / storage_name)
        _sync(folder)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise
    _when(session, "after_rollback", lambda: _remove(folder / storage_name))
    return Written(storage_name, count, digest.hexdigest())


def bytes_kept(folder: Path) -> int:
    """What all files take on disk, in bytes."""
    if not folder.exists():
        return 0
    with os.scandir(folder) as entries:
        return sum(entry.stat().st_size for entry in entries)


def remove_after_commit(session: Session, folder: Path, storage_name: str) -> None:
    """Delete a file once its row is gone for good; a crash in between leaves a nameless file."""
    _when(session, "after_commit", lambda: _remove(path_of(folder, storage_name)))


def path_of(folder: Path, storage_name: str) -> Path:
    """Where a file lies."""
    return folder / storage_name


def _when(session: Session, event: str, act: Callable[[], None]) -> None:
    def once(_session: Session) -> None:
        act()

    sa.event.listen(session, event, once, once=True)


def _remove(path: Path) -> None:
    path.unlink(missing_ok=True)


def _sync(folder: Path) -> None:
    """Make the new name itself survive a power cut."""
    if not hasattr(os, "O_DIRECTORY"):
        return
    descriptor: Any = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
