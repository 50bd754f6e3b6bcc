-- Write a disbursement under its reference, unless that reference was used before.
insert into guarantee_disbursement
    (id, kind, ref, order_id, shop_id, person_id, amount_minor, currency, reason, payers,
     state, version, attempts, failure, asked_at)
values
    (%(id)s, %(kind)s, %(ref)s, %(order_id)s, %(shop_id)s, %(person_id)s, %(amount_minor)s, %(currency)s, %(reason)s,
     %(payers)s, 'waiting', 0, 0, '', %(asked_at)s)
on conflict (kind, ref) do nothing
