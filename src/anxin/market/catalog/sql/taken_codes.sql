-- SKU codes of a shop that belong to other products than these; the predicates are those of the unique index.
select sku.code
from unnest(%(codes)s::text[]) as asked (code)
join catalog_sku as sku
    on sku.shop_id = %(shop_id)s and sku.code = asked.code and sku.code <> '' and sku.state = 'active'
where sku.product_id <> all(%(product_ids)s::uuid[])
