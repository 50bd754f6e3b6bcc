-- The transactions that the server's other databases are at. Asked after what runs was looked at, those that ended in between
-- would be missing here and count as ours.
select backend_xid::text as tx from pg_stat_activity where backend_xid is not null and datname <> current_database()
