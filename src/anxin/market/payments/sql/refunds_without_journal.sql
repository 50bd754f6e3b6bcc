-- Finished refunds whose journal is missing or says another amount, and journals without a finished refund.
select coalesce(refund.id::text, posting.ref) as subject,
       refund.amount_minor as refund_minor, posting.amount_minor as journal_minor
from (select * from payments_refund where state = 'succeeded') as refund
full join (
    select ref, amount_minor from ledger_public_postings where kind = 'payment.refunded' and purpose = 'clearing'
) as posting on posting.ref = refund.id::text
where refund.id is null or posting.ref is null or refund.amount_minor <> posting.amount_minor
limit 20
