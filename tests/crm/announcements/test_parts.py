"""What hangs on an announcement: promises, prints, credit, delivery, the words; and its circle."""

import hashlib
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from crm.announcements import client_links, commitments, crediting, delivery, drafts, sources
from crm.announcements.commitments import CommitmentDetails
from crm.announcements.crediting import CreditDetails
from crm.announcements.delivery import DeliveryDetails
from crm.announcements.drafts import ApprovalDetails
from crm.announcements.sources import ClaimDetails, SourceDetails
from crm.announcements.wording import promised
from crm.database import Database
from crm.leads.confidentiality import lift_restriction, restrict_lead
from models.announcement import Announcement
from models.commitment import (
    AnnouncementDraft,
    AnnouncementSource,
    ApprovalParty,
    Attribution,
    Commitment,
    CommitmentKind,
    ConfirmedBy,
    Credit,
    CreditRole,
    DeliveryCheck,
    DraftApproval,
)
from models.document import Claim
from models.errors import DomainError, ForbiddenError
from models.interaction import StoredFile
from models.lead import Lead
from models.measure import Qualifier, StatedDate
from models.user import LOCAL_ADMINISTRATOR, Role
from tests.factories.announcement import NOW, make_announcement
from tests.factories.lead import make_lead
from tests.factories.mission import make_document
from tests.factories.organization import make_organization, restrict
from tests.factories.user import actor_for, make_office, make_team, make_user

ADMIN = LOCAL_ADMINISTRATOR
Told = Callable[..., Announcement]


def _in(database: Database, made: Announcement, work: Callable[[Any, Announcement], Any]) -> Any:
    with database.transaction(ADMIN) as session:
        return work(session, session.get_one(Announcement, made.id))


def _commit(database: Database, made: Announcement, **values: Any) -> Commitment:
    details = CommitmentDetails(**{"kind": CommitmentKind.INVESTMENT, **values})
    found: Commitment = _in(
        database, made, lambda s, a: commitments.add_commitment(s, a, details, actor=ADMIN)
    )
    return found


def test_what_is_not_stated_of_a_promise_stays_unknown(database: Database, told: Told) -> None:
    made = told()
    joint = _commit(
        database,
        made,
        amount=5_000_000.0,
        qualifier=Qualifier.EXACT,
        is_joint=True,
        as_printed="joint investment of five million dollars",
    )
    assert (joint.currency, joint.unit, joint.upper) == (None, None, None)
    mou = _commit(database, made, qualifier=Qualifier.NOT_DISCLOSED, as_printed="not mentioned")
    assert (mou.amount, mou.is_joint) == (None, None)
    words = _commit(database, made, kind=CommitmentKind.ROYALTIES, text="medium-term royalties")
    assert (words.amount, words.qualifier) == (None, None)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({}, "text"),
        ({"text": "x", "amount": 5.0}, "qualifier"),
        ({"text": "x", "qualifier": Qualifier.EXACT}, "amount"),
        ({"text": "x", "qualifier": Qualifier.NOT_DISCLOSED, "amount": 5.0}, "qualifier"),
        ({"qualifier": Qualifier.BETWEEN, "amount": 5.0}, "upper"),
        ({"qualifier": Qualifier.EXACT, "amount": 5.0, "upper": 6.0}, "upper"),
        ({"qualifier": Qualifier.BETWEEN, "amount": 5.0, "upper": 4.0}, "upper"),
        ({"qualifier": Qualifier.EXACT, "amount": -5.0}, "amount"),
        ({"text": "x", "currency": "CAD"}, "currency"),
    ],
)
def test_a_promise_that_cannot_be(
    database: Database, told: Told, values: dict[str, Any], field: str
) -> None:
    made = told()
    with pytest.raises(DomainError) as caught:
        _commit(database, made, **values)
    assert caught.value.field == field


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"amount": 10.0, "qualifier": Qualifier.AT_MOST, "unit": "%"}, "up to 10\u00a0%"),
        ({"amount": 40.0, "qualifier": Qualifier.APPROXIMATE, "unit": "jobs"}, "about 40 jobs"),
        ({"amount": 5e6, "qualifier": Qualifier.EXACT}, "5,000,000"),
        ({"amount": 5e6, "qualifier": Qualifier.EXACT, "currency": "JPY"}, "5,000,000 JPY"),
        (
            {"amount": 2.5, "upper": 3.0, "qualifier": Qualifier.BETWEEN, "unit": "years"},
            "2.5 to 3 years",
        ),
        ({"qualifier": Qualifier.NOT_DISCLOSED}, "not disclosed"),
        ({}, "no number stated"),
    ],
)
def test_a_promise_in_words(app: Any, values: dict[str, Any], words: str) -> None:
    with app.test_request_context():
        assert promised(Commitment(kind=CommitmentKind.OTHER, **values)) == words


def test_prints_are_folded_and_the_preferred_one_is_gone_by(database: Database, told: Told) -> None:
    made = told()
    committee, forum = make_document(database), make_document(database)

    def add(session: Any, found: Announcement) -> None:
        one = sources.add_source(
            session, found, SourceDetails(document_id=committee.id, is_preferred=True), actor=ADMIN
        )
        other = sources.add_source(
            session, found, SourceDetails(outlet="Daily", url="daily.example/1"), actor=ADMIN
        )
        for source, text in ((one, "a committee"), (other, "a forum")):
            sources.add_claim(
                session, found, source, ClaimDetails(text, text, "deliverable"), actor=ADMIN
            )
        sources.add_claim(session, found, one, ClaimDetails("alone", "alone", "date"), actor=ADMIN)
        # An address that says something is a document from then on.
        assert other.document_id is not None
        for details in (
            SourceDetails(document_id=committee.id),
            SourceDetails(url="https://daily.example/1"),
            SourceDetails(outlet=" "),
        ):
            with pytest.raises(DomainError):
                sources.add_source(session, found, details, actor=ADMIN)
        sources.prefer_source(session, found, other, actor=ADMIN)
        assert [s.is_preferred for s in sources.list_sources(session, found)] == [True, False]
        points, others = sources.points_of(sources.list_claims(session, found))
        assert [(point.topic, point.differs) for point in points] == [
            ("deliverable", True),
            ("date", False),
        ]
        assert [claim.text for claim in points[0].claims] == ["a forum", "a committee"]
        assert [claim.is_preferred for claim in points[0].claims] == [True, False]
        # Where it says nothing, nothing is preferred by it.
        assert points[1].claims[0].is_preferred is None
        assert others == []
        document = points[0].claims[1].document
        sources.prefer_claim(session, found, "deliverable", document.public_id, actor=ADMIN)
        assert points[0].claims[1].is_preferred is True
        assert points[0].claims[0].is_preferred is False

    _in(database, made, add)
    assert forum.id is not None


def _credit(database: Database, made: Announcement, **values: Any) -> Attribution:
    details = CreditDetails(**{"role": CreditRole.INTRODUCED, "name": "Seoul office", **values})
    found: Attribution = _in(
        database, made, lambda s, a: crediting.credit(s, a, details, actor=ADMIN)
    )
    return found


def test_shares_of_one_announcement_never_pass_a_hundred(database: Database, told: Told) -> None:
    made, other = told(), told()
    shared = {"credit": Credit.SHARED}
    first = _credit(database, made, **shared, share_percent=60.0)
    _credit(database, made, **shared, role=CreditRole.HELPED, share_percent=40.0)
    for values in ({**shared, "share_percent": 0.5}, {"credit": Credit.FULL}):
        with pytest.raises(DomainError):
            _credit(database, made, **values)
    # Unstated is not nothing, and not too much either; thanks without credit are free.
    _credit(database, made, **shared)
    _credit(database, made, role=CreditRole.HELPED)
    _credit(database, other, credit=Credit.FULL)
    with pytest.raises(DomainError):
        _credit(database, other, **shared)
    with pytest.raises(DomainError):
        _credit(database, other, credit=Credit.FULL)

    def revise(share: float) -> Callable[[Any, Announcement], None]:
        details = CreditDetails(CreditRole.INTRODUCED, Credit.SHARED, share, name="Seoul office")
        return lambda session, found: crediting.revise_credit(
            session,
            found,
            session.get_one(Attribution, first.id),
            details,
            actor=ADMIN,
        )

    _in(database, made, revise(55.0))
    with pytest.raises(DomainError) as caught:
        _in(database, made, revise(61.0))
    assert "101 percent" in str(caught.value)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"name": " "}, "name"),
        ({"share_percent": 10.0}, "share_percent"),
        ({"credit": Credit.FULL, "share_percent": 10.0}, "share_percent"),
        ({"credit": Credit.SHARED, "share_percent": 0.0}, "share_percent"),
        ({"credit": Credit.SHARED, "share_percent": 100.5}, "share_percent"),
        ({"organization_id": 999}, "name"),
    ],
)
def test_credit_that_cannot_be(
    database: Database, told: Told, values: dict[str, Any], field: str
) -> None:
    made = told()
    with pytest.raises(DomainError) as caught:
        _credit(database, made, **values)
    assert caught.value.field == field


def test_a_team_s_secret_is_not_credited_in_the_open(database: Database, told: Told) -> None:
    hidden = make_organization(database)
    restrict(database, hidden, make_team(database, make_user(database)).id)
    made = told()
    with pytest.raises(DomainError):
        _credit(database, made, organization_id=hidden.id)


def test_the_client_answers_once_and_only_a_hash_is_kept(database: Database, told: Told) -> None:
    made = told()
    given = _credit(database, made)

    def work(session: Any, _found: Announcement) -> None:
        one = session.get_one(Attribution, given.id)
        ask = {"language": "ko", "actor": ADMIN, "now": NOW}
        with pytest.raises(DomainError):
            client_links.ask_client(session, one, **{**ask, "language": "de"})
        first = client_links.ask_client(session, one, **ask)
        token = client_links.ask_client(session, one, **ask)
        assert len(token) >= 43
        assert token not in str({c.name: getattr(one, c.name) for c in Attribution.__table__.c})
        # Bound to this purpose: the same token's plain hash opens nothing.
        assert one.token_hash != hashlib.sha256(token.encode()).hexdigest()
        assert client_links.find_by_token(session, first) is None
        assert client_links.find_by_token(session, token) is one
        assert one.link_expires_at == NOW + timedelta(days=30)
        assert client_links.is_open_link(one, now=NOW + timedelta(days=30, seconds=-1))
        answer = {"name": " 김 하나 ", "words": None, "now": NOW}
        for values, field in (
            ({"answer": "confirm", "name": " "}, "name"),
            ({"answer": "correct"}, "words"),
            ({"answer": "maybe"}, "answer"),
        ):
            with pytest.raises(DomainError) as caught:
                client_links.answer_link(session, one, **{**answer, **values})
            assert caught.value.field == field
        with pytest.raises(DomainError):
            client_links.answer_link(
                session, one, **{**answer, "answer": "confirm", "now": NOW + timedelta(days=30)}
            )
        client_links.answer_link(session, one, answer="confirm", **answer)
        assert (one.confirmed_at, one.confirmed_by) == (NOW, ConfirmedBy.LINK)
        assert one.confirmed_name == "김 하나"
        with pytest.raises(DomainError):
            client_links.answer_link(session, one, answer="decline", **answer)
        assert one.declined_at is None
        with pytest.raises(DomainError):
            client_links.ask_client(session, one, **ask)

    _in(database, made, work)


def test_a_correction_and_a_refusal_confirm_nothing(database: Database, told: Told) -> None:
    made = told()
    for answer in ("correct", "decline"):
        given = _credit(database, made)

        def work(
            session: Any, _found: Announcement, key: int = given.id, said: str = answer
        ) -> Any:
            one = session.get_one(Attribution, key)
            client_links.ask_client(session, one, language="ja", actor=ADMIN, now=NOW)
            client_links.answer_link(
                session, one, answer=said, name="佐藤", words="東京事務所", now=NOW
            )
            return one

        one = _in(database, made, work)
        assert one.confirmed_at is None
        assert (one.declined_at is not None) is (answer == "decline")
        assert one.client_words == "東京事務所"


@pytest.mark.parametrize(
    "values",
    [{"name": "Osaka office"}, {"role": CreditRole.HELPED}],
)
def test_what_a_client_was_asked_is_not_said_of_somebody_else(
    database: Database, told: Told, values: dict[str, Any]
) -> None:
    made = told()
    given = _credit(database, made, name="Seoul office")
    said = {"role": CreditRole.INTRODUCED, "name": "Seoul office"}

    def work(session: Any, found: Announcement) -> None:
        one = session.get_one(Attribution, given.id)

        def revise(**changed: Any) -> None:
            details = CreditDetails(**{**said, **changed})
            crediting.revise_credit(session, found, one, details, actor=ADMIN)

        token = client_links.ask_client(session, one, language="en", actor=ADMIN, now=NOW)
        revise(text="They opened the door.")
        assert client_links.find_by_token(session, token) is one
        # The link was about somebody else, or another part.
        revise(**values)
        assert client_links.find_by_token(session, token) is None
        revise()
        client_links.ask_client(session, one, language="en", actor=ADMIN, now=NOW)
        client_links.answer_link(
            session, one, answer="confirm", name="Ms. Kim", words=None, now=NOW
        )
        revise(text="They opened two doors.")
        with pytest.raises(DomainError) as caught:
            revise(**values)
        assert caught.value.field == "name"
        assert (one.name, one.role, one.confirmed_at) == (*reversed(said.values()), NOW)

    _in(database, made, work)


def test_a_letter_confirms_as_well_and_ends_the_link(database: Database, told: Told) -> None:
    made = told()
    given = _credit(database, made)

    def work(session: Any, _found: Announcement) -> None:
        one = session.get_one(Attribution, given.id)
        token = client_links.ask_client(session, one, language="fr", actor=ADMIN, now=NOW)
        file = StoredFile(
            name="letter.pdf",
            content_type="application/pdf",
            byte_count=1,
            sha256="0",
            storage_name="letter",
            announcement_id=made.id,
            created_at=NOW,
        )
        session.add(file)
        session.flush()
        common = {
            "by": ConfirmedBy.LETTER,
            "name": "Mme Roy",
            "at": NOW,
            "actor": ADMIN,
            "now": NOW,
        }
        for values, field in (
            ({"file": None}, "file"),
            ({"file": file, "name": ""}, "name"),
            ({"file": file, "by": ConfirmedBy.LINK}, "by"),
            ({"file": file, "at": NOW + timedelta(days=1)}, "on"),
        ):
            with pytest.raises(DomainError) as caught:
                crediting.file_confirmation(session, one, **{**common, **values})
            assert caught.value.field == field
        crediting.file_confirmation(session, one, **common, file=file)
        assert (one.confirmed_by, one.file_id) == (ConfirmedBy.LETTER, file.id)
        found = client_links.find_by_token(session, token)
        assert found is not None
        assert not client_links.is_open_link(found, now=NOW)

    _in(database, made, work)


def test_what_landed_needs_its_evidence(database: Database, told: Told) -> None:
    made = told(announced=StatedDate(date(2025, 3, 1)))

    def check(months: int = 12, **values: Any) -> DeliveryCheck:
        details = DeliveryDetails(**{"checked_on": date(2026, 3, 2), **values})
        found: DeliveryCheck = _in(
            database,
            made,
            lambda s, a: delivery.check_delivery(s, a, months, details, actor=ADMIN, now=NOW),
        )
        return found

    for values, field in (
        ({"landed_jobs": 31}, "evidence"),
        ({"landed_jobs": -1, "evidence": "x"}, "landed_jobs"),
        ({"currency": "CAD", "evidence": "x"}, "currency"),
        ({"checked_on": date(2027, 1, 1)}, "checked_on"),
        ({"months": 13}, "months"),
    ):
        with pytest.raises(DomainError) as caught:
            check(**values)
        assert caught.value.field == field
    unknown = check()
    assert (unknown.landed_jobs, unknown.landed_amount) == (None, None)
    found = check(landed_jobs=31, landed_amount=2_000_000, evidence="payroll of February")
    assert (found.id, found.due_on) == (unknown.id, date(2026, 3, 1))
    assert (found.landed_jobs, found.currency) == (31, None)
    draft = told(is_draft=True)
    with pytest.raises(DomainError):
        _in(
            database,
            draft,
            lambda s, a: delivery.check_delivery(
                s, a, 12, DeliveryDetails(date(2026, 3, 2)), actor=ADMIN, now=NOW
            ),
        )


def test_a_new_version_leaves_old_agreements_with_the_old_one(
    database: Database, told: Told
) -> None:
    made = told()

    def work(session: Any, found: Announcement) -> None:
        def write(text: str) -> AnnouncementDraft:
            return drafts.add_draft(session, found, text, actor=ADMIN, now=NOW)

        def say(draft: AnnouncementDraft, party: ApprovalParty, agreed: bool | None) -> None:
            details = ApprovalDetails(party, agreed, "Somebody")
            drafts.record_approval(session, draft, details, actor=ADMIN, now=NOW)

        first = write("One")
        with pytest.raises(DomainError):
            write(" One ")
        with pytest.raises(DomainError):
            write(" ")
        say(first, ApprovalParty.COMPANY, True)
        say(first, ApprovalParty.PROVINCE, False)
        second = write("Two")
        say(second, ApprovalParty.PROVINCE, True)
        say(second, ApprovalParty.MAYOR_OFFICE, None)
        with pytest.raises(DomainError):
            drafts.record_approval(
                session,
                second,
                ApprovalDetails(ApprovalParty.COMPANY, True, decided_at=NOW - timedelta(days=1)),
                actor=ADMIN,
                now=NOW,
            )
        session.expire_all()
        standings = drafts.standings_of(drafts.list_drafts(session, found))
        assert [
            (one.party, one.approval.is_agreed, one.number, one.is_current) for one in standings
        ] == [
            (ApprovalParty.COMPANY, True, 1, False),
            (ApprovalParty.PROVINCE, True, 2, True),
            (ApprovalParty.MAYOR_OFFICE, None, 2, True),
        ]
        assert [one.approval.decided_at for one in standings] == [NOW, NOW, None]

    _in(database, made, work)


def test_whoever_only_reads_writes_none_of_it(database: Database, told: Told) -> None:
    viewer = actor_for(database, make_user(database, role=Role.VIEWER))
    made = told(announced=StatedDate(date(2025, 3, 1)))
    office = make_office(database)
    with database.transaction(viewer) as session:
        found = session.get_one(Announcement, made.id)
        for refused in (
            lambda: commitments.add_commitment(
                session, found, CommitmentDetails(CommitmentKind.OTHER, "x"), actor=viewer
            ),
            lambda: sources.add_source(session, found, SourceDetails("x"), actor=viewer),
            lambda: crediting.credit(
                session,
                found,
                CreditDetails(CreditRole.HELPED, office_id=office.id),
                actor=viewer,
            ),
            lambda: delivery.check_delivery(
                session, found, 12, DeliveryDetails(date(2026, 3, 2)), actor=viewer, now=NOW
            ),
            lambda: drafts.add_draft(session, found, "x", actor=viewer, now=NOW),
        ):
            with pytest.raises(ForbiddenError):
                refused()


def test_a_restriction_and_its_end_reach_all_that_hangs_on_an_announcement(
    database: Database,
) -> None:
    member = make_user(database)
    team = make_team(database, member)
    lead = make_lead(database, owner_id=member.id)
    made = make_announcement(database, lead, announced=StatedDate(date(2025, 3, 1)))
    _commit(database, made, text="x")
    _credit(database, made)

    def work(session: Any, found: Announcement) -> None:
        sources.add_source(session, found, SourceDetails("x"), actor=ADMIN)
        draft = drafts.add_draft(session, found, "x", actor=ADMIN, now=NOW)
        drafts.record_approval(
            session, draft, ApprovalDetails(ApprovalParty.OTHER, True), actor=ADMIN, now=NOW
        )
        session.add(
            StoredFile(
                name="x.txt",
                content_type="text/plain",
                byte_count=1,
                sha256="0",
                storage_name="x",
                announcement_id=found.id,
                created_at=NOW,
            )
        )

    _in(database, made, work)
    classes = (
        Announcement,
        Commitment,
        Attribution,
        AnnouncementSource,
        AnnouncementDraft,
        DraftApproval,
        DeliveryCheck,
        StoredFile,
    )

    def teams() -> list[set[int | None]]:
        with database.unscoped_reader(purpose="test") as session:
            return [set(session.scalars(sa.select(cls.team_id))) for cls in classes]

    assert teams() == [{None}] * len(classes)
    with database.transaction(ADMIN) as session:
        restrict_lead(
            session,
            session.get_one(Lead, lead.id),
            team_id=team.id,
            reason="asked",
            actor=ADMIN,
            now=NOW,
        )
    assert teams() == [{team.id}] * len(classes)
    outsider = actor_for(database, make_user(database))
    with database.reader(outsider) as session:
        assert [session.scalars(sa.select(cls)).all() for cls in classes] == [[]] * len(classes)
        assert session.scalars(sa.select(Claim)).all() == []
    with database.transaction(ADMIN) as session:
        lift_restriction(
            session, session.get_one(Lead, lead.id), reason="over", actor=ADMIN, now=NOW
        )
    assert teams() == [{None}] * len(classes)
