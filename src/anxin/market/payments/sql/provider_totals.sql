-- What the provider should hold for us, and what is on its way back, by our own rows.
select
    (select coalesce(sum(amount_minor), 0)::bigint from payments_payment where state = 'captured') as captured_minor,
    (select coalesce(sum(amount_minor), 0)::bigint from payments_refund where state = 'succeeded') as refunded_minor,
    (select coalesce(sum(amount_minor), 0)::bigint from payments_refund
     where state in ('requested', 'submitted')) as in_flight_minor
