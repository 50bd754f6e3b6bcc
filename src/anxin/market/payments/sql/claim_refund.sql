-- Take an amount out of what an order captured and has not given back; no row when that would be too much.
-- A surplus payment is only refunded by naming it.
update payments_paymentsplit as split
set refunded_minor = split.refunded_minor + %(amount_minor)s
from payments_payment as payment
where payment.id = split.payment_id
  and split.order_id = %(order_id)s
  and payment.state = 'captured'
  and case when %(payment_id)s::uuid is null then not payment.is_surplus else payment.id = %(payment_id)s::uuid end
  and split.captured_minor - split.refunded_minor >= %(amount_minor)s
returning split.id, split.payment_id, split.shop_id, payment.currency
