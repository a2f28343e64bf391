"""Features of how other leads ended: of the same source, introducer, company and peers.

All of them are rates against the office's own rate of the same moment, or whether a thing has
happened: none grows with time. What counts is how leads of the office stood then: one that was
reopened is no longer lost. Restricted leads are not among the closings.
"""

from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from scoring.contacts import Asked
from scoring.histories import Histories
from scoring.timelines import Codes, Floats, Indices, Timeline, microseconds, yes_no

WEIGHT: Final = 10.0
"""How many closed leads at the office's own rate a record starts with."""


class Endings:
    """How many leads stood closed, and announced, at each moment, by key."""

    def __init__(self, keys: npt.ArrayLike, closed: pd.DataFrame) -> None:
        keys = np.asarray(keys)
        again = closed["reopened_at"].notna().to_numpy()
        whole = np.concatenate([keys, keys[again]])
        when = [closed["closed_at"], closed["reopened_at"][again]]
        moments = np.concatenate([microseconds(part) for part in when])
        sign = np.concatenate([np.ones(len(keys)), -np.ones(int(again.sum()))])
        won = closed["is_won"].to_numpy(dtype=np.float64)
        self._line = Timeline(whole, moments)
        self._closed = _running(sign[self._line.order])
        self._won = _running((sign * np.concatenate([won, won[again]]))[self._line.order])

    def at(self, keys: npt.ArrayLike, moments: Indices) -> tuple[Floats, Floats]:
        """Return how many leads of each key stood closed and announced, each shape (n,)."""
        known = self._line.known_count(keys, moments)
        first = np.where(known > 0, self._line.first_of(keys), 0)
        last = first + known
        return self._closed[last] - self._closed[first], self._won[last] - self._won[first]


class Office:
    """How the office's leads stood at each asked moment: what every record is held against."""

    def __init__(self, closed: pd.DataFrame, moments: Indices) -> None:
        everyone = np.zeros(len(moments), dtype=np.int64)
        office = Endings(np.zeros(len(closed), dtype=np.int64), closed)
        self.total, won = office.at(everyone, moments)
        self.rate: Floats = (won + 0.5) / (self.total + 1.0)
        self.moments = moments

    def against(self, count: Floats, won: Floats) -> Floats:
        """Return a record against the office's: log-odds apart, shrunk, shape (n,).

        A rate against a rate: it neither grows with time nor follows the office's own ups and
        downs. Unknown before ten leads of any kind are closed.
        """
        share = (won + WEIGHT * self.rate) / (count + WEIGHT)
        apart = np.log(share / (1.0 - share)) - np.log(self.rate / (1.0 - self.rate))
        return np.where(self.total < WEIGHT, np.nan, apart)


def source_record(closed: pd.DataFrame, sources: Floats | Codes, office: Office) -> Floats:
    """Return how the leads of a source had ended, against the office, shape (n,)."""
    theirs, asked = _places(closed["source"].to_numpy(dtype=object), sources)
    record = office.against(*Endings(theirs, closed).at(asked, office.moments))
    return np.where(pd.isna(sources), np.nan, record)


def introductions(histories: Histories, asked: Asked) -> tuple[Codes, Indices, Indices]:
    """Return whether an introducer was known, and who: places among the asked, and their keys."""
    frame = histories.introductions
    line = Timeline(frame["lead_id"], microseconds(frame["known_at"]))
    count = line.known_count(asked.leads, asked.moments)
    place = np.repeat(np.arange(len(count)), count)
    within = np.arange(len(place)) - np.repeat(np.cumsum(count) - count, count)
    if len(place):
        introducers = line.sorted(frame["introducer_id"])[
            line.first_of(asked.leads)[place] + within
        ]
    else:
        introducers = np.zeros(0, dtype=np.int64)
    return yes_no(count > 0, known=asked.is_live | (count > 0)), place, introducers


def introducer_record(
    histories: Histories,
    closed: pd.DataFrame,
    place: Indices,
    introducers: Indices,
    office: Office,
) -> Floats:
    """Return how the leads that the same introducers brought had ended, shape (n,).

    An introduction that was noted after its lead had closed counts from that day on.
    """
    brought = closed.merge(
        histories.introductions.rename(columns={"known_at": "noted_at"}), on="lead_id"
    )
    for column in ("closed_at", "reopened_at"):
        late = brought[column].notna() & (brought["noted_at"] > brought[column])
        brought[column] = brought[column].mask(late, brought["noted_at"])
    endings = Endings(brought["introducer_id"].to_numpy(), brought)
    size = len(office.moments)
    count, won = (
        np.bincount(place, weights=part, minlength=size).astype(np.float64)
        for part in endings.at(introducers, office.moments[place])
    )
    introduced = np.bincount(place, minlength=size) > 0
    return np.where(introduced, office.against(count, won), np.nan)


def peers_record(closed: pd.DataFrame, cells: "Cells", office: Office) -> Floats:
    """Return how leads of the same sector and country had ended, against the office, (n,)."""
    record = office.against(*Endings(cells.of_closed, closed).at(cells.asked, office.moments))
    return np.where(cells.is_known, record, np.nan)


def peers_here(closed: pd.DataFrame, cells: "Cells", office: Office) -> Codes:
    """Return whether another company of the sector and country had announced or was here, (n,).

    Here are those who have announced with this office, and those whom it has visited.
    """
    held = closed["is_won"].to_numpy(dtype=bool)
    won = closed[held]
    everyone, _ = Endings(cells.of_closed[held], won).at(cells.asked, office.moments)
    own, _ = Endings(cells.own_of_closed[held], won).at(cells.own, office.moments)
    when = microseconds(cells.visited_at)
    visited = Timeline(cells.of_visits, when).known_count(cells.asked, office.moments)
    at_theirs = Timeline(cells.own_of_visits, when).known_count(cells.own, office.moments)
    here = everyone - own + visited - at_theirs
    known = cells.is_known & ((here > 0) | (office.total >= WEIGHT))
    return yes_no(here > 0, known=known)


class Cells:
    """Sector and country as one key, for closings, visits and the leads asked about.

    `own*` are the same keys with the organization in them, to leave out a lead's own.
    """

    def __init__(
        self,
        histories: Histories,
        closed: pd.DataFrame,
        leads: Indices,
        sectors: Floats | Codes,
        markets: Floats | Codes,
    ) -> None:
        visits = histories.visits
        self.visited_at = visits["known_at"]
        self.is_known = ~(pd.isna(sectors) | pd.isna(markets))
        names = [
            _joined(closed["sector"], closed["market"]),
            _joined(visits["sector"], visits["market"]),
            _joined(pd.Series(sectors, dtype=object), pd.Series(markets, dtype=object)),
        ]
        cells, _ = pd.factorize(np.concatenate(names))
        mine = organizations_of(histories, leads)
        # An organization that is not known is never the same as another.
        mine = np.where(np.isnan(mine), np.inf, mine)
        hosts = [closed["organization_id"], visits["organization_id"], pd.Series(mine)]
        organizations, found = pd.factorize(
            np.concatenate([part.to_numpy(dtype=np.float64) for part in hosts])
        )
        owns = cells * (len(found) + 1) + organizations
        ends = [len(closed), len(closed) + len(visits)]
        self.of_closed, self.of_visits, self.asked = np.split(cells, ends)
        self.own_of_closed, self.own_of_visits, self.own = np.split(owns, ends)


def organization_announced(
    histories: Histories, closed: pd.DataFrame, leads: Indices, moments: Indices
) -> Codes:
    """Return whether a lead of the same organization had been announced by then, shape (n,)."""
    mine = organizations_of(histories, leads)
    theirs = closed["organization_id"].to_numpy(dtype=np.float64)
    won = closed["is_won"].to_numpy(dtype=bool) & ~np.isnan(theirs)
    count, _ = Endings(theirs[won], closed[won]).at(np.nan_to_num(mine, nan=-1.0), moments)
    return yes_no(count > 0, known=~np.isnan(mine))


def group_here(histories: Histories, leads: Indices, moments: Indices) -> Codes:
    """Return what visits here had told of the company's group by then, shape (n,).

    `expansion`, `risk` or `both` for the flags that stood, `visited` where none did, `none`
    without a visit; unknown without a company, and before the office had visited anybody.
    """
    frame = histories.signals
    mine = np.nan_to_num(organizations_of(histories, leads), nan=-1.0).astype(np.int64)
    if frame.empty:
        return np.full(len(leads), None, dtype=object)
    stands = {}
    for signal in ("visited", "expansion", "risk"):
        told = frame[frame["signal"] == signal]
        over = told[told["until"].notna()]
        begun, ended = (
            Timeline(part["organization_id"], microseconds(part[column])).known_count(mine, moments)
            for part, column in ((told, "known_at"), (over, "until"))
        )
        stands[signal] = begun > ended
    expands, risks = stands["expansion"], stands["risk"]
    code = np.select(
        [expands & risks, expands, risks, stands["visited"]],
        ["both", "expansion", "risk", "visited"],
        "none",
    ).astype(object)
    code[(mine < 0) | (moments < microseconds(frame["known_at"]).min())] = None
    return code


def agreement(histories: Histories, asked: Asked) -> Codes:
    """Return whether the lead was known to rely on an agreement, shape (n,)."""
    frame = histories.citations
    line = Timeline(frame["lead_id"], microseconds(frame["known_at"]))
    cited = line.known_count(asked.leads, asked.moments) > 0
    return yes_no(cited, known=asked.is_live | cited)


def organizations_of(histories: Histories, leads: Indices) -> Floats:
    """Return the key of each lead's organization, NaN without one, shape (n,)."""
    frame = histories.leads
    place = pd.Index(frame["lead_id"]).get_indexer(pd.Index(leads))
    return np.asarray(frame["organization_id"].to_numpy(dtype=np.float64)[place])


def _running(steps: Floats) -> Floats:
    return np.concatenate([[0.0], np.cumsum(steps)])


def _places(
    theirs: npt.NDArray[np.object_], asked: Floats | Codes
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    codes, _ = pd.factorize(np.concatenate([theirs, asked]))
    return codes[: len(theirs)], codes[len(theirs) :]


def _joined(sectors: pd.Series, markets: pd.Series) -> npt.NDArray[np.object_]:
    whole = sectors.astype(object) + "\n" + markets.astype(object)
    return np.asarray(whole.to_numpy(dtype=object))
