"""Password rules and hashes."""

import threading
import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from config import Config
from models.errors import DomainError, N_

MAX_LENGTH = 200
_COMMON = (
    "password",
    "passwort",
    "motdepasse",
    "qwertyuiop",
    "letmein",
    "iloveyou",
    "administrator",
    "investment",
    "welcome",
    "1234567890",
    "abcdefgh",
)
# Two hashes at once fill the memory bandwidth of two cores; more would slow every page down.
_slots = threading.BoundedSemaphore(2)


class Passwords:
    """Hash and check passwords with Argon2id and the configured cost."""

    def __init__(self, config: Config) -> None:
        self._hasher = PasswordHasher(
            time_cost=config.argon2_time_cost, memory_cost=config.argon2_memory_kib, parallelism=1
        )
        self._min_length = config.password_min_length
        # Checked against for unknown names, so that they take as long as known ones.
        self._dummy = self._hasher.hash("nobody has this password")

    def hash(self, password: str) -> str:
        """The hash to store."""
        with _slots:
            return self._hasher.hash(_normal(password))

    def verify(self, stored: str | None, password: str) -> bool:
        """Whether `password` belongs to `stored`; an unknown name costs the same time."""
        with _slots:
            try:
                self._hasher.verify(stored or self._dummy, _normal(password))
            except (VerificationError, InvalidHashError):
                return False
        return stored is not None

    def needs_rehash(self, stored: str) -> bool:
        """Whether the cost was raised since this hash was made."""
        return self._hasher.check_needs_rehash(stored)

    def check_new(self, password: str, *, username: str) -> None:
        """Refuse a new password that is too short, too long or easily guessed.

        Raises:
            DomainError: with the rule that is broken.
        """
        text = _normal(password)
        if len(text) < self._min_length:
            raise DomainError(
                N_("A password needs at least %(count)s characters. A short sentence is good."),
                field="password",
                count=self._min_length,
            )
        if len(text) > MAX_LENGTH:
            raise DomainError(
                N_("A password may have up to %(count)s characters."),
                field="password",
                count=MAX_LENGTH,
            )
        folded = text.casefold()
        stripped = folded
        for word in (*_COMMON, username.casefold()):
            stripped = stripped.replace(word, "")
        if len(set(folded)) < 5 or len(stripped) < 6:
            raise DomainError(
                N_("This password is easily guessed. Take words that do not belong together."),
                field="password",
            )


def _normal(password: str) -> str:
    return unicodedata.normalize("NFKC", password)
