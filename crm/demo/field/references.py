"""Firms here that vouch for the place, and how often they were asked."""

from datetime import timedelta

from crm.demo.field.ground import Ground
from crm.references.service import (
    WillingnessDetails,
    ask_for,
    record_willingness,
    settle_request,
)
from models.reference import ReferenceOutcome, Willingness

_SAID = (
    (Willingness.YES, "ja, en", "The president likes to talk of the first winter."),
    (Willingness.YES, "ko, en", None),
    (Willingness.ASK_FIRST, "ja", "Only by telephone."),
    (Willingness.NO, None, "Head office does not allow it."),
)
_OUTCOMES = (ReferenceOutcome.GAVE, None, ReferenceOutcome.DECLINED)


def vouch(ground: Ground) -> None:
    """Write what four firms said, and three requests."""
    session, actor = ground.session, ground.who("priya")
    firms = ground.residents()[-len(_SAID) :]
    references = [
        record_willingness(
            session,
            firm,
            WillingnessDetails(
                willingness=willingness,
                said_on=ground.today - timedelta(days=60 + 20 * number),
                languages=languages,
                note=note,
                is_demo=True,
            ),
            actor=actor,
            now=ground.now - timedelta(days=30),
        )
        for number, ((firm, _), (willingness, languages, note)) in enumerate(
            zip(firms, _SAID, strict=False)
        )
    ]
    leads = ground.leads("JP", before=ground.today, most=3)
    for reference, (lead, _), outcome in zip(references, leads, _OUTCOMES, strict=False):
        request = ask_for(
            session,
            reference,
            lead,
            asked_on=ground.today - timedelta(days=12),
            is_demo=True,
            actor=actor,
            now=ground.now - timedelta(days=12),
        )
        if outcome is not None:
            settle_request(session, request, outcome=outcome, note=None, actor=actor)
