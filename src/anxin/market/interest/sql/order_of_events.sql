-- Which database cluster counts the transactions, and whether events lie here that another one counted (a restored backup).
select (select system_identifier::text from pg_control_system()) as cluster,
       exists (select 1 from interest_event where tx >= pg_snapshot_xmax(pg_current_snapshot())) as is_restored
