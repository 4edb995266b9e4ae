-- What an index meant for a programme. One a score and programme, for ever.
CREATE TABLE programme_outcomes (
  household_id uuid NOT NULL,
  score_id uuid NOT NULL,
  programme text NOT NULL,
  standing text NOT NULL CHECK (standing IN ('at_or_below', 'above', 'undecided')),
  reason text NOT NULL,
  hinges text NOT NULL,
  day date NOT NULL,
  threshold bigint NOT NULL,
  threshold_from date NOT NULL,
  index_value bigint NOT NULL,
  distance bigint NOT NULL,
  formula text NOT NULL,
  formula_hash text NOT NULL,
  recomputes text NOT NULL,
  decided_at timestamptz NOT NULL,
  PRIMARY KEY (household_id, score_id, programme)
);
--+ place programme_outcomes by household_id
