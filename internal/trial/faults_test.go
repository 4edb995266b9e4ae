package trial_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"sijil/household"
	"sijil/internal/store"
	"sijil/internal/system"
)

// rule is something that must hold of a store: the statement counts what
// breaks it.
type rule struct{ store, broken, sql string }

// rules hold at any time, whatever happened.
var rules = []rule{
	{system.PopulationStore, "a numbered person without one claim on the number", `SELECT count(*) FROM persons p LEFT JOIN (SELECT person_id, count(*) AS n FROM number_claims GROUP BY person_id) c
		ON c.person_id = p.person_id WHERE COALESCE(c.n, 0) <> CASE WHEN p.number IS NULL THEN 0 ELSE 1 END`},
	{system.PopulationStore, "a number of nobody", `SELECT count(*) FROM number_claims c WHERE NOT EXISTS (SELECT 1 FROM persons p WHERE p.person_id = c.person_id)`},
	{system.PopulationStore, "a document of nobody", `SELECT count(*) FROM document_claims c WHERE NOT EXISTS (SELECT 1 FROM persons p WHERE p.person_id = c.person_id)`},
	{system.PopulationStore, "a person shown by documents who has none", `SELECT count(*) FROM persons p JOIN enrolments e ON e.receipt = p.receipt WHERE e.shown IN ('document', 'civil_status')
		AND p.person_id NOT IN (SELECT person_id FROM document_claims)`},
	{system.PopulationStore, "a record with a gap", `SELECT count(*) FROM persons p LEFT JOIN (SELECT person_id, count(*) AS n, max(revision) AS m FROM records GROUP BY person_id) r
		ON r.person_id = p.person_id WHERE COALESCE(r.n, 0) <> p.revision OR r.m <> p.revision`},
	{system.PopulationStore, "a person without an enrolment", `SELECT count(*) FROM persons p WHERE NOT EXISTS (SELECT 1 FROM enrolments e WHERE e.receipt = p.receipt AND e.person_id = p.person_id)`},
	{system.PopulationStore, "an enrolment without a person", `SELECT count(*) FROM enrolments e WHERE e.receipt NOT IN (SELECT receipt FROM persons)`},
	{system.PopulationStore, "a verdict that is not the person's", `SELECT count(*) FROM persons p JOIN enrolments e ON e.receipt = p.receipt WHERE (p.state = 'unnumbered') = (e.state = 'numbered')`},
	{system.PopulationStore, "a token that finds nobody", `SELECT count(*) FROM tokens WHERE (person_id, recipient) NOT IN (SELECT person_id, recipient FROM token_claims)`},
	{system.PopulationStore, "tokens and their claims", `SELECT (SELECT count(*) FROM tokens) - (SELECT count(*) FROM token_claims)`},
	{system.PopulationStore, "an enrolment without its event", `SELECT count(*) FROM persons p WHERE NOT EXISTS (SELECT 1 FROM outbox o WHERE o.subject_id = p.person_id AND o.topic = 'person.enrolled')`},
	{system.PopulationStore, "a correction without its event", `SELECT (SELECT count(*) FROM records WHERE revision > 1 AND (changed LIKE '%birth%' OR changed LIKE '%sex%' OR changed LIKE '%locality%')) - (SELECT count(*) FROM outbox WHERE topic = 'person.corrected')`},
	{system.PopulationStore, "a contact that is not counted", `SELECT count(*) FROM contact_totals c WHERE people <> (SELECT count(*) FROM contacts x WHERE x.blind = c.blind)`},
	{system.PopulationStore, "a word of a witness that is not counted", `SELECT (SELECT count(*) FROM vouchings) - (SELECT COALESCE(sum(vouchings), 0) FROM vouching_totals)`},
	{system.PopulationStore, "an enrolment on witnesses without two of them", `SELECT count(*) FROM enrolments WHERE shown = 'witnesses'
		AND receipt NOT IN (SELECT receipt FROM vouchings GROUP BY receipt HAVING count(*) = 2)`},
	{system.PopulationStore, "an act on a person without a look", `SELECT count(*) FROM relations r WHERE holder_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM uses u WHERE u.person_id = r.holder_id)`},
	{system.PopulationStore, "a key without its answer", `SELECT count(*) FROM idempotency WHERE response IS NULL`},

	{system.SocialStore, "a household without its code", `SELECT count(*) FROM households h WHERE NOT EXISTS (SELECT 1 FROM household_codes c WHERE c.code = h.code AND c.household_id = h.household_id)`},
	{system.SocialStore, "codes and households", `SELECT (SELECT count(*) FROM household_codes) - (SELECT count(*) FROM households)`},
	{system.SocialStore, "a household without its versions", `SELECT count(*) FROM households h WHERE versions <> (SELECT count(*) FROM household_versions v WHERE v.household_id = h.household_id)`},
	{system.SocialStore, "a household that stands by no computed version", `SELECT count(*) FROM households h WHERE version > 0 AND NOT EXISTS
		(SELECT 1 FROM household_versions v WHERE v.household_id = h.household_id AND v.version = h.version AND v.state = 'computed')`},
	{system.SocialStore, "a version without lines", `SELECT count(*) FROM household_versions v WHERE state NOT IN ('draft', 'discarded') AND NOT EXISTS
		(SELECT 1 FROM household_members m WHERE m.household_id = v.household_id AND m.version = v.version)`},
	{system.SocialStore, "a person in two active households", `SELECT count(*) FROM (SELECT m.person FROM household_members m JOIN household_versions v ON v.household_id = m.household_id AND v.version = m.version
		WHERE v.state = 'computed' AND m.standing IN ('declared', 'confirmed', 'unconfirmed', 'child') GROUP BY m.person HAVING count(*) > 1) t`},
	{system.SocialStore, "a member without the claim", `SELECT count(*) FROM household_members m JOIN household_versions v ON v.household_id = m.household_id AND v.version = m.version
		WHERE v.state = 'computed' AND m.standing IN ('declared', 'confirmed', 'unconfirmed', 'child')
		AND NOT EXISTS (SELECT 1 FROM household_claims c WHERE c.person = m.person AND c.household_id = m.household_id)`},
	{system.SocialStore, "a claim without a line", `SELECT count(*) FROM household_claims c JOIN households h ON h.household_id = c.household_id WHERE NOT EXISTS
		(SELECT 1 FROM household_members m WHERE m.household_id = c.household_id AND m.version = h.version AND m.person = c.person)`},
	{system.SocialStore, "a claim of no household", `SELECT count(*) FROM household_claims c WHERE NOT EXISTS (SELECT 1 FROM households h WHERE h.household_id = c.household_id)`},
	{system.SocialStore, "a household without one score in force", `SELECT count(*) FROM households h WHERE version > 0 AND
		(SELECT count(*) FROM household_scores s WHERE s.household_id = h.household_id AND s.valid_to IS NULL) <> 1`},
	{system.SocialStore, "a gap or an overlap between scores", `SELECT count(*) FROM household_scores s WHERE valid_to IS NOT NULL AND NOT EXISTS
		(SELECT 1 FROM household_scores n WHERE n.household_id = s.household_id AND n.valid_from = s.valid_to)`},
	{system.SocialStore, "a score in force of another version", `SELECT count(*) FROM household_scores s JOIN households h ON h.household_id = s.household_id WHERE s.valid_to IS NULL AND s.version <> h.version`},
	{system.SocialStore, "a score without its event", `SELECT (SELECT count(*) FROM household_scores) - (SELECT count(*) FROM outbox WHERE topic = 'household.scored')`},
	{system.SocialStore, "a score with half of its outcomes", `SELECT count(*) FROM (SELECT household_id, score_id, count(*) AS n FROM programme_outcomes GROUP BY household_id, score_id) t WHERE n <> $1`},
	{system.SocialStore, "outcomes without their event", `SELECT (SELECT count(*) FROM programme_outcomes) - $1 * (SELECT count(*) FROM outbox WHERE topic = 'programme.decided')`},
	{system.SocialStore, "an outcome of no score", `SELECT count(*) FROM programme_outcomes o WHERE NOT EXISTS (SELECT 1 FROM household_scores s WHERE s.household_id = o.household_id AND s.score_id = o.score_id)`},
	{system.SocialStore, "a key without its answer", `SELECT count(*) FROM idempotency WHERE response IS NULL`},
	{system.AgencyStore, "a look twice", `SELECT count(*) FROM (SELECT person, at, operation, register, case_ref, verdict FROM looked GROUP BY person, look_id HAVING count(*) > 1) t`},
}

// settled hold when all events were carried.
var settled = []rule{
	{system.PopulationStore, "an event nobody took up", `SELECT count(*) FROM outbox WHERE state <> 1 AND topic IN ('person.looked', 'person.corrected')`},
	{system.SocialStore, "an event nobody took up", `SELECT count(*) FROM outbox WHERE state <> 1 AND topic IN ('household.looked', 'household.scored')`},
	{system.SocialStore, "a score without its outcomes", `SELECT count(*) FROM household_scores s WHERE $1 <> (SELECT count(*) FROM programme_outcomes o WHERE o.household_id = s.household_id AND o.score_id = s.score_id)`},
	{system.PopulationStore, "a job left behind", `SELECT count(*) FROM jobs WHERE state < 2`},
	{system.SocialStore, "a job left behind", `SELECT count(*) FROM jobs WHERE state < 2`},
}

// programmes is how many outcomes a score of the reference country has.
const programmes = 2

// faults returns what is broken in an installation, in words.
func faults(ctx context.Context, s *system.System, more ...rule) []string {
	var out []string
	for _, r := range append(slices.Clone(rules), more...) {
		var args []any
		if slices.Contains([]byte(r.sql), '$') {
			args = []any{programmes}
		}
		n, err := tally(ctx, s, r.store, r.sql, args...)
		if err != nil {
			out = append(out, err.Error())
		} else if n != 0 {
			out = append(out, fmt.Sprintf("%s: %d", r.broken, n))
		}
	}
	for _, check := range []func(context.Context, *system.System) error{keysMissing, looksMissing, filesBroken} {
		if err := check(ctx, s); err != nil {
			out = append(out, err.Error())
		}
	}
	return out
}

// keysMissing says when a row names a data key that is not in the key store.
func keysMissing(ctx context.Context, s *system.System) error {
	kept := map[string]bool{}
	all, err := column(ctx, s.Stores[system.KeyStore], `SELECT key_id FROM data_keys WHERE destroyed_at IS NULL`)
	if err != nil {
		return err
	}
	for _, k := range all {
		kept[k] = true
	}
	used := 0
	for where, sql := range map[string]string{
		system.PopulationStore: `SELECT key_id FROM persons`,
		system.SocialStore:     `SELECT key_id FROM household_versions WHERE state <> 'discarded'`,
	} {
		rows, err := column(ctx, s.Stores[where], sql)
		if err != nil {
			return err
		}
		for _, k := range rows {
			if used++; !kept[k] {
				return fmt.Errorf("a data key of the %s store is missing", where)
			}
		}
	}
	if n, err := tally(ctx, s, system.SocialStore, `SELECT count(*) FROM household_scores s WHERE NOT EXISTS
		(SELECT 1 FROM household_versions v WHERE v.household_id = s.household_id AND v.version = s.version AND v.key_id = s.key_id)`); err != nil || n != 0 {
		return fmt.Errorf("%d scores under another key than their version's: %w", n, err)
	}
	return nil
}

// column reads ids.
func column(ctx context.Context, db *store.DB, sql string) (out []string, err error) {
	err = db.View(ctx, func(tx *store.Tx) error {
		out = nil
		rows, err := tx.Query(ctx, sql)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var b []byte
			if err := rows.Scan(&b); err != nil {
				return err
			}
			out = append(out, string(b))
		}
		return rows.Err()
	})
	return out, err
}

// looksMissing says when a look of an act did not leave with it.
func looksMissing(ctx context.Context, s *system.System) error {
	for where, r := range map[string]struct{ topic, sql string }{
		system.PopulationStore: {"person.looked", `SELECT (SELECT count(*) FROM disclosures) + (SELECT count(*) FROM uses)`},
		system.SocialStore:     {"household.looked", `SELECT count(*) FROM household_disclosures`},
	} {
		bodies, err := column(ctx, s.Stores[where], `SELECT body FROM outbox WHERE topic = '`+r.topic+`'`)
		if err != nil {
			return err
		}
		told := int64(0)
		for _, b := range bodies {
			var e struct{ Looks []json.RawMessage }
			if err := json.Unmarshal([]byte(b), &e); err != nil {
				return err
			}
			told += int64(len(e.Looks))
		}
		if n, err := tally(ctx, s, where, r.sql); err != nil || n != told {
			return fmt.Errorf("%s: %d looks were recorded, %d were told, %w", where, n, told, err)
		}
	}
	return nil
}

// looksUnseen says when a look is not where the person sees it.
func looksUnseen(ctx context.Context, s *system.System) error {
	for where, r := range map[string]struct{ store, sql string }{
		system.PopulationStore: {system.PopulationStore, `SELECT (SELECT count(*) FROM disclosures) + (SELECT count(*) FROM uses u WHERE EXISTS (SELECT 1 FROM persons p WHERE p.person_id = u.person_id))`},
		system.SocialStore: {system.SocialStore, `SELECT count(*) FROM household_disclosures d JOIN household_members m ON m.household_id = d.household_id AND m.version = d.version
			WHERE m.person IS NOT NULL`},
	} {
		want, err := tally(ctx, s, r.store, r.sql)
		if err != nil {
			return err
		}
		if got, err := tally(ctx, s, system.AgencyStore, `SELECT count(*) FROM looked WHERE register = $1`, where); err != nil || got != want {
			return fmt.Errorf("%d looks in the %s store, %d to be seen, %w", want, where, got, err)
		}
	}
	return nil
}

// filesBroken asks SQLite whether its files are whole.
func filesBroken(ctx context.Context, s *system.System) error {
	for name, db := range s.Stores {
		if db.Engine() != store.SQLite {
			continue
		}
		if found, err := ask(ctx, db, 1, `PRAGMA integrity_check`); err != nil || len(found) != 1 || found[0] != "|ok" {
			return fmt.Errorf("the file of the %s store is damaged: %d lines, %w", name, len(found), err)
		}
		if found, err := ask(ctx, db, 4, `PRAGMA foreign_key_check`); err != nil || len(found) != 0 {
			return fmt.Errorf("the %s store has %d rows whose other row is missing, %w", name, len(found), err)
		}
	}
	return nil
}

// rowsOf counts what acts make, and repeating one must not.
func rowsOf(ctx context.Context, s *system.System) (map[string]int64, error) {
	out := map[string]int64{}
	for where, tables := range map[string][]string{
		system.PopulationStore: {"persons", "records", "enrolments", "document_claims", "number_claims", "relations", "consents", "vouchings", "contacts", "idempotency"},
		system.SocialStore:     {"household_codes", "household_claims", "households", "household_versions", "household_members", "household_scores", "idempotency"},
	} {
		for _, table := range tables {
			n, err := tally(ctx, s, where, `SELECT count(*) FROM `+table)
			if err != nil {
				return nil, err
			}
			out[where+"."+table] = n
		}
	}
	return out, nil
}

// opens looks at a household through the services: everybody's number is the
// one that was acknowledged, and every score computes to the same bytes.
func (h *house) opens(ctx context.Context, s *system.System) error {
	for i, n := range h.numbers {
		if n.IsZero() {
			continue
		}
		name, err := h.named(ctx, s, i)
		if err != nil || !name {
			return fmt.Errorf("person %d of household %d does not open: %w", i, h.h.Number, err)
		}
	}
	if h.filed == nil {
		return nil
	}
	v, err := s.Household.View(ctx, officer, household.ViewRequest{Household: h.filed.Household, Parts: household.TheScore | household.TheAnswers})
	if err != nil || len(v.Lines) != len(h.numbers) {
		return fmt.Errorf("household %d does not open: %w", h.h.Number, err)
	}
	verdicts, err := s.Household.RecomputeHousehold(ctx, auditor, h.filed.Household)
	if err != nil || len(verdicts) < 1 || slices.ContainsFunc(verdicts, func(v household.Verdict) bool { return !v.Holds() }) {
		return fmt.Errorf("a score of household %d does not compute to what it was: %w", h.h.Number, err)
	}
	return nil
}
