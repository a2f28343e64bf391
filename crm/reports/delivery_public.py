"""What was delivered, as it may be published. Pure.

What is announced is public, one by one. What a lead had stated before, and what a check found
later, the office knows: both are told in sums alone, and in none of fewer than three, nor of all
but so few.
"""

from dataclasses import replace

from crm.reports.delivery import UNSTATED, Delivery, DeliveryLine, MoneyTotal, Total
from crm.reports.sums import Told
from crm.reports.withholding import is_few, is_share_few

_WITHHELD = Total(is_withheld=True)


def publish_delivery(delivery: Delivery) -> Delivery:
    """Delivery as it may be published: no announcement says what it was before or came to."""
    jobs = delivery.jobs
    checked = delivery.count - (delivery.unchecked_count or 0)
    return replace(
        delivery,
        lines=tuple(_line(line) for line in delivery.lines),
        hidden_count=0,
        unchecked_count=None if is_share_few(checked, delivery.count) else delivery.unchecked_count,
        overdue_count=0,
        money=tuple(_money(one) for one in delivery.money),
        jobs=replace(jobs, stated=_counted_sum(jobs.stated), landed=_counted_sum(jobs.landed)),
    )


def publish_earlier(delivery: Delivery) -> Delivery:
    """The day that a published one is compared with: of it only what was announced by then.

    Two sums of two days tell what came between them, which may be one lead.
    """
    return replace(
        delivery,
        unchecked_count=None,
        # A currency that was stated alone would tell of itself.
        money=tuple(
            replace(one, stated=_WITHHELD, checked=_WITHHELD, landed=_WITHHELD)
            for one in delivery.money
            if one.announced.count or one.announced.unknown_count
        ),
        jobs=replace(delivery.jobs, stated=_WITHHELD, landed=_WITHHELD),
        rates=None,
    )


def _money(one: MoneyTotal) -> MoneyTotal:
    """Without what was announced by those checked where that tells who is not."""
    announced = one.announced.count
    is_told = not any(is_share_few(part.count, announced) for part in (one.landed, one.checked))
    return replace(
        one,
        stated=_sum(one.stated),
        checked=_sum(one.checked) if is_told else _WITHHELD,
        landed=_sum(one.landed) if is_told else _WITHHELD,
    )


def _line(line: DeliveryLine) -> DeliveryLine:
    return replace(
        line,
        lead_capex=UNSTATED,
        lead_jobs=UNSTATED,
        checked_on=None,
        months=None,
        landed_amount=None,
        landed_currency=None,
        landed_jobs=None,
        is_overdue=False,
    )


def _sum(total: Total) -> Total:
    """Without how the numbers were stated, and how many are not known: that may be one."""
    if is_few(total.count):
        return _WITHHELD
    return replace(total, upper=total.amount, unknown_count=None, told=Told())


def _counted_sum(total: Total) -> Total:
    """Also without how many they are, where that tells how few are not."""
    unknown = total.unknown_count or 0
    if is_share_few(total.count, total.count + unknown):
        return _WITHHELD
    return replace(_sum(total), unknown_count=unknown)
