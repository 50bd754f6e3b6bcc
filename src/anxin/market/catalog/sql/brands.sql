-- The brands of those of some products that have one.
select id, brand from catalog_product where id = any(%(product_ids)s::uuid[]) and brand <> ''
