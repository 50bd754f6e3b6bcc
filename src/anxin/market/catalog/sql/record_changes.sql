-- Note who did what to which products.
insert into catalog_productchange (id, product_id, shop_id, verb, version, at, by_id, details)
select id, product_id, %(shop_id)s, %(verb)s, version, %(now)s, %(by)s, details
from jsonb_to_recordset(%(changes)s::jsonb) as change (id uuid, product_id uuid, version integer, details jsonb)
