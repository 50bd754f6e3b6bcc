-- Parts of payments whose refunded amount is not the sum of the refunds that have not failed.
select split.order_id, split.refunded_minor, coalesce(refunds.amount_minor, 0) as sum_minor
from payments_paymentsplit as split
left join (
    select split_id, sum(amount_minor)::bigint as amount_minor
    from payments_refund where state <> 'failed' group by split_id
) as refunds on refunds.split_id = split.id
where split.refunded_minor <> coalesce(refunds.amount_minor, 0)
limit 20
