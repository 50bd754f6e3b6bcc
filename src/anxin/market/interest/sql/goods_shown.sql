-- Cards of those of some products that can be bought now, in the order asked for; `named` ones too, in stock or not.
select card.*, (card.id = any(%(named)s::uuid[])) as is_named, stock.is_left
from unnest(%(ids)s::uuid[] || %(named)s::uuid[]) with ordinality as asked (id, place)
join catalog_public_card as card on card.id = asked.id
cross join lateral (
    select exists (
        select from catalog_public_sku as sku
        join inventory_public_free as free on free.sku_id = sku.id and free.pieces > 0
        where sku.product_id = card.id) as is_left) as stock
order by asked.place
