-- Write changed products over the locked rows.
update catalog_product as product
set handle = written.handle,
    state = written.state,
    version = written.version,
    category_id = written.category,
    title = written.title,
    title_en = written.title_en,
    description_html = written.description_html,
    brand = written.brand,
    attributes = written.attributes,
    option_names = written.option_names,
    pictures = written.pictures,
    product_type = written.product_type,
    tags = written.tags,
    freight_template_id = written.freight_template_id,
    extras = written.extras,
    proposed = nullif(written.proposed, 'null'::jsonb),
    updated_at = %(now)s
from jsonb_to_recordset(%(products)s::jsonb) as written (
    id uuid, handle text, state text, version integer, category text, title text, title_en text,
    description_html text, brand text, attributes jsonb, option_names text[], pictures jsonb, product_type text,
    tags text[], freight_template_id uuid, extras jsonb, proposed jsonb
)
where product.id = written.id
