-- The products that came on sale last.
select product.id from catalog_product as product
where product.state = 'on_sale' and product.first_shown_at is not null
order by product.first_shown_at desc, product.id desc
limit %(rows)s
