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


def open_title(row: Any) -> str:
    """What a lead is called in a file: never by its company where that must not stand there."""
    title: str = code_name(row) if is_coded(row) else row.title
    return title


def open_native(row: Any) -> str:
    """The company's name as it writes it, where the title is not that already."""
    is_hidden = is_coded(row) or row.code_name or row.native_name == row.title
    return "" if is_hidden else row.native_name or ""


def open_step(row: Any) -> str:
    """The next step, which may name the company."""
    return "" if is_coded(row) else row.next_action or ""
