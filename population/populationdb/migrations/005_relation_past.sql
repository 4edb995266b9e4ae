-- What was recorded of relations before: a change of state or of the last day
-- moves what is replaced here.
ALTER TABLE relations ADD COLUMN version bigint NOT NULL DEFAULT 1;
ALTER TABLE relations ADD COLUMN state_from date;

CREATE TABLE relation_past (
  person_id uuid NOT NULL,
  relation_id uuid NOT NULL,
  version bigint NOT NULL,
  state text NOT NULL,
  state_from date,
  until date,
  recorded_at timestamptz NOT NULL,
  recorded_by uuid NOT NULL,
  replaced_at timestamptz NOT NULL,
  cause text NOT NULL,
  PRIMARY KEY (person_id, relation_id, version),
  FOREIGN KEY (person_id) REFERENCES persons (person_id)
);
--+ place relation_past by person_id
