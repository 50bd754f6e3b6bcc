-- Add products.
insert into catalog_product (
    id, shop_id, handle, state, version, category_id, title, title_en, description_html, brand, attributes,
    option_names, pictures, product_type, tags, freight_template_id, extras, proposed, price_min_minor,
    price_max_minor, sold_count, shown_version, created_at, updated_at
)
select
    id, %(shop_id)s, handle, state, version, category, title, title_en, description_html, brand, attributes,
    option_names, pictures, product_type, tags, freight_template_id, extras, null, 0, 0, 0, 0, %(now)s, %(now)s
from jsonb_to_recordset(%(products)s::jsonb) as product (
    id uuid, handle text, state text, version integer, category text, title text, title_en text,
    description_html text, brand text, attributes jsonb, option_names text[], pictures jsonb, product_type text,
    tags text[], freight_template_id uuid, extras jsonb
)
