-- Write the terms of the files; terms of another effective moment stay, because old orders were placed under them.
insert into catalog_categoryterms (
    id, category_id, effective_from, service_fee_bps, after_sale_days, settlement_days, flags, attributes
)
select
    terms.id, terms.category, terms.effective_from, terms.service_fee_bps, terms.after_sale_days,
    terms.settlement_days, array(select jsonb_array_elements_text(terms.flags)), terms.attributes
from jsonb_to_recordset(%(terms)s::jsonb) as terms (
    id uuid, category text, effective_from timestamptz, service_fee_bps integer, after_sale_days integer,
    settlement_days integer, flags jsonb, attributes jsonb
)
on conflict (category_id, effective_from) do update
set service_fee_bps = excluded.service_fee_bps,
    after_sale_days = excluded.after_sale_days,
    settlement_days = excluded.settlement_days,
    flags = excluded.flags,
    attributes = excluded.attributes
