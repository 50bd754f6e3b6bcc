-- Write the holds of past orders: sold pieces are counted, held ones are taken from what is free.
with past as (
    select * from unnest(
        %(ids)s::uuid[], %(order_ids)s::uuid[], %(sku_ids)s::uuid[], %(quantities)s::integer[],
        %(states)s::text[], %(moments)s::timestamptz[]
    ) as past (id, order_id, sku_id, quantity, state, held_at)
),
written as (
    insert into inventory_hold (id, order_id, sku_id, quantity, state, held_at)
    select id, order_id, sku_id, quantity, state, held_at from past
),
total as (
    select sku_id,
           coalesce(sum(quantity) filter (where state = 'sold'), 0) as sold,
           coalesce(sum(quantity) filter (where state = 'held'), 0) as held
    from past group by sku_id
)
update inventory_stock as stock
set sold = stock.sold + total.sold, held = stock.held + total.held
from total where stock.sku_id = total.sku_id
