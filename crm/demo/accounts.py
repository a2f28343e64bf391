"""The demo's accounts: one random passphrase a data folder, kept beside the database.

Everybody who can read the folder can sign in as anybody of the invented office, which is why
`serve` refuses other machines while such accounts exist.
"""

import json
import os
import secrets
from dataclasses import asdict, dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from config import Config
from crm.demo.data import read
from models.user import User

_FILE_NAME = "demo_accounts.json"
_WORD_COUNT = 3
_LEAST_LENGTH, _MOST_LENGTH = 15, 28


@dataclass(frozen=True, slots=True)
class Account:
    """One account of the demo, as `run` prints it."""

    username: str
    name: str
    role: str
    office: str
    password: str


def demo_accounts(config: Config) -> list[Account]:
    """The accounts of the demo in this data folder; empty when there is none."""
    return [Account(**row) for row in _read(config)]


def passphrase(config: Config) -> str:
    """The one of this data folder, or a new one."""
    known = _read(config)
    return known[0]["password"] if known else _new_passphrase()


def keep_accounts(config: Config, accounts: list[Account]) -> None:
    """Write the accounts down, readable by the folder's owner only."""
    path = config.data / _FILE_NAME
    fresh = path.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump([asdict(account) for account in accounts], file, ensure_ascii=False, indent=2)
    fresh.replace(path)


def has_demo_accounts(session: Session) -> bool:
    """Whether anybody of the demo can sign in."""
    found = session.scalar(
        sa.select(User.id)
        .where(User.is_demo, User.is_active, User.password_hash.is_not(None))
        .limit(1)
    )
    return found is not None


def _read(config: Config) -> list[dict[str, str]]:
    try:
        text = (config.data / _FILE_NAME).read_text(encoding="utf-8")
    except FileNotFoundError:
        return []
    rows: list[dict[str, str]] = json.loads(text)
    return rows


def _new_passphrase() -> str:
    # Short words, easily told apart and typed on any keyboard.
    listed = read("passphrase_words")
    while True:
        words = [secrets.choice(listed) for _ in range(_WORD_COUNT)]
        phrase = "-".join([*words, str(100 + secrets.randbelow(900))])
        if len(set(words)) == _WORD_COUNT and _LEAST_LENGTH <= len(phrase) <= _MOST_LENGTH:
            return phrase
