-- What a product card shows of some products that can be seen now.
select
    product.id, product.handle, product.title, product.title_en, product.category_id as category,
    coalesce(product.pictures -> 0 ->> 'key', '') as picture, product.price_min_minor, product.price_max_minor,
    cheapest.compare_price_minor, product.sold_count, product.shop_id, shop.slug as shop_slug,
    shop.name as shop_name, shop.name_en as shop_name_en
from unnest(%(product_ids)s::uuid[]) with ordinality as asked (id, place)
join catalog_product as product on product.id = asked.id and product.state = 'on_sale'
join shops_public_terms as shop on shop.shop_id = product.shop_id and shop.selling
left join lateral (
    select sku.compare_price_minor from catalog_sku as sku
    where sku.product_id = product.id and sku.state = 'active' and sku.price_minor = product.price_min_minor
    order by sku.position
    limit 1
) as cheapest on true
order by asked.place
