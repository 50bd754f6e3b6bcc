-- What somebody has not read: messages of shops, and notices about videos and notes; one statement, for it
-- stands on every page; of notices 100 at most are counted.
SELECT (SELECT COALESCE(sum(buyer_unread), 0)::bigint FROM service_conversation WHERE person_id = %(person_id)s) AS messages,
       (SELECT count(*) FROM (SELECT FROM content_public_unread WHERE person_id = %(person_id)s LIMIT 100) AS first) AS notices
