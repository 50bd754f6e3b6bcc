-- Best-selling matches up to a cap, ranked: one page of them, how many there are, and counts to narrow down by.
WITH question AS MATERIALIZED (
     -- The filter that everything passes would only make a text slower to find.
     SELECT text.words,
            CASE WHEN %(is_unfiltered)s AND numnode(text.words) > 0 THEN text.words
                 ELSE %(filters)s::tsquery && text.words END AS wanted
       FROM (SELECT %(literal)s::tsquery && plainto_tsquery('english', %(english)s) AS words) AS text
), closed AS MATERIALIZED (
     SELECT terms.shop_id FROM shops_public_terms AS terms WHERE NOT terms.selling
), sampled AS MATERIALIZED (
     -- Which way is shorter: how many of the best-selling match says how many of all do.
     SELECT top.*
       FROM (SELECT product_id, vector, price_minor, sold_count, brand, category_path, facets, shop_id
               FROM catalog_searchentry
              ORDER BY sold_count DESC, product_id DESC
              LIMIT 400) AS top
      CROSS JOIN question
      WHERE top.vector @@ question.wanted
        AND top.price_minor BETWEEN %(price_from)s AND %(price_to)s
        AND top.shop_id NOT IN (SELECT shop_id FROM closed)
), walked AS MATERIALIZED (
     -- Where much matches, walking on down the best-selling finds enough; the index of words would fetch all of it.
     -- With 26 of 400 both take as long at 100,000 products.
     SELECT *
       FROM ((SELECT * FROM sampled)
              UNION ALL
             (SELECT top.*
                FROM (SELECT product_id, vector, price_minor, sold_count, brand, category_path, facets, shop_id
                        FROM catalog_searchentry
                       WHERE (sold_count, product_id) < (
                             SELECT edge.sold_count, edge.product_id
                               FROM catalog_searchentry AS edge
                              ORDER BY edge.sold_count DESC, edge.product_id DESC
                             OFFSET 399
                              LIMIT 1)
                       ORDER BY sold_count DESC, product_id DESC
                       LIMIT 9000) AS top
               CROSS JOIN question
               WHERE (SELECT count(*) FROM sampled) >= 26
                 AND top.vector @@ question.wanted
                 AND top.price_minor BETWEEN %(price_from)s AND %(price_to)s
                 AND top.shop_id NOT IN (SELECT shop_id FROM closed))
            ) AS down
      LIMIT 240
), fetched AS (
     -- The index of prices helps only where a price is asked for; else it would be read from end to end.
     (SELECT entry.product_id, entry.sold_count, entry.shop_id
        FROM catalog_searchentry AS entry
       CROSS JOIN question
       WHERE (SELECT count(*) FROM walked) < 240
         AND NOT %(is_priced)s
         AND entry.vector @@ question.wanted)
      UNION ALL
     (SELECT entry.product_id, entry.sold_count, entry.shop_id
        FROM catalog_searchentry AS entry
       CROSS JOIN question
       WHERE (SELECT count(*) FROM walked) < 240
         AND %(is_priced)s
         AND entry.vector @@ question.wanted
         AND entry.price_minor BETWEEN %(price_from)s AND %(price_to)s)
), matched AS MATERIALIZED (
     (SELECT * FROM walked WHERE (SELECT count(*) FROM walked) >= 240)
      UNION ALL
     (SELECT entry.product_id, entry.vector, entry.price_minor, entry.sold_count, entry.brand, entry.category_path,
             entry.facets, entry.shop_id
        FROM (SELECT product_id
                FROM fetched
               WHERE shop_id NOT IN (SELECT shop_id FROM closed)
               ORDER BY sold_count DESC, product_id DESC
               LIMIT 240) AS best
        JOIN catalog_searchentry AS entry ON entry.product_id = best.product_id)
), ranked AS (
     SELECT matched.product_id,
            (1000000 * ts_rank('{0.05, 0.1, 0.4, 1.0}', matched.vector, question.words)
                     * (1 + ln(1 + matched.sold_count) / 10))::bigint AS score,
            matched.sold_count
       FROM matched
      CROSS JOIN question
), page AS (
     SELECT ranked.product_id, ranked.score, ranked.sold_count
       FROM ranked
      WHERE (ranked.score, ranked.sold_count, ranked.product_id)
                < (%(after_score)s, %(after_sold)s, %(after_id)s::uuid)
      ORDER BY ranked.score DESC, ranked.sold_count DESC, ranked.product_id DESC
      LIMIT %(page_rows)s
)
SELECT (SELECT count(*) FROM matched) AS total,
       (SELECT count(*) FROM matched) >= 240 AS is_capped,
       (SELECT count(*) FROM walked) >= 240 AS is_common,
       (SELECT COALESCE(jsonb_agg(jsonb_build_array(product_id, score, sold_count)
                                  ORDER BY score DESC, sold_count DESC, product_id DESC), '[]')
          FROM page) AS page,
       (SELECT COALESCE(jsonb_object_agg(code, uses), '{}')
          FROM (SELECT code, count(*) AS uses
                  FROM matched CROSS JOIN unnest(category_path) AS code
                 GROUP BY code) AS counted) AS categories,
       (SELECT COALESCE(jsonb_agg(jsonb_build_array(brand, uses) ORDER BY uses DESC, brand), '[]')
          FROM (SELECT brand, count(*) AS uses FROM matched WHERE brand <> ''
                 GROUP BY brand ORDER BY uses DESC, brand LIMIT 12) AS counted) AS brands,
       (SELECT COALESCE(jsonb_agg(jsonb_build_array(facet, uses) ORDER BY uses DESC, facet), '[]')
          FROM (SELECT facet, count(*) AS uses FROM matched CROSS JOIN unnest(facets) AS facet
                 GROUP BY facet ORDER BY uses DESC, facet LIMIT 80) AS counted) AS facets,
       (SELECT COALESCE(jsonb_object_agg(band, uses), '{}')
          FROM (SELECT width_bucket(price_minor, %(bands)s::bigint[]) AS band, count(*) AS uses
                  FROM matched GROUP BY band) AS counted) AS bands
