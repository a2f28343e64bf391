"""By which name a lead leaves the house."""

from typing import Any


def is_coded(row: Any) -> bool:
    """Whether the company must not stand in a file that leaves the house."""
    return row.team_id is not None or not row.is_company_disclosed


def code_name(row: Any, public_id: str | None = None) -> str:
    """What a coded lead is called outside: its code name, or the beginning of its public id."""
    if row.code_name or not is_coded(row):
        return row.code_name or ""
    own = public_id or row.public_id
    return f"{own[:4]}-{own[4:8]}".upper()
