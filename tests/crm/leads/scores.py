"""A score with reasons, as training writes it."""

from crm.database import Database
from models.lead import Lead
from models.score import Basis, ModelVersion, Score, VersionState
from models.user import LOCAL_ADMINISTRATOR
from tests.factories.lead import NOW


def give_score(database: Database, lead: Lead) -> None:
    """Give a lead its current score: three reasons for it and one against."""
    with database.unscoped(LOCAL_ADMINISTRATOR, purpose="test") as session:
        version = ModelVersion(
            number=1,
            state=VersionState.PUBLISHED,
            basis=Basis.SCORECARD,
            cut_off_at=NOW,
            trained_at=NOW,
            trained_by="test",
            lead_count=1,
            closed_count=0,
            announced_count=0,
            metrics={},
            artefact="{}",
            sha256="0" * 64,
        )
        session.add(version)
        session.flush()
        reason = {
            "is_weak": False,
            "closed_count": None,
            "announced_count": None,
            "office_closed_count": 0,
            "office_announced_count": 0,
        }
        reasons = [
            {**reason, "feature": "stage", "value": "engaged", "points": 0.9},
            {**reason, "feature": "age_days", "value": 30, "points": 0.5},
            {**reason, "feature": "contact_days", "value": 12, "points": 0.4},
            {**reason, "feature": "stage_days", "value": 200, "points": -0.7},
        ]
        session.add(
            Score(
                lead_id=lead.id,
                version_id=version.id,
                is_current=True,
                as_of=NOW,
                basis=Basis.SCORECARD,
                probability=0.42,
                within_90=0.1,
                within_180=0.2,
                within_365=0.31,
                low=0.2,
                high=0.6,
                log_odds=0.0,
                reasons=reasons,
            )
        )
