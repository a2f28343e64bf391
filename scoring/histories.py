"""What an office knew about its leads, and when: the input of every feature and every label.

`Histories` holds plain data frames with a declared schema, so that the same code trains on the
product's tables (`scoring.dataset` fills the frames), on a benchmark file and on an invented
world. Each row carries the moment the office *knew* it (`known_at`, `valid_from`), which is not
always the day it happened; nothing may be read before that moment.
"""

from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Final

import pandas as pd

MOMENT: Final = "datetime64[us, UTC]"
DAY: Final = "datetime64[us]"
NUMBER: Final = "float64"
CODE: Final = "object"
KEY: Final = "int64"
FLAG: Final = "bool"

SCHEMA: Final[dict[str, dict[str, str]]] = {
    "leads": {
        "lead_id": KEY,
        "created_known_at": MOMENT,
        "first_contact_on": DAY,
        "organization_id": NUMBER,
        "is_restricted": FLAG,
    },
    "revisions": {
        "lead_id": KEY,
        "valid_from": MOMENT,
        "valid_to": MOMENT,
        "sequence": KEY,
        "stage": KEY,
        "status": CODE,
        "lead_type": CODE,
        "direction": CODE,
        "market": CODE,
        "sector": CODE,
        "source": CODE,
        "office": CODE,
        "partner_office": CODE,
        "capex_amount": NUMBER,
        "capex_currency": CODE,
        "capex_qualifier": CODE,
        "jobs_count": NUMBER,
        "jobs_qualifier": CODE,
        "likelihood": NUMBER,
        "origin": CODE,
        "is_day_unknown": FLAG,
    },
    "interactions": {
        "lead_id": KEY,
        "known_at": MOMENT,
        "happened_on": DAY,
        "kind": CODE,
        "direction": CODE,
        "seniority": NUMBER,
        "mission_id": NUMBER,
    },
    "totals": {
        "lead_id": KEY,
        "known_at": MOMENT,
        "meetings_count": NUMBER,
        "last_contact_on": DAY,
    },
    "participants": {"lead_id": KEY, "known_at": MOMENT, "seniority": NUMBER},
    "decision_steps": {"lead_id": KEY, "known_at": MOMENT, "step": KEY, "standing": CODE},
    "introductions": {"lead_id": KEY, "known_at": MOMENT, "introducer_id": KEY},
    "citations": {"lead_id": KEY, "known_at": MOMENT},
    "signals": {
        "organization_id": KEY,
        "known_at": MOMENT,
        "until": MOMENT,
        "signal": CODE,
    },
    "visits": {"organization_id": KEY, "known_at": MOMENT, "sector": CODE, "market": CODE},
}
"""Columns and types of each frame. `stage` is 1 to 8; `seniority` is higher for a higher rank;
`valid_to` is NaT on the open revision; `origin` is `live` or `import`; `likelihood` is an
officer's own, which is judged beside the model and is no feature. A restricted lead is
scored like any other, but it trains nothing and enters no other lead's features or counts.

`participants` are those who were added to a conversation later than it was recorded.
`decision_steps` tell how each step stood from a moment on, None once it was off the path.
`introductions` say which organization introduced a lead: those of closed leads make the record
of an introducer, so they are read whole even where `leads` holds only some. `citations` are the
agreements that a lead relies on. `visits` are company visits here, and `signals` what they say
(`visited`, `expansion`, `risk`) of every organization of the group, `until` it was set down."""

_KNOWN_AT: Final = {
    "leads": "created_known_at",
    "revisions": "valid_from",
    "interactions": "known_at",
    **dict.fromkeys(
        (
            "totals",
            "participants",
            "decision_steps",
            "introductions",
            "citations",
            "signals",
            "visits",
        ),
        "known_at",
    ),
}
_ENDS: Final = {"revisions": "valid_to", "signals": "until"}


@dataclass(frozen=True, slots=True)
class Histories:
    """Leads and all that is kept of them over time, a data frame a kind: see `SCHEMA`."""

    leads: pd.DataFrame
    revisions: pd.DataFrame
    interactions: pd.DataFrame
    totals: pd.DataFrame
    participants: pd.DataFrame
    decision_steps: pd.DataFrame
    introductions: pd.DataFrame
    citations: pd.DataFrame
    signals: pd.DataFrame
    visits: pd.DataFrame

    @classmethod
    def of(cls, **frames: pd.DataFrame | None) -> "Histories":
        """Build histories from loose frames: absent frames and columns are empty, types are set.

        Raises `ValueError` for a frame or column that the schema does not know, and for a lead
        without a key or a moment of knowing: a row without one could leak.
        """
        unknown = sorted(set(frames) - set(SCHEMA))
        if unknown:
            raise ValueError(f"unknown frames: {', '.join(unknown)}")
        return cls(**{name: _conform(name, frames.get(name)) for name in SCHEMA})

    def as_known(self, as_of: datetime) -> "Histories":
        """Return what was known at `as_of`: later rows deleted, later ends of revisions open.

        The features never need it (they read only what was known); the leak tests do, because
        scores from this cut must equal scores from the whole, bit for bit.
        """
        moment = pd.Timestamp(as_of)
        kept = {}
        for field in fields(self):
            frame = getattr(self, field.name)
            kept[field.name] = frame[frame[_KNOWN_AT[field.name]] <= moment].reset_index(drop=True)
        for name, end in _ENDS.items():
            ends = kept[name][end]
            kept[name] = kept[name].assign(**{end: ends.mask(ends > moment)})
        return Histories(**kept)

    def unrestricted(self) -> "Histories":
        """Return the leads that the whole office may see: all that a model may learn from."""
        shut = self.leads["is_restricted"]
        return self.of_leads(self.leads.loc[~shut, "lead_id"]) if shut.any() else self

    def of_leads(self, lead_ids: "pd.Series | list[int]") -> "Histories":
        """Return the histories of some leads only, with all that was seen of companies."""
        wanted = pd.Index(lead_ids)
        return replace(
            self,
            **{
                name: (frame := getattr(self, name))[frame["lead_id"].isin(wanted)].reset_index(
                    drop=True
                )
                for name, schema in SCHEMA.items()
                if "lead_id" in schema
            },
        )


def _conform(name: str, frame: pd.DataFrame | None) -> pd.DataFrame:
    schema = SCHEMA[name]
    if frame is None:
        frame = pd.DataFrame(columns=list(schema))
    strange = sorted(set(frame.columns) - set(schema))
    if strange:
        raise ValueError(f"{name} has unknown columns: {', '.join(strange)}")
    columns = {}
    for column, kind in schema.items():
        if column in frame:
            columns[column] = _typed(frame[column], kind)
        elif kind in (KEY, MOMENT) and column not in _ENDS.values() and len(frame):
            raise ValueError(f"{name} lacks the column {column}")
        else:
            columns[column] = _typed(pd.Series([None] * len(frame), index=frame.index), kind)
    result = pd.DataFrame(columns).reset_index(drop=True)
    if result[_KNOWN_AT[name]].isna().any():
        raise ValueError(f"{name} has rows without {_KNOWN_AT[name]}")
    return result


def _typed(values: pd.Series, kind: str) -> pd.Series:
    if kind == MOMENT:
        return pd.to_datetime(values, utc=True).astype(MOMENT)
    if kind == DAY:
        return pd.to_datetime(values).astype(DAY)
    if kind == NUMBER:
        return pd.to_numeric(values).astype(NUMBER)
    if kind == KEY:
        return values.astype(KEY)
    if kind == FLAG:
        return values.where(values.notna(), False).astype(FLAG)
    plain = values.to_numpy(dtype=object).copy()
    plain[pd.isna(plain)] = None
    return pd.Series(plain, index=values.index, dtype=object)
