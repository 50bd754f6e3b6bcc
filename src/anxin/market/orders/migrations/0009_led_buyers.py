"""The published view of led lines says who bought."""

from django.db import migrations

WHAT = """
select line.id as line_id, line.order_id, line.product_id, line.amount_minor, placed.total_minor,
       (line.frozen -> 'origin' ->> 'creator')::uuid as creator_id{buyer}
  from orders_orderline as line
  join orders_order as placed on placed.id = line.order_id
 where line.frozen -> 'origin' ? 'creator'
"""
NEW = f"create or replace view orders_public_led as {WHAT.format(buyer=', placed.person_id as buyer_id')}"
OLD = f"drop view orders_public_led; create view orders_public_led as {WHAT.format(buyer='')}"


class Migration(migrations.Migration):
    dependencies = [("orders", "0008_lines_led_to")]
    operations = [migrations.RunSQL(NEW, OLD)]
