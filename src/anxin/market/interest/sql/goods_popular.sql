-- Cards of what sells best and can be bought now: of a category or shop where one is given, without some products.
select card.*
from catalog_public_card as card
where (%(category)s = '' or card.category = %(category)s)
  and (%(shop_id)s::uuid is null or card.shop_id = %(shop_id)s::uuid)
  and card.id <> all(%(without)s::uuid[])
  and exists (
        select from catalog_public_sku as sku
        join inventory_public_free as free on free.sku_id = sku.id and free.pieces > 0
        where sku.product_id = card.id)
order by card.sold_count desc, card.id desc
limit %(rows)s
