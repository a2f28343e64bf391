"""A fitted model at work: chances, bands and reasons of leads."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import expit

from scoring.counts import Behind, Evidence
from scoring.explain import WIDTH, Explanation, explain
from scoring.features import CATEGORY, FEATURES, features
from scoring.hazards import HazardModel, chances
from scoring.histories import Histories
from scoring.prediction import BASE_RATE, BASES, MODEL, Prediction, Reason
from scoring.registry import dump, load
from scoring.threads import one_thread

CHUNK: Final = 4_096
LEAST_POINTS: Final = 1e-12
LARGEST_WEIGHT: Final = 1e9


@dataclass(frozen=True, slots=True)
class TrainedModel:
    """A fitted model with everything that serving, explaining and judging it needs."""

    cut_off: datetime
    basis: str
    hazards: HazardModel
    evidence: Evidence
    base_chances: tuple[float, ...]
    base_weight: float
    metrics: dict[str, Any]

    def predict(
        self,
        histories: Histories,
        as_of: datetime,
        lead_ids: npt.ArrayLike | None = None,
        *,
        closed: pd.DataFrame | None = None,
    ) -> list[Prediction]:
        """Return a prediction for each lead, in the order asked for (by default all open ones).

        `closed` are the office's closings, where `histories` holds only the leads asked for.
        Raises `ValueError` for a lead that was not known at `as_of` or is announced already.
        """
        frame = features(histories, as_of, lead_ids, closed=closed)
        result: list[Prediction] = []
        with one_thread():
            for start in range(0, len(frame), CHUNK):
                result += self._predict(frame.iloc[start : start + CHUNK], as_of)
        return result

    def to_json(self) -> str:
        """Return the whole model as plain numbers; loaded again it predicts the same bits.

        The seconds that training took are left out: the same data give the same text.
        """
        metrics = dict(self.metrics)
        if "data" in metrics:
            metrics["data"] = {k: v for k, v in metrics["data"].items() if k != "seconds"}
        return dump(
            {
                "cut_off": self.cut_off.isoformat(),
                "basis": self.basis,
                "hazards": self.hazards.to_dict(),
                "evidence": self.evidence.to_dict(),
                "base_chances": list(self.base_chances),
                "base_weight": self.base_weight,
                "metrics": metrics,
            }
        )

    @classmethod
    def from_json(cls, text: str, *, registered: str | None = None) -> "TrainedModel":
        """Rebuild from `to_json`; `registered` is the hash that it was stored with.

        Raises `InvalidArtefactError` for anything else, down to a key too many or a number
        written in another way.
        """

        def build(plain: dict[str, Any]) -> "TrainedModel":
            model = cls._from_dict(plain)
            if model.to_json() != text:
                raise ValueError("it is not as this program writes it")
            return model

        return load(text, build, registered)

    @classmethod
    def _from_dict(cls, plain: dict[str, Any]) -> "TrainedModel":
        cut_off = datetime.fromisoformat(plain["cut_off"])
        if cut_off.tzinfo is None or plain["basis"] not in BASES:
            raise ValueError("no moment or no basis")
        hazards = HazardModel.from_dict(plain["hazards"])
        if hazards.is_learned != (plain["basis"] == MODEL):
            raise ValueError("the basis is not that of the model")
        base = tuple(float(chance) for chance in plain["base_chances"])
        if len(base) != len(hazards.timing.intervals) or not all(0 < c < 1 for c in base):
            raise ValueError("the base rate has other intervals than the model")
        evidence = Evidence.from_dict(plain["evidence"])
        if set(evidence.by_feature) != {feature.code for feature in FEATURES}:
            raise ValueError("the counts are of other features")
        metrics, weight = dict(plain["metrics"]), float(plain["base_weight"])
        if not 0.0 <= weight < LARGEST_WEIGHT:
            raise ValueError("the weight of the base rate is none")
        return cls(cut_off, str(plain["basis"]), hazards, evidence, base, weight, metrics)

    def _predict(self, frame: pd.DataFrame, as_of: datetime) -> list[Prediction]:
        terms = self.hazards.terms(frame)
        by_interval = chances(self.hazards.scores(terms))
        told = explain(
            terms,
            self.hazards.posterior.covariance,
            self.hazards.owners,
            is_moderated=self.hazards.is_learned,
        )
        ever, low, high = expit(told.log_odds), expit(told.low), expit(told.high)
        if self.basis == BASE_RATE:
            by_interval = np.tile(np.array(self.base_chances), (len(frame), 1))
            ever = by_interval[:, -1]
            low, high = (np.full(len(frame), end) for end in self._base_band())
        days = self.hazards.timing.horizons
        reasons = self._reasons(frame, told)
        return [
            Prediction(
                lead_id=int(lead),
                as_of=as_of,
                probability=float(ever[row]),
                horizon={
                    day: float(chance)
                    for day, chance in zip(days, by_interval[row, : len(days)], strict=True)
                },
                low=float(low[row]),
                high=float(high[row]),
                log_odds=float(told.log_odds[row]),
                base_log_odds=float(told.base[row]),
                basis=self.basis,
                reasons=reasons[row],
            )
            for row, lead in enumerate(frame.index)
        ]

    def _base_band(self) -> tuple[float, float]:
        ever = self.base_chances[-1]
        centre = np.log(ever / (1.0 - ever))
        half = WIDTH / np.sqrt(max(self.base_weight, 1.0) * ever * (1.0 - ever))
        return float(expit(centre - half)), float(expit(centre + half))

    def _reasons(self, frame: pd.DataFrame, told: Explanation) -> list[tuple[Reason, ...]]:
        ranked = self.hazards.sizes.ranked(frame)
        columns = []
        for feature in FEATURES:
            raw = frame[feature.code].to_numpy(dtype=object)
            place = ranked[feature.code].to_numpy(dtype=object)
            absent = pd.isna(raw)
            behind = self.evidence.by_feature[feature.code].behind
            seen: dict[Any, Behind] = {}
            values, counted = [], []
            for value, counts_as, unknown in zip(raw, place, absent, strict=True):
                shown = None
                if not unknown:
                    shown = str(value) if feature.kind == CATEGORY else float(value)
                key = None if unknown or pd.isna(counts_as) else counts_as
                if key not in seen:
                    seen[key] = behind(key)
                values.append(shown)
                counted.append(seen[key])
            columns.append((values, counted))
        closed, announced = self.evidence.closed_count, self.evidence.announced_count
        size = np.abs(told.points)
        order = np.argsort(-size, axis=1, kind="stable").tolist()
        points, sizes = told.points.tolist(), size.tolist()
        weak = (told.spread > size).tolist()
        result = []
        for row, places in enumerate(order):
            reasons = []
            for place in places:
                if sizes[row][place] <= LEAST_POINTS:
                    break
                values, counted = columns[place]
                band_low, band_high, with_value, of_them = counted[row]
                reasons.append(
                    Reason(
                        feature=FEATURES[place].code,
                        value=values[row],
                        points=points[row][place],
                        is_weak=weak[row][place],
                        low=band_low,
                        high=band_high,
                        closed_count=with_value,
                        announced_count=of_them,
                        office_closed_count=closed,
                        office_announced_count=announced,
                    )
                )
            result.append(tuple(reasons))
        return result
