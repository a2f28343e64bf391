"""What has no public mode is never handed out as if it had; what has one says so everywhere."""

import io
import json
import re
import zipfile
from collections.abc import Callable
from datetime import timedelta
from html import unescape

import pytest
from flask.testing import FlaskClient

from config import Config
from crm.announcements.delivery import DeliveryDetails, check_delivery
from crm.briefing.languages import in_language
from crm.cli import main
from crm.database import Database
from crm.reports.catalogue import REPORTS, find_report
from crm.reports.params import ReportParams, Scope, read_params
from crm.reports.report import Report, Words
from crm.reports.saved import save_report
from crm.reports.takeaway.pdf import document_of
from crm.reports.takeaway.taken import take
from models.announcement import Announcement, Whose
from models.errors import DomainError
from models.user import LOCAL_ADMINISTRATOR, Role
from tests.crm.reports.pipelines import FIRST, lead_through, stated
from tests.crm.reports.raw_records import read
from tests.factories.announcement import make_announcement
from tests.factories.lead import NOW, make_lead
from tests.factories.user import actor_for, make_user

SignIn = Callable[..., FlaskClient]
PUBLIC = ("pipeline", "movement", "conversion", "velocity", "forecast", "missions", "bre")
PUBLIC += ("delivery",)
INTERNAL = ("quality", "responses", "introducers", "referrals", "work")
REFUSED = "has no public mode"


def report(code: str) -> Report:
    found = find_report(code)
    assert found is not None
    return found


def said(client: FlaskClient, path: str, status: int) -> str:
    """The words of a page that answers so."""
    answer = client.get(path)
    assert answer.status_code == status
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.get_data(as_text=True))).split())


def test_every_report_is_one_or_the_other() -> None:
    assert {item.code for item in REPORTS} == {*PUBLIC, *INTERNAL}
    assert {item.code for item in REPORTS if item.has_public} == set(PUBLIC)


@pytest.mark.parametrize("asked", ["scope=public", "public=1"])
@pytest.mark.parametrize("code", INTERNAL)
def test_an_internal_report_refuses(sign_in: SignIn, code: str, asked: str) -> None:
    client = sign_in(Role.MANAGER)
    text = said(client, f"/reports/{code}?{asked}", 422)
    assert REFUSED in text
    # The sentence says which have one.
    assert "Pipeline, What changed, Conversion" in text
    assert "Safe to publish" not in text
    for ending in ("csv", "xlsx", "pdf"):
        assert client.get(f"/reports/{code}.{ending}?{asked}").status_code == 422
    assert client.get(f"/reports/book-en.pdf?report={code}&{asked}").status_code == 422


def test_a_word_that_is_no_scope_is_not_passed_over(sign_in: SignIn) -> None:
    client = sign_in()
    assert client.get("/reports/pipeline?scope=Public").status_code == 200
    assert "is no such scope" in said(client, "/reports/pipeline?scope=everyone", 422)
    assert client.get("/reports/pipeline.csv?scope=everyone").status_code == 422


def test_nobody_saves_or_reads_what_has_no_public_mode(database: Database) -> None:
    user = make_user(database, role=Role.MANAGER)
    actor = actor_for(database, user)
    params = ReportParams(scope=Scope.PUBLIC)
    with pytest.raises(DomainError, match=REFUSED), database.transaction(actor) as session:
        save_report(
            session,
            kind="work",
            params=params,
            name="For all",
            is_shared=True,
            actor=actor,
            now=NOW,
        )
    with database.reader(actor) as session:
        # A subscription takes its copy by this way.
        with pytest.raises(DomainError, match=REFUSED):
            take(session, report("work"), params, now=NOW, words=Words())
        with pytest.raises(DomainError, match="no public mode"):
            report("work").figures(session, params, now=NOW)


def test_the_command_refuses_and_names_those_that_have_one(
    database: Database, config: Config, capfd: pytest.CaptureFixture[str]
) -> None:
    assert main(["reports", "quality", "--public", "--data", str(config.data)]) == 2
    said = capfd.readouterr().err
    assert "quality has no public mode" in said
    assert "pipeline, movement, conversion, velocity, forecast, missions, bre, delivery" in said


@pytest.mark.parametrize("code", PUBLIC)
def test_what_is_public_says_so_and_what_it_leaves_out(
    sign_in: SignIn,
    database: Database,
    config: Config,
    capfd: pytest.CaptureFixture[str],
    code: str,
) -> None:
    for number in range(4):
        lead_through(database, FIRST, FIRST + timedelta(days=9 + number), capex=stated(7))
    note = "Public: confidential leads, and those whose announcement is still to come out"
    client = sign_in()
    shown = said(client, f"/reports/{code}?scope=public", 200)
    assert "Public: safe to publish" in shown
    content = client.get(f"/reports/{code}.csv?scope=public").data
    if content.startswith(b"PK"):
        content = zipfile.ZipFile(io.BytesIO(content)).read("about.csv")
    about = content.decode("utf-8-sig")
    assert "Public: only what may be published" in about
    assert note in about
    for arguments in (["--json"], []):
        main(["reports", code, "--public", "--data", str(config.data), *arguments])
        printed = capfd.readouterr().out
        assert note in printed
        if arguments:
            assert json.loads(printed)["scope"] == "public"
    with database.reader(actor_for(database, make_user(database))) as session, in_language("en"):
        taken = take(
            session, report(code), read_params({"scope": "public"}), now=NOW, words=Words()
        )
        assert taken.stem.endswith("-public")
        pages, _pictures = document_of([taken])
    assert any(note in text for text in map(str, pages["reports"][0]["notes"]))


def test_what_is_public_is_about_no_officer(sign_in: SignIn) -> None:
    client = sign_in(Role.MANAGER)
    page = client.get("/reports/pipeline?scope=public").get_data(as_text=True)
    assert 'name="owner"' not in page
    assert 'value="owner"' not in page
    refused = said(client, "/reports/pipeline?scope=public&by=owner", 422)
    assert "not about single officers" in refused


@pytest.mark.parametrize("code", ["conversion", "velocity"])
def test_what_grows_lead_by_lead_is_not_compared_in_public(
    sign_in: SignIn,
    database: Database,
    config: Config,
    capfd: pytest.CaptureFixture[str],
    code: str,
) -> None:
    for number in range(7):
        lead_through(database, FIRST, FIRST + timedelta(days=9 + 5 * number))
    day = FIRST + timedelta(days=36)
    # Between the days one lead moved on.
    client, path = sign_in(), f"/reports/{code}?as_of=2026-04-30&compare={day}"
    assert "compared with 10 Feb 2026" in said(client, path, 200)
    shown = said(client, f"{path}&scope=public", 200)
    assert "is not compared with another day" in shown
    assert "10 Feb 2026" not in shown
    assert 'name="compare' not in client.get(f"{path}&scope=public").get_data(as_text=True)
    # A day that is none is still said.
    refused = said(client, f"/reports/{code}?scope=public&compare=2999-01-01", 422)
    assert "must" in refused or "future" in refused
    content = client.get(f"/reports/{code}.csv?{path.partition('?')[2]}&scope=public").data
    archive = zipfile.ZipFile(io.BytesIO(content))
    for name in archive.namelist():
        text = archive.read(name).decode("utf-8-sig")
        assert "10 Feb 2026" not in text
        assert str(day) not in text
    asked = ["reports", code, "--as-of", "2026-04-30", "--compare", day.isoformat()]
    for arguments in ([], ["--public"]):
        main([*asked, *arguments, "--data", str(config.data), "--json"])
        assert ("compare" in json.loads(capfd.readouterr().out)) == (not arguments)


@pytest.mark.parametrize("code", ["missions", "bre"])
def test_missions_and_visits_are_not_compared_in_public(database: Database, code: str) -> None:
    for scope, is_compared in ((Scope.VIEWER, True), (Scope.PUBLIC, False)):
        found = read(report(code), database, now=NOW, scope=scope, compare=FIRST)
        assert (found.before is not None) is is_compared


def test_what_one_lead_stated_is_not_the_difference_of_two_days(database: Database) -> None:
    day = NOW - timedelta(days=20)
    for number, made in enumerate([NOW - timedelta(days=40)] * 3 + [NOW]):
        lead = make_lead(database, capex=stated(1_000 * 2**number), now=NOW - timedelta(days=60))
        capex = stated(5_000)
        announced = make_announcement(database, lead, now=made, whose=Whose.OURS, capex=capex)
        checked = DeliveryDetails(
            checked_on=day.date() if number < 3 else NOW.date(),
            landed_amount=4_000,
            currency="CAD",
            landed_jobs=5,
            evidence="A visit",
        )
        with database.transaction(LOCAL_ADMINISTRATOR) as session:
            found = session.get_one(Announcement, announced.id)
            check_delivery(session, found, 12, checked, actor=LOCAL_ADMINISTRATOR, now=NOW)
    found = read(
        report("delivery"), database, now=NOW, scope=Scope.PUBLIC, compare=day.date(), convert="CAD"
    )
    [now], [before] = found.now.money, found.before.money
    assert (now.stated.amount, now.landed.amount, found.now.jobs.landed.amount) == (
        15_000,
        16_000,
        20,
    )
    # What was announced is public, of any day.
    assert (found.now.count, found.before.count, before.announced.amount) == (4, 3, 15_000)
    jobs = found.before.jobs
    told = (before.stated, before.checked, before.landed, jobs.stated, jobs.landed)
    assert all(total.is_withheld and not total.amount and not total.count for total in told)
    assert (found.before.rates, found.before.unchecked_count) == (None, None)
    with in_language("en"):
        codes = [table.code for table in report("delivery").tables(found, Words())]
    assert "converted" in codes
    assert "converted_before" not in codes
