"""Whether what somebody wrote since a plan was made can make it wrong.

An office goes on working while a long file is matched. Whatever a plan may have read counts; what
no plan reads, and changes of leads that the file neither names nor could take for its own, do not.
"""

from sqlalchemy.orm import Session

from crm.imports.plan import ImportPlan
from crm.imports.writing import changes_since
from models.import_batch import BatchKind

_NO_CHANGES = frozenset({"exported", "looked", "scored", "signed_in"})
_NOT_READ = frozenset(
    {
        *("announcements", "announcement_parties", "documents", "enquiries", "interactions"),
        *("missions", "mission_offices", "model_versions", "stored_files"),
    }
)
# By these a row finds its lead.
_TELLING = frozenset({"reference", "organization_id", "code_name", "first_contact_on", "team_id"})


def is_overtaken(session: Session, plan: ImportPlan, audit_id: int) -> bool:
    """Whether anything that the plan may rest on was written since an audit entry."""
    of_leads = plan.kind in (BatchKind.LEADS, BatchKind.STAGES)
    named = {update.lead["id"] for update in plan.updates}
    for action, table, key, columns in changes_since(session, audit_id):
        if action in _NO_CHANGES:
            continue
        if of_leads and table in _NOT_READ:
            continue
        is_other = table == "leads" and action == "changed" and key not in named
        if of_leads and is_other and columns.isdisjoint(_TELLING):
            continue
        return True
    return False
