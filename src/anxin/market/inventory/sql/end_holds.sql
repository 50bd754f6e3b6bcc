-- End the holds of orders: `sold` pieces leave the shelf, `released` ones are free again. Ended holds are left alone.
with ended as (
    update inventory_hold
    set state = %(state)s
    where order_id = any(%(order_ids)s) and state = 'held'
    returning sku_id, quantity
),
total as (
    select sku_id, sum(quantity) as quantity from ended group by sku_id
),
locked as (
    select stock.sku_id from inventory_stock as stock
    where stock.sku_id in (select sku_id from total)
    order by stock.sku_id
    for update
),
moved as (
    update inventory_stock as stock
    set held = stock.held - total.quantity,
        on_hand = stock.on_hand - case when %(state)s = 'sold' then total.quantity else 0 end,
        sold = stock.sold + case when %(state)s = 'sold' then total.quantity else 0 end
    from total join locked on locked.sku_id = total.sku_id
    where stock.sku_id = total.sku_id
    returning stock.sku_id, stock.shop_id, stock.on_hand - stock.held as free, stock.low_stock_at,
              stock.on_hand - stock.held + total.quantity as free_before
)
select sku_id, shop_id, free, free_before, low_stock_at from moved
