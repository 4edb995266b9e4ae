--+ only postgres
-- Where rows live once there are several machines. Without the extension that
-- spreads tables these functions do nothing.
CREATE OR REPLACE FUNCTION place_by(tbl text, col text, together_with text) RETURNS void LANGUAGE plpgsql AS $f$
BEGIN
  IF EXISTS (SELECT 1 FROM pg_extension WHERE extname = 'citus') THEN
    PERFORM create_distributed_table(tbl::regclass, col, colocate_with => coalesce(together_with, 'default'));
  END IF;
END $f$;

CREATE OR REPLACE FUNCTION place_everywhere(tbl text) RETURNS void LANGUAGE plpgsql AS $f$
BEGIN
  IF EXISTS (SELECT 1 FROM pg_extension WHERE extname = 'citus') THEN
    PERFORM create_reference_table(tbl::regclass);
  END IF;
END $f$;

CREATE OR REPLACE FUNCTION place_here(tbl text) RETURNS void LANGUAGE plpgsql AS $f$
BEGIN
  IF EXISTS (SELECT 1 FROM pg_extension WHERE extname = 'citus') THEN
    PERFORM citus_add_local_table_to_metadata(tbl::regclass);
  END IF;
END $f$;
