-- Every category with the terms in force at a moment, and when the next ones begin.
select
    category.code, category.parent_id as parent, category.name, category.name_en, category.icon,
    category.is_leaf, category.is_retired,
    terms.effective_from, terms.service_fee_bps, terms.after_sale_days, terms.settlement_days,
    terms.flags, terms.attributes,
    (
        select min(later.effective_from) from catalog_categoryterms as later where later.effective_from > %(now)s
    ) as next_change
from catalog_category as category
cross join lateral (
    select * from catalog_categoryterms as dated
    where dated.category_id = category.code
    order by dated.effective_from > %(now)s, abs(extract(epoch from dated.effective_from - %(now)s))
    limit 1
) as terms
order by category.position, category.code
