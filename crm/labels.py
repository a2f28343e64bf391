"""What the codes of the domain are called on screen, in the reader's language.

By class first: codes of different enumerations share texts, and would be one key.
"""

import enum
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext as _lp

from crm.identity.matching import Verdict
from crm.scores.bands import Band
from models.agenda import (
    AgendaKind,
    AgendaOutcome,
    AgendaSide,
    AgendaStanding,
    InterpreterNeed,
)
from models.agreement import AgreementKind
from models.announcement import AnnouncementKind, PartySide, Release, Whose
from models.bre_call import (
    BreStanding,
    CaseOutcome,
    Consent,
    FlagAxis,
    FlagStanding,
    InConfidence,
    Severity,
)
from models.card import CardSorting, CardStanding, CardWish, GiftDirection
from models.commitment import (
    ApprovalParty,
    CommitmentKind,
    ConfirmedBy,
    Credit,
    CreditRole,
)
from models.contact import Seniority
from models.document import ClaimKind
from models.duplicate import NoticeState
from models.import_batch import BatchKind, BatchState, RowAction
from models.interaction import (
    ContactDirection,
    EnquiryChannel,
    EnquiryOutcome,
    InteractionKind,
    InteractionStanding,
)
from models.job import JobState
from models.lead import (
    ApprovalState,
    Change,
    Direction,
    LossReason,
    NdaDecision,
    Origin,
    PartyRole,
    PassedOnOutcome,
    StepStanding,
)
from models.mail import MailKind
from models.measure import Precision, Qualifier
from models.mission import (
    Attendance,
    DelegateRole,
    Delivery,
    MissionPart,
    MissionStanding,
)
from models.organization import (
    IdentifierScheme,
    NameKind,
    OrganizationRole,
    RelationKind,
    Script,
    SiteRole,
)
from models.reference import ReferenceOutcome, Willingness
from models.report import Audience, ReportFormat, Rhythm, SendingState
from models.score import BacktestState, Basis, VersionState
from models.search import SearchKind
from models.site_search import PartOwner, PropertyKind, SearchResult
from models.stage import AnswerState, LeadType, RequirementKind, StageCode, Status
from models.user import Language, OfficeKind, Role

LABELS: dict[type[enum.StrEnum], dict[enum.StrEnum, Any]] = {
    StageCode: {
        StageCode.FIRST_CONTACT: _l("First contact"),
        StageCode.ENGAGED: _l("Engaged"),
        StageCode.QUALIFIED: _l("Qualified"),
        StageCode.ACTIVE: _l("Project under way"),
        StageCode.PROPOSAL: _l("Proposal / site visit"),
        StageCode.NEGOTIATION: _l("Negotiation"),
        StageCode.COMMITTED: _l("Committed"),
        StageCode.ANNOUNCED: _l("Announced"),
    },
    Status: {
        Status.ACTIVE: _l("Open"),
        Status.ON_HOLD: _l("On hold"),
        Status.LOST: _l("Lost"),
        Status.ABANDONED: _l("Closed by us"),
        Status.PASSED_ON: _l("Passed on"),
    },
    LeadType: {
        LeadType.INVESTMENT: _l("Investment"),
        LeadType.EXPANSION: _l("Expansion"),
        LeadType.PARTNERSHIP: _l("Partnership"),
        LeadType.TRADE: _l("Trade"),
    },
    Direction: {
        Direction.INTO_CANADA: _l("Into Canada"),
        Direction.OUT_OF_CANADA: _l("Out of Canada"),
    },
    RequirementKind: {
        RequirementKind.PROOF: _l("Proof"),
        RequirementKind.KNOWLEDGE: _l("Knowledge"),
    },
    AnswerState: {
        AnswerState.ASK_BY: _l("Not known yet"),
        AnswerState.NOT_APPLICABLE: _l("Does not apply"),
    },
    NdaDecision: {
        NdaDecision.NOT_NEEDED: _l("No agreement needed"),
        NdaDecision.REQUESTED: _l("Agreement requested"),
        NdaDecision.SIGNED: _l("Agreement signed"),
    },
    ApprovalState: {
        ApprovalState.NOT_STARTED: _l("Not started"),
        ApprovalState.DRAFTING: _l("Being drafted"),
        ApprovalState.CIRCULATING: _l("Circulating"),
        ApprovalState.APPROVED: _l("Approved"),
        ApprovalState.RETURNED: _l("Returned"),
    },
    StepStanding: {
        StepStanding.UNKNOWN: _l("Not known"),
        StepStanding.OPPOSED: _l("Opposed"),
        StepStanding.NEUTRAL: _l("Neutral"),
        StepStanding.SUPPORTIVE: _l("Supportive"),
        StepStanding.APPROVED: _l("Approved"),
    },
    LossReason: {
        LossReason.PLACE_WON: _l("Another place won"),
        LossReason.STAYED_HOME: _l("Stayed at home"),
        LossReason.GONE_SILENT: _l("Gone silent"),
        LossReason.NO_DECISION: _l("No decision"),
        LossReason.BUDGET_WITHDRAWN: _l("Budget withdrawn"),
        LossReason.MERGED: _l("Merged with another project"),
        LossReason.COST: _l("Costs or exchange rate"),
        LossReason.CONDITIONS: _l("Conditions here"),
        LossReason.NOT_A_FIT: _l("Not a fit"),
        LossReason.OTHER: _l("Another reason"),
    },
    PartyRole: {
        PartyRole.PROSPECT: _l("Prospect"),
        PartyRole.LOCAL_PARTNER: _l("Local partner"),
        PartyRole.INTRODUCER: _l("Introducer"),
        PartyRole.ADVISER: _l("Adviser"),
        PartyRole.GOVERNMENT: _l("Government"),
    },
    PassedOnOutcome: {
        PassedOnOutcome.WAITING: _l("Waiting for an answer"),
        PassedOnOutcome.TAKEN: _l("Taken"),
        PassedOnOutcome.NOT_TAKEN: _l("Not taken"),
        PassedOnOutcome.ANNOUNCED: _l("Announced there"),
        PassedOnOutcome.LOST: _l("Lost there"),
    },
    Change: {
        Change.OPENED: _lp("change", "Opened"),
        Change.EDITED: _lp("change", "Edited"),
        Change.MOVED: _lp("change", "Moved"),
        Change.HELD: _lp("change", "Put on hold"),
        Change.RESUMED: _lp("change", "Resumed"),
        Change.LOST: _lp("change", "Lost"),
        Change.CLOSED: _lp("change", "Closed by us"),
        Change.PASSED_ON: _lp("change", "Passed on"),
        Change.REOPENED: _lp("change", "Reopened"),
        Change.ANNOUNCED: _lp("change", "Announced"),
        Change.REASSIGNED: _lp("change", "Reassigned"),
        Change.RESTRICTED: _lp("change", "Restricted to a team"),
        Change.LIFTED: _lp("change", "Opened to the office"),
    },
    Origin: {
        Origin.LIVE: _l("Recorded at once"),
        Origin.IMPORT: _l("Imported"),
    },
    Precision: {
        Precision.DAY: _l("Day"),
        Precision.MONTH: _l("Month"),
        Precision.QUARTER: _l("Quarter"),
        Precision.YEAR: _l("Year"),
        Precision.UNKNOWN: _l("Not known"),
    },
    Qualifier: {
        Qualifier.EXACT: _l("Exactly"),
        Qualifier.APPROXIMATE: _l("About"),
        Qualifier.AT_LEAST: _l("At least"),
        Qualifier.AT_MOST: _l("Up to"),
        Qualifier.BETWEEN: _l("Between"),
        Qualifier.NOT_DISCLOSED: _l("Not disclosed"),
    },
    InteractionKind: {
        InteractionKind.CALL: _l("Call"),
        InteractionKind.MEETING: _l("Meeting"),
        InteractionKind.EMAIL: _l("E-mail"),
        InteractionKind.VIDEO: _l("Video call"),
        InteractionKind.BRIEFING: _l("Briefing"),
        InteractionKind.ROUNDTABLE: _l("Roundtable"),
        InteractionKind.SITE_VISIT: _l("Site visit"),
        InteractionKind.RECEPTION: _l("Reception"),
        InteractionKind.LETTER: _l("Letter"),
        InteractionKind.NOTE: _l("Note"),
    },
    ContactDirection: {
        ContactDirection.IN: _l("They reached us"),
        ContactDirection.OUT: _l("We reached them"),
        ContactDirection.BOTH: _l("Both ways"),
    },
    InteractionStanding: {
        InteractionStanding.PLANNED: _l("Planned"),
        InteractionStanding.HELD: _l("Held"),
        InteractionStanding.CANCELLED: _l("Cancelled"),
    },
    EnquiryChannel: {
        EnquiryChannel.EMAIL: _l("E-mail"),
        EnquiryChannel.PHONE: _l("Telephone"),
        EnquiryChannel.WEB: _l("Web form"),
        EnquiryChannel.LETTER: _l("Letter"),
        EnquiryChannel.IN_PERSON: _l("In person"),
        EnquiryChannel.INTERMEDIARY: _l("Through an intermediary"),
    },
    EnquiryOutcome: {
        EnquiryOutcome.OPEN: _l("Not answered yet"),
        EnquiryOutcome.ANSWERED: _l("Answered"),
        EnquiryOutcome.LEAD: _l("Became a lead"),
        EnquiryOutcome.REFERRED: _l("Referred elsewhere"),
        EnquiryOutcome.NOT_FOR_US: _l("Not for us"),
    },
    OrganizationRole: {
        OrganizationRole.PROSPECT: _l("Prospect"),
        OrganizationRole.INVESTOR: _l("Investor here"),
        OrganizationRole.LOCAL_PARTNER: _l("Local partner"),
        OrganizationRole.INTERMEDIARY: _l("Intermediary"),
        OrganizationRole.GOVERNMENT: _l("Government"),
        OrganizationRole.INSTITUTION: _l("Institution"),
    },
    Script: {
        Script.LATIN: _l("Latin"),
        Script.HAN: _l("Chinese characters"),
        Script.JAPANESE: _l("Japanese"),
        Script.KANA: _l("Kana"),
        Script.HANGUL: _l("Hangul"),
        Script.OTHER: _l("Another script"),
    },
    NameKind: {
        NameKind.LEGAL: _l("Legal name"),
        NameKind.BRAND: _l("Brand"),
        NameKind.KANA: _l("Kana reading"),
        NameKind.ROMAJI: _l("Romanised"),
        NameKind.OFFICIAL_ENGLISH: _l("Official English name"),
        NameKind.SHORT: _l("Short name"),
        NameKind.ACRONYM: _l("Acronym"),
        NameKind.FORMER: _l("Former name"),
    },
    RelationKind: {
        RelationKind.PARENT: _l("Parent of"),
        RelationKind.GROUP_MEMBER: _l("Member of the same group as"),
        RelationKind.BUSINESS_UNIT: _l("Business unit of"),
        RelationKind.SUBSIDIARY: _l("Subsidiary of"),
        RelationKind.JOINT_VENTURE: _l("Joint venture of"),
    },
    IdentifierScheme: {
        IdentifierScheme.JP_CORPORATE_NUMBER: _l("Japanese corporate number"),
        IdentifierScheme.KR_BUSINESS_NUMBER: _l("Korean business number"),
        IdentifierScheme.KR_CORPORATE_NUMBER: _l("Korean corporate number"),
        IdentifierScheme.CA_BUSINESS_NUMBER: _l("Canadian business number"),
        IdentifierScheme.LEI: _l("LEI"),
        IdentifierScheme.EDINET: _l("EDINET code"),
    },
    SiteRole: {
        SiteRole.HEAD_OFFICE: _l("Head office"),
        SiteRole.PLANT: _l("Plant"),
        SiteRole.SALES: _l("Sales office"),
        SiteRole.RESEARCH: _l("Research laboratory"),
        SiteRole.LOGISTICS: _l("Logistics centre"),
        SiteRole.OFFICE: _lp("site", "Office"),
    },
    Seniority: {
        Seniority.EXECUTIVE: _l("President or board"),
        Seniority.SENIOR_MANAGING: _l("Senior managing director"),
        Seniority.MANAGING: _l("Managing director"),
        Seniority.DIRECTOR: _l("Director or executive officer"),
        Seniority.DIVISION_HEAD: _l("Head of division"),
        Seniority.DEPARTMENT_HEAD: _l("Head of department"),
        Seniority.SECTION_HEAD: _l("Head of section"),
        Seniority.STAFF: _l("Staff"),
    },
    AnnouncementKind: {
        AnnouncementKind.NEW_ESTABLISHMENT: _l("New establishment"),
        AnnouncementKind.EXPANSION: _l("Expansion"),
        AnnouncementKind.JOINT_VENTURE: _l("Joint venture"),
        AnnouncementKind.DISTRIBUTION: _l("Distribution agreement"),
        AnnouncementKind.JOINT_RESEARCH: _l("Joint research or licence"),
        AnnouncementKind.COMMERCIAL_PROJECT: _l("Commercial project"),
        AnnouncementKind.GOVERNMENT_MOU: _l("Memorandum between governments"),
        AnnouncementKind.PARTNERSHIP: _l("Partnership"),
    },
    PartySide: {
        PartySide.FOREIGN: _l("Foreign party"),
        PartySide.LOCAL: _l("Local party"),
        PartySide.GOVERNMENT: _l("Government"),
    },
    ClaimKind: {
        ClaimKind.FACT: _l("Fact"),
        ClaimKind.STATISTIC: _l("Statistic"),
        ClaimKind.OBJECTIVE: _l("Objective"),
        ClaimKind.OUTCOME: _l("Outcome"),
        ClaimKind.METRIC: _l("Figure"),
        ClaimKind.STATEMENT: _l("Statement"),
        ClaimKind.INSIGHT: _l("Insight"),
        ClaimKind.NEXT_STEP: _l("Next step"),
        ClaimKind.ATTRIBUTION: _l("Credit"),
        ClaimKind.CONTEXT: _l("Context"),
    },
    Delivery: {
        Delivery.IN_PERSON: _l("In person"),
        Delivery.VIRTUAL: _l("Virtual"),
        Delivery.HYBRID: _l("Hybrid"),
    },
    MissionStanding: {
        MissionStanding.PLANNED: _lp("mission", "Planned"),
        MissionStanding.UNDER_WAY: _lp("mission", "Under way"),
        MissionStanding.COMPLETED: _lp("mission", "Completed"),
        MissionStanding.CANCELLED: _lp("mission", "Cancelled"),
    },
    MissionPart: {
        MissionPart.MET: _l("Met"),
        MissionPart.PARTNER_OFFICE: _l("Partner office"),
        MissionPart.INTERMEDIARY: _l("Intermediary"),
        MissionPart.HOST: _l("Host"),
        MissionPart.SPEAKER: _l("Speaker"),
        MissionPart.EXHIBITOR: _l("Exhibitor"),
        MissionPart.DELEGATE: _l("In the delegation"),
    },
    DelegateRole: {
        DelegateRole.LEAD: _l("Leads the mission"),
        DelegateRole.CO_LEAD: _l("Leads with others"),
        DelegateRole.MEMBER: _l("Delegate"),
        DelegateRole.ADVISER: _l("Mentor or adviser"),
        DelegateRole.INTERPRETER: _l("Interpreter"),
        DelegateRole.ORGANIZER: _l("Organizer"),
    },
    Attendance: {
        Attendance.INVITED: _l("Invited"),
        Attendance.ACCEPTED: _l("Accepted"),
        Attendance.DECLINED: _lp("delegate", "Declined"),
        Attendance.CAME: _l("Came"),
        Attendance.ABSENT: _l("Did not come"),
    },
    AgendaKind: {
        AgendaKind.MEETING: _l("Meeting"),
        AgendaKind.BRIEFING: _l("Briefing"),
        AgendaKind.ROUNDTABLE: _l("Roundtable"),
        AgendaKind.SIGNING: _l("Signing"),
        AgendaKind.LUNCH: _l("Business lunch"),
        AgendaKind.RECEPTION: _l("Reception"),
        AgendaKind.SITE_VISIT: _l("Site visit"),
        AgendaKind.BRE_CALL: _l("Company visit (BR+E)"),
        AgendaKind.SERIES: _l("Series of meetings"),
    },
    AgendaStanding: {
        AgendaStanding.ASKED: _lp("agenda", "Asked"),
        AgendaStanding.OFFERED: _l("Times offered"),
        AgendaStanding.CONFIRMED: _l("Confirmed"),
        AgendaStanding.MOVED: _l("Moved"),
        AgendaStanding.CANCELLED: _lp("agenda", "Cancelled"),
        AgendaStanding.NO_SHOW: _l("Nobody came"),
        AgendaStanding.HELD: _lp("agenda", "Held"),
    },
    InterpreterNeed: {
        InterpreterNeed.NONE: _l("No interpreter needed"),
        InterpreterNeed.CONSECUTIVE: _l("Consecutive interpreting"),
        InterpreterNeed.SIMULTANEOUS: _l("Simultaneous interpreting"),
    },
    AgendaOutcome: {
        AgendaOutcome.ADVANCED: _l("Went forward"),
        AgendaOutcome.INTERESTED: _l("Interested"),
        AgendaOutcome.LATER: _l("Later"),
        AgendaOutcome.NO_INTEREST: _l("No interest"),
        AgendaOutcome.RELATIONSHIP: _l("For the relationship"),
    },
    AgendaSide: {
        AgendaSide.OURS: _l("Our side"),
        AgendaSide.THEIRS: _l("Their side"),
    },
    CardWish: {
        CardWish.TALK_AGAIN: _l("Talk again"),
        CardWish.SEND_SOMETHING: _l("Send something"),
        CardWish.KEEP: _l("Keep the card"),
    },
    CardStanding: {
        CardStanding.TAKEN: _l("To be typed"),
        CardStanding.TYPED: _l("To be sorted"),
        CardStanding.SORTED: _l("Sorted"),
    },
    CardSorting: {
        CardSorting.LEAD: _l("New lead"),
        CardSorting.EXISTING_LEAD: _l("Existing lead"),
        CardSorting.KEEP_IN_TOUCH: _l("Keep in touch"),
        CardSorting.DISCARD: _l("Discard"),
    },
    GiftDirection: {
        GiftDirection.GIVEN: _l("Given by us"),
        GiftDirection.RECEIVED: _l("Received by us"),
    },
    BreStanding: {
        BreStanding.ASKED: _lp("visit", "Asked"),
        BreStanding.BOOKED: _l("Booked"),
        BreStanding.DONE: _lp("visit", "Done"),
        BreStanding.DECLINED: _lp("visit", "Declined"),
    },
    InConfidence: {
        InConfidence.NO: _l("Not in confidence"),
        InConfidence.IMPLICIT: _l("In confidence, understood"),
        InConfidence.EXPLICIT: _l("In confidence, said so"),
    },
    Consent: {
        Consent.YES: _lp("consent", "Yes"),
        Consent.NO: _lp("consent", "No"),
        Consent.ASK_FIRST: _l("Ask us first"),
    },
    Severity: {
        Severity.RED: _lp("flag", "Red"),
        Severity.YELLOW: _lp("flag", "Yellow"),
        Severity.GREEN: _lp("flag", "Green"),
    },
    FlagAxis: {
        FlagAxis.RISK: _l("Risk"),
        FlagAxis.EXPANSION: _l("Expansion"),
    },
    FlagStanding: {
        FlagStanding.OPEN: _lp("flag", "Open"),
        FlagStanding.CONFIRMED: _lp("flag", "Confirmed"),
        FlagStanding.SET_DOWN: _l("Set down"),
        FlagStanding.CLOSED: _lp("flag", "Closed"),
    },
    CaseOutcome: {
        CaseOutcome.RETAINED: _l("Retained"),
        CaseOutcome.PARTLY_RETAINED: _l("Partly retained"),
        CaseOutcome.LOST: _lp("case", "Lost"),
        CaseOutcome.REFERRED: _lp("case", "Referred"),
        CaseOutcome.NO_RISK: _l("No risk after all"),
    },
    MailKind: {
        MailKind.RED_FLAG: _l("A red flag was raised"),
        MailKind.CASE_LATE: _l("A case is late"),
        MailKind.EMBARGO_OVER: _l("An embargo is over"),
        MailKind.REPORT: _l("A report"),
    },
    Whose: {
        Whose.OURS: _lp("announcement", "Ours"),
        Whose.SHARED: _lp("announcement", "Shared"),
        Whose.OTHERS: _l("Of others"),
    },
    Release: {
        Release.BY_OWNER: _l("The owner releases it"),
        Release.AUTOMATIC: _l("By itself when the embargo ends"),
    },
    CommitmentKind: {
        CommitmentKind.INVESTMENT: _l("Investment"),
        CommitmentKind.JOBS_NEW: _l("New jobs"),
        CommitmentKind.JOBS_RETAINED: _l("Jobs retained"),
        CommitmentKind.MARKET_SHARE: _l("Market share"),
        CommitmentKind.TERM: _l("Term"),
        CommitmentKind.ROYALTIES: _l("Royalties"),
        CommitmentKind.INTELLECTUAL_PROPERTY: _l("Patents and licences"),
        CommitmentKind.PRODUCT: _l("Product"),
        CommitmentKind.LOCALIZATION: _l("Translation and adaptation"),
        CommitmentKind.OTHER: _lp("commitment", "Other"),
    },
    CreditRole: {
        CreditRole.INTRODUCED: _l("Introduced"),
        CreditRole.HELPED: _l("Helped"),
    },
    Credit: {
        Credit.FULL: _l("Full credit"),
        Credit.SHARED: _l("Shared credit"),
    },
    ConfirmedBy: {
        ConfirmedBy.LINK: _l("By the signed link"),
        ConfirmedBy.EMAIL: _l("By e-mail"),
        ConfirmedBy.LETTER: _l("By letter"),
    },
    ApprovalParty: {
        ApprovalParty.COMPANY: _l("The company"),
        ApprovalParty.PROVINCE: _l("The province"),
        ApprovalParty.MAYOR_OFFICE: _l("The mayor's office"),
        ApprovalParty.COMMUNICATIONS: _l("Communications"),
        ApprovalParty.OTHER: _lp("approval", "Other"),
    },
    AgreementKind: {
        AgreementKind.TRADE_AGREEMENT: _l("Trade agreement"),
        AgreementKind.MOU: _l("Memorandum of understanding"),
        AgreementKind.COMMITTEE: _l("Committee or forum"),
        AgreementKind.STRATEGY: _l("Strategy or policy"),
    },
    Willingness: {
        Willingness.YES: _l("Vouches for us"),
        Willingness.ASK_FIRST: _l("Ask them first"),
        Willingness.NO: _l("Does not want to be asked"),
    },
    ReferenceOutcome: {
        ReferenceOutcome.GAVE: _l("Spoke with them"),
        ReferenceOutcome.DECLINED: _lp("reference", "Declined"),
        ReferenceOutcome.NO_ANSWER: _l("No answer"),
    },
    PropertyKind: {
        PropertyKind.LAND: _l("Land"),
        PropertyKind.BUILDING: _l("Building"),
    },
    SearchResult: {
        SearchResult.SHORTLISTED: _l("Shortlisted"),
        SearchResult.VISIT: _l("They visit"),
        SearchResult.CHOSEN: _l("Chosen"),
        SearchResult.ELIMINATED: _l("Eliminated"),
        SearchResult.NO_ANSWER: _l("No answer"),
    },
    PartOwner: {
        PartOwner.PLANNING: _l("Planning"),
        PartOwner.UTILITIES: _l("Utilities"),
        PartOwner.COLLEGE: _l("College"),
        PartOwner.FINANCE: _l("Finance"),
        PartOwner.US: _l("Our office"),
        PartOwner.OTHER: _lp("part", "Other"),
    },
    Band: {
        Band.LOW: _lp("chance", "Low"),
        Band.MEDIUM: _lp("chance", "Medium"),
        Band.HIGH: _lp("chance", "High"),
    },
    Basis: {
        Basis.SCORECARD: _l("Scorecard only"),
        Basis.MODEL: _l("Learned from closed leads"),
        Basis.BASE_RATE: _l("No usable pattern yet"),
    },
    Audience: {
        Audience.COUNCIL: _l("Open council"),
        Audience.CLOSED: _l("Closed session"),
        Audience.DIRECTOR: _l("Director"),
    },
    Rhythm: {
        Rhythm.WEEKLY: _l("Every week"),
        Rhythm.MONTHLY: _l("Every month"),
        Rhythm.QUARTERLY: _l("Every quarter"),
    },
    ReportFormat: {
        ReportFormat.PDF: _l("PDF"),
        ReportFormat.XLSX: _l("Spreadsheet (XLSX)"),
        ReportFormat.CSV: _l("Table (CSV)"),
    },
    SendingState: {
        SendingState.WAITING: _l("Waiting"),
        SendingState.HANDED_OVER: _l("Handed to the mail room"),
        SendingState.FAILED: _l("Failed"),
    },
    BacktestState: {
        BacktestState.ASKED: _l("Being computed"),
        BacktestState.READY: _l("Ready"),
        BacktestState.FAILED: _l("Failed"),
    },
    VersionState: {
        VersionState.CANDIDATE: _l("Candidate"),
        VersionState.PUBLISHED: _l("In use"),
        VersionState.RETIRED: _l("Retired"),
    },
    BatchKind: {
        BatchKind.LEADS: _l("Leads"),
        BatchKind.STAGES: _l("Stage changes"),
        BatchKind.ORGANIZATIONS: _l("Organizations"),
        BatchKind.CONTACTS: _l("Contacts"),
        BatchKind.INTERACTIONS: _l("Conversations"),
    },
    BatchState: {
        BatchState.DRAFT: _l("Not applied"),
        BatchState.READING: _l("Being read"),
        BatchState.APPLYING: _l("Being applied"),
        BatchState.FAILED: _l("Failed"),
        BatchState.APPLIED: _l("Applied"),
        BatchState.KEPT: _l("Kept"),
        BatchState.UNDONE: _l("Undone"),
    },
    RowAction: {
        RowAction.CREATED: _l("Created"),
        RowAction.UPDATED: _l("Updated"),
        RowAction.UNCHANGED: _l("Unchanged"),
        RowAction.SKIPPED: _l("Left out"),
    },
    JobState: {
        JobState.WAITING: _l("Waiting"),
        JobState.RUNNING: _l("Running"),
        JobState.DONE: _l("Done"),
        JobState.FAILED: _l("Failed"),
    },
    Verdict: {
        Verdict.SAME: _l("The same"),
        Verdict.PROPOSE: _l("Very likely the same"),
        Verdict.REVIEW: _l("To be looked at"),
        Verdict.SUBSIDIARY: _l("Likely a subsidiary"),
        Verdict.NONE: _l("Different"),
    },
    NoticeState: {
        NoticeState.OPEN: _l("To be looked at"),
        NoticeState.TOLD: _l("The owners know"),
        NoticeState.DISMISSED: _l("Not the same"),
    },
    SearchKind: {
        SearchKind.ORGANIZATION: _l("Organizations"),
        SearchKind.CONTACT: _l("Contacts"),
        SearchKind.LEAD: _l("Leads"),
        SearchKind.INTERACTION: _l("Conversations"),
        SearchKind.MISSION: _l("Missions"),
        SearchKind.ANNOUNCEMENT: _l("Announcements"),
        SearchKind.AGREEMENT: _l("Agreements"),
        SearchKind.STATISTIC: _l("Figures"),
    },
    Role: {
        Role.OFFICER: _l("Officer"),
        Role.MANAGER: _l("Manager"),
        Role.VIEWER: _l("Viewer"),
        Role.ADMIN: _l("Administrator"),
        Role.PARTNER: _l("Partner office"),
    },
    OfficeKind: {
        OfficeKind.HOME: _l("Home office"),
        OfficeKind.ABROAD: _l("Office abroad"),
        OfficeKind.PARTNER: _l("Office of a partner"),
    },
    Language: {
        Language.EN: _l("English"),
        Language.FR: _l("French"),
    },
}

REQUIREMENTS: dict[str, Any] = {
    "company": _l("Company or code name"),
    "contact_dated": _l("First contact, dated"),
    "market": _l("Country"),
    "sector": _l("Sector"),
    "source": _l("Source"),
    "decider_met": _l("Met someone who decides"),
    "next_action": _l("Next step with its date"),
    "need": _l("What they need"),
    "drivers": _l("What drives the project"),
    "size": _l("Rough size"),
    "timing": _l("Timing"),
    "competing_places": _l("Competing places"),
    "decision_path": _l("Who decides at head office"),
    "owner": _l("Owner"),
    "partner_office": _l("Partner office"),
    "requirements": _l("Requirements list"),
    "nda_decision": _l("Confidentiality agreement"),
    "departments_met": _l("Departments met"),
    "proposal_or_visit": _l("Proposal sent or visit held"),
    "terms_discussed": _l("Terms discussed"),
    "approval_state": _l("Internal approval"),
    "signed_paper": _l("Signed paper"),
    "embargo_decided": _l("Embargo decided"),
    "announcement": _l("Public announcement"),
}


def label(code: enum.StrEnum | None) -> str:
    """What a code is called; an empty text for none."""
    return "" if code is None else str(LABELS[type(code)][code])


def choices(enumeration: type[enum.StrEnum]) -> list[tuple[str, Any]]:
    """The codes of an enumeration with their labels, in order, for a select."""
    return [(str(code.value), text) for code, text in LABELS[enumeration].items()]
