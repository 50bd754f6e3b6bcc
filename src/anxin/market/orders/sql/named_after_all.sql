-- Orders that are over, or shipped with every parcel signed for, and whose buyer asked to be forgotten, but that still name them.
select count(*) as looked_at,
       count(*) filter (where is_over) as wrong,
       min(id::text) filter (where is_over) as example
from (
    select placed.id,
           placed.open_claims = 0
           and (
               placed.state in ('completed', 'cancelled')
               or placed.state = 'shipped'
               and not exists (
                   select from orders_parcel as parcel where parcel.order_id = placed.id and parcel.signed_at is null
               )
           ) as is_over
    from orders_order as placed
    where placed.to_forget
) as forgotten
