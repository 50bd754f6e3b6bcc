-- For each asked word that no title contains, up to four known ones: those it begins, then those it shares most letters with.
SELECT asked.word, near.text, near.shown, near.stem
  FROM unnest(%(words)s::text[]) AS asked(word)
 CROSS JOIN LATERAL (
       SELECT array_agg(part) AS grams
         FROM jsonb_array_elements_text(%(grams)s::jsonb -> asked.word) AS part
 ) AS piece
 CROSS JOIN LATERAL (
       SELECT word.text, word.shown, COALESCE((ts_lexize('english_stem', word.text))[1], word.text) AS stem
         FROM catalog_searchword AS word
        CROSS JOIN LATERAL (
              SELECT count(*) AS shared FROM unnest(word.grams) AS gram WHERE gram = ANY(piece.grams)
        ) AS overlap
        WHERE word.grams && piece.grams
          AND (starts_with(word.text, asked.word)
               OR overlap.shared::numeric / (cardinality(word.grams) + cardinality(piece.grams) - overlap.shared) >= 0.25)
        ORDER BY starts_with(word.text, asked.word) DESC,
                 overlap.shared::numeric / (cardinality(word.grams) + cardinality(piece.grams) - overlap.shared) DESC,
                 word.text
        LIMIT 4
 ) AS near
 WHERE NOT EXISTS (
       SELECT FROM catalog_searchentry AS entry
        WHERE entry.vector @@ plainto_tsquery('english', asked.word))
