-- Add SKUs, or write changed ones over their rows.
insert into catalog_sku (
    id, product_id, shop_id, state, position, code, options, price_minor, compare_price_minor, barcode,
    weight_grams, picture, extras
)
select
    id, product_id, %(shop_id)s, state, position, code, options, price_minor, compare_price_minor, barcode,
    weight_grams, picture, extras
from jsonb_to_recordset(%(skus)s::jsonb) as sku (
    id uuid, product_id uuid, state text, position integer, code text, options text[], price_minor bigint,
    compare_price_minor bigint, barcode text, weight_grams integer, picture text, extras jsonb
)
on conflict (id) do update
set state = excluded.state,
    position = excluded.position,
    code = excluded.code,
    options = excluded.options,
    price_minor = excluded.price_minor,
    compare_price_minor = excluded.compare_price_minor,
    barcode = excluded.barcode,
    weight_grams = excluded.weight_grams,
    picture = excluded.picture,
    extras = excluded.extras
