"""A model of any lead table: what is known first, what the table shows next, and why.

The additive model speaks alone on few rows; from 150 rows with fifteen of each outcome on,
small trees are blended in by what both say of rows they have not seen. Always fits; whether a
score deserves trust is for the caller to test.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Self

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import expit
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils import Tags
from sklearn.utils.validation import check_is_fitted

from scoring.additive import AdditiveModel, Terms
from scoring.blending import Blend, fit_blend, fold_numbers, is_enough
from scoring.evidence import moderated
from scoring.lookup import LookUp
from scoring.table_card import TableCard
from scoring.tables import read_outcomes, read_table, read_weights, table_tags
from scoring.threads import one_thread
from scoring.tree_tables import TreeEnsemble
from scoring.trees import fit_trees_in_folds

Matrix = npt.NDArray[np.float64]

NAME: Final = "lead-table-model"
FORMAT: Final = 1
WIDTH, CARD_WIDTH = 1.65, 1.8
"""Posterior deviations on either side that hold the true chance in 80 % of cases, measured; more
with a scorecard, whose tight prior makes the posterior too sure."""
BASE: Final = "(base)"


@dataclass(frozen=True, slots=True)
class _Blended:
    """Trees and the weights of both models."""

    trees: TreeEnsemble
    blend: Blend


class LeadModel(ClassifierMixin, BaseEstimator):
    """The chance of the second class for any lead table, with its band and its exact reasons.

    Text and flags are categories, numbers are numbers, missing is missing; a column of dates is
    left out with a warning, because what hangs on the calendar foretells nothing.

    Parameters
    ----------
    random_state : int
        How rows are dealt into folds.
    scorecard : mapping or TableCard, optional
        What is known before: `{"chance": 0.1, "rules": [{"feature": "source", "any_of":
        ["referral"], "points": 10}]}`; ten points are one unit of log-odds. The model learns
        departures from it, and without evidence says what it says.

    Attributes
    ----------
    classes_ : array, shape (2,)
    is_blended_ : bool
        Whether there were rows enough to blend trees in.

    Examples
    --------
    >>> import pandas as pd
    >>> frame = pd.DataFrame({"source": ["fair", "referral"] * 20, "jobs": range(40)})
    >>> model = LeadModel(random_state=0).fit(frame, [0, 1] * 20)
    >>> bool(model.predict_proba(frame)[1, 1] > 0.8)
    True
    """

    def __init__(
        self,
        *,
        random_state: int = 0,
        scorecard: TableCard | Mapping[str, Any] | None = None,
    ) -> None:
        self.random_state = random_state
        self.scorecard = scorecard

    def fit(
        self,
        X: pd.DataFrame | npt.ArrayLike,  # noqa: N803 - as in scikit-learn
        y: npt.ArrayLike,
        groups: npt.ArrayLike | None = None,
        sample_weight: npt.ArrayLike | None = None,
    ) -> Self:
        """Fit to a table, shape (n, columns), and two classes (one class alone is allowed).

        Rows of one of the `groups` (n,), such as views of one lead, are judged together; give
        each its share as `sample_weight` (n,).
        """
        frame = read_table(self, X, is_fit=True)
        self.classes_, target = read_outcomes(y, len(frame))
        weights = read_weights(sample_weight, len(frame))
        if groups is None:
            subjects = np.arange(len(frame))
        else:
            subjects = pd.factorize(pd.Series(np.asarray(groups)), use_na_sentinel=False)[0]
            if len(subjects) != len(frame):
                raise ValueError(f"X has {len(frame)} rows and groups has {len(subjects)}")
        card = self.scorecard
        if card is not None and not isinstance(card, TableCard):
            card = TableCard.from_dict(card)
        if card is not None:
            card.check(frame)
        # A row without weight must not even lend its values to the columns.
        used = weights > 0.0
        frame, target, weights = frame[used], target[used], weights[used]
        subjects = np.unique(subjects[used], return_inverse=True)[1]
        with one_thread():
            self._additive = AdditiveModel.fit(frame, target, weights, card)
            self._blended = self._blend(frame, target, weights, subjects)
        self.is_blended_ = self._blended is not None
        return self

    def _blend(
        self,
        frame: pd.DataFrame,
        target: Matrix,
        weights: Matrix,
        subjects: npt.NDArray[np.intp],
    ) -> _Blended | None:
        if not is_enough(target, subjects):
            return None
        folds = fold_numbers(target, subjects, self.random_state)
        trees, tree_scores = fit_trees_in_folds(frame, target, weights, folds)
        additive_scores = self._additive.held_out(frame, target, weights, folds)
        members = np.column_stack([additive_scores, tree_scores])
        return _Blended(trees, fit_blend(members, target, weights))

    def decision_function(self, X: pd.DataFrame | npt.ArrayLike) -> Matrix:  # noqa: N803
        """Return log-odds of the second class, shape (n,)."""
        frame = self._read(X)
        with one_thread():
            mean, variance = self._additive.score(frame)
        log_odds = moderated(mean, variance)
        if self._blended is None:
            return log_odds
        return self._blended.blend.score(
            np.column_stack([log_odds, self._blended.trees.raw(frame)])
        )

    def predict_proba(self, X: pd.DataFrame | npt.ArrayLike) -> Matrix:  # noqa: N803
        """Return the chance of each class, shape (n, 2)."""
        chance = expit(self.decision_function(X))
        return np.column_stack([1.0 - chance, chance])

    def predict(self, X: pd.DataFrame | npt.ArrayLike) -> npt.NDArray[Any]:  # noqa: N803
        """Return the likelier class, shape (n,)."""
        is_second = self.decision_function(X) > 0
        return np.asarray(self.classes_[is_second.astype(int)])

    def predict_interval(self, X: pd.DataFrame | npt.ArrayLike) -> Matrix:  # noqa: N803
        """Return the band that holds the true chance of the second class in four of five cases.

        Returns
        -------
        array, shape (n, 2)
            Lower and upper end; `predict_proba` lies within.
        """
        frame = self._read(X)
        with one_thread():
            mean, variance = self._additive.score(frame)
        deviations = WIDTH if self._additive.card is None else CARD_WIDTH
        log_odds, width = moderated(mean, variance), deviations * np.sqrt(variance)
        if self._blended is not None:
            blend, raw = self._blended.blend, self._blended.trees.raw(frame)
            log_odds = blend.score(np.column_stack([log_odds, raw]))
            mean = blend.score(np.column_stack([mean, raw]))
            width = width * sum(blend.weights)
        low, high = np.minimum(mean - width, log_odds), np.maximum(mean + width, log_odds)
        return np.column_stack([expit(low), expit(high)])

    def explain(self, X: pd.DataFrame | npt.ArrayLike) -> pd.DataFrame:  # noqa: N803
        """Return what each column adds to the log-odds, a row a lead.

        Returns
        -------
        DataFrame
            The first column, `(base)`, is the average lead; each row sums to the log-odds.
        """
        frame = self._read(X)
        with one_thread():
            terms: Terms = self._additive.terms(frame)
        base, parts = terms.base, terms.parts
        if self._blended is not None:
            own, others = self._blended.blend.weights
            tree_base, tree_parts = self._blended.trees.contributions(frame)
            base = own * base + others * tree_base + self._blended.blend.constant
            parts = own * parts + others * tree_parts
        table = np.column_stack([base, parts])
        return pd.DataFrame(table, index=frame.index, columns=[BASE, *self._additive.names])

    def look_up(self) -> LookUp:
        """Return the additive part as one table a column: its mean score without the spread.

        It ranks many leads fast; it knows nothing of trees or of a scorecard.
        """
        check_is_fitted(self)
        coefficients = self._additive.posterior.coefficients
        width = len(self._additive.columns.blocks)
        return LookUp.of(self._additive.columns, coefficients[:width], float(coefficients[-1]))

    def to_json(self) -> str:
        """Return the model as text; numbers keep every bit."""
        check_is_fitted(self)
        blended = self._blended
        document = {
            "name": NAME,
            "format": FORMAT,
            "random_state": self.random_state,
            "classes": self.classes_.tolist(),
            "columns": self.n_features_in_,
            "names": list(map(str, self.feature_names_in_))
            if hasattr(self, "feature_names_in_")
            else None,
            "additive": self._additive.to_dict(),
            "trees": None if blended is None else blended.trees.to_dict(),
            "blend": None if blended is None else [*blended.blend.weights, blended.blend.constant],
        }
        return json.dumps(document, ensure_ascii=False, allow_nan=False, sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Rebuild from `to_json`. Raises `ValueError` for text that is no such model."""
        try:
            plain = json.loads(text)
            if plain["name"] != NAME or plain["format"] != FORMAT:
                raise ValueError("unknown kind or format of a lead model")
            additive = AdditiveModel.from_dict(plain["additive"])
            model = cls(random_state=int(plain["random_state"]), scorecard=additive.card)
            model._additive = additive
            model._blended = _blended_from(plain, additive)
            model.is_blended_ = model._blended is not None
            classes = plain["classes"]
            if not isinstance(classes, list) or len(classes) != 2 or classes[0] == classes[1]:
                raise ValueError("a lead model has two classes")
            model.classes_ = np.array(classes)
            model.n_features_in_ = int(plain["columns"])
            if plain["names"] is not None:
                given = [str(name) for name in plain["names"]]
                if not set(additive.names) <= set(given) or len(given) != model.n_features_in_:
                    raise ValueError("the columns do not fit the table")
                model.feature_names_in_ = np.array(given, dtype=object)
        except (AttributeError, IndexError, KeyError, TypeError, RecursionError) as problem:
            raise ValueError("a lead model that cannot be read") from problem
        return model

    def __sklearn_tags__(self) -> Tags:
        """Return what scikit-learn asks of its estimators: here, two classes and any table."""
        return table_tags(super().__sklearn_tags__())

    def _read(self, table: pd.DataFrame | npt.ArrayLike) -> pd.DataFrame:
        check_is_fitted(self)
        return read_table(self, table, is_fit=False)


def _blended_from(plain: dict[str, Any], additive: AdditiveModel) -> _Blended | None:
    if plain["trees"] is None:
        return None
    trees = TreeEnsemble.from_dict(plain["trees"])
    *weights, constant = (float(value) for value in plain["blend"])
    if trees.names != additive.names or len(weights) != 2 or min(weights) < 0.0:
        raise ValueError("the trees do not fit the additive model")
    if not np.isfinite([*weights, constant]).all():
        raise ValueError("a weight is not finite")
    return _Blended(trees, Blend(tuple(weights), constant))
