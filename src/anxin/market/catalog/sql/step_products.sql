-- Move products of a shop to another state, each only from a state in which that is possible.
update catalog_product as product
set state = %(state)s, version = product.version + 1, updated_at = %(now)s
from (
    select id, state from catalog_product
    where id = any(%(product_ids)s::uuid[]) and shop_id = %(shop_id)s
    order by id
    for update
) as before
where product.id = before.id and before.state = any(%(sources)s::text[])
returning product.id, product.version, before.state as before
