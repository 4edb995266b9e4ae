package populationdb

import (
	"sijil/internal/store"
	"sijil/population"
)

var caseRows = newTable("cases", "case_ref person_id receipt locality cause state round revision model opened_at due_at escalated_at outcome decided_at",
	func(r population.CaseRow) []any {
		return []any{r.Ref, r.Person, r.Receipt, r.Locality, r.Cause, r.State, r.Round, r.Revision, r.Model, r.Opened, r.Due, r.Escalated, r.Outcome, r.Decided}
	})

var casePairs = newTable("case_pairs", "case_ref other_id weight band guard", func(r population.CasePairRow) []any {
	return []any{r.Case, r.Other, r.Weight, r.Band, r.Guard}
})

var caseOpinions = newTable("case_opinions", "case_ref officer_id round turn at verdict other_id reason obstacle",
	func(r population.OpinionRow) []any {
		return []any{r.Case, r.Officer, r.Round, r.Turn, r.At, r.Verdict, maybe(r.Other), r.Reason, r.Document}
	})

var redirects = newTable("redirects", "person_id survivor_id case_ref since", func(r population.RedirectRow) []any {
	return []any{r.Person, r.Survivor, r.Case, r.Since}
})

var merges = newTable("merges", "person_id merged_id case_ref revision merged_state merged_at", func(r population.MergeRow) []any {
	return []any{r.Survivor, r.Merged, r.Case, r.Revision, r.State, r.At}
})

var contests = newTable("contests", "receipt contest_id at taken_by refused_by refused_for", func(r population.ContestRow) []any {
	return []any{r.Receipt, r.ID, r.At, r.TakenBy, maybe(r.RefusedBy), r.RefusedFor}
})

// adjudication writes cases, opinions, and what they led to.
func adjudication(b *store.Batch, c *population.CaseChanges) {
	add(b, caseRows, c.Cases, nil)
	add(b, casePairs, c.CasePairs, nil)
	for _, e := range c.Escalations {
		b.Exec(`UPDATE cases SET escalated_at = $2 WHERE case_ref = $1 AND state = 'open' AND escalated_at IS NULL`, e.Case, e.At)
	}
	for _, m := range c.CaseMoves {
		b.Must(1, m.Stale, `UPDATE cases SET revision = revision + 1, state = $3, round = $4, escalated_at = COALESCE($5, escalated_at),
			outcome = $6, decided_at = $7 WHERE case_ref = $1 AND revision = $2 AND state = 'open'`,
			m.Ref, m.FromRevision, m.State, m.Round, m.Escalated, m.Outcome, m.Decided)
	}
	add(b, caseOpinions, c.Opinions, func(r population.OpinionRow) error { return r.Raced })
	for _, r := range c.JudgedPairs {
		b.Exec(`INSERT INTO judged_pairs (person_id, other_id, state, case_ref, person_revision, other_revision, at) VALUES ($1, $2, $3, $4, $5, $6, $7)
			ON CONFLICT (person_id, other_id) DO UPDATE SET state = $3, case_ref = $4, person_revision = $5, other_revision = $6, at = $7`,
			r.Person, r.Other, r.State, r.Case, r.PersonRevision, r.OtherRevision, r.At)
	}
	for _, r := range c.EndRedirects {
		b.Must(1, r.Stale, `DELETE FROM redirects WHERE person_id = $1 AND survivor_id = $2`, r.Person, r.Survivor)
	}
	add(b, redirects, c.Redirects, nil)
	add(b, merges, c.Merges, nil)
	for _, r := range c.EndMerges {
		b.Must(1, r.Stale, `UPDATE merges SET split_case = $4, split_at = $5 WHERE person_id = $1 AND merged_id = $2 AND case_ref = $3 AND split_at IS NULL`,
			r.Survivor, r.Merged, r.Case, r.SplitCase, r.At)
	}
	add(b, contests, c.Contests, nil)
}
