"""What the report of gaps counts is what the rule says of each lead, on both databases."""

import random
from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from crm.database import Database
from crm.leads.facts import gaps_of, known_fields, load_answers, load_facts, load_requirements
from crm.leads.filters import OPEN
from crm.reports.filters import FunnelFilters
from crm.reports.gaps import GapReport, build_gaps
from crm.reports.gaps_queries import summarise_gaps
from crm.reports.gaps_rules import KNOWN, known
from models.announcement import Announcement, AnnouncementKind
from models.interaction import Interaction, InteractionKind, InteractionStanding
from models.lead import (
    ApprovalState,
    DecisionStep,
    Direction,
    Lead,
    LeadAnswer,
    NdaDecision,
    StepStanding,
)
from models.measure import Qualifier
from models.stage import (
    STAGES,
    AnswerState,
    LeadType,
    RequirementKind,
    StageCode,
    StageRequirement,
    Status,
)
from models.user import LOCAL_ADMINISTRATOR
from tests.factories.interaction import make_organization
from tests.factories.lead import NOW, make_sector, make_source
from tests.factories.user import make_office, make_user

TODAY = NOW.date()
_TYPES = (LeadType.INVESTMENT, LeadType.TRADE)
_TEXTS = (
    "code_name",
    "next_action",
    "need",
    "drivers",
    "timing",
    "competing_places",
    "requirements",
    "departments_met",
    "terms_discussed",
    "embargo_decided",
)
_DAYS = (
    "first_contact_on",
    "next_action_on",
    "target_on",
    "proposal_sent_on",
    "visit_held_on",
    "paper_signed_on",
)


def fill(database: Database, count: int, *, seed: int) -> None:
    """Leads that know, lack, promise and waive whatever falls to them, written as bare rows.

    No command writes an empty text or a proof without its stage; the rule has words on both.
    """
    dice = random.Random(seed)
    keys = {
        "organization_id": make_organization(database).id,
        "sector_id": make_sector(database).id,
        "source_id": make_source(database).id,
        "owner_id": make_user(database).id,
        "partner_office_id": make_office(database).id,
    }
    with database.unscoped(LOCAL_ADMINISTRATOR, purpose="test") as session:
        fields = sorted(set(session.scalars(sa.select(StageRequirement.field))))
        for _ in range(count):
            # From leads that know next to nothing to leads that know nearly all.
            lead = _lead(dice, keys, share=dice.choice((0.2, 0.6, 0.9, 0.97)))
            session.add(lead)
            session.flush()
            session.add_all(
                [
                    *_steps(dice, lead.id),
                    *_interactions(dice, lead.id),
                    *_answers(dice, lead.id, fields),
                ]
            )
            if dice.random() < 0.3:
                session.add(
                    Announcement(
                        lead_id=lead.id,
                        kind=AnnouncementKind.EXPANSION,
                        title="Invented",
                        created_at=NOW,
                    )
                )


def _lead(dice: random.Random, keys: dict[str, int], *, share: float) -> Lead:
    def perhaps(value: Any) -> Any:
        return value if dice.random() < share else None

    return Lead(
        title="Invented",
        lead_type=dice.choice(_TYPES),
        direction=Direction.INTO_CANADA,
        stage=dice.choice(STAGES),
        status=dice.choice([*OPEN, *OPEN, *Status]),
        market=perhaps("JP"),
        capex_qualifier=perhaps(dice.choice((Qualifier.EXACT, Qualifier.NOT_DISCLOSED))),
        jobs_qualifier=perhaps(Qualifier.EXACT),
        nda_decision=perhaps(NdaDecision.NOT_NEEDED),
        approval_state=perhaps(ApprovalState.DRAFTING),
        opened_at=NOW,
        changed_at=NOW,
        **{name: perhaps(key) for name, key in keys.items()},
        **{name: perhaps(dice.choice(("", "said", "said"))) for name in _TEXTS},
        **{name: perhaps(TODAY) for name in _DAYS},
    )


def _steps(dice: random.Random, lead_id: int) -> list[DecisionStep]:
    return [
        DecisionStep(
            lead_id=lead_id,
            position=position,
            name=dice.choice(("Kamiya", "Board")),
            department=dice.choice((None, "", "Finance", "Board")),
            is_decider=dice.random() < 0.2,
            standing=StepStanding.UNKNOWN,
            met_on=dice.choice((None, TODAY)),
            recorded_at=NOW,
        )
        for position in range(dice.choice((0, 0, 1, 2, 3)))
    ]


def _interactions(dice: random.Random, lead_id: int) -> list[Interaction]:
    return [
        Interaction(
            lead_id=lead_id,
            kind=dice.choice(list(InteractionKind)),
            standing=dice.choice(list(InteractionStanding)),
            known_at=NOW,
            recorded_at=NOW,
        )
        for _ in range(dice.choice((0, 0, 1, 2)))
    ]


def _answers(dice: random.Random, lead_id: int, fields: Sequence[str]) -> list[LeadAnswer]:
    found = []
    for field in dice.sample(fields, dice.choice((0, 0, 3, 12, len(fields)))):
        state = dice.choice(list(AnswerState))
        ask_by_on = TODAY + timedelta(days=dice.randint(-2, 2))
        found.append(
            LeadAnswer(
                lead_id=lead_id,
                field=field,
                state=state,
                ask_by_on=ask_by_on if state is AnswerState.ASK_BY else None,
                answered_at=NOW,
            )
        )
    return found


def report_of(
    database: Database, lead_type: LeadType = LeadType.INVESTMENT, *, today: date = TODAY
) -> GapReport:
    with database.reader(LOCAL_ADMINISTRATOR) as session:
        return build_gaps(summarise_gaps(session, FunnelFilters(lead_type=lead_type), today=today))


def counts_of(report: GapReport) -> dict[Any, tuple[int, ...]]:
    """All figures of a report, by what they are about."""
    found: dict[Any, tuple[int, ...]] = {
        line.stage: (line.lead_count, line.with_gap_count)
        for line in (*report.stages, report.total)
    }
    for stage, lines in report.needs:
        for line in lines:
            found[stage, line.requirement.field] = (
                line.lead_count,
                line.missing_count,
                line.promised_count,
                line.overdue_count,
                line.not_applicable_count,
            )
    return found


def counts_by_the_rule(database: Database, lead_type: LeadType) -> dict[Any, tuple[int, ...]]:
    """The same figures from `gaps_of`, a lead at a time."""
    with database.reader(LOCAL_ADMINISTRATOR) as session:
        leads = session.scalars(
            sa.select(Lead).where(
                Lead.lead_type == lead_type,
                Lead.status.in_(OPEN),
                Lead.stage != StageCode.ANNOUNCED,
            )
        ).all()
        requirements = load_requirements(session)[lead_type]
        gaps = gaps_of(session, leads)
        facts = load_facts(session, [lead.id for lead in leads])
        answers = load_answers(session, [lead.id for lead in leads])
    standing = Counter[Any]()
    lacking = Counter[Any]()
    needed: dict[Any, Counter[str]] = {
        (need.stage, need.field): Counter()
        for need in requirements
        if need.stage is not StageCode.ANNOUNCED
    }
    for lead in leads:
        for stage in (lead.stage, None):
            standing[stage] += 1
            lacking[stage] += bool(gaps[lead.id])
        missing = {(gap.requirement.stage, gap.requirement.field) for gap in gaps[lead.id]}
        for (stage, field), counts in needed.items():
            if stage.position > lead.stage.position:
                continue
            answer = answers[lead.id].get(field)
            if (stage, field) in missing:
                counts["missing"] += 1
                if answer and answer.state is AnswerState.ASK_BY:
                    assert answer.ask_by_on is not None
                    counts["promised"] += 1
                    counts["overdue"] += answer.ask_by_on < TODAY
            elif not known_fields(lead, facts[lead.id]).get(field, False):
                counts["does not apply"] += 1
                continue
            counts["needed"] += 1
    names = ("needed", "missing", "promised", "overdue", "does not apply")
    return {
        **{stage: (standing[stage], lacking[stage]) for stage in (*STAGES[:-1], None)},
        **{key: tuple(counts[name] for name in names) for key, counts in needed.items()},
    }


def test_each_condition_is_the_rule_of_its_field(any_database: Database) -> None:
    fill(any_database, 300, seed=1)
    with any_database.reader(LOCAL_ADMINISTRATOR) as session:
        leads = session.scalars(sa.select(Lead)).all()
        facts = load_facts(session, [lead.id for lead in leads])
        by_rule = {lead.id: known_fields(lead, facts[lead.id]) for lead in leads}
        for field in KNOWN:
            found = set(session.scalars(sa.select(Lead.id).where(known(field))))
            expected = {key for key, fields in by_rule.items() if fields[field]}
            # Leads of both kinds, or the comparison would prove nothing.
            assert 0 < len(expected) < len(leads), field
            assert found == expected, field


def test_no_requirement_is_without_its_condition(any_database: Database) -> None:
    with any_database.reader(LOCAL_ADMINISTRATOR) as session:
        asked = set(session.scalars(sa.select(StageRequirement.field)))
    assert set(KNOWN) == asked


def test_the_report_counts_what_the_rule_says_of_each_lead(any_database: Database) -> None:
    fill(any_database, 400, seed=1)
    for lead_type in _TYPES:
        report = report_of(any_database, lead_type)
        expected = counts_by_the_rule(any_database, lead_type)
        assert counts_of(report) == expected
        # Every way that a requirement can stand has occurred.
        lines = [line for _stage, lines in report.needs for line in lines]
        for count in ("missing", "promised", "overdue", "not_applicable"):
            assert sum(getattr(line, f"{count}_count") for line in lines) > 0, count
        assert 0 < report.total.with_gap_count < report.total.lead_count


def test_what_the_office_asks_twice_or_nobody_can_answer_is_counted_as_asked(
    any_database: Database,
) -> None:
    fill(any_database, 300, seed=3)
    asked = [(StageCode.ENGAGED, "need"), (StageCode.QUALIFIED, "need")]
    unheard = (StageCode.COMMITTED, "unheard")
    with any_database.unscoped(LOCAL_ADMINISTRATOR, purpose="test") as session:
        for row in session.scalars(sa.select(StageRequirement)):
            session.delete(row)
        session.flush()
        session.add_all(
            StageRequirement(
                lead_type=LeadType.TRADE,
                stage=stage,
                field=field,
                kind=RequirementKind.KNOWLEDGE,
                position=position,
            )
            for position, (stage, field) in enumerate([*asked, unheard])
        )
    counts = counts_of(report_of(any_database, LeadType.TRADE))
    assert counts == counts_by_the_rule(any_database, LeadType.TRADE)
    # Some leads waived what was asked twice, and lack nothing.
    lead_count, with_gap_count = counts[StageCode.QUALIFIED]
    assert 0 < with_gap_count < lead_count
    assert counts[asked[1]][-1] > 0
    lead_count, missing_count, *_answered = counts[unheard]
    assert missing_count == lead_count > 0


def test_a_day_to_ask_by_is_overdue_the_day_after(any_database: Database) -> None:
    with any_database.unscoped(LOCAL_ADMINISTRATOR, purpose="test") as session:
        lead = _lead(random.Random(1), {}, share=0)
        lead.stage, lead.status = StageCode.QUALIFIED, Status.ACTIVE
        lead.lead_type = LeadType.INVESTMENT
        session.add(lead)
        session.flush()
        session.add(
            LeadAnswer(
                lead_id=lead.id,
                field="need",
                state=AnswerState.ASK_BY,
                ask_by_on=TODAY,
                answered_at=NOW,
            )
        )
    key = (StageCode.QUALIFIED, "need")
    assert counts_of(report_of(any_database))[key] == (1, 1, 1, 0, 0)
    tomorrow = report_of(any_database, today=TODAY + timedelta(days=1))
    assert counts_of(tomorrow)[key] == (1, 1, 1, 1, 0)
