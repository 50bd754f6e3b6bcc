-- Order lines against the holds of stock: held while unpaid, sold once paid, released when closed unpaid.
select count(*) as looked_at,
       count(*) filter (where wrong) as wrong,
       min(order_id::text) filter (where wrong) as example
from (
    select line.order_id,
           hold.order_id is null
           or hold.quantity <> line.quantity
           or hold.state <> case
               when placed.state = 'awaiting_payment' then 'held'
               when placed.paid_at is null then 'released'
               else 'sold'
           end as wrong
    from orders_orderline as line
    join orders_order as placed on placed.id = line.order_id
    left join inventory_public_holds as hold on hold.order_id = line.order_id and hold.sku_id = line.sku_id
) as compared
