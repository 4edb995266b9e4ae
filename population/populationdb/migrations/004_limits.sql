-- How often claims may fail at the door. The id of all ones stands for all
-- callers together.
ALTER TABLE attempts ADD COLUMN period bigint NOT NULL DEFAULT 0;
ALTER TABLE attempts ADD COLUMN period_failed bigint NOT NULL DEFAULT 0;
ALTER TABLE attempts ADD COLUMN failed_at timestamptz;

-- What one caller asked in an hour, spread over slots; slot -1 holds alarms.
CREATE TABLE askers (
  caller_id uuid NOT NULL,
  slot smallint NOT NULL,
  period bigint NOT NULL,
  numbers bigint NOT NULL,
  failed bigint NOT NULL,
  alarms bigint NOT NULL,
  alarmed_at timestamptz,
  PRIMARY KEY (caller_id, slot)
);
--+ place askers by caller_id
CREATE INDEX askers_alarmed ON askers (caller_id) WHERE alarms > 0;
