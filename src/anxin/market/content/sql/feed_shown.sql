-- What a feed shows of some posts that everybody may see: counts, the goods on sale, and what a person did with them.
-- The fences (OFFSET 0) make each row a look-up by its key, also while nothing is known of how many rows there are.
SELECT post.id, post.version, creator.creator_id, creator.version AS creator_version,
       (SELECT jsonb_object_agg(tally.kind, tally.count)
          FROM (SELECT part.kind, sum(part.count)::bigint AS count
                  FROM (SELECT kind, count FROM infra_tally WHERE subject = post.id
                         UNION ALL
                        SELECT kind, step FROM infra_tallychange WHERE subject = post.id) AS part
                 GROUP BY part.kind) AS tally) AS counts,
       (SELECT jsonb_agg(to_jsonb(card))
          FROM content_anchor AS anchor
         CROSS JOIN LATERAL (SELECT * FROM catalog_public_card WHERE id = anchor.product_id OFFSET 0) AS card
         WHERE anchor.post_id = post.id) AS goods,
       EXISTS (SELECT 1 FROM content_like AS liked
                WHERE liked.post_id = post.id AND liked.person_id = %(person_id)s::uuid) AS is_liked,
       EXISTS (SELECT 1 FROM content_favourite AS kept
                WHERE kept.post_id = post.id AND kept.person_id = %(person_id)s::uuid) AS is_kept,
       EXISTS (SELECT 1 FROM creators_public_follow AS follow
                WHERE follow.creator_id = post.creator_id AND follow.person_id = %(person_id)s::uuid) AS is_followed
  FROM unnest(%(ids)s::uuid[]) AS asked (id)
 CROSS JOIN LATERAL (
       SELECT id, version, creator_id FROM content_post
        WHERE id = asked.id AND state = 'public' AND visibility = 'public' OFFSET 0) AS post
  JOIN creators_public_creator AS creator ON creator.creator_id = post.creator_id
