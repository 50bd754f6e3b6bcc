-- What a shop's orders put into escrow, less what refunds took out of it again; surplus payments apart.
select (
    (select coalesce(sum(split.captured_minor), 0)
     from payments_paymentsplit as split
     join payments_payment as payment on payment.id = split.payment_id
     where split.shop_id = %(shop_id)s and payment.state = 'captured' and not payment.is_surplus)
    - (select coalesce(sum(refund.escrow_minor), 0)
       from payments_refund as refund
       join payments_payment as payment on payment.id = refund.payment_id
       where refund.shop_id = %(shop_id)s and refund.state <> 'failed' and not payment.is_surplus)
)::bigint as held_minor
