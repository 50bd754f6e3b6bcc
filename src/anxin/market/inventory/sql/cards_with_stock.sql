-- What a product card shows of some products that can be seen now, and whether nothing of each can be bought: no SKU on sale has a free piece.
select card.*, not exists (
    select from catalog_public_sku as sku
    join inventory_public_free as free on free.sku_id = sku.id and free.pieces > 0
    where sku.product_id = card.id) as is_sold_out
from unnest(%(product_ids)s::uuid[]) with ordinality as asked (id, place)
join catalog_public_card as card on card.id = asked.id
order by asked.place
