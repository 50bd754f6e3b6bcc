-- What may be bought of some SKUs, with the terms of their shops: one statement for cart and placement.
select sku.id as sku_id, sku.product_id, sku.code, sku.options, sku.price_minor, sku.compare_price_minor, sku.weight_grams,
       coalesce(nullif(sku.picture, ''), product.pictures -> 0 ->> 'key', '') as picture,
       product.shown_version as product_version, product.handle, product.title, product.title_en, product.brand, product.attributes,
       product.category_id as category, product.option_names, product.freight_template_id,
       (product.state = 'on_sale' and sku.state = 'active' and sku.price_minor > 0 and terms.selling) as sellable,
       sku.shop_id, terms.slug, terms.name as shop_name, terms.name_en as shop_name_en, terms.state as shop_state,
       terms.selling, terms.zero_deposit, terms.return_address, terms.freight_templates, terms.default_freight_template
from catalog_sku as sku
join catalog_product as product on product.id = sku.product_id
join shops_public_terms as terms on terms.shop_id = sku.shop_id
where sku.id = any(%(sku_ids)s)
