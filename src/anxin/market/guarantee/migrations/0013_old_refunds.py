"""Refunds of unshipped orders from before there were claims become claims, a line each; nothing of them is lost.

One that waits for the merchant goes on as a claim with his old date. One that was agreed to keeps the reference of its
money, so that the provider's word reaches it.
"""

import uuid
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.db import migrations
from django.db.models import F

from anxin.kernel.money import allocate

BATCH = 500
STATES = {"asked": "applied", "agreed": "refunding", "done": "done", "withdrawn": "closed"}
OWNERS = {"asked": "merchant", "agreed": "platform"}
CLOCKS = {"asked": "guarantee.merchant_answer", "agreed": "guarantee.money_retry"}
HAPPENED = {
    "asked": ("applied",),
    "agreed": ("applied", "agreed"),
    "done": ("applied", "agreed", "refund_arrived", "done"),
    "withdrawn": ("applied", "closed_withdrawn"),
}
PARTIES = {"applied": "buyer", "closed_withdrawn": "buyer", "agreed": "merchant"}
TIMERS = {
    "merchant_answer_hours": 48,
    "return_tracking_days": 7,
    "inspection_days": 10,
    "inspection_after_signed_hours": 48,
    "escalation_hours": 168,
    "evidence_hours": 24,
    "execution_hours": 24,
    "attempts_max": 5,
}


def make_claims(apps: Any, _editor: Any) -> None:
    """Write claims, their timelines and clocks, and hold the orders of those that are open."""
    claim, entry = apps.get_model("guarantee", "Claim"), apps.get_model("guarantee", "ClaimEntry")
    deadline = apps.get_model("infra", "Deadline")
    for refund in apps.get_model("orders", "Refund").objects.order_by("id").iterator(chunk_size=BATCH):
        rows = [claim(**facts) for facts in _claims(apps, refund)]
        claim.objects.bulk_create(rows)
        entry.objects.bulk_create(entry(**facts) for row in rows for facts in _entries(row, refund))
        deadline.objects.bulk_create(deadline(**_clock(row)) for row in rows if row.clock)
        if refund.state in OWNERS:
            _hold(apps, refund, rows)
    deadline.objects.filter(kind="orders.refund_answer").delete()


def _claims(apps: Any, refund: Any) -> Iterator[dict[str, Any]]:
    order = refund.order
    lines = list(apps.get_model("orders", "OrderLine").objects.filter(order_id=order.id).order_by("id"))
    parts = allocate(refund.amount_minor, [line.amount_minor for line in lines])
    for line, part in zip(lines, parts, strict=True):
        identity, state = uuid.uuid4(), refund.state
        yield {
            "id": identity,
            "order_id": order.id,
            "line_id": line.id,
            "shop_id": order.shop_id,
            "person_id": order.person_id,
            "sku_id": line.sku_id,
            "category": str(line.frozen.get("category", "")),
            "type": "refund_unshipped",
            "remedy": "refund_unshipped",
            "reason": "changed_mind",
            "words": refund.reason,
            "terms": _terms(line, part),
            "state": STATES[state],
            "owner": OWNERS.get(state, ""),
            "clock": CLOCKS.get(state, ""),
            "due_at": _due_at(refund),
            "refund_minor": part,
            "refund_arrived": state == "done",
            "closing": "withdrawn" if state == "withdrawn" else "",
            "money_ref": f"claim:{identity}" if state in {"asked", "withdrawn"} else f"refund:{refund.id}",
            "applied_at": refund.asked_at,
            "answered_at": refund.answered_at,
            "ended_at": None if state in OWNERS else refund.done_at or refund.answered_at or refund.asked_at,
        }


def _terms(line: Any, part: int) -> dict[str, Any]:
    return {
        "type": "refund_unshipped",
        "pieces": line.quantity,
        "pieces_max": line.quantity,
        "refund_minor": part,
        "refund_max_minor": part,
        "worth_minor": line.amount_minor,
        "compensation_minor": 0,
        "return_needed": False,
        "refusable": True,
        "closes_without_evidence": False,
        "timers": TIMERS,
    }


def _due_at(refund: Any) -> Any:
    if refund.state == "asked":
        return refund.answer_by
    return (refund.answered_at or refund.asked_at) + timedelta(hours=24) if refund.state == "agreed" else None


def _entries(row: Any, refund: Any) -> Iterator[dict[str, Any]]:
    moments = {"applied": refund.asked_at, "refund_arrived": refund.done_at, "done": refund.done_at}
    for kind in HAPPENED[refund.state]:
        yield {
            "id": uuid.uuid4(),
            "claim_id": row.id,
            "shop_id": row.shop_id,
            "kind": kind,
            "party": PARTIES.get(kind, "platform"),
            "minor": row.refund_minor if kind in {"applied", "refund_arrived"} else 0,
            "words": refund.reason if kind == "applied" else "",
            "happened_at": moments.get(kind) or refund.answered_at or refund.asked_at,
        }


def _clock(row: Any) -> dict[str, Any]:
    return {"id": uuid.uuid4(), "kind": row.clock, "subject": row.id, "due_at": row.due_at, "next_try_at": row.due_at}


def _hold(apps: Any, refund: Any, rows: list[Any]) -> None:
    lines = apps.get_model("orders", "OrderLine").objects.filter(id__in=[row.line_id for row in rows])
    lines.update(claimed=True)
    order = apps.get_model("orders", "Order").objects.filter(id=refund.order_id)
    order.update(open_claims=F("open_claims") + len(rows), version=F("version") + 1)


class Migration(migrations.Migration):
    dependencies = [
        ("guarantee", "0012_public_views"),
        ("orders", "0004_refunds_on_lines"),
        ("infra", "0001_initial"),
    ]
    operations = [migrations.RunPython(make_claims, migrations.RunPython.noop)]
