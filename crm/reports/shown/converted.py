"""Amounts told in one currency, shown beside those of each, with the rates behind them."""

from collections.abc import Sequence

from flask_babel import gettext as _
from flask_babel import ngettext, pgettext

from crm.rates.wording import equation
from crm.reports.converted import Converted, Part, Rates, UsedRate, convert, convert_sums
from crm.reports.phrases import currency_name, short_money
from crm.reports.sums import Sums
from crm.reports.tables import Absent, Cell, Column, Kind, Row, RowKind, Table, Value, row
from crm.web.formatting import count, day


def converted_columns(rates: Rates | None, *, has_weighted: bool = True) -> list[Column]:
    """The columns of what is converted; none where nobody asked."""
    if rates is None:
        return []
    group = _("Converted to %(currency)s", currency=rates.target)
    titles = [_("Stated"), *([_("Weighted")] if has_weighted else [])]
    return [Column(title, Kind.MONEY, group, rates.target) for title in titles]


def converted_cells(found: Converted, *, has_weighted: bool = True) -> list[Value | Cell]:
    """The cells of a row under these columns, with how many leads are not in them."""
    amount = Cell(_value(found, found.amount), note=_missing(found))
    return [amount, _value(found, found.weighted)] if has_weighted else [amount]


def _value(found: Converted, number: Value | None) -> Value:
    if found.is_withheld or (found.count and number is None):
        return Absent.WITHHELD
    return number if found.count and number is not None else Absent.NOTHING


def _missing(found: Converted) -> str | None:
    if not found.left_out:
        return None
    number = found.left_out_count
    if number is None:
        return _("some not converted")
    return ngettext(
        "%(count)s lead not converted",
        "%(count)s leads not converted",
        number,
        count=count(number),
    )


ConvertedLine = tuple[str | Cell, Sums, RowKind]


def converted_lines(
    code: str,
    title: str,
    first: str,
    lines: Sequence[ConvertedLine],
    rates: Rates,
    *,
    earlier: tuple[Rates, Sequence[Sums]] | None = None,
) -> Table:
    """Sums in one currency, line by line, and as of an earlier day at the rates of that day."""
    columns = [Column(first), *_line_columns(rates, day(rates.day) if earlier else None)]
    if earlier is not None:
        columns += _line_columns(earlier[0], day(earlier[0].day))
    rows = []
    for number, (name, sums, kind) in enumerate(lines):
        cells = [name, *_line_cells(sums, rates)]
        if earlier is not None:
            cells += _line_cells(earlier[1][number], earlier[0])
        rows.append(row(*cells, kind=kind))
    return Table(code, title, tuple(columns), tuple(rows))


def _line_columns(rates: Rates, group: str | None) -> list[Column]:
    return [
        Column(_("Stated"), Kind.MONEY, group, rates.target),
        Column(_("Weighted"), Kind.MONEY, group, rates.target),
        *([Column(_("Leads not converted"), Kind.COUNT, group)] if rates.is_counted else []),
    ]


def _line_cells(sums: Sums, rates: Rates) -> list[Value | Cell]:
    found = convert_sums(sums, rates)
    cells: list[Value | Cell] = [_value(found, found.amount), _value(found, found.weighted)]
    if rates.is_counted:
        cells.append(found.left_out_count or 0)
    return cells


def converted_table(
    code: str, rates: Rates, parts: Sequence[Part], *, has_weighted: bool = True
) -> Table:
    """How the converted sum of the open pipeline comes about: each currency, its rate, its part."""
    columns = [
        Column(_("Currency")),
        Column(_("Stated"), Kind.MONEY),
        *([Column(_("Weighted"), Kind.MONEY)] if has_weighted else []),
        Column(_("Rate")),
        Column(_("Rate of"), Kind.DAY),
        Column(_("Rate stated by")),
        *converted_columns(rates, has_weighted=has_weighted),
    ]
    rows = [_part_row(part, rates, has_weighted=has_weighted) for part in parts]
    together = convert(parts, rates)
    blank = [Absent.NOTHING] * (len(columns) - (3 if has_weighted else 2))
    values = [_value(together, together.amount)]
    if has_weighted:
        values.append(_value(together, together.weighted))
    rows.append(row(_("Open pipeline"), *blank, *values, kind=RowKind.TOTAL))
    return Table(
        code,
        # Short enough to be a sheet's name whole.
        _("Converted to %(currency)s, %(day)s", day=day(rates.day), currency=rates.target),
        tuple(columns),
        tuple(rows),
        tuple(left_out_texts(together, rates)),
    )


def _part_row(part: Part, rates: Rates, *, has_weighted: bool) -> Row:
    alone = convert([part], rates)
    stated = [part.amount, *([part.weighted] if has_weighted else [])]
    cells = converted_cells(alone, has_weighted=has_weighted)
    return row(
        currency_name(part.currency),
        *(Absent.WITHHELD if number is None else number for number in stated),
        *rate_cells(part.currency, rates),
        # What is not converted is said already.
        *(Absent.NOTHING if alone.left_out else cell for cell in cells),
    )


def rate_cells(currency: str | None, rates: Rates) -> list[Value | Cell]:
    """The rate of a currency, its day, and who stated it; or why it is not converted."""
    rate = rates.of(currency)
    if rate is not None:
        turned = _("turned round") if rate.is_inverse else None
        return [Cell(rate_text(rate, rates.target), note=turned), rate.stated_on, rate.source]
    why: Value = Absent.NOTHING
    if currency is None:
        why = _("not converted")
    elif currency != rates.target:
        why = _("no rate stated: not converted")
    return [why, Absent.NOTHING, Absent.NOTHING]


def rate_text(rate: UsedRate, target: str) -> str:
    """A rate as it was stated: "100 JPY = 0.93 CAD"."""
    if rate.is_inverse:
        return equation(target, rate.currency, rate.rate)
    return equation(rate.currency, target, rate.rate)


def rates_text(rates: Rates) -> str:
    """The rates with their days and sources, in a sentence."""
    said = [
        pgettext(
            "exchange rate",
            "%(rate)s (%(day)s, %(source)s)",
            rate=rate_text(rate, rates.target),
            day=day(rate.stated_on),
            source=rate.source,
        )
        for rate in rates.used
    ]
    if not said:
        return _("No rate into %(currency)s was needed.", currency=rates.target)
    return _(
        "Converted to %(currency)s as it stood on %(day)s: %(rates)s.",
        currency=rates.target,
        day=day(rates.day),
        rates="; ".join(said),
    )


def together_texts(sums: Sums, rates: Rates) -> list[str]:
    """The converted sum in a sentence, and what is not in it; for a page without such columns."""
    found = convert_sums(sums, rates)
    if found.amount is None or not found.count:
        return left_out_texts(found, rates)
    amount = short_money(round(found.amount), rates.target)
    if found.weighted is None:
        said = _("Converted, together: %(amount)s.", amount=amount)
    else:
        said = _(
            "Converted, together: %(amount)s, weighted %(weighted)s.",
            amount=amount,
            weighted=short_money(round(found.weighted), rates.target),
        )
    return [said, *left_out_texts(found, rates)]


def left_out_texts(found: Converted, rates: Rates) -> list[str]:
    """Which amounts are in no converted sum, and why."""
    return [_left_out(part, rates) for part in found.left_out]


def _left_out(part: Part, rates: Rates) -> str:
    number, currency = part.lead_count, part.currency
    if currency is None:
        if number is None:
            return _("Amounts of which nobody said the currency are not converted.")
        return ngettext(
            "%(count)s lead is not converted: nobody said in which currency its investment is.",
            "%(count)s leads are not converted: nobody said in which currency their investment is.",
            number,
            count=count(number),
        )
    where = {"currency": currency, "target": rates.target, "day": day(rates.day)}
    if number is None:
        return _(
            "Amounts in %(currency)s are not converted: no rate into %(target)s is stated by "
            "%(day)s.",
            **where,
        )
    return ngettext(
        "%(count)s lead with %(currency)s is not converted: no rate into %(target)s is stated by "
        "%(day)s.",
        "%(count)s leads with %(currency)s are not converted: no rate into %(target)s is stated "
        "by %(day)s.",
        number,
        count=count(number),
        **where,
    )


def converted_methods(*days: Rates | None) -> list[str]:
    """How amounts were converted, and at which rates; nothing where nobody asked."""
    kept = [rates for rates in days if rates is not None]
    if not kept:
        return []
    return [
        _(
            "Converted sums take, of each currency, the newest rate that was stated on or before "
            "the day; a rate that was stated the other way round is turned round, none is put "
            "together from two others. Amounts of which no rate is stated are in no converted sum."
        ),
        *(rates_text(rates) for rates in kept),
    ]
