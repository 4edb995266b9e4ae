package trial_test

import (
	"slices"
	"strings"
	"testing"

	"sijil/internal/store"
	"sijil/internal/system"
)

// Every rule sees what it is for: an installation in which nothing is wrong is
// damaged in one place after the other.
func TestDamageIsSeen(t *testing.T) {
	t.Parallel()
	r := newRig(t, store.SQLite, 0)
	r.until = 12 // enough of everything
	if found := r.kill(0); len(found) > 0 {
		t.Fatal(strings.Join(found, "\n"))
	}
	ctx := t.Context()
	s, err := system.Open(ctx, r.orders.config(), r.parts())
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}()
	look := func() []string {
		found := faults(ctx, s, settled...)
		if err := looksUnseen(ctx, s); err != nil {
			found = append(found, err.Error())
		}
		return append(found, r.totals(s)...)
	}
	if found := look(); len(found) > 0 {
		t.Fatal(strings.Join(found, "\n"))
	}
	const one = ` WHERE rowid = (SELECT min(rowid) FROM `
	for _, d := range []struct{ store, sql, seen string }{
		{system.PopulationStore, `DELETE FROM number_claims` + one + `number_claims)`, "a numbered person without one claim on the number"},
		{system.PopulationStore, `DELETE FROM document_claims WHERE person_id = (SELECT person_id FROM enrolments WHERE shown IN ('document', 'civil_status') LIMIT 1)`, "a person shown by documents who has none"},
		{system.PopulationStore, `UPDATE document_claims SET person_id = randomblob(16)` + one + `document_claims)`, "a document of nobody"},
		{system.PopulationStore, `DELETE FROM records` + one + `records WHERE revision > 1)`, "a record with a gap"},
		{system.PopulationStore, `UPDATE enrolments SET state = 'captured'` + one + `enrolments WHERE state = 'numbered')`, "a verdict that is not the person's"},
		{system.PopulationStore, `DELETE FROM enrolments` + one + `enrolments)`, "a person without an enrolment"},
		{system.PopulationStore, `DELETE FROM token_claims` + one + `token_claims)`, "a token that finds nobody"},
		{system.PopulationStore, `DELETE FROM outbox` + one + `outbox WHERE topic = 'person.enrolled')`, "an enrolment without its event"},
		{system.PopulationStore, `DELETE FROM outbox` + one + `outbox WHERE topic = 'person.looked')`, "population: "},
		{system.PopulationStore, `UPDATE contact_totals SET people = people + 1` + one + `contact_totals)`, "a contact that is not counted"},
		{system.PopulationStore, `DELETE FROM vouchings` + one + `vouchings)`, "an enrolment on witnesses without two of them"},
		{system.PopulationStore, `UPDATE idempotency SET response = NULL` + one + `idempotency)`, "a key without its answer"},
		{system.PopulationStore, `UPDATE outbox SET state = 0` + one + `outbox WHERE topic = 'person.corrected')`, "an event nobody took up"},
		{system.SocialStore, `DELETE FROM household_codes` + one + `household_codes)`, "a household without its code"},
		{system.SocialStore, `DELETE FROM household_claims` + one + `household_claims)`, "a member without the claim"},
		{system.SocialStore, `UPDATE household_claims SET household_id = (SELECT max(household_id) FROM households)` + one + `household_claims)`, "a claim without a line"},
		{system.SocialStore, `UPDATE household_members SET person = (SELECT m.person FROM household_members m JOIN households h ON h.household_id = m.household_id AND h.version = m.version
			WHERE m.person IS NOT NULL AND m.household_id <> household_members.household_id LIMIT 1)` + one + `household_members WHERE version = 2 AND person IS NOT NULL AND standing <> 'rival')`, "a person in two active households"},
		{system.SocialStore, `DELETE FROM programme_outcomes` + one + `programme_outcomes)`, "a score with half of its outcomes"},
		{system.SocialStore, `DELETE FROM programme_outcomes WHERE score_id = (SELECT max(score_id) FROM household_scores)`, "a score without its outcomes"},
		{system.SocialStore, `UPDATE household_scores SET valid_to = valid_from + 1` + one + `household_scores WHERE valid_to IS NULL)`, "a household without one score in force"},
		{system.SocialStore, `UPDATE household_scores SET valid_to = valid_to + 1` + one + `household_scores WHERE valid_to IS NOT NULL)`, "a gap or an overlap between scores"},
		{system.SocialStore, `UPDATE household_versions SET state = 'superseded'` + one + `household_versions WHERE state = 'computed')`, "a household that stands by no computed version"},
		{system.SocialStore, `DELETE FROM outbox` + one + `outbox WHERE topic = 'household.scored')`, "a score without its event"},
		{system.AgencyStore, `DELETE FROM looked` + one + `looked)`, "looks in the "},
		{system.KeyStore, `DELETE FROM data_keys`, "a data key of the"},
	} {
		before := look()
		damageIn(t, s, d.store, d.sql)
		after := look()
		if !slices.ContainsFunc(after, func(f string) bool { return strings.Contains(f, d.seen) && !slices.Contains(before, f) }) {
			t.Errorf("nobody saw: %s", d.seen)
		}
	}
}

func damageIn(t *testing.T, s *system.System, where, sql string) {
	t.Helper()
	err := s.Stores[where].Do(t.Context(), func(tx *store.Tx) error {
		n, err := tx.Exec(t.Context(), sql)
		if err == nil && n == 0 {
			t.Errorf("nothing was damaged by %s", sql)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
