-- Let one transaction at a time use or remove a clip, so that none is removed while an upload comes to the same video.
SELECT pg_advisory_xact_lock(hashtextextended('content.clip:' || %(key)s, 0))
