-- Events of a restored backup get this transaction's place in the order; among themselves they keep the order of their ids.
update interest_event set tx = pg_current_xact_id() where tx >= pg_snapshot_xmax(pg_current_snapshot())
