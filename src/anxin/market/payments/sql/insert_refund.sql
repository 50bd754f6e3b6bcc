-- Write a refund under its reference, unless that reference was used before.
insert into payments_refund
    (id, payment_id, split_id, order_id, shop_id, amount_minor, escrow_minor, currency, ref, reason,
     state, version, gateway_ref, failure, polls, created_at)
values
    (%(id)s, %(payment_id)s, %(split_id)s, %(order_id)s, %(shop_id)s, %(amount_minor)s, %(escrow_minor)s, %(currency)s,
     %(ref)s, %(reason)s, 'requested', 0, '', '', 0, %(now)s)
on conflict (ref) do nothing
