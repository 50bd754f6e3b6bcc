-- Products on sale whose newest version is missing or does not fit its digest.
select
    count(*) as products,
    count(*) filter (where wrong) as wrong,
    min(id::text) filter (where wrong) as example
from (
    select
        product.id,
        last.id is null
        or last.sha256 <> encode(sha256(convert_to(last.snapshot::text, 'UTF8')), 'hex') as wrong
    from catalog_product as product
    left join catalog_productversion as last
        on last.product_id = product.id and last.number = product.shown_version
    where product.state = 'on_sale'
) as looked_at
