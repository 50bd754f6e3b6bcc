-- The products on sale that sold most.
select product.id from catalog_product as product
where product.state = 'on_sale'
order by product.sold_count desc, product.id desc
limit %(rows)s
