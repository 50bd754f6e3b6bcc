-- Keep pieces for orders: stock rows are locked in the order of their ids (the lock order of this module); what is short is returned.
with wanted as (
    select id, order_id, sku_id, quantity
    from jsonb_to_recordset(%(wanted)s::jsonb) as wanted (id uuid, order_id uuid, sku_id uuid, quantity integer)
),
total as (
    select sku_id, sum(quantity) as quantity from wanted group by sku_id
),
locked as (
    select stock.sku_id from inventory_stock as stock
    where stock.sku_id in (select sku_id from total)
    order by stock.sku_id
    for update
),
moved as (
    update inventory_stock as stock
    set held = stock.held + total.quantity
    from total join locked on locked.sku_id = total.sku_id
    where stock.sku_id = total.sku_id and stock.on_hand - stock.held >= total.quantity
    returning stock.sku_id
),
written as (
    insert into inventory_hold (id, order_id, sku_id, quantity, state, held_at)
    select id, order_id, sku_id, quantity, 'held', %(now)s from wanted
)
select sku_id from total where sku_id not in (select sku_id from moved)
