-- Shops as promises ask for them: since when the platform knows that they sold a counterfeit, and every word they ever said about promises for all their goods or for these products.
select standing.shop_id, standing.shop_type, standing.deposit_paid, standing.score_hundredths,
       coalesce(said.words, '[]'::jsonb) as words,
       (select min(found.decided_at)
          from guarantee_dispute as found
         where found.shop_id = standing.shop_id and found.verdict_reason = 'counterfeit' and found.ended_at is not null
       ) as counterfeit_since
from shops_public_standing as standing
cross join lateral (
    select jsonb_agg(
        jsonb_build_object(
            'product_id', word.product_id, 'promise', word.promise, 'mark', word.mark, 'is_on', word.is_on,
            'since', word.since
        ) order by word.since, word.id
    ) as words
    from guarantee_optin as word
    where word.shop_id = standing.shop_id
      and (word.product_id is null or word.product_id = any(%(products)s::uuid[]))
) as said
where standing.shop_id = any(%(shops)s::uuid[])
