"""Orders that were refunded before shipping: their lines now say so too, and the published views show it."""

from collections.abc import Iterator
from typing import Any

from django.db import migrations

from anxin.kernel.money import allocate

BATCH = 500
ORDERS = """
create or replace view orders_public_orders as
select placed.id as order_id, placed.shop_id, placed.person_id, placed.state, placed.closing,
       placed.goods_minor, placed.freight_minor, placed.total_minor, placed.refunded_minor,
       placed.placed_at, placed.paid_at, placed.shipped_at, placed.received_at, placed.cancelled_at,
       placed.open_claims
  from orders_order as placed
"""
LINES = """
create or replace view orders_public_lines as
select line.id as line_id, line.order_id, line.shop_id, line.product_id, line.sku_id, line.quantity, line.amount_minor,
       line.shipped_quantity, line.unsent_quantity, line.refunded_quantity, line.refunded_minor, line.claimed
  from orders_orderline as line
"""


def write_on_lines(apps: Any, _editor: Any) -> None:
    """Divide what was refunded among the lines, by largest remainder; none of their pieces was ever sent."""
    lines = apps.get_model("orders", "OrderLine").objects
    batch = []
    for refunded_minor, of_order in _refunded(apps):
        parts = allocate(refunded_minor, [line.amount_minor for line in of_order])
        for line, part in zip(of_order, parts, strict=True):
            line.refunded_minor, line.refunded_quantity, line.unsent_quantity = part, line.quantity, line.quantity
            batch.append(line)
    lines.bulk_update(batch, ["refunded_minor", "refunded_quantity", "unsent_quantity"], batch_size=BATCH)


def _refunded(apps: Any) -> Iterator[tuple[int, list[Any]]]:
    orders = apps.get_model("orders", "Order").objects.filter(closing="refunded", refunded_minor__gt=0)
    for order in orders.prefetch_related("lines").order_by("id").iterator(chunk_size=BATCH):
        yield order.refunded_minor, sorted(order.lines.all(), key=lambda line: line.id)


class Migration(migrations.Migration):
    dependencies = [("orders", "0003_after_sale")]
    operations = [
        migrations.RunPython(write_on_lines, migrations.RunPython.noop),
        migrations.RunSQL(ORDERS, migrations.RunSQL.noop),
        migrations.RunSQL(LINES, migrations.RunSQL.noop),
    ]
