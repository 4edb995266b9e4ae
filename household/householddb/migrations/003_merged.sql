-- Tokens that are one person's since the population register merged two
-- records: each way round.
CREATE TABLE person_aliases (
  person bytea NOT NULL,
  other bytea NOT NULL,
  since timestamptz NOT NULL,
  PRIMARY KEY (person, other)
);
--+ place person_aliases by person
