"""Requests with hostile values in them, made from the forms and addresses of real pages."""

import io
import random
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from crm.database import Database
from crm.web.paging import write_cursor
from models.tables import METADATA

CODE = Path(__file__).resolve().parents[2] / "crm"
_READ = re.compile(r'(?:args|form|values)(?:\.get|\.getlist)?[\[(]\s*"([a-z_]+)"')
_HEAVY = frozenset({"auth.sign_out", "imports.demo", "scores.refresh", "scores.train", "static"})
_TABLE_OF = {"batch": "import_batches", "file": "stored_files", "rate": "exchange_rates"}

_PLACES: tuple[Any, ...] = (
    *(True, None, 0.5, 1e308, 10**400, -(2**63), 2**31, [[]], {}, "", "\x00"),
    *("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "2026-01-01T00:00:00"),
    *("0001-01-01", "9999-12-31", "2026-11-20", "2026-11-20T15:00:00+00:00", "Name"),
)
_KEYS: tuple[Any, ...] = ("a" * 16, "\x00", "x" * 5_000, 0, -1, 2**31, 2**63, True)
CURSORS = tuple(write_cursor(place, key) for place in _PLACES for key in _KEYS)
VALUES = (
    *("", " ", "\x00", "a\x00b", "\ud800", "%00", "%2500", "\r\nX-Header: 1", "\x1b[31m", "\x7f"),
    *(
        "x" * 100_000,
        "語" * 4_000,
        "\u202eabc",
        "\u2028",
        "ﷺ" * 40,
        "İß",
        "e\u0301" * 90,
        "𠮷" * 90,
    ),
    *(
        "9" * 5_000,
        "9" * 40,
        "9" * 19,
        "2147483648",
        "-1",
        "-0",
        "0",
        "1",
        "1.5",
        "1e400",
        "1e-400",
    ),
    *("NaN", "sNaN", "inf", "-Infinity", "٣", "²", "½", "1_000", "0x10", "1E+999999", "1,5", "5%"),
    *(
        "CAD 9" + "0" * 30,
        "$1e30",
        "10-" + "9" * 30,
        "1 to 2",
        "¥9億",
        "JPY -5",
        "about 7 billion CAD",
    ),
    *(
        "0001-01-01",
        "9999-12-31",
        "0000-00-00",
        "2026-02-30",
        "1989-12-31",
        "2300-01-01",
        "20261120",
    ),
    *("2026-11-20", "2026-W47-5", "0001-01-01T00:00+14:00", "9999-12-31T23:59:59-12:00", "24:00"),
    *(
        "0001-01-01T00:00",
        "9999-12-31T23:59",
        "2026-03-08T02:30",
        "00:00",
        "23:59:59.999999",
        "25:61",
    ),
    *("%", "%(name)s", "{0}", "{{7*7}}", "<script>", "'", '"; --', "\\", "_%", "../../etc/passwd"),
    *(
        "javascript:alert(1)",
        "http://[",
        "https://[::1",
        "http://a:99999999",
        "//evil.example",
        "/é",
    ),
    *(
        "/\t/evil.example",
        "/\\evil.example",
        "/\r\nX: 1",
        "/leads/?q=%00",
        "https://例え.jp/%",
        "=1+1",
    ),
    *("null", "true", "[]", "{}", "[" * 30_000, "None", "mine", "none", "CA", "ZZ", "investment"),
    *(
        "announced",
        "Etc/GMT+99",
        "../zone",
        "America/Toronto",
        "a@b",
        "a" * 16,
        "desc",
        "q=%00&after=%ff",
    ),
    *("q=a%00b&sort=title", "sort=changed&after=WzEsMl0"),
)
FILES = (
    ("a\x00.csv", b"\x00" * 2_000),
    ("../../x.xlsx", b"PK\x03\x04" + b"\xff" * 500),
    (
        "語" * 200 + ".eml",
        b"From: a@b\r\nSubject: =?utf-8?q?=00?=\r\nDate: Mon, 1 Jan 0001 0:0:0 +9999\r\n\r\nx",
    ),
    (
        "x.eml",
        b'Content-Type: text/plain; charset="unicode_escape"\r\nFrom: a@b\r\n\r\n\\ud800\\u0000',
    ),
    ("y.eml", b'Content-Type: text/plain; charset="utf-7"\r\nFrom: a@b\r\n\r\n+2AA- +AAA-'),
    ("z.eml", b"Date: Fri, 31 Dec 9999 23:59:59 -1200\r\nFrom: a@b\r\n\r\nx"),
    ("leads.csv", b'Company,Country,Stage\n"=1+1","\x00\xed\xa0\x80",' + b"9" * 40_000 + b"\n"),
    (
        "leads.csv",
        "Company,First contact,Investment,Jobs\nA,0001-01-01,9e99,-1\nB,9999-12-31,∞,½\n".encode(),
    ),
    ("", b""),
    ("x.pdf", b"%PDF-1.4 but not really"),
)


@dataclass
class FoundForm:
    """A form of a page: where it goes, and what a browser would send."""

    action: str
    fields: dict[str, list[str]] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)

    @property
    def is_upload(self) -> bool:
        """Whether it holds a file."""
        return "file" in self.kinds.values()


class _Forms(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self._page = page
        self._form: FoundForm | None = None
        self._select: str | None = None
        self._text: str | None = None
        self.found: list[FoundForm] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values: dict[str, str] = {name: value or "" for name, value in attrs}
        if tag == "form":
            # A form that asks is tried by its address.
            self._form = FoundForm(values.get("action") or values.get("hx-post") or self._page)
            if values.get("method") == "post" or "hx-post" in values:
                self.found.append(self._form)
        if self._form is None:
            return
        name = values.get("name", "")
        if tag == "button" and values.get("formaction"):
            self.found.append(FoundForm(values["formaction"], self._form.fields, self._form.kinds))
        if name and tag in ("input", "button"):
            kind = values.get("type", "text")
            self._form.kinds[name] = kind
            if kind not in ("checkbox", "radio") or "checked" in values:
                self._form.fields.setdefault(name, []).append(values.get("value", ""))
        if name and tag == "textarea":
            self._text = name
            self._form.kinds[name] = "textarea"
            self._form.fields[name] = [""]
        if name and tag == "select":
            self._select = name
            self._form.kinds[name] = "select"
        if tag == "option" and self._select is not None:
            known = self._form.fields.setdefault(self._select, [])
            if "selected" in values or not any(known):
                known[:] = [values.get("value", "")]

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "select":
            self._select = None
        elif tag == "textarea":
            self._text = None

    def handle_data(self, data: str) -> None:
        if self._text is not None and self._form is not None:
            self._form.fields[self._text][0] += data


_FILLED = {
    "date": "2026-11-19",
    "datetime-local": "2026-12-24T10:00",
    "email": "a@b.example",
    "number": "30",
    "password": "maple otter lantern 42",
    "text": "Words",
    "textarea": "Words",
    "time": "10:00",
}


@dataclass
class Attacker:
    """Sends what no browser of ours would, and collects what breaks."""

    app: Flask
    client: FlaskClient
    database: Database
    seed: int = 1
    broken: list[str] = field(default_factory=list)
    statuses: dict[int, int] = field(default_factory=dict)
    endpoints: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)
        self.names = sorted(
            {name for path in CODE.rglob("*.py") for name in _READ.findall(path.read_text())}
        )

    def addresses(self, method: str) -> Iterator[tuple[str, str]]:
        """Every address of a route, with the records on file in it; and its endpoint."""
        keys = self._public_ids()
        for rule in self.app.url_map.iter_rules():
            if method not in (rule.methods or ()) or rule.endpoint in _HEAVY:
                continue
            paths = [rule.rule]
            for argument in rule.arguments:
                values = keys.get(argument, ["2"])
                paths = [
                    re.sub(rf"<(int:)?{argument}>", value, path)
                    for path in paths
                    for value in values
                ]
            for path in paths:
                yield path, rule.endpoint

    def forms(self) -> list[FoundForm]:
        """Every form of every page, and a made-up one for what no page of these posts to."""
        found: dict[tuple[str, tuple[str, ...]], FoundForm] = {}
        for path, endpoint in self.addresses("GET"):
            if endpoint.startswith(("health.", "files.download", "imports.template")):
                continue
            for query in (
                ("", "?to=announced", "?to=qualified") if endpoint == "leads.move" else ("",)
            ):
                answer = self.client.get(path + query)
                if answer.mimetype == "text/html":
                    parser = _Forms(path + query)
                    parser.feed(answer.text)
                    for form in parser.found:
                        found.setdefault((form.action, tuple(sorted(form.kinds))), form)
        for form in found.values():
            for name, kind in form.kinds.items():
                values = form.fields.setdefault(name, [])
                if not any(values) and kind in _FILLED:
                    values[:] = [_FILLED[kind]]
        reached = {form.action.split("?")[0] for form in found.values()}
        made_up = [
            FoundForm(path, {name: ["1"] for name in self.names}, dict.fromkeys(self.names, "text"))
            for path, _endpoint in self.addresses("POST")
            if path not in reached
        ]
        # Signing out, and giving oneself a new password, end the attack and break nothing.
        own = f"/{self.client.user.public_id}/password"  # type: ignore[attr-defined]
        kept = [form for form in found.values() if "/sign-out" not in form.action]
        return [form for form in kept if not form.action.endswith(own)] + made_up

    def ask(self, path: str) -> None:
        """Read an address with a hostile value or two behind it, or within it."""
        value = self._value(path)
        names = self.random.sample(self.names, 2)
        query = urlencode({names[0]: value, names[1]: self._value(path)}, errors="surrogatepass")
        headers = {"HX-Request": "true"} if self.random.random() < 0.3 else {}
        self._send("GET", f"{path}?{query}", headers=headers)

    def ask_for(self, path: str, name: str, value: str) -> None:
        """Read an address with one value behind it."""
        self._send("GET", f"{path}?{urlencode({name: value}, errors='surrogatepass')}")

    def ask_within(self, rule: Rule, value: str) -> None:
        """Call an address with a hostile value where it names a record."""
        if rule.endpoint == "auth.end_session" and value == "1":
            # That is our own.
            return
        text = quote(value[:3_000], safe="", errors="surrogatepass")
        path = re.sub(r"<[^>]+>", lambda _found: text, rule.rule)
        method = self.random.choice(sorted((rule.methods or set()) & {"GET", "POST"}))
        self._send(method, path)

    def rules(self) -> list[Rule]:
        """The routes that name a record."""
        return [rule for rule in self.app.url_map.iter_rules() if rule.arguments]

    def post(self, form: FoundForm, name: str, value: str) -> None:
        """Send a form as a browser would, but for one field."""
        fields = {key: list(values) for key, values in form.fields.items()}
        if "version" in fields:
            fields["version"] = [self._version(form.action)]
        fields[name] = [value]
        headers = {"HX-Request": "true"} if self.random.random() < 0.3 else {}
        if form.is_upload:
            data: dict[str, Any] = {
                key: [text.encode("utf-8", "replace").decode() for text in values]
                for key, values in fields.items()
                if form.kinds.get(key) != "file"
            }
            for key, kind in form.kinds.items():
                if kind == "file":
                    file_name, content = self.random.choice(FILES)
                    data[key] = (io.BytesIO(content), file_name)
            self._send(
                "POST", form.action, data=data, headers=headers, content_type="multipart/form-data"
            )
        else:
            body = urlencode(fields, doseq=True, errors="surrogatepass")
            self._send(
                "POST",
                form.action,
                data=body,
                headers=headers,
                content_type="application/x-www-form-urlencoded",
            )

    def attack_form(self, form: FoundForm, name: str) -> None:
        """Send a form with a hostile value in one field."""
        self.post(form, name, self._value(name))

    def _value(self, _name: str) -> str:
        return self.random.choice(CURSORS if self.random.random() < 0.15 else VALUES)

    def _send(self, method: str, path: str, **more: Any) -> TestResponse | None:
        try:
            answer = self.client.open(path, method=method, **more)
        except Exception as error:
            self.broken.append(
                f"{type(error).__name__}: {error} | {method} {path[:300]} {more}"[:1_500]
            )
            return None
        self.statuses[answer.status_code] = self.statuses.get(answer.status_code, 0) + 1
        for name, value in answer.headers.items():
            if not value.isascii():
                self.broken.append(f"header {name}: {value[:80]!r} | {method} {path[:300]}")
        if answer.status_code >= 500 or "/auth/sign-in" in answer.headers.get("Location", ""):
            self.broken.append(f"{answer.status_code} | {method} {path[:300]} {more}"[:1_500])
        return answer

    def _version(self, action: str) -> str:
        leads = METADATA.tables["leads"]
        with self.database.engine.connect() as connection:
            rows = connection.execute(sa.select(leads.c.public_id, leads.c.version))
            return next((str(version) for key, version in rows if key in action), "1")

    def _public_ids(self) -> Mapping[str, list[str]]:
        found: dict[str, list[str]] = {}
        with self.database.engine.connect() as connection:
            for name, table in METADATA.tables.items():
                if "public_id" not in table.c:
                    continue
                singular = next(
                    (key for key, plural in _TABLE_OF.items() if plural == name),
                    "enquiry" if name == "enquiries" else name.removesuffix("s"),
                )
                rows = connection.execute(sa.select(table.c.public_id).order_by(table.c.id))
                found[f"{singular}_id"] = list(rows.scalars())[-3:]
        return found
