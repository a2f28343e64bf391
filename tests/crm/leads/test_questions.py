"""Every requirement can be asked for, and a typed answer always meets it."""

import sqlalchemy as sa

from crm.database import Database
from crm.labels import REQUIREMENTS
from crm.leads.details import EDITABLE
from crm.leads.facts import load_requirements
from crm.leads.inputs import INPUTS
from crm.leads.questions import ANNOUNCEMENT, ELSEWHERE, FIELD_BY_INPUT, QUESTIONS
from models.stage import StageRequirement


def test_every_requirement_has_a_question_and_a_name(database: Database) -> None:
    with database.unscoped_reader(purpose="test") as session:
        fields = set(session.scalars(sa.select(StageRequirement.field)))
    assert fields <= set(QUESTIONS)
    assert fields <= set(REQUIREMENTS)
    assert all(QUESTIONS[field] for field in fields - {ANNOUNCEMENT})


def test_every_input_gives_a_field_that_an_edit_takes() -> None:
    names = {item.value_name for item in INPUTS.values() if item.name not in ELSEWHERE}
    assert names <= EDITABLE
    # What an edit takes and no form asks for would be a field that nobody can fill in.
    assert EDITABLE - names == {"organization_id"}


def test_an_input_answers_one_question_only() -> None:
    inputs = [item.name for items in QUESTIONS.values() for item in items]
    assert sorted(inputs) == sorted(FIELD_BY_INPUT)


def test_requirements_come_in_the_order_of_their_stages(database: Database) -> None:
    with database.unscoped_reader(purpose="test") as session:
        requirements = load_requirements(session)
    for items in requirements.values():
        places = [item.stage.position for item in items]
        assert places == sorted(places)
