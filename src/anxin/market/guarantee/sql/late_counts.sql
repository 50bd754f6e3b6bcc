-- How many orders of a shop were to be shipped in [since, until), and how many of them were not.
select count(*) as orders,
       count(*) filter (where state in ('late', 'shipped_late')) as late
from guarantee_shippromise
where shop_id = %(shop_id)s and ship_by >= %(since)s and ship_by < %(until)s and state <> 'closed'
