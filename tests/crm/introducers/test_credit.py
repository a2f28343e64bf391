"""How the credit of one outcome is shared: rules, without a database."""

import random

import pytest

from crm.introducers.credit import Part, Rate, Stated, part_of, split
from crm.introducers.filters import IntroducerKind, read_filters
from crm.introducers.graph import cut
from crm.introducers.queries import agency_of
from models.commitment import Credit

FULL, SHARED = Credit.FULL, Credit.SHARED


def test_one_alone_has_all_of_it() -> None:
    assert split([Stated("a")]) == {"a": Part(FULL, 100.0)}
    assert split([Stated("a", FULL)]) == {"a": Part(FULL, 100.0)}
    assert split([]) == {}


def test_one_who_shares_with_somebody_unnamed_has_a_part() -> None:
    assert split([Stated("a", SHARED)]) == {"a": Part(SHARED, None, 100.0, 1)}
    assert split([Stated("a", SHARED, 60)]) == {"a": Part(SHARED, 60)}
    assert split([Stated("a", None, 60)]) == {"a": Part(SHARED, 60)}


def test_where_one_has_full_credit_others_have_none() -> None:
    assert split([Stated("a"), Stated("b", FULL)]) == {"b": Part(FULL, 100.0)}


def test_what_nobody_stated_is_shared_and_not_divided() -> None:
    undivided = Part(SHARED, None, 100.0, 3)
    assert split([Stated("a"), Stated("b"), Stated("c")]) == {
        "a": undivided,
        "b": undivided,
        "c": undivided,
    }


def test_what_a_stated_share_leaves_is_shared_among_the_others() -> None:
    rest = Part(SHARED, None, 60.0, 2)
    assert split([Stated("a", SHARED, 40), Stated("b"), Stated("c")]) == {
        "a": Part(SHARED, 40),
        "b": rest,
        "c": rest,
    }


def test_statements_that_cannot_all_be_true_are_not_counted() -> None:
    undivided = Part(SHARED, None, 100.0, 2)
    assert split([Stated("a", FULL), Stated("b", FULL)]) == {"a": undivided, "b": undivided}
    over = [Stated("a", SHARED, 70), Stated("b", SHARED, 40)]
    assert split(over) == {"a": undivided, "b": undivided}


def test_two_people_of_one_organization_are_one() -> None:
    assert split([Stated("a", SHARED, 30), Stated("a", SHARED, 20), Stated("b", SHARED, 50)]) == {
        "a": Part(SHARED, 50),
        "b": Part(SHARED, 50),
    }
    one_unknown = [Stated("a", SHARED, 30), Stated("a"), Stated("b", SHARED, 50)]
    assert split(one_unknown)["a"] == Part(SHARED, None, 50.0, 1)
    assert split([Stated("a"), Stated("a")]) == {"a": Part(FULL, 100.0)}


def test_the_parts_of_an_outcome_never_pass_it() -> None:
    chance = random.Random(7)
    for _ in range(2_000):
        stated = [
            Stated(
                chance.choice("abcd"),
                chance.choice((None, FULL, SHARED)),
                chance.choice((None, None, 12.5, 33.3, 50, 66.7, 100)),
            )
            for _number in range(chance.randint(1, 5))
        ]
        amount = chance.choice((1, 3, 7, 10, 99, 5_000_001))
        parts = split(stated).values()
        divided = sum(
            part_of(amount, part.share_percent) for part in parts if part.share_percent is not None
        )
        rests = {(part.rest_percent, part.among) for part in parts if part.is_undivided}
        assert len(rests) <= 1
        undivided = sum(part_of(amount, rest) for rest, _among in rests)
        assert divided + undivided <= amount, stated
        assert sum(part.is_undivided for part in parts) == sum(among for _rest, among in rests)


@pytest.mark.parametrize(
    ("part", "count", "low", "high"),
    [
        (0, 0, 0.0, 1.0),
        (0, 10, 0.0, 0.2775),
        (10, 10, 0.7225, 1.0),
        (4, 12, 0.1381, 0.6094),
        (50, 100, 0.4038, 0.5962),
    ],
)
def test_few_leads_make_a_wide_interval(part: int, count: int, low: float, high: float) -> None:
    rate = Rate(part, count)
    assert rate.low == pytest.approx(low, abs=5e-5)
    assert rate.high == pytest.approx(high, abs=5e-5)
    assert rate.share == (part / count if count else None)


@pytest.mark.parametrize(
    ("name", "native", "kind"),
    [
        ("JETRO Toronto", None, IntroducerKind.JETRO),
        ("Japan External Trade Organization", None, IntroducerKind.JETRO),
        ("Trade body", "独立行政法人日本貿易振興機構", IntroducerKind.JETRO),
        ("Korea Trade-Investment Promotion Agency", None, IntroducerKind.KOTRA),
        ("Trade body", "대한무역투자진흥공사", IntroducerKind.KOTRA),
        ("Jetrox Systems", None, IntroducerKind.ORGANIZATION),
    ],
)
def test_the_two_agencies_are_known_by_their_names(
    name: str, native: str | None, kind: IntroducerKind
) -> None:
    assert agency_of(name, native) is kind


def test_filters_leave_out_what_is_none_and_say_what_is_no_day() -> None:
    filters = read_filters({"kind": "ghost", "country": "Japan", "from": "2026-05-01"})
    assert (filters.kind, filters.market, filters.has_range) == (None, None, True)
    assert filters.as_args() == {"from": "2026-05-01"}
    assert set(read_filters({"from": "soon", "to": "2026-02-30"}).problems) == {"from", "to"}
    assert set(read_filters({"from": "2026-05-02", "to": "2026-05-01"}).problems) == {"to"}


def test_wide_letters_take_more_room() -> None:
    assert cut("Sample", 200) == "Sample"
    assert cut("x" * 40, 200).endswith("…")
    assert len(cut("日" * 40, 200)) < len(cut("x" * 40, 200))
