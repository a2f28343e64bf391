"""The scorecard as a page: in words, changed with reasons, kept in versions, by two editors."""

import re
from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from flask_babel import force_locale

from crm.database import Database
from crm.scores import card_words, scorecards
from crm.scores.card_changes import CardChange, changes_between
from crm.scores.card_forms import CardForm, typed_of
from crm.scores.card_preview import preview
from crm.scores.rule_record import records_of
from models.audit import AuditEntry
from models.errors import DomainError, ForbiddenError, NotFoundError
from models.job import Job
from models.lead import Lead
from models.score import ModelVersion, ScorecardVersion
from models.stage import Status
from models.user import LOCAL_ADMINISTRATOR, Role
from scoring.card_counts import count_rules
from scoring.dataset import load_histories
from scoring.features import FEATURES, NUMBER
from scoring.scorecard import Scorecard
from scoring.scorecard_defaults import DEFAULT
from tests.crm.scores.test_overrides import NOW
from tests.factories.lead import make_lead
from tests.factories.office import make_office_past
from tests.factories.user import actor_for, make_team, make_user
from tests.support.application import QueryCounter

NAMES = {
    "sector": {"batteries": "Batteries"},
    "source": {"jetro": "JETRO"},
    "market": {"JP": "Japan", "KR": "South Korea"},
}


def _changed(**changes: Any) -> dict[str, Any]:
    content = deepcopy(DEFAULT)
    content["rules"][0].update(changes)
    return content


def _save(database: Database, content: dict[str, Any], expected: int | None = None) -> int:
    with database.transaction(LOCAL_ADMINISTRATOR) as session:
        return scorecards.save_card(
            session,
            content,
            expected=expected,
            note="They decide slower now.",
            actor=LOCAL_ADMINISTRATOR,
            now=NOW,
        ).number


def test_the_card_that_ships_serves_until_somebody_saves_another(database: Database) -> None:
    with database.reader(LOCAL_ADMINISTRATOR) as session:
        assert scorecards.current(session) == (None, Scorecard.default())
    assert _save(database, _changed(points=6)) == 1
    with database.reader(LOCAL_ADMINISTRATOR) as session:
        number, card = scorecards.current(session)
        [version] = session.scalars(sa.select(ScorecardVersion))
        audited = session.scalars(
            sa.select(AuditEntry.action).where(AuditEntry.record_type == "scorecard_versions")
        ).all()
    assert (number, card.rules[0].points) == (1, 6)
    assert version.note == "They decide slower now."
    assert audited == ["created"]


def _without_reason(content: dict[str, Any]) -> None:
    content["rules"][1]["reason"] = "  "


def _falling(content: dict[str, Any]) -> None:
    content["stages"]["qualified"] = 0.05


def _too_many_points(content: dict[str, Any]) -> None:
    content["rules"][2]["points"] = 101


def _twice(content: dict[str, Any]) -> None:
    content["rules"].append({**content["rules"][0], "points": 1})


def _no_such_feature(content: dict[str, Any]) -> None:
    content["rules"][0]["feature"] = "owner"


@pytest.mark.parametrize(
    ("spoil", "field"),
    [
        (_without_reason, "reason-1"),
        (_falling, "stage-qualified"),
        (_too_many_points, "points-2"),
        (_twice, f"points-{len(DEFAULT['rules'])}"),
        (_no_such_feature, None),
    ],
)
def test_a_card_that_breaks_a_rule_is_refused_where_it_does(
    database: Database, spoil: Callable[[dict[str, Any]], None], field: str | None
) -> None:
    content = deepcopy(DEFAULT)
    spoil(content)
    with pytest.raises(DomainError) as refused:
        _save(database, content)
    assert refused.value.field == field
    with database.reader(LOCAL_ADMINISTRATOR) as session:
        assert scorecards.newest(session).number is None


def test_the_second_of_two_editors_is_told_and_an_officer_is_refused(database: Database) -> None:
    _save(database, _changed(points=6))
    with pytest.raises(scorecards.StaleCardError):
        _save(database, _changed(points=7), expected=None)
    with pytest.raises(DomainError, match="Nothing was changed"):
        _save(database, _changed(points=6), expected=1)
    officer = actor_for(database, make_user(database))
    with pytest.raises(ForbiddenError), database.transaction(officer) as session:
        scorecards.save_card(session, DEFAULT, expected=1, note="", actor=officer, now=NOW)


def test_an_old_card_is_taken_up_again_as_a_new_version(database: Database) -> None:
    _save(database, _changed(points=6))
    _save(database, _changed(points=7), expected=1)
    with database.transaction(LOCAL_ADMINISTRATOR) as session:
        scorecards.restore_card(
            session, None, expected=2, note="", actor=LOCAL_ADMINISTRATOR, now=NOW
        )
    with database.reader(LOCAL_ADMINISTRATOR) as session:
        assert scorecards.newest(session).content == DEFAULT
        assert [card.number for card in scorecards.list_cards(session)] == [3, 2, 1]
        assert scorecards.card_before(session, 1).number is None
        with pytest.raises(NotFoundError):
            scorecards.get_card(session, 9)


def test_what_a_version_changed_is_told_line_by_line() -> None:
    after = _changed(points=6)
    after["stages"]["engaged"] = 0.09
    removed = after["rules"].pop(1)
    after["rules"][1]["reason"] = "Ours"
    new = {"feature": "sector", "any_of": ["batteries"], "points": 4, "reason": "Here"}
    after["rules"].append(new)
    found = changes_between(DEFAULT, after)
    assert [change.kind for change in found] == [
        CardChange.CHANCE,
        CardChange.POINTS,
        CardChange.REASON,
        CardChange.ADDED,
        CardChange.REMOVED,
    ]
    assert (found[1].before, found[1].after) == (10, 6)
    assert found[-1].rule == removed
    assert changes_between(after, after) == []


def test_every_feature_has_a_name_and_its_kind_of_values(app: Flask) -> None:
    with app.test_request_context(), force_locale("en"):
        for feature in FEATURES:
            assert card_words.feature_name(feature.code) != feature.code
            assert (card_words.unit_of(feature.code) is not None) is (feature.kind == NUMBER)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_rules_are_told_in_words(app: Flask, language: str) -> None:
    with app.test_request_context(), force_locale(language):
        lines = [card_words.line(rule, NAMES) for rule in DEFAULT["rules"]]
    assert not any("_" in line for line in lines)
    if language == "en":
        assert "Status: On hold" in lines
        assert "Time at this stage: from 180 days to below 365 days" in lines
        assert "Highest rank met: Director or executive officer or higher" in lines
        assert "Share of those who decide in favour: 50% or more" in lines


def test_the_example_of_points_is_right() -> None:
    assert round(card_words.moved_chance(0.15, 10), 3) == 0.324
    assert round(card_words.moved_chance(0.15, -10), 3) == 0.061


def _form(**typed: str) -> CardForm:
    return CardForm(DEFAULT, {**typed_of(DEFAULT), **typed}, NAMES)


def _read(app: Flask, language: str = "en", **typed: str) -> tuple[dict[str, Any], CardForm]:
    with app.test_request_context(), force_locale(language):
        form = _form(**{name.replace("_", "-"): value for name, value in typed.items()})
        return form.read(), form


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_form_that_nobody_touched_says_the_same_card(app: Flask, language: str) -> None:
    content, form = _read(app, language)
    # The reasons that ship stay what they were, in whatever language they were shown.
    assert content == DEFAULT
    assert form.problems == {}


@pytest.mark.parametrize(
    ("typed", "rule"),
    [
        ({"feature": "sector", "values": "batteries"}, {"any_of": ["batteries"]}),
        ({"feature": "market", "values": "Japan; kr"}, {"any_of": ["JP", "KR"]}),
        ({"feature": "status", "values": "OPEN"}, {"any_of": ["active"]}),
        ({"feature": "source", "values": "JETRO, 紹介"}, {"any_of": ["JETRO", "紹介"]}),
        ({"feature": "capex_currency", "values": "jpy"}, {"any_of": ["JPY"]}),
        ({"feature": "jobs", "from": "50", "below": "200"}, {"at_least": 50.0, "below": 200.0}),
        ({"feature": "capex", "from": "75 %"}, {"at_least": 0.75}),
        ({"feature": "pace", "below": "0,5"}, {"below": 0.5}),
        ({"feature": "jobs", "missing": "1"}, {"is_missing": True}),
    ],
)
def test_a_new_rule_is_read_from_plain_words(
    app: Flask, typed: dict[str, str], rule: dict[str, Any]
) -> None:
    typed = {f"new_0_{name}": value for name, value in typed.items()}
    content, form = _read(app, new_0_points="+4", new_0_reason="Ours", **typed)
    assert form.problems == {}
    feature = typed["new_0_feature"]
    assert content["rules"][-1] == {"feature": feature, **rule, "points": 4, "reason": "Ours"}
    scorecards.check_content(content)


@pytest.mark.parametrize(
    ("typed", "at"),
    [
        ({"values": "batteries"}, "new-0-feature"),
        ({"feature": "source_record", "from": "1"}, "new-0-feature"),
        ({"feature": "sector", "values": "unheard of"}, "new-0-values"),
        ({"feature": "status", "values": "lost"}, "new-0-values"),
        ({"feature": "source", "values": "…"}, "new-0-values"),
        ({"feature": "sector"}, "new-0-values"),
        ({"feature": "sector", "values": "batteries", "missing": "1"}, "new-0-values"),
        ({"feature": "sector", "from": "3"}, "new-0-values"),
        ({"feature": "jobs", "values": "many"}, "new-0-from"),
        ({"feature": "jobs", "from": "nan"}, "new-0-from"),
        ({"feature": "jobs", "from": "9", "below": "3"}, "new-0-below"),
    ],
)
def test_a_new_rule_that_cannot_be_read_says_where(
    app: Flask, typed: dict[str, str], at: str
) -> None:
    typed = {f"new_0_{name}": value for name, value in typed.items()}
    _content, form = _read(app, new_0_points="4", new_0_reason="Ours", **typed)
    assert list(form.problems) == [at]


def test_a_rule_that_is_ticked_goes(app: Flask) -> None:
    content, form = _read(app, remove_0="on")
    assert form.problems == {}
    assert content["rules"] == DEFAULT["rules"][1:]


def test_points_chances_and_reasons_are_checked_line_by_line(app: Flask) -> None:
    typed = {
        "points-3": "lots",
        "reason-4": "",
        "stage-engaged": "100",
        "stage-active": "15",
        "points-5": "1e3",
    }
    with app.test_request_context(), force_locale("en"):
        form = _form(**typed)
        form.read()
    assert set(form.problems) == set(typed)


def _office(database: Database) -> list[int]:
    return make_office_past(database, 40)


def _counted(database: Database, content: dict[str, Any]) -> list[dict[str, Any]]:
    with database.unscoped_reader(purpose="training") as session:
        histories = load_histories(session)
    return count_rules(Scorecard.from_dict(content), histories, NOW)


def test_restricted_leads_are_not_counted(database: Database) -> None:
    _office(database)
    before = _counted(database, DEFAULT)[0]["office_closed_count"]
    team = make_team(database, make_user(database))
    with database.unscoped(LOCAL_ADMINISTRATOR, purpose="test") as session:
        lost = session.scalars(sa.select(Lead).where(Lead.status == Status.LOST)).first()
        assert lost is not None
        lost.team_id = team.id
    assert _counted(database, DEFAULT)[0]["office_closed_count"] == before - 1


def test_what_closed_leads_say_of_a_rule_is_counted(database: Database) -> None:
    _office(database)
    content = _changed(any_of=["good source"])
    counted = _counted(database, content)
    assert len(counted) == len(DEFAULT["rules"])
    first = counted[0]
    assert 0 < first["announced_count"] <= first["closed_count"] < first["office_closed_count"]
    version = ModelVersion(metrics={"rules": counted})
    record = records_of(version, content)[0]
    assert record is not None
    assert record.closed_count == first["closed_count"]
    # Another condition has not been counted.
    assert records_of(version, _changed(any_of=["other"]))[0] is None
    assert records_of(None, DEFAULT)[0] is None


@pytest.mark.parametrize(
    ("closed", "announced", "points", "agrees"),
    [(30, 20, 5, True), (30, 20, -5, False), (30, 6, 5, None), (5, 5, 5, None), (30, 20, 0, None)],
)
def test_a_record_speaks_for_or_against_the_points_only_beyond_luck(
    closed: int, announced: int, points: int, agrees: bool | None
) -> None:
    about = scorecards.condition_of(DEFAULT["rules"][0])
    item = {
        "about": about,
        "closed_count": closed,
        "announced_count": announced,
        "office_closed_count": 100,
        "office_announced_count": 20,
    }
    record = records_of(ModelVersion(metrics={"rules": [item]}), _changed(points=points))[0]
    assert record is not None
    assert record.agrees is agrees
    assert record.is_few is (closed < 8)


def test_a_preview_tells_who_would_move_and_saves_nothing(database: Database) -> None:
    _office(database)
    content = _changed(any_of=["poor source"], points=60)
    told = preview(database, DEFAULT, content, actor=LOCAL_ADMINISTRATOR, now=NOW)
    assert 0 < len(told.moves) <= 10
    assert all(move.chance_after > move.chance_before for move in told.moves)
    assert any(move.after < move.before for move in told.moves)
    assert {move.after for move in told.moves} <= set(range(1, told.lead_count + 1))
    nobody = preview(database, DEFAULT, DEFAULT, actor=LOCAL_ADMINISTRATOR, now=NOW)
    assert nobody.moves == ()
    with database.reader(LOCAL_ADMINISTRATOR) as session:
        assert scorecards.newest(session).number is None


def _fields(page: str) -> dict[str, str]:
    """What a browser would send of the form as it stands."""
    found = {}
    for tag in re.findall(r"<input[^>]*>", page):
        name, value = re.search(r' name="([^"]*)"', tag), re.search(r' value="([^"]*)"', tag)
        if name and value and 'type="checkbox"' not in tag:
            found[name.group(1)] = value.group(1).replace("&#39;", "'")
    return found


def test_the_page_is_changed_in_plain_forms_and_nothing_typed_is_lost(
    database: Database, sign_in: Callable[..., FlaskClient]
) -> None:
    manager = sign_in(Role.MANAGER, name="Ada Invented")
    typed = {**_fields(manager.get("/scores/card/edit").text), "points-0": "12"}
    wrong = manager.post(
        "/scores/card",
        data={**typed, "stage-qualified": "3", "reason-1": "Because I say <so>"},
    )
    assert wrong.status_code == 422
    assert "must rise from stage to stage" in wrong.text
    assert "Because I say &lt;so&gt;" in wrong.text
    assert _fields(wrong.text)["points-0"] == "12"
    done = manager.post("/scores/card", data={**typed, "note": "Our own count"})
    assert done.status_code == 303
    page = manager.get("/scores/card").text
    for told in ("Ada Invented", "Our own count", "from +10 to +12 points"):
        assert told in page
    with database.unscoped_reader(purpose="test") as session:
        assert "scores.refresh" in session.scalars(sa.select(Job.kind)).all()
    # Another manager had the form open since before.
    other = sign_in(Role.MANAGER)
    late = other.post("/scores/card", data={**typed, "points-0": "14"})
    assert late.status_code == 409
    assert "Ada Invented saved another card meanwhile" in late.text
    again = _fields(late.text)
    assert again["points-0"] == "14"
    assert other.post("/scores/card", data=again).status_code == 303
    restored = other.post("/scores/card/versions/0/restore", data={"expected": "2", "note": ""})
    assert restored.status_code == 303
    assert "from +12 to +14 points" in other.get("/scores/card/versions/2").text
    assert other.get("/scores/card/versions/7").status_code == 404


def test_the_offices_own_words_are_shown_as_written(
    database: Database, sign_in: Callable[..., FlaskClient]
) -> None:
    content = _changed(reason="<b>50 %</b> of %(them)s")
    content["rules"].append(
        {"feature": "source", "any_of": ["<i>5 %</i>"], "points": 1, "reason": "{{ 7 * 7 }}"}
    )
    _save(database, content)
    manager = sign_in(Role.MANAGER)
    for path in ("/scores/card", "/scores/card/versions/1", "/scores/card/edit"):
        page = manager.get(path).text
        assert "&lt;b&gt;50 %&lt;/b&gt; of %(them)s" in page
        assert "&lt;i&gt;5 %&lt;/i&gt;" in page
        assert "{{ 7 * 7 }}" in page


def test_the_page_previews(database: Database, sign_in: Callable[..., FlaskClient]) -> None:
    make_lead(database)
    manager = sign_in(Role.MANAGER)
    typed = {**_fields(manager.get("/scores/card/edit").text), "stage-first_contact": "6"}
    page = manager.post("/scores/card", data={**typed, "do": "preview"})
    assert page.status_code == 200
    assert "among 1 open lead that you see" in page.text
    assert _fields(page.text)["stage-first_contact"] == "6"


def test_who_may_not_change_the_card_reads_it(
    database: Database, sign_in: Callable[..., FlaskClient]
) -> None:
    for role in (Role.OFFICER, Role.VIEWER):
        client = sign_in(role)
        assert "Change the card" not in client.get("/scores/card").text
        assert client.get("/scores/card/edit").status_code == 403
        for path in ("/scores/card", "/scores/card/versions/0/restore"):
            assert client.post(path, data={"expected": "0", "base": "0"}).status_code == 403
    assert sign_in(Role.PARTNER).get("/scores/card").status_code == 403
    with database.unscoped_reader(purpose="test") as session:
        assert session.scalars(sa.select(ScorecardVersion)).all() == []


def test_the_history_takes_as_many_queries_however_long_it_is(
    database: Database, sign_in: Callable[..., FlaskClient], queries: QueryCounter
) -> None:
    officer = sign_in(Role.OFFICER)
    counts = []
    for number in range(1, 5):
        _save(database, _changed(points=number), expected=number - 1 or None)
        with queries:
            assert officer.get("/scores/card").status_code == 200
        counts.append(queries.count)
    assert len(set(counts)) == 1
