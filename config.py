"""Configuration: one validated object, read from the environment and the data folder.

Everything the product keeps lives in one folder (`--data`, or `CRM_DATA`): the SQLite file, the
secret key, uploaded files. `CRM_DATABASE_URL` names a PostgreSQL database instead of the file.
"""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

PROJECT = Path(__file__).resolve().parent
DEFAULT_DATA = PROJECT / "instance"


class ConfigError(Exception):
    """A setting that cannot be used, with a sentence that names it and says how to mend it."""


@dataclass(frozen=True)
class Config:
    """The settings of one process.

    Times are in the units of their type, sizes in bytes. `public_url` decides whether cookies are
    marked Secure, and stands in letters; `trusted_proxy_count` how many forwarding hops are
    believed (none by default). `smtp_url` is the mail server; without one letters wait. A report
    expected to take longer than `report_wait_after` on an idle machine says first what it reads.
    """

    data: Path
    database_url: str
    secret_key: str
    public_url: str = "http://127.0.0.1:5900"
    trusted_proxy_count: int = 0
    session_idle: timedelta = timedelta(minutes=60)
    admin_session_idle: timedelta = timedelta(minutes=15)
    session_life: timedelta = timedelta(hours=12)
    session_limit: int = 5
    argon2_memory_kib: int = 19 * 1024
    argon2_time_cost: int = 2
    password_min_length: int = 15
    upload_limit: int = 32 * 1024 * 1024
    attachment_limit: int = 25 * 1024 * 1024
    attachments_per_record: int = 50
    attachments_in_all: int = 5 * 1024**3
    import_row_limit: int = 50_000
    export_row_limit: int = 50_000
    export_confirm_rows: int = 1_000
    imports_per_hour: int = 10
    exports_per_hour: int = 10
    quiet_after_days: int = 60
    report_wait_after: timedelta = timedelta(milliseconds=300)
    office_time_zone: str = "America/Toronto"
    smtp_url: str | None = None
    mail_from: str | None = None

    @classmethod
    def from_env(
        cls, data: Path | str | None = None, environ: Mapping[str, str] = os.environ
    ) -> "Config":
        """Read the settings; the folder is not created and nothing is written.

        Raises:
            ConfigError: a value that cannot be used, or a data folder without its secret key.
        """
        folder = cls.data_folder(data, environ)
        url = environ.get("CRM_DATABASE_URL") or f"sqlite:///{folder / 'crm.sqlite3'}"
        if not url.startswith(("sqlite:///", "postgresql://", "postgresql+psycopg://")):
            raise ConfigError(
                "CRM_DATABASE_URL must begin with postgresql:// (or be unset, for SQLite)."
            )
        if url.startswith("postgresql://"):
            url = url.replace("postgresql://", "postgresql+psycopg://", 1)
        public_url = environ.get("CRM_PUBLIC_URL", cls.public_url).rstrip("/")
        if not public_url.startswith(("http://", "https://")):
            raise ConfigError("CRM_PUBLIC_URL must begin with http:// or https://.")
        mail = _mail(environ)
        return cls(
            data=folder,
            database_url=url,
            secret_key=environ.get("CRM_SECRET_KEY") or _read_secret(folder),
            public_url=public_url,
            trusted_proxy_count=_whole(environ, "CRM_TRUSTED_PROXIES", 0, 0, 10),
            office_time_zone=environ.get("CRM_TIME_ZONE", cls.office_time_zone),
            smtp_url=mail[0],
            mail_from=mail[1],
        )

    @staticmethod
    def data_folder(
        data: Path | str | None = None, environ: Mapping[str, str] = os.environ
    ) -> Path:
        """The data folder: as given, as the environment says, or `instance/` in the project."""
        return Path(data or environ.get("CRM_DATA") or DEFAULT_DATA).resolve()

    @property
    def is_sqlite(self) -> bool:
        """Whether the database is the file in the data folder."""
        return self.database_url.startswith("sqlite")

    @property
    def is_https(self) -> bool:
        """Whether browsers reach the product over TLS."""
        return self.public_url.startswith("https://")

    @property
    def files(self) -> Path:
        """Where uploaded files lie, under random names."""
        return self.data / "files"

    @property
    def drafts(self) -> Path:
        """Where a file that waits for its import to be confirmed lies."""
        return self.data / "drafts"


def create_data_folder(folder: Path) -> None:
    """Make the folder and its random secret key, readable by their owner only; keep what exists.

    Raises:
        ConfigError: the folder cannot be made or written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for inner in (folder / "files", folder / "drafts"):
            inner.mkdir(exist_ok=True, mode=0o700)
        secret = folder / "secret_key"
        if not secret.exists():
            descriptor = os.open(secret, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w") as file:
                file.write(secrets.token_hex(32))
    except OSError as error:
        raise ConfigError(
            f"The data folder {folder} cannot be written ({error.strerror}). Choose another with "
            "--data DIR, or give this account the right to write there."
        ) from error


def _read_secret(folder: Path) -> str:
    path = folder / "secret_key"
    try:
        secret = path.read_text().strip()
    except OSError as error:
        raise ConfigError(
            f"There is no data folder at {folder}. Make one with `python3 -m crm init`, or name "
            "another with --data DIR."
        ) from error
    if len(secret) < 32:
        raise ConfigError(
            f"The secret key in {path} is too short. Delete the file and run "
            "`python3 -m crm init`; everybody then signs in again."
        )
    return secret


def _mail(environ: Mapping[str, str]) -> tuple[str | None, str | None]:
    """The mail server and the sender of letters; without a server letters wait.

    No message quotes the address: a password may stand in it.
    """
    url = environ.get("CRM_SMTP_URL") or None
    sender = environ.get("CRM_MAIL_FROM") or None
    if url is None:
        return None, sender
    try:
        place = urlsplit(url)
        is_good = place.scheme in ("smtp", "smtps") and bool(place.hostname) and place.port != 0
    except ValueError:
        is_good = False
    if not is_good:
        raise ConfigError(
            "CRM_SMTP_URL must look like smtp://user:password@host:587?starttls=1 (or smtps://)."
        )
    if sender is None or "@" not in sender or any(letter in sender for letter in "\r\n"):
        raise ConfigError("CRM_MAIL_FROM must name the address that letters are sent from.")
    return url, sender


def _whole(environ: Mapping[str, str], name: str, default: int, least: int, most: int) -> int:
    text = environ.get(name)
    if text is None:
        return default
    if not text.isdecimal() or not least <= int(text) <= most:
        raise ConfigError(f"{name} must be a whole number from {least} to {most}, not {text!r}.")
    return int(text)
