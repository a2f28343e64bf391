"""The scorecard as a page: its points with a reason each, who changed them, and changing them."""

from collections.abc import Mapping
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from crm.errors import sentence
from crm.organizations.choices import country_choices
from crm.scores import apart, card_words, scorecards
from crm.scores.card_changes import changes_between
from crm.scores.card_forms import NEW_ROWS, CardForm, typed_of
from crm.scores.card_preview import preview
from crm.scores.rule_record import records_of
from crm.scores.scorecards import OPEN_STAGES, Card
from crm.scores.serving import load_names
from crm.scores.version_queries import freshness
from crm.scores.views import blueprint
from crm.web.access import DIRECTORS, STAFF, allow
from crm.web.formatting import reading_locale
from crm.web.request import actor, close_reader, database, now, reader, transaction
from models.errors import DomainError

# A chance that everybody can picture, to show what points do to it.
_EXAMPLE = 0.15
_SHIPPED = 0


@blueprint.get("/card")
@allow(STAFF)
def card() -> str:
    """The card in use, what closed leads say of its rules, and who changed it when and why."""
    standing = scorecards.newest(reader())
    cards = scorecards.list_cards(reader())
    older = [*cards[1:], _older_than(cards)] if cards else []
    history = [
        (item, changes_between(before.content, item.content))
        for item, before in zip(cards, older, strict=True)
    ]
    return _page("scores/card.html", standing, history=history)


@blueprint.get("/card/versions/<int:number>")
@allow(STAFF)
def card_version(number: int) -> str:
    """One version of the card as it was, and what it changed; 0 is the one that ships."""
    shown = scorecards.get_card(reader(), number or None)
    before = scorecards.card_before(reader(), number) if number else None
    return _page(
        "scores/card_version.html",
        shown,
        changes=changes_between(before.content, shown.content) if before else [],
        newest=scorecards.newest(reader()),
    )


@blueprint.post("/card/versions/<int:number>/restore")
@allow(DIRECTORS)
def restore_card(number: int) -> Any:
    """Take up an old card again."""
    with transaction() as session:
        scorecards.restore_card(
            session,
            number or None,
            expected=_number("expected"),
            note=request.form.get("note", ""),
            actor=actor(),
            now=now(),
        )
        # Where the card alone says the chances, they follow it at once.
        apart.ask(session, apart.REFRESH, actor_id=actor().id, now=now())
    flash(_("The old card is in use again."), "success")
    return redirect(url_for("scores.card"), 303)


@blueprint.get("/card/edit")
@allow(DIRECTORS)
def edit_card() -> str:
    """The card as a form."""
    standing = scorecards.newest(reader())
    return _form_page(standing, typed_of(standing.content), {}, expected=standing.number)


@blueprint.post("/card")
@allow(DIRECTORS)
def save_card() -> Any:
    """Save the card that was typed, or show what it would change."""
    base = scorecards.get_card(reader(), _number("base"))
    form = CardForm(base.content, request.form.to_dict(), _names())
    content = form.read()
    expected = _number("expected")
    if form.problems:
        return _form_page(base, form.typed, form.problems, expected=expected), 422
    if request.form.get("do") == "preview":
        close_reader()
        shown = preview(database(), base.content, content, actor=actor(), now=now())
        return _form_page(base, form.typed, {}, expected=expected, preview=shown)
    try:
        with transaction() as session:
            scorecards.save_card(
                session,
                content,
                expected=expected,
                note=request.form.get("note", ""),
                actor=actor(),
                now=now(),
            )
            # Where the card alone says the chances, they follow it at once.
            apart.ask(session, apart.REFRESH, actor_id=actor().id, now=now())
    except scorecards.StaleCardError as error:
        # Saved again it is put over the card that the other person saved, knowingly.
        standing = scorecards.newest(reader())
        page = _form_page(
            base,
            form.typed,
            {"": sentence(error)},
            expected=standing.number,
            changes=changes_between(base.content, standing.content),
        )
        return page, error.status
    except DomainError as error:
        if error.status in (403, 404):
            raise
        problems = {_input_of(error.field, form): sentence(error)}
        return _form_page(base, form.typed, problems, expected=expected), error.status
    flash(_("The scorecard is saved. The next training starts from it."), "success")
    return redirect(url_for("scores.card"), 303)


def _older_than(cards: list[Card]) -> Card:
    return scorecards.card_before(reader(), cards[-1].number or _SHIPPED)


def _number(name: str) -> int | None:
    """The number of a card in a form: 0 stands for the one that ships."""
    text = request.form.get(name, "")
    is_number = text.isascii() and text.isdecimal() and len(text) < 10
    return (int(text) if is_number else -1) or None


def _input_of(field: str | None, form: CardForm) -> str:
    """The input that a rule of the card is typed in: its place counts without the removed ones."""
    name, _dash, place = (field or "").rpartition("-")
    if name not in ("points", "reason") or not place.isdecimal():
        return field or ""
    kept = [
        str(number)
        for number in range(len(form.base["rules"]))
        if f"remove-{number}" not in form.typed
    ]
    rows = [row for row in range(NEW_ROWS) if form.typed.get(f"new-{row}-feature")]
    inputs = [*(f"{name}-{number}" for number in kept), *(f"new-{row}-{name}" for row in rows)]
    return inputs[int(place)] if int(place) < len(inputs) else ""


def _names() -> dict[str, dict[str, str]]:
    """What sectors, sources and countries are called, by code."""
    language = reading_locale().language
    found = {
        feature: {code: texts.get(language) or texts["en"] for code, texts in named.items()}
        for feature, named in load_names(reader()).items()
    }
    return {**found, "market": {code: str(name) for code, name in country_choices() if code}}


def _page(template: str, shown: Card, **context: Any) -> str:
    version = freshness(reader()).version
    return render_template(
        template,
        card=shown,
        stages=OPEN_STAGES,
        names=_names(),
        words=card_words,
        records=records_of(version, shown.content),
        example=_EXAMPLE,
        may_edit=actor().may_direct,
        shipped=_SHIPPED,
        **context,
    )


def _form_page(
    base: Card,
    typed: Mapping[str, str],
    problems: Mapping[str, str],
    *,
    expected: int | None,
    **context: Any,
) -> str:
    return _page(
        "scores/card_edit.html",
        base,
        typed=typed,
        problems=problems,
        expected=expected or _SHIPPED,
        new_rows=NEW_ROWS,
        **{"preview": None, "changes": None, **context},
    )
