-- A relay reads its own topics: events that nobody hands on yet are not in its
-- way, however many there are.
DROP INDEX outbox_waiting;
CREATE INDEX outbox_waiting ON outbox (topic, event_id) WHERE state <> 1;
