-- Orders whose lines claim or refund something else than their order counts.
select count(*) as looked_at,
       count(*) filter (where wrong) as wrong,
       min(id::text) filter (where wrong) as example
from (
    select placed.id,
           placed.open_claims <> sum(line.claimed::int) or placed.refunded_minor <> sum(line.refunded_minor) as wrong
    from orders_order as placed
    join orders_orderline as line on line.order_id = placed.id
    group by placed.id
) as compared
