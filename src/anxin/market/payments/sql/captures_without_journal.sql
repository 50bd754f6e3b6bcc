-- Captured payments whose journal is missing or says another amount, and journals without a captured payment.
select coalesce(payment.id::text, posting.ref) as subject,
       payment.amount_minor as payment_minor, -posting.amount_minor as journal_minor
from (select * from payments_payment where state = 'captured') as payment
full join (
    select ref, sum(amount_minor)::bigint as amount_minor
    from ledger_public_postings where kind = 'payment.captured' and purpose = 'clearing' group by ref
) as posting on posting.ref = payment.id::text
where payment.id is null or posting.ref is null or payment.amount_minor <> -posting.amount_minor
limit 20
