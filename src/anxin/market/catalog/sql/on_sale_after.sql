-- Products on sale in the order of their ids, after one: a walk through the whole catalogue.
select id from catalog_product where state = 'on_sale' and id > %(after)s order by id limit %(rows)s
