-- Uploads under way, or posts planned, that have no date on which somebody looks at them.
SELECT count(*) AS looked_at,
       count(*) FILTER (WHERE deadline.id IS NULL) AS wrong,
       min(waiting.id::text) FILTER (WHERE deadline.id IS NULL) AS example
  FROM (SELECT id, CASE WHEN state = 'receiving' THEN 'content.upload_expires' ELSE 'content.media_lost' END AS kind
          FROM content_media WHERE state IN ('receiving', 'waiting', 'processing')
         UNION ALL
        SELECT id, 'content.publish' FROM content_post WHERE state = 'scheduled') AS waiting
  LEFT JOIN infra_deadline AS deadline ON deadline.subject = waiting.id AND deadline.kind = waiting.kind
