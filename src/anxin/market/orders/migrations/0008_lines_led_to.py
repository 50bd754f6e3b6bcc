"""A published view: to whom a line of an order is owed, where the buyer met the goods with a creator."""

from django.db import migrations

LED = """
create view orders_public_led as
select line.id as line_id, line.order_id, line.product_id, line.amount_minor, placed.total_minor,
       (line.frozen -> 'origin' ->> 'creator')::uuid as creator_id
  from orders_orderline as line
  join orders_order as placed on placed.id = line.order_id
 where line.frozen -> 'origin' ? 'creator'
"""


class Migration(migrations.Migration):
    dependencies = [("orders", "0007_to_forget")]
    operations = [migrations.RunSQL(LED, "drop view orders_public_led")]
