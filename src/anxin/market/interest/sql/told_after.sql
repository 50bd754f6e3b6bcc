-- Whether anything was told after a place in the order, by a transaction that is finished or stands beside one that is not.
select exists (
    select from interest_event
    where (tx, id) > (%(tx)s::text::xid8, %(id)s::uuid) and day >= %(day)s) as is_told
