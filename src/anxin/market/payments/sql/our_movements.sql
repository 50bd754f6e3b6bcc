-- What our ledger says the provider moved in a period of the provider's own time: captures, finished refunds
-- and paid transfers.
select 'payment' as kind, payment.id as subject, -sum(posting.amount_minor)::bigint as amount_minor,
       posting.currency, payment.gateway_ref
from payments_payment as payment
join ledger_public_postings as posting
  on posting.kind = 'payment.captured' and posting.ref = payment.id::text and posting.purpose = 'clearing'
where payment.gateway = %(gateway)s and payment.captured_at >= %(start)s and payment.captured_at < %(until)s
group by payment.id, posting.currency
union all
select 'refund', refund.id, posting.amount_minor, posting.currency, refund.gateway_ref
from payments_refund as refund
join payments_payment as payment on payment.id = refund.payment_id
join ledger_public_postings as posting
  on posting.kind = 'payment.refunded' and posting.ref = refund.id::text and posting.purpose = 'clearing'
where payment.gateway = %(gateway)s and refund.finished_at >= %(start)s and refund.finished_at < %(until)s
union all
select 'transfer', transfer.id, posting.amount_minor, posting.currency, transfer.gateway_ref
from payments_transfer as transfer
join ledger_public_postings as posting
  on posting.kind = 'payment.transferred' and posting.ref = transfer.id::text and posting.purpose = 'payouts'
where transfer.gateway = %(gateway)s and transfer.finished_at >= %(start)s and transfer.finished_at < %(until)s
