-- Count one more change of products.
update catalog_product set version = version + 1, updated_at = %(now)s
where id = any(%(product_ids)s::uuid[])
returning id, version
