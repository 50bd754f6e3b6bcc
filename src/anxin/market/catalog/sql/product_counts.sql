-- How many products of a shop are in each state.
select state, count(*) as products from catalog_product where shop_id = %(shop_id)s group by state
