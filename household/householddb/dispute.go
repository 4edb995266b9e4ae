package householddb

import (
	"context"
	"strings"
	"time"

	"sijil/household"
	"sijil/internal/civil"
	"sijil/internal/store"
	"sijil/internal/uid"
)

const disputeColumns = `ref, child, claimant_id, line, claimant, holder_id, holder, state, reason, actor, opened_at, look_at, settled_at, decisions, revision`

func readDispute(s store.Scanner) (d household.DisputeRow, err error) {
	var look, settled *time.Time
	err = s.Scan(&d.Ref, &d.Child, &d.Claimant, &d.Line, &d.By, &d.Holder, &d.Custodian, &d.State, &d.Ending, &d.Actor, &d.Opened, &look, &settled, &d.Decisions, &d.Revision)
	if look != nil {
		d.Look = *look
	}
	if settled != nil {
		d.Settled = *settled
	}
	return d, err
}

func (x *tx) Disputes(ctx context.Context, households ...uid.ID) ([]household.DisputeRow, error) {
	// Two statements: tasks and rival claims live in two families.
	refs, err := all(ctx, x.t, func(s store.Scanner) (r uid.Ref, err error) { return r, s.Scan(&r) },
		`SELECT DISTINCT matter FROM household_tasks WHERE household_id = ANY($1) AND matter <> ''`, households)
	if err != nil || len(refs) == 0 {
		return nil, err
	}
	return all(ctx, x.t, readDispute, `SELECT `+disputeColumns+` FROM custody_disputes WHERE ref = ANY($1) ORDER BY ref`, refs)
}

func (x *tx) Dispute(ctx context.Context, ref uid.Ref) (household.DisputeRow, error) {
	d, err := readDispute(x.t.QueryRow(ctx, `SELECT `+disputeColumns+` FROM custody_disputes WHERE ref = $1`, ref))
	return d, found(err)
}

func (x *tx) DisputesDue(ctx context.Context, now time.Time, limit int) ([]household.DisputeRow, error) {
	return all(ctx, x.t, readDispute, `SELECT `+disputeColumns+` FROM custody_disputes
		WHERE look_at IS NOT NULL AND look_at <= $1 ORDER BY look_at, ref LIMIT $2`, now, limit)
}

func (x *tx) Decisions(ctx context.Context, ref uid.Ref) ([]household.DecisionRow, error) {
	return all(ctx, x.t, func(s store.Scanner) (d household.DecisionRow, err error) {
		var evidence string
		if err := s.Scan(&d.Ref, &d.Number, &d.Outcome, &evidence, &d.Actor, &d.At); err != nil {
			return d, err
		}
		d.Evidence, err = readEvidence(evidence)
		return d, err
	}, `SELECT ref, number, outcome, evidence, actor, decided_at FROM custody_decisions WHERE ref = $1 ORDER BY number`, ref)
}

// Evidence is kept as "kind day,kind day": both are plain.
func evidenceText(list []household.Evidence) string {
	out := make([]string, len(list))
	for i, e := range list {
		out[i] = e.Kind + " " + e.Day.String()
	}
	return strings.Join(out, ",")
}

func readEvidence(text string) ([]household.Evidence, error) {
	parts := strings.Split(text, ",")
	out := make([]household.Evidence, len(parts))
	for i, p := range parts {
		kind, day, _ := strings.Cut(p, " ")
		d, err := civil.Parse(day)
		if err != nil {
			return nil, err
		}
		out[i] = household.Evidence{Kind: kind, Day: d}
	}
	return out, nil
}

// disputes writes rival claims in the order of their references, after the
// households and tasks they belong to.
func disputes(b *store.Batch, c *household.Change) {
	for i := range c.Disputes {
		ch := &c.Disputes[i]
		if ch.Was == 0 {
			b.Exec(`INSERT INTO custody_disputes (`+disputeColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`, disputeArgs(&ch.Now)...)
			continue
		}
		b.Must(1, household.ErrRaced, `UPDATE custody_disputes SET child = $2, claimant_id = $3, line = $4, claimant = $5, holder_id = $6, holder = $7, state = $8, reason = $9,
			actor = $10, opened_at = $11, look_at = $12, settled_at = $13, decisions = $14, revision = $15 WHERE ref = $1 AND revision = $16`,
			append(disputeArgs(&ch.Now), ch.Was)...)
	}
	for i := range c.Decisions {
		d := &c.Decisions[i]
		b.Exec(`INSERT INTO custody_decisions (ref, number, outcome, evidence, actor, decided_at) VALUES ($1, $2, $3, $4, $5, $6)`,
			d.Ref, d.Number, d.Outcome, evidenceText(d.Evidence), d.Actor, d.At)
	}
}

func disputeArgs(d *household.DisputeRow) []any {
	return []any{d.Ref, d.Child, d.Claimant, d.Line, d.By, d.Holder, d.Custodian, d.State, d.Ending, d.Actor, d.Opened, d.Look, d.Settled, d.Decisions, d.Revision}
}
