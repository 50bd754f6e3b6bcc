-- What a feed shows of some posts that everybody may see: counts, the goods on sale, and what a person did with them.
SELECT post.id, post.version, creator.creator_id, creator.version AS creator_version,
       (SELECT jsonb_object_agg(tally.kind, tally.count)
          FROM (SELECT part.kind, sum(part.count)::bigint AS count
                  FROM (SELECT kind, count FROM infra_tally WHERE subject = post.id
                         UNION ALL
                        SELECT kind, step FROM infra_tallychange WHERE subject = post.id) AS part
                 GROUP BY part.kind) AS tally) AS counts,
       (SELECT jsonb_agg(to_jsonb(card))
          FROM content_anchor AS anchor
          JOIN catalog_public_card AS card ON card.id = anchor.product_id
         WHERE anchor.post_id = post.id) AS goods,
       EXISTS (SELECT 1 FROM content_like AS liked
                WHERE liked.post_id = post.id AND liked.person_id = %(person_id)s::uuid) AS is_liked,
       EXISTS (SELECT 1 FROM content_favourite AS kept
                WHERE kept.post_id = post.id AND kept.person_id = %(person_id)s::uuid) AS is_kept,
       EXISTS (SELECT 1 FROM creators_public_follow AS follow
                WHERE follow.creator_id = post.creator_id AND follow.person_id = %(person_id)s::uuid) AS is_followed
  FROM unnest(%(ids)s::uuid[]) AS asked (id)
  JOIN content_post AS post ON post.id = asked.id AND post.state = 'public' AND post.visibility = 'public'
  JOIN creators_public_creator AS creator ON creator.creator_id = post.creator_id
