-- The products of a shop that sold most, without one of them.
select entry.product_id as id from catalog_searchentry as entry
where entry.shop_id = %(shop_id)s and entry.product_id <> %(except_id)s
order by entry.sold_count desc, entry.product_id desc
limit %(rows)s
