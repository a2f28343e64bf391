"""Reading an office's two spreadsheets the way the product's importer enters the past.

Each stage row is known on its own day; a loss row closes. Meetings and last contact are totals
of the day of the file, and known on no day before.
"""

import re
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd

from scoring.histories import Histories

STAGES = {
    "First contact": 1,
    "Engaged": 2,
    "Qualified": 3,
    "Active project": 4,
    "Proposal": 5,
    "Negotiation": 6,
    "Committed": 7,
    "Announced": 8,
    "初回接触": 1,
    "関係構築": 2,
    "適格": 3,
    "案件化": 4,
    "提案・視察": 5,
    "提案": 5,
    "交渉": 6,
    "決定（非公表）": 7,
    "決定": 7,
    "発表": 8,
}
LOST = ("Lost", "失注")
HEADERS = {
    "管理番号": "Ref",
    "会社名": "Company (local name)",
    "国": "Country",
    "業種": "Sector",
    "経路": "Source",
    "初回接触日": "First contact",
    "ステージ": "Stage",
    "状況": "Status",
    "投資額": "Capex",
    "通貨": "Currency",
    "雇用数": "Jobs",
    "面談回数": "Meetings",
    "最終接触日": "Last contact",
    "日付": "Date",
}
ERAS = {"令和": 2018, "平成": 1988}
MARKETS = {"Japan": "JP", "South Korea": "KR", "日本": "JP", "韓国": "KR"}


def day(text: str) -> pd.Timestamp:
    """Read a day as the two files write it: ISO, `May 21, 2022`, 2024/05/09, 令和5年10月16日."""
    found = re.fullmatch(r"(令和|平成)?(\d+|元)年(\d+)月(\d+)日", text.strip())
    if found:
        era, year, month, of_month = found.groups()
        number = (1 if year == "元" else int(year)) + (ERAS[era] if era else 0)
        return pd.Timestamp(number, int(month), int(of_month))
    return pd.Timestamp(text)


def number(text: str) -> float | None:
    """Read 45.7M, ~80, 12億円; anything unknown is None."""
    found = re.search(r"([\d.,]+)\s*(億|万|M|B)?", str(text))
    if not found:
        return None
    scale = {"億": 1e8, "万": 1e4, "M": 1e6, "B": 1e9}.get(found.group(2) or "", 1.0)
    return float(found.group(1).replace(",", "")) * scale


def read_office(leads: Path, stages: Path, *, encoding: str, told_on: datetime) -> Histories:
    """Return the histories in a lead file and its stage file, as the importer would enter them."""
    table = pd.read_csv(leads, encoding=encoding, dtype=str, keep_default_na=False)
    moves = pd.read_csv(stages, encoding=encoding, dtype=str, keep_default_na=False)
    table, moves = table.rename(columns=_header), moves.rename(columns=_header)
    keys = {ref: place + 1 for place, ref in enumerate(table["Ref"])}
    facts = table.set_index("Ref")
    moves["day"] = moves["Date"].map(day)
    moves["lost"] = moves["Stage"].isin(LOST)
    moves["stage"] = moves["Stage"].map(STAGES)
    moves["order"] = moves["stage"].fillna(9)
    moves = moves.sort_values(["Ref", "day", "order"], kind="stable")
    moves["stage"] = moves.groupby("Ref")["stage"].ffill().astype(int)
    of_move = facts.loc[moves["Ref"]].reset_index(drop=True)
    revisions = pd.DataFrame(
        {
            "lead_id": moves["Ref"].map(keys).to_numpy(),
            "valid_from": moves["day"].dt.tz_localize(UTC).to_numpy(),
            "sequence": range(len(moves)),
            "stage": moves["stage"].to_numpy(),
            "status": moves["lost"].map({True: "lost", False: "active"}).to_numpy(),
            "lead_type": "investment",
            "direction": "into_canada",
            "market": of_move["Country"].map(MARKETS),
            "sector": of_move["Sector"],
            "source": of_move["Source"],
            "capex_amount": of_move["Capex"].map(number),
            "capex_currency": of_move["Currency"].replace("", None),
            "jobs_count": of_move["Jobs"].map(number),
            "origin": "import",
        }
    )
    first = revisions.groupby("lead_id")["valid_from"].first()
    known = table[table["Ref"].isin(set(moves["Ref"]))]
    return Histories.of(
        leads=pd.DataFrame(
            {
                "lead_id": first.index,
                "created_known_at": first.to_numpy(),
                "first_contact_on": first.dt.tz_localize(None).to_numpy(),
                "organization_id": first.index,
            }
        ),
        revisions=revisions,
        totals=pd.DataFrame(
            {
                "lead_id": known["Ref"].map(keys),
                "known_at": pd.Timestamp(told_on),
                "meetings_count": known["Meetings"].map(number),
                "last_contact_on": known["Last contact"].map(day),
            }
        ),
    )


def _header(name: str) -> str:
    return HEADERS.get(name.strip("\ufeff"), name.strip("\ufeff"))
