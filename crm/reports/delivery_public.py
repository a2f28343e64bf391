"""What was delivered, as it may be published. Pure.

What is announced is public, one by one. What a lead had stated before, and what a check found
later, the office knows: both are told in sums alone, and in none of fewer than three.
"""

from dataclasses import replace

from crm.reports.delivery import UNSTATED, Delivery, DeliveryLine, Total
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
        money=tuple(
            replace(
                one,
                stated=_sum(one.stated),
                checked=_WITHHELD if is_few(one.landed.count) else one.checked,
                landed=_sum(one.landed),
            )
            for one in delivery.money
        ),
        jobs=replace(jobs, stated=_counted_sum(jobs.stated), landed=_counted_sum(jobs.landed)),
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
    return _WITHHELD if is_few(total.count) else replace(total, upper=total.amount)


def _counted_sum(total: Total) -> Total:
    """Also without how many they are, where that tells how few are not."""
    return (
        _WITHHELD if is_share_few(total.count, total.count + total.unknown_count) else _sum(total)
    )
