package householddb

import (
	"bytes"
	"context"
	"slices"
	"strings"

	"sijil/formula"
	"sijil/household"
	"sijil/internal/store"
	"sijil/seal"
)

// Apply writes a change as one batch. The order of its statements is the order
// in which rows are locked, the same for every act: claims by person, then
// households, then what belongs to them, then events.
func (x *tx) Apply(ctx context.Context, c *household.Change) error {
	var b store.Batch
	claims(&b, c)
	homes(&b, c)
	versions(&b, c)
	scores(&b, c)
	tasks(&b, c)
	disputes(&b, c)
	aliases(&b, c)
	for i := range c.Disclosures {
		b.Exec(insertDisclosure, disclosureArgs(&c.Disclosures[i])...)
	}
	for _, e := range c.Events {
		b.Emit(e)
	}
	return raced(x.t.Run(ctx, &b))
}

// raced turns the constraints that two acts at once can meet into the
// register's own error; everything else is a defect.
func raced(err error) error {
	name, ok := store.Constraint(err)
	if ok && slices.Contains([]string{
		"household_scores_in_force", "household_scores_from", "household_scores_event", "household_versions_computed", "household_versions_draft",
		"household_versions_pkey",
	}, name) {
		return household.ErrRaced
	}
	return err
}

func claims(b *store.Batch, c *household.Change) {
	sorted := slices.Clone(c.Claims)
	person := func(ch household.ClaimChange) seal.Blind {
		if ch.Was != nil {
			return ch.Was.Person
		}
		return ch.Now.Person
	}
	slices.SortFunc(sorted, func(p, q household.ClaimChange) int {
		one, two := person(p), person(q)
		return bytes.Compare(one[:], two[:])
	})
	for _, ch := range sorted {
		switch {
		case ch.Was == nil:
			b.Must(1, household.ErrRaced, insertClaim+` ON CONFLICT (person) DO NOTHING`, claimArgs(ch.Now)...)
		case ch.Now == nil:
			b.Must(1, household.ErrRaced, `DELETE FROM household_claims WHERE person = $1 AND household_id = $2 AND revision = $3`,
				ch.Was.Person, ch.Was.Household, ch.Was.Revision)
		default:
			b.Must(1, household.ErrRaced, `UPDATE household_claims SET household_id = $4, hold = $5, custodian = $6, since = $7, revision = $8, custody = $9
				WHERE person = $1 AND household_id = $2 AND revision = $3`,
				ch.Was.Person, ch.Was.Household, ch.Was.Revision, ch.Now.Household, ch.Now.Hold, ch.Now.Custodian, ch.Now.Since, ch.Now.Revision, ch.Now.Custody)
		}
	}
}

const claimColumns = `person, household_id, hold, custodian, since, revision, custody`

const insertClaim = `INSERT INTO household_claims (` + claimColumns + `) VALUES ($1, $2, $3, $4, $5, $6, $7)`

func claimArgs(r *household.ClaimRow) []any {
	return []any{r.Person, r.Household, r.Hold, r.Custodian, r.Since, r.Revision, r.Custody}
}

func homes(b *store.Batch, c *household.Change) {
	if h := c.NewCode; h != nil {
		b.Must(1, household.ErrCodeTaken, `INSERT INTO household_codes (code, household_id, taken_at) VALUES ($1, $2, $3) ON CONFLICT (code) DO NOTHING`, h.Code, h.ID, h.Created)
	}
	if h := c.New; h != nil {
		b.Exec(insertHousehold, householdArgs(h)...)
	}
	touched := slices.Clone(c.Touch)
	slices.SortFunc(touched, func(p, q household.Touch) int { return bytes.Compare(p.Household[:], q.Household[:]) })
	for _, t := range touched {
		where := `WHERE household_id = $1`
		if t.Expect != 0 {
			where += ` AND revision = $3`
		}
		switch h := t.Set; {
		case h != nil:
			b.Must(1, household.ErrRaced, `UPDATE households SET revision = revision + 1, changed_at = $2, locality = $4, version = $5, draft = $6, versions = $7, review_due = $8
				WHERE household_id = $1 AND revision = $3`, t.Household, t.At, t.Expect, h.Locality, h.Version, h.Draft, h.Versions, h.ReviewDue)
		case t.Expect != 0:
			b.Must(1, household.ErrRaced, `UPDATE households SET revision = revision + 1, changed_at = $2 `+where, t.Household, t.At, t.Expect)
		default:
			b.Must(1, household.ErrRaced, `UPDATE households SET revision = revision + 1, changed_at = $2 `+where, t.Household, t.At)
		}
	}
}

const insertHousehold = `INSERT INTO households (` + householdColumns + `) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`

func householdArgs(h *household.Row) []any {
	return []any{h.ID, h.Code, h.Locality, h.Revision, h.Version, h.Draft, h.Versions, h.ReviewDue, h.Created, h.Changed}
}

func versions(b *store.Batch, c *household.Change) {
	// The version that stood makes room before the next one stands.
	for _, ch := range c.SetVersions {
		if !ch.Record {
			b.Must(1, household.ErrRaced, `UPDATE household_versions SET state = $4 WHERE household_id = $1 AND version = $2 AND state = $3`, ch.Household, ch.Version, ch.Was, ch.Row.State)
			// Nothing waits in a version that no longer stands.
			b.Exec(`UPDATE household_members SET due_at = NULL WHERE household_id = $1 AND version = $2 AND due_at IS NOT NULL`, ch.Household, ch.Version)
		}
	}
	for _, ch := range c.SetVersions {
		if r := &ch.Row; ch.Record {
			b.Must(1, household.ErrRaced, `UPDATE household_versions SET state = $4, record = $5, locality = $6, variant = $7, as_of = $8, declared_by = $9, head = $10,
				head_reason = $11, questionnaire = $12, actor = $13, actor_kind = $14, submitted_at = $15 WHERE household_id = $1 AND version = $2 AND state = $3`,
				ch.Household, ch.Version, ch.Was, r.State, r.Record, r.Locality, r.Variant, r.AsOf, r.DeclaredBy, r.Head, r.HeadReason, r.Questionnaire, r.Actor, r.ActorKind, r.SubmittedAt)
		}
	}
	for _, k := range c.EndKeys {
		b.Exec(`UPDATE household_versions SET key_ended_at = $3 WHERE household_id = $1 AND version = $2 AND key_ended_at IS NULL`, k.Household, k.Version, k.At)
	}
	for i := range c.Versions {
		b.Exec(insertVersion, versionArgs(&c.Versions[i])...)
	}
	for i := range c.Members {
		b.Exec(insertMember, memberArgs(&c.Members[i])...)
	}
	for _, l := range c.Lines {
		switch {
		case l.Line != 0 && l.Counted != nil:
			b.Must(1, household.ErrRaced, `UPDATE household_members SET standing = $4, changed_at = $5, due_at = NULL, counted = $6
				WHERE household_id = $1 AND version = $2 AND line = $3`, l.Household, l.Version, l.Line, l.Standing, l.At, *l.Counted)
		case l.Line != 0:
			b.Must(1, household.ErrRaced, `UPDATE household_members SET standing = $4, changed_at = $5, due_at = NULL
				WHERE household_id = $1 AND version = $2 AND line = $3`, l.Household, l.Version, l.Line, l.Standing, l.At)
		default:
			b.Exec(`UPDATE household_members SET standing = $4, changed_at = $5, due_at = NULL
				WHERE household_id = $1 AND version = $2 AND person = ANY($3)`, l.Household, l.Version, l.Persons, l.Standing, l.At)
		}
	}
}

const insertVersion = `INSERT INTO household_versions (` + versionColumns + `) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)`

func versionArgs(v *household.VersionRow) []any {
	return []any{v.Household, v.Version, v.State, v.Key, v.Record, v.Locality, v.Variant, v.AsOf, v.DeclaredBy, v.Head, v.HeadReason,
		v.Questionnaire, v.Actor, v.ActorKind, v.Created, v.SubmittedAt}
}

const insertMember = `INSERT INTO household_members (` + memberColumns + `) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`

func memberArgs(m *household.MemberRow) []any {
	return []any{m.Household, m.Version, m.Line, m.Person, m.Adult, m.Standing, m.Counted, m.Due, m.Changed}
}

func scores(b *store.Batch, c *household.Change) {
	for _, e := range c.EndScores { // their households are touched, in order, before
		b.Must(1, household.ErrRaced, `UPDATE household_scores SET valid_to = $2 WHERE household_id = $1 AND valid_to IS NULL`, e.Household, e.At)
	}
	for i := range c.Scores {
		b.Exec(insertScore, scoreArgs(&c.Scores[i])...)
	}
}

const insertScore = `INSERT INTO household_scores (` + scoreColumns + `) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15,
	$16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30)`

func scoreArgs(r *household.ScoreRow) []any {
	var otherwise *int64
	if r.Otherwise != formula.NoIndex {
		n := int64(r.Otherwise)
		otherwise = &n
	}
	return []any{r.Household, r.ID, r.Version, r.Cause, r.Event, r.From, r.To, r.AsOf, r.Stratum, r.Region, r.Profile,
		r.Index, r.Unrounded, r.OutsideFrame, strings.Join(r.Imputed, ","), r.Presumed, r.Low, r.High, r.RangeUnknown, r.Awaiting, otherwise,
		r.Formula, r.FormulaVersion, r.FormulaHash, r.EvaluationVersion, r.Questionnaire, r.Variables, r.Parts, r.Key, r.Inputs}
}

func tasks(b *store.Batch, c *household.Change) {
	for _, t := range c.CloseTasks {
		if t.Matter != "" {
			b.Exec(`UPDATE household_tasks SET closed_at = $2 WHERE household_id = $1 AND closed_at IS NULL AND matter = $3`, t.Household, t.At, t.Matter)
			continue
		}
		b.Exec(`UPDATE household_tasks SET closed_at = $2 WHERE household_id = $1 AND closed_at IS NULL AND kind = ANY($3)`, t.Household, t.At, t.Kinds)
	}
	for i := range c.Tasks {
		b.Exec(insertTask+` ON CONFLICT DO NOTHING`, taskArgs(&c.Tasks[i])...)
	}
}

const insertTask = `INSERT INTO household_tasks (` + taskColumns + `) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`

func taskArgs(t *household.TaskRow) []any {
	return []any{t.Household, t.ID, t.Kind, t.Line, t.Locality, t.Cause, t.Opened, t.Matter}
}

const disclosureColumns = `household_id, disclosure_id, version, at, operation, recipient_kind, recipient, purpose, basis, case_ref, fields`

const insertDisclosure = `INSERT INTO household_disclosures (` + disclosureColumns + `) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`

func disclosureArgs(d *household.DisclosureRow) []any {
	return []any{d.Household, d.ID, d.Version, d.At, d.Operation, d.Kind.String(), d.Recipient, d.Purpose, d.Basis, d.Case, strings.Join(d.Fields, ",")}
}
