"""Reads conditions from the data of the rules, and checks them against the questionnaire.

    { all = [...] }  { any = [...] }  { not = {...} }
    { part = "B6.view", in = ["reduce", "exit"] }         also: is, includes_any, includes_none
    { stated = "E2.activity" }                            words, a date, an option, more than zero
    { part = "E4.likelihood", at_least = 4 }              also: at_most, more_than, less_than, equal
    { change = ["C1.now", "C1.then"], at_most = -20 }     the second less the first
    { change_percent = ["C1.now", "C1.then"], at_least = 10 }
    { percent_of = ["C3.open", "C1.now"], more_than = 10 }
    { months_until = "A3.lease_ends", at_most = 12 }      calendar months from the day of the visit
    { days_since = "G3.open_since", more_than = 30 }
    { how_many = ["G1.roads", "G1.transit"], equal = 1, at_least = 3 }

`@last` after a part means the visit before this one, `=name` a quantity that the rules define,
and `*` the part in turn of a rule that goes through several.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from crm.bre.conditions import (
    COMPARE,
    All,
    AnyOf,
    Chosen,
    Compared,
    Condition,
    HowMany,
    Not,
    Stated,
)
from crm.bre.documents import Place
from crm.bre.quantities import LAST, Amount, Change, FirstKnown, PercentOf, Quantity, Until
from crm.bre.questionnaire import Part, PartType, Questionnaire
from crm.bre.time_spans import days_since, months_until
from crm.bre.values import NO, YES
from models.errors import N_

EACH = "*"

_NUMBERS = frozenset(
    {PartType.NUMBER, PartType.MONEY, PartType.RATING, PartType.SCORE, PartType.PERCENT}
)
_CODES = frozenset({PartType.YES_NO, PartType.CHOICE, PartType.CHOICES})
_DATES = frozenset({PartType.DATE})
_CHOSEN = ("is", "in", "includes_any", "includes_none")
_MEASURES = ("change", "change_percent", "percent_of", "months_until", "days_since")
_FORMS = ("all", "any", "not", "stated", "how_many", "part", *_MEASURES)


@dataclass(frozen=True, slots=True)
class ConditionReader:
    """Reads the conditions of one set of rules. `each` is the part in turn, where there is one."""

    questionnaire: Questionnaire
    sums: Mapping[str, tuple[tuple[str, ...], ...]] = field(default_factory=dict)
    each: str | None = None

    def read(self, place: Place) -> Condition:
        """The condition at a place.

        Raises:
            DocumentError: it is not one, or the questionnaire has no such part.
        """
        names = place.names()
        forms = [form for form in _FORMS if form in names]
        if len(forms) != 1:
            raise place.wrong(
                N_("A condition has exactly one of: %(known)s."), known=", ".join(_FORMS)
            )
        form = forms[0]
        if form in ("all", "any"):
            place.names((form,))
            members = tuple(self.read(one) for one in place.at(form).items())
            if not members:
                raise place.wrong(N_("A condition of several has at least one."))
            return All(members) if form == "all" else AnyOf(members)
        if form == "not":
            place.names((form,))
            return Not(self.read(place.at(form)))
        if form == "stated":
            place.names((form,))
            return Stated(self.name(place.at(form)))
        if form == "how_many":
            return self._how_many(place)
        if form == "part" and any(name in names for name in _CHOSEN):
            return self._chosen(place)
        return Compared(self._quantity(place, form), self._bounds(place, form))

    def name(self, place: Place, types: frozenset[PartType] | None = None) -> str:
        """The part that is named at a place, with `@last` where it stands there."""
        name = place.text()
        if name == EACH and self.each is not None:
            name = self.each
        self._part(place, name, types)
        return name

    def _part(self, place: Place, name: str, types: frozenset[PartType] | None = None) -> Part:
        part = self.questionnaire.find_part(name.removesuffix(LAST))
        if part is None:
            raise place.wrong(N_("The questionnaire has no part “%(name)s”."), name=name)
        if types is not None and part.type not in types:
            raise place.wrong(
                N_("“%(name)s” is of the type %(type)s, which cannot be judged like this."),
                name=name,
                type=part.type.value,
            )
        return part

    def _chosen(self, place: Place) -> Condition:
        names = place.names(("part", *_CHOSEN))
        if len(names) != 2:
            raise place.wrong(N_("Give exactly one of: %(known)s."), known=", ".join(_CHOSEN))
        test = next(name for name in names if name != "part")
        key = self.name(place.at("part"), _CODES)
        part = self._part(place, key)
        codes = (place.at(test).text(),) if test == "is" else place.at(test).texts()
        known = (YES, NO) if part.type is PartType.YES_NO else tuple(o.code for o in part.options)
        for code in codes:
            if code not in known:
                raise place.at(test).wrong(
                    N_("“%(value)s” is not one of: %(known)s."), value=code, known=", ".join(known)
                )
        return Chosen(key, codes, is_none=test == "includes_none")

    def _how_many(self, place: Place) -> Condition:
        place.names(("how_many", "equal", "at_least"))
        names = tuple(self.name(one, _NUMBERS) for one in place.at("how_many").items())
        return HowMany(names, place.at("equal").number(), place.at("at_least").whole())

    def _bounds(self, place: Place, form: str) -> tuple[tuple[str, Fraction], ...]:
        names = place.names((form, *COMPARE))
        bounds = tuple((name, place.at(name).number()) for name in names if name != form)
        if not bounds:
            raise place.wrong(N_("Give at least one of: %(known)s."), known=", ".join(COMPARE))
        return bounds

    def _quantity(self, place: Place, form: str) -> Quantity:
        if form == "part":
            return self._operand(place.at(form))
        if form in ("months_until", "days_since"):
            name = self.name(place.at(form), _DATES)
            return Until(name, months_until if form == "months_until" else days_since)
        operands = [self._operand(one) for one in place.at(form).items()]
        if len(operands) != 2:
            raise place.at(form).wrong(N_("Two quantities are wanted here."))
        if form == "percent_of":
            return PercentOf(operands[0], operands[1])
        return Change(operands[0], operands[1], is_percent=form == "change_percent")

    def _operand(self, place: Place) -> Quantity:
        name = place.text()
        if not name.startswith("="):
            return Amount(self.name(place, _NUMBERS))
        plain = name.removeprefix("=").removesuffix(LAST)
        if plain not in self.sums:
            raise place.wrong(N_("The rules define no quantity “%(name)s”."), name=plain)
        suffix = LAST if name.endswith(LAST) else ""
        return FirstKnown(tuple(tuple(f"{p}{suffix}" for p in s) for s in self.sums[plain]))

    def read_sums(self, place: Place) -> tuple[tuple[str, ...], ...]:
        """The ways to get a defined quantity: a part, or parts to add, the best way first."""
        ways = []
        for one in place.items():
            members = list(one.items()) if isinstance(one.value, list) else [one]
            ways.append(tuple(self.name(member, _NUMBERS) for member in members))
        if not ways:
            raise place.wrong(N_("Name at least one part."))
        return tuple(ways)
