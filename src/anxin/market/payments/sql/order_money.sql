-- What orders brought in and what went back of it, surplus payments apart.
select split.order_id, split.payment_id, payment.currency, split.captured_minor, split.refunded_minor,
       coalesce(refunds.escrow_minor, 0)::bigint as escrow_refunded_minor,
       coalesce(refunds.is_open, false) as has_open_refund
from payments_paymentsplit as split
join payments_payment as payment on payment.id = split.payment_id
left join lateral (
    select sum(refund.escrow_minor) filter (where refund.state <> 'failed') as escrow_minor,
           bool_or(refund.state in ('requested', 'submitted')) as is_open
    from payments_refund as refund where refund.split_id = split.id
) as refunds on true
where split.order_id = any(%(orders)s) and payment.state = 'captured' and not payment.is_surplus
