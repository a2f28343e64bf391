"""The inputs in which a form asks for what is known of a lead: one table for all forms.

The short form of a new lead, its folded part, the edit form and the questions of a move are all
made from it.
"""

import enum
from dataclasses import dataclass, field
from typing import Any

from flask_babel import lazy_gettext as _l

from models.lead import ApprovalState, Direction, NdaDecision
from models.stage import LeadType


class InputKind(enum.Enum):
    """How an input is typed, and what it is read as."""

    TEXT = enum.auto()
    LONG = enum.auto()
    LINES = enum.auto()
    DAY = enum.auto()
    STATED_DAY = enum.auto()
    AMOUNT = enum.auto()
    JOBS = enum.auto()
    PERCENT = enum.auto()
    CODE = enum.auto()
    COUNTRY = enum.auto()
    SECTOR = enum.auto()
    SOURCE = enum.auto()
    OWNER = enum.auto()
    OFFICE = enum.auto()
    YES_NO = enum.auto()


@dataclass(frozen=True, slots=True)
class Input:
    """One input. `value` is the field of `LeadDetails` (or of an answer) that it gives."""

    name: str
    label: Any
    kind: InputKind = InputKind.TEXT
    hint: Any = None
    codes: type[enum.StrEnum] | None = None
    longest: int = 300
    value: str = field(default="")

    @property
    def value_name(self) -> str:
        """The field that it gives."""
        return self.value or self.name


_AMOUNT_HINT = _l("As it was said: 45.7M, 12億円, about 40M, 20M-30M, not disclosed")
_JOBS_HINT = _l("As it was said: 40, about 40, 20-30, at least 100")


def _long(name: str, label: Any) -> Input:
    """Several lines of text."""
    return Input(name, label, InputKind.LONG, longest=10_000)


INPUTS: dict[str, Input] = {
    item.name: item
    for item in (
        Input("code_name", _l("Code name"), hint=_l("Lists and files then show it alone")),
        Input("is_company_disclosed", _l("The company may be named"), InputKind.YES_NO),
        Input("reference", _l("Our own reference"), longest=80),
        Input("lead_type", _l("Type"), InputKind.CODE, codes=LeadType),
        Input("direction", _l("Direction"), InputKind.CODE, codes=Direction),
        Input("market", _l("Country"), InputKind.COUNTRY),
        Input("sector", _l("Sector"), InputKind.SECTOR, value="sector_id"),
        Input("source", _l("Source"), InputKind.SOURCE, value="source_id"),
        Input("owner", _l("Owner"), InputKind.OWNER, value="owner_id"),
        Input("office", _l("Office"), InputKind.OFFICE, value="office_id"),
        Input(
            "partner_office",
            _l("Partner office"),
            InputKind.OFFICE,
            hint=_l("Its people then see this lead"),
            value="partner_office_id",
        ),
        Input("first_contact", _l("First contact"), InputKind.STATED_DAY),
        Input("capex", _l("Investment"), InputKind.AMOUNT, hint=_AMOUNT_HINT, longest=120),
        Input("jobs", _l("Jobs"), InputKind.JOBS, hint=_JOBS_HINT, longest=120),
        Input("target", _l("Target date"), InputKind.STATED_DAY),
        Input("likelihood", _l("Your own estimate, in percent"), InputKind.PERCENT),
        Input("met_on", _l("Met on"), InputKind.DAY),
        Input("met_whom", _l("With whom"), hint=_l("Name and department")),
        Input("next_action", _l("Next step")),
        Input("next_action_on", _l("On"), InputKind.DAY),
        _long("need", _l("What they need")),
        _long("drivers", _l("What drives the project")),
        Input("timing", _l("Timing"), longest=1_000),
        Input(
            "competing_places",
            _l("Competing places"),
            hint=_l("“None known” is an answer"),
            longest=1_000,
        ),
        Input(
            "steps",
            _l("Who decides at head office"),
            InputKind.LINES,
            hint=_l("One a line: name, department"),
            longest=4_000,
        ),
        _long("requirements", _l("Requirements list")),
        Input("nda_decision", _l("Confidentiality agreement"), InputKind.CODE, codes=NdaDecision),
        Input("departments_met", _l("Departments met"), longest=1_000),
        Input("proposal_sent_on", _l("Proposal sent on"), InputKind.DAY),
        Input("visit_held_on", _l("Visit held on"), InputKind.DAY),
        _long("terms_discussed", _l("Terms discussed")),
        Input("approval_state", _l("Internal approval"), InputKind.CODE, codes=ApprovalState),
        Input("approval_expected_on", _l("Approval expected on"), InputKind.DAY),
        Input("paper_signed_on", _l("Paper signed on"), InputKind.DAY),
        Input("paper_kind", _l("Which paper"), hint=_l("Letter of intent, contract ...")),
        Input(
            "embargo_decided",
            _l("Embargo decided"),
            hint=_l("Until when, and who agreed; or “none”"),
            longest=1_000,
        ),
        _long("notes", _l("Notes")),
    )
}
