-- Figures of a post are read by item; partitions that are made later get the index when they are attached.
create index interest_event_of_item on interest_event (item, day);
