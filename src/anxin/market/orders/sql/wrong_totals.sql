-- Orders whose lines do not sum to their goods, whose checkout differs, or whose parcels hold other pieces than were shipped.
with of_lines as (
    select order_id, sum(amount_minor) as amount_minor, sum(shipped_quantity) as shipped
    from orders_orderline group by order_id
),
of_parcels as (
    select parcel.order_id, sum((piece ->> 'quantity')::int) as shipped
    from orders_parcel as parcel cross join jsonb_array_elements(parcel.contents) as piece
    group by parcel.order_id
),
of_checkouts as (
    select checkout_id, sum(total_minor) as total_minor from orders_order group by checkout_id
),
compared as (
    select placed.id,
           of_lines.amount_minor is distinct from placed.goods_minor
           or of_checkouts.total_minor is distinct from checkout.total_minor
           or coalesce(of_parcels.shipped, 0) is distinct from of_lines.shipped as wrong
    from orders_order as placed
    join orders_checkout as checkout on checkout.id = placed.checkout_id
    join of_checkouts on of_checkouts.checkout_id = placed.checkout_id
    left join of_lines on of_lines.order_id = placed.id
    left join of_parcels on of_parcels.order_id = placed.id
)
select count(*) as looked_at,
       count(*) filter (where wrong) as wrong,
       min(id::text) filter (where wrong) as example
from compared
