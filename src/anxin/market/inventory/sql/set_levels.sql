-- Set what is on hand, never below what orders hold; each real change leaves an adjustment.
with level as (
    select id, sku_id, shop_id, on_hand
    from unnest(%(ids)s::uuid[], %(sku_ids)s::uuid[], %(shop_ids)s::uuid[], %(on_hands)s::bigint[])
        as level (id, sku_id, shop_id, on_hand)
),
before as (
    select stock.sku_id, stock.on_hand from inventory_stock as stock
    where stock.sku_id in (select sku_id from level)
    order by stock.sku_id
    for update
),
-- The write reads `wanted`, so rows are locked and read before they are written: after it they could not be.
wanted as (
    select level.*, coalesce(before.on_hand, 0) as on_hand_before
    from level
    left join before on before.sku_id = level.sku_id
),
written as (
    insert into inventory_stock (sku_id, shop_id, on_hand, held, sold, low_stock_at)
    select sku_id, shop_id, on_hand, 0, 0, %(low_stock_at)s from wanted
    on conflict (sku_id) do update set on_hand = excluded.on_hand
    where inventory_stock.held <= excluded.on_hand
    returning sku_id, on_hand
),
noted as (
    insert into inventory_adjustment
        (id, sku_id, shop_id, delta, on_hand_after, reason, note, by_person_id, adjusted_at)
    select wanted.id, wanted.sku_id, wanted.shop_id, wanted.on_hand - wanted.on_hand_before, wanted.on_hand,
           %(reason)s, %(note)s, %(by)s, %(now)s
    from wanted
    join written on written.sku_id = wanted.sku_id
    where wanted.on_hand <> wanted.on_hand_before
)
select sku_id from level where sku_id not in (select sku_id from written)
