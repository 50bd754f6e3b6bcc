"""Published views: what the SQL of modules above may know of orders, their lines and parcels."""

from django.db import migrations

ORDERS = """
create view orders_public_orders as
select placed.id as order_id, placed.shop_id, placed.person_id, placed.state, placed.closing,
       placed.goods_minor, placed.freight_minor, placed.total_minor, placed.refunded_minor,
       placed.placed_at, placed.paid_at, placed.shipped_at, placed.received_at, placed.cancelled_at
  from orders_order as placed
"""
LINES = """
create view orders_public_lines as
select line.id as line_id, line.order_id, line.shop_id, line.product_id, line.sku_id, line.quantity, line.amount_minor
  from orders_orderline as line
"""
PARCELS = """
create view orders_public_parcels as
select parcel.id as parcel_id, parcel.order_id, parcel.shop_id, parcel.shipped_at, parcel.picked_up_at, parcel.signed_at
  from orders_parcel as parcel
"""


class Migration(migrations.Migration):
    dependencies = [("orders", "0001_initial")]
    operations = [
        migrations.RunSQL(ORDERS, "drop view orders_public_orders"),
        migrations.RunSQL(LINES, "drop view orders_public_lines"),
        migrations.RunSQL(PARCELS, "drop view orders_public_parcels"),
    ]
