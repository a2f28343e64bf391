"""The words of a pipeline in four languages."""

import pytest

from crm.imports.losses import classify_reason, find_place
from crm.imports.problems import ValueProblem
from crm.imports.vocabulary import (
    Likelihood,
    LikelihoodScale,
    find_likelihood_scale,
    parse_lead_type,
    parse_likelihood,
    parse_stage,
    parse_stage_or_status,
    parse_status,
)
from crm.imports.words import listed, read_words
from models.lead import LossReason
from models.stage import STAGES, LeadType, StageCode, Status

VALUES = read_words("values")


@pytest.mark.parametrize("stage", STAGES)
def test_every_word_of_a_stage_leads_to_it(stage: StageCode) -> None:
    for word in (stage.value, str(stage.position), *listed(VALUES["stage"][stage.value])):
        assert parse_stage(word) is stage
        assert parse_stage(word.upper()) is stage
        assert parse_stage_or_status(word) is stage


@pytest.mark.parametrize("status", Status)
def test_every_word_of_a_status_leads_to_it(status: Status) -> None:
    for word in (status.value, *listed(VALUES["status"][status.value])):
        assert parse_status(word) is status


def test_every_code_has_words_in_four_languages() -> None:
    for group, codes in (("stage", STAGES), ("status", Status), ("lead_type", LeadType)):
        assert set(VALUES[group]) == {code.value for code in codes}
        assert all(set(words) == {"en", "fr", "ja", "ko"} for words in VALUES[group].values())


@pytest.mark.parametrize(
    ("printed", "stage"),
    [
        ("決定(非公表)", StageCode.COMMITTED),
        ("제안ㆍ방문", StageCode.PROPOSAL),
        ("  active   PROJECT ", StageCode.ACTIVE),
        ("Proposal/Site visit", StageCode.PROPOSAL),
        ("negociation", StageCode.NEGOTIATION),
        ("3. Qualified", StageCode.QUALIFIED),
        ("Stage 3", StageCode.QUALIFIED),
        ("3단계", StageCode.QUALIFIED),
        ("③", StageCode.QUALIFIED),
        (3.0, StageCode.QUALIFIED),
        ("4 - Engaged", StageCode.ENGAGED),
    ],
)
def test_stages_as_offices_write_them(printed: str | float, stage: StageCode) -> None:
    assert parse_stage(printed) is stage


@pytest.mark.parametrize("cell", ["", "-", None])
def test_an_empty_stage_or_status_is_none(cell: str | None) -> None:
    assert parse_stage(cell) is None
    assert parse_status(cell) is None
    assert parse_stage_or_status(cell) is None


@pytest.mark.parametrize(
    "cell", ["Quallified", "Won", "9", "0", "unknown", "Lost", "x" * 5000, True]
)
def test_a_word_that_is_no_stage_is_a_mistake(cell: object) -> None:
    with pytest.raises(ValueProblem, match="not a stage") as caught:
        parse_stage(cell)  # type: ignore[arg-type]
    assert "Announced" in caught.value.message


@pytest.mark.parametrize("cell", ["Sleeping", "Closed", "Engaged", "unknown", "TBD", 1.0])
def test_a_word_that_is_no_status_is_a_mistake(cell: object) -> None:
    with pytest.raises(ValueProblem, match="is not a status") as caught:
        parse_status(cell)  # type: ignore[arg-type]
    assert "Passed on" in caught.value.message


@pytest.mark.parametrize("cell", ["Won", "成約", "수주", "gagné"])
def test_won_is_a_stage_and_the_message_says_so(cell: str) -> None:
    with pytest.raises(ValueProblem, match="stage Announced"):
        parse_status(cell)


def test_a_status_may_stand_in_the_stage_column() -> None:
    assert parse_stage_or_status("Lost") is Status.LOST
    assert parse_stage_or_status("失注") is Status.LOST
    assert parse_stage_or_status("보류") is Status.ON_HOLD
    assert parse_stage_or_status("Active") is StageCode.ACTIVE
    with pytest.raises(ValueProblem, match="neither a stage nor a status"):
        parse_stage_or_status("Gone")


def test_lead_types() -> None:
    for lead_type in LeadType:
        for word in listed(VALUES["lead_type"][lead_type.value]):
            assert parse_lead_type(word) is lead_type
    assert parse_lead_type("不明") is None
    with pytest.raises(ValueProblem, match="not a type"):
        parse_lead_type("Adventure")


@pytest.mark.parametrize(
    ("cell", "scale", "chance", "band"),
    [
        ("60%", LikelihoodScale.PERCENT, 0.6, None),
        ("60 %", LikelihoodScale.FRACTION, 0.6, None),
        ("60", LikelihoodScale.PERCENT, 0.6, None),
        ("約60％", LikelihoodScale.PERCENT, 0.6, None),
        (0.6, LikelihoodScale.FRACTION, 0.6, None),
        ("1", LikelihoodScale.PERCENT, 0.01, None),
        ("1", LikelihoodScale.FRACTION, 1.0, None),
        ("Low", LikelihoodScale.PERCENT, None, "low"),
        ("中", LikelihoodScale.PERCENT, None, "medium"),
        ("높음", LikelihoodScale.PERCENT, None, "high"),
        ("élevée", LikelihoodScale.PERCENT, None, "high"),
    ],
)
def test_likelihood(
    cell: str | float, scale: LikelihoodScale, chance: float | None, band: str | None
) -> None:
    likelihood = parse_likelihood(cell, scale)
    assert likelihood is not None
    assert likelihood.chance == pytest.approx(chance)
    assert likelihood.band == band


@pytest.mark.parametrize("cell", ["150", "-5", "101%", "maybe", "50-60%", 1.5e9])
def test_what_is_no_likelihood(cell: str | float) -> None:
    with pytest.raises(ValueProblem, match="not a likelihood"):
        parse_likelihood(cell)


def test_an_unknown_likelihood_is_none() -> None:
    assert parse_likelihood("-") is None
    assert parse_likelihood("60%") == Likelihood("60%", chance=0.6)


def test_a_column_tells_fractions_from_percentages() -> None:
    assert find_likelihood_scale(["0.6", "1", ""]) is LikelihoodScale.FRACTION
    assert find_likelihood_scale(["1", "60"]) is LikelihoodScale.PERCENT
    assert find_likelihood_scale(["60%", "high"]) is LikelihoodScale.PERCENT
    assert find_likelihood_scale([]) is LikelihoodScale.PERCENT


@pytest.mark.parametrize(
    ("reason", "place"),
    [
        ("Lost to Ohio", "Ohio"),
        ("lost to South Carolina.", "South Carolina"),
        ("Lost to the United States", "United States"),
        ("Lost to Vietnam (incentives)", "Vietnam"),
        ("Went to Texas - cheaper land", "Texas"),
        ("Chose Georgia", "Georgia"),
        ("オハイオ州に決定", "オハイオ州"),
        ("ベトナムを選定", "ベトナム"),
        ("오하이오로 결정", "오하이오"),
        ("베트남으로 최종 결정", "베트남"),
        ("perdu au profit de l'Ohio", "Ohio"),
        ("Perdu au profit du Vietnam", "Vietnam"),
        ("Perdu au profit de l’Ontario", "Ontario"),
        ("Chose to stay in Japan", None),
        ("Lost to a competitor", None),
        ("Lost to competition", None),
        ("国内に決定", None),
        ("他社に決定", None),
        ("경쟁사로 결정", None),
        ("Exchange rate", None),
        ("Merged with rival project", None),
        ("No decision", None),
        ("A " * 500, None),
    ],
)
def test_the_place_that_won(reason: str, place: str | None) -> None:
    assert find_place(reason) == place


@pytest.mark.parametrize(
    ("reason", "kind"),
    [
        ("Lost to Ohio", LossReason.PLACE_WON),
        ("Chose to stay in Japan", LossReason.STAYED_HOME),
        ("No decision", LossReason.NO_DECISION),
        ("Budget withdrawn", LossReason.BUDGET_WITHDRAWN),
        ("Merged with rival project", LossReason.MERGED),
        ("Exchange rate", LossReason.COST),
        ("為替", LossReason.COST),
        ("연락 두절", LossReason.GONE_SILENT),
        ("gone_silent", LossReason.GONE_SILENT),
        ("Aucune décision", LossReason.NO_DECISION),
        ("The moon was full", None),
    ],
)
def test_the_kind_of_loss(reason: str, kind: LossReason | None) -> None:
    assert classify_reason(reason) is kind


def test_a_named_place_makes_it_a_place_that_won() -> None:
    assert classify_reason("Better offer", "Ohio") is LossReason.PLACE_WON
