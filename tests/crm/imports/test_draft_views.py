"""Pages of a draft: read in another way, remembered, decided row by row, given back to mend."""

import io
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from crm.database import Database
from crm.imports.reading import read_table
from models.contact import Contact
from models.import_batch import BatchKind, ImportBatch
from models.organization import Organization
from models.user import Role
from tests.crm.imports.bringing import csv_bytes, rows_of
from tests.crm.imports.offices import to_xlsx
from tests.crm.imports.test_views import brought, page
from tests.factories.organization import make_organization
from tests.factories.user import make_office

SignIn = Callable[..., FlaskClient]
FIRMS = csv_bytes("Name|Native name|City", "Muro Works|室製作所|宇都宮")


def test_the_encoding_and_the_delimiter_can_be_said_without_a_new_upload(
    sign_in: SignIn,
) -> None:
    client = sign_in(Role.OFFICER)
    content = "Name;Native name;City\nA;漢字;x,y\n".encode("cp932")
    address = brought(client, content)
    assert "read as cp932" in page(client, address)
    client.post(f"{address}/mapping", data={"encoding": "cp949"})
    text = page(client, address)
    assert "read as cp949" in text
    assert "漢字" not in text
    client.post(f"{address}/mapping", data={"encoding": "", "delimiter": ","})
    assert "Name;Native name;City" in page(client, address)
    client.post(f"{address}/mapping", data={"delimiter": ""})
    assert "漢字" in page(client, address)


def test_a_wrong_encoding_is_a_sentence_and_can_be_changed_again(sign_in: SignIn) -> None:
    client = sign_in(Role.OFFICER)
    address = brought(client, ("Name,City\n" + "漢字,都市\n" * 30).encode("cp932"))
    answer = client.post(f"{address}/mapping", data={"encoding": "utf-8"}, follow_redirects=True)
    assert "most of its characters cannot be read" in answer.get_data(as_text=True)
    assert "漢字" in page(client, address)


def test_an_office_s_mapping_is_remembered_for_its_own_next_file(
    sign_in: SignIn, database: Database
) -> None:
    first, other = make_office(database), make_office(database)
    client = sign_in(Role.OFFICER, office=first)
    content = csv_bytes("Firma|Ort", "Erste Werke|Tokyo")
    address = brought(client, content)
    client.post(f"{address}/mapping", data={"kind": "organizations"})
    client.post(f"{address}/mapping", data={"column-0": "name", "column-1": "city"})
    assert "1 record will be created" in page(client, address)
    client.post(f"{address}/apply")
    again = csv_bytes("Firma|Ort", "Zweite Werke|Osaka")
    assert "1 record will be created" in page(client, brought(client, again))
    stranger = sign_in(Role.OFFICER, office=other)
    assert "has no column" in page(stranger, brought(stranger, again))


def test_a_row_that_may_mean_a_record_is_decided_on_the_page(
    sign_in: SignIn, database: Database
) -> None:
    known = make_organization(database, name="Hoshizora Precision Industries", native_name=None)
    client = sign_in(Role.OFFICER)
    content = csv_bytes("Name|City", "Hoshizora Precison Industries|Tokyo", "Other Firm|Osaka")
    address = brought(client, content)
    client.post(f"{address}/mapping", data={"kind": "organizations"})
    text = page(client, address)
    assert "1 row may mean something on file" in text
    assert "2 records will be created" in text
    client.post(f"{address}/choices", data={"row-2": known.public_id})
    text = page(client, address)
    assert "1 record will be created" in text
    assert "1 will change" in text
    client.post(f"{address}/choices", data={"row-2": "skip"})
    assert "1 row is left out" in page(client, address)
    # What was chosen lasts while the columns are read anew.
    client.post(f"{address}/mapping", data={"column-1": ""})
    assert "1 row is left out" in page(client, address)
    client.post(f"{address}/choices", data={"row-2": known.public_id, "row-x": "create"})
    client.post(f"{address}/apply")
    assert len(rows_of(database, sa.select(Organization.id))) == 2


def test_the_bad_rows_come_back_in_the_file_s_own_form(sign_in: SignIn) -> None:
    client = sign_in(Role.OFFICER)
    header = ("Name", "Organization", "E-mail", "Notes")
    rows = (
        ("A", "Firm", "a@example.com", ""),
        ("B", "Firm", "nowhere", "=1+1"),
        ("C", "Firm", "c@example.com", ""),
    )
    address = brought(client, csv_bytes("|".join(header), *("|".join(one) for one in rows)))
    answer = client.get(f"{address}/bad-rows")
    table = read_table(answer.data)
    assert table.headers == (*header, "Problem")
    assert [row.cells[0] for row in table.rows] == ["B"]
    assert table.rows[0].cells[3] == "'=1+1"
    assert "not an e-mail address" in str(table.rows[0].cells[4])
    mended = answer.data.replace(b"nowhere", b"b@example.com")
    text = page(client, brought(client, mended))
    assert "1 record will be created" in text
    book = brought(client, to_xlsx(header, rows))
    workbook = client.get(f"{book}/bad-rows")
    assert workbook.headers["Content-Disposition"].endswith('"bad-rows.xlsx"')
    assert read_table(workbook.data).headers == (*header, "Problem")


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (FIRMS, BatchKind.ORGANIZATIONS),
        (csv_bytes("Name|Organization|E-mail", "A|F|a@b.example"), BatchKind.CONTACTS),
        (
            csv_bytes("Organization|Date|Kind|Summary", "F|2024-05-06|Call|x"),
            BatchKind.INTERACTIONS,
        ),
    ],
)
def test_each_kind_is_told_by_its_headers_and_taken_back(
    sign_in: SignIn, database: Database, content: bytes, kind: BatchKind
) -> None:
    client = sign_in(Role.OFFICER)
    address = brought(client, content)
    assert rows_of(database, sa.select(ImportBatch.kind)) == [(kind,)]
    client.post(f"{address}/apply")
    assert "1 created, 0 changed, 0 left out" in page(client, address)
    client.post(f"{address}/undo")
    assert "Back to checking this file" in page(client, address)
    assert rows_of(database, sa.select(Organization.id)) == []
    assert rows_of(database, sa.select(Contact.id)) == []
    answer = client.post(f"{address}/again")
    assert "1 record will be created" in page(client, answer.location)


def test_a_reader_cannot_and_a_stranger_s_draft_is_not_there(sign_in: SignIn) -> None:
    address = brought(sign_in(Role.OFFICER), FIRMS)
    for role, status in ((Role.VIEWER, 403), (Role.OFFICER, 404)):
        client = sign_in(role)
        for verb in ("mapping", "choices", "again"):
            assert client.post(f"{address}/{verb}").status_code == status
        assert client.get(f"{address}/bad-rows").status_code == status


@pytest.mark.parametrize("kind", BatchKind)
def test_there_are_templates_of_every_kind(sign_in: SignIn, kind: BatchKind) -> None:
    client = sign_in(Role.OFFICER)
    for ending in ("csv", "xlsx"):
        answer = client.get(f"/imports/template.{ending}?kind={kind.value}&lang=ja")
        assert len(read_table(io.BytesIO(answer.data).read()).rows) == 2
