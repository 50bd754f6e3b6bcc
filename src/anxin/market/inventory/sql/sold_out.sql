-- Those of some products of which nothing can be bought: no SKU on sale has a free piece.
select asked.id
from unnest(%(product_ids)s::uuid[]) as asked (id)
where not exists (
    select from catalog_public_sku as sku
    join inventory_public_free as free on free.sku_id = sku.id and free.pieces > 0
    where sku.product_id = asked.id)
