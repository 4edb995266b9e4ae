package householddb

import (
	"context"
	"errors"
	"strings"
	"time"

	"sijil/formula"
	"sijil/household"
	"sijil/internal/civil"
	"sijil/internal/store"
	"sijil/internal/uid"
	"sijil/seal"
)

const householdColumns = `household_id, code, locality, revision, version, draft, versions, review_due, created_at, changed_at`

func readHousehold(s store.Scanner) (h household.Row, err error) {
	var due *civil.Date
	err = s.Scan(&h.ID, &h.Code, &h.Locality, &h.Revision, &h.Version, &h.Draft, &h.Versions, &due, &h.Created, &h.Changed)
	if due != nil {
		h.ReviewDue = *due
	}
	return h, err
}

func (x *tx) HouseholdByCode(ctx context.Context, code household.Code) (household.Row, error) {
	// Two statements: the code and the household live in two families.
	var id uid.ID
	if err := x.t.QueryRow(ctx, `SELECT household_id FROM household_codes WHERE code = $1`, code).Scan(&id); err != nil {
		return household.Row{}, found(err)
	}
	return x.Household(ctx, id)
}

func (x *tx) Household(ctx context.Context, id uid.ID) (household.Row, error) {
	h, err := readHousehold(x.t.QueryRow(ctx, `SELECT `+householdColumns+` FROM households WHERE household_id = $1`, id))
	return h, found(err)
}

const versionColumns = `household_id, version, state, key_id, record, locality, variant, as_of, declared_by, head, head_reason, questionnaire, actor, actor_kind, created_at, submitted_at`

func (x *tx) Version(ctx context.Context, home uid.ID, version int) (v household.VersionRow, err error) {
	var submitted *time.Time
	err = x.t.QueryRow(ctx, `SELECT `+versionColumns+` FROM household_versions WHERE household_id = $1 AND version = $2`, home, version).
		Scan(&v.Household, &v.Version, &v.State, &v.Key, &v.Record, &v.Locality, &v.Variant, &v.AsOf, &v.DeclaredBy, &v.Head, &v.HeadReason,
			&v.Questionnaire, &v.Actor, &v.ActorKind, &v.Created, &submitted)
	if submitted != nil {
		v.SubmittedAt = *submitted
	}
	return v, found(err)
}

const memberColumns = `household_id, version, line, person, adult, standing, counted, due_at, changed_at`

func readMember(s store.Scanner) (m household.MemberRow, err error) {
	var due *time.Time
	err = s.Scan(&m.Household, &m.Version, &m.Line, &m.Person, &m.Adult, &m.Standing, &m.Counted, &due, &m.Changed)
	if due != nil {
		m.Due = *due
	}
	return m, err
}

func (x *tx) Members(ctx context.Context, home uid.ID, version int) ([]household.MemberRow, error) {
	return all(ctx, x.t, readMember, `SELECT `+memberColumns+` FROM household_members WHERE household_id = $1 AND version = $2 ORDER BY line`, home, version)
}

func (x *tx) Due(ctx context.Context, now time.Time, limit int) ([]household.MemberRow, error) {
	return all(ctx, x.t, readMember, `SELECT `+memberColumns+` FROM household_members
		WHERE due_at IS NOT NULL AND due_at <= $1 ORDER BY due_at, household_id, line LIMIT $2`, now, limit)
}

func readClaim(s store.Scanner) (c household.ClaimRow, err error) {
	err = s.Scan(&c.Person, &c.Household, &c.Hold, &c.Custodian, &c.Since, &c.Revision, &c.Custody)
	return c, err
}

func (x *tx) Claims(ctx context.Context, persons []seal.Blind) ([]household.ClaimRow, error) {
	if len(persons) == 0 {
		return nil, nil
	}
	return all(ctx, x.t, readClaim, `SELECT `+claimColumns+` FROM household_claims WHERE person = ANY($1)`, persons)
}

const scoreColumns = `household_id, score_id, version, cause, cause_event, valid_from, valid_to, as_of, stratum, region, profile,
	index_value, unrounded, outside_frame, imputed, presumed, low, high, range_unknown, awaiting, otherwise,
	formula, formula_version, formula_hash, evaluation_version, questionnaire, variables, parts, key_id, inputs`

func readScore(s store.Scanner) (r household.ScoreRow, err error) {
	var to *time.Time
	var otherwise *int64
	var imputed string
	err = s.Scan(&r.Household, &r.ID, &r.Version, &r.Cause, &r.Event, &r.From, &to, &r.AsOf, &r.Stratum, &r.Region, &r.Profile,
		&r.Index, &r.Unrounded, &r.OutsideFrame, &imputed, &r.Presumed, &r.Low, &r.High, &r.RangeUnknown, &r.Awaiting, &otherwise,
		&r.Formula, &r.FormulaVersion, &r.FormulaHash, &r.EvaluationVersion, &r.Questionnaire, &r.Variables, &r.Parts, &r.Key, &r.Inputs)
	if to != nil {
		r.To = *to
	}
	r.Otherwise = formula.NoIndex
	if otherwise != nil {
		r.Otherwise = formula.Index(*otherwise)
	}
	if imputed != "" {
		r.Imputed = strings.Split(imputed, ",")
	}
	return r, err
}

func (x *tx) ScoreInForce(ctx context.Context, home uid.ID) (household.ScoreRow, error) {
	r, err := readScore(x.t.QueryRow(ctx, `SELECT `+scoreColumns+` FROM household_scores WHERE household_id = $1 AND valid_to IS NULL`, home))
	return r, found(err)
}

func (x *tx) Score(ctx context.Context, home, score uid.ID) (household.ScoreRow, error) {
	r, err := readScore(x.t.QueryRow(ctx, `SELECT `+scoreColumns+` FROM household_scores WHERE household_id = $1 AND score_id = $2`, home, score))
	return r, found(err)
}

func (x *tx) CauseSeen(ctx context.Context, home, event uid.ID) (bool, error) {
	for _, sql := range []string{
		`SELECT score_id FROM household_scores WHERE household_id = $1 AND cause_event = $2`,
		`SELECT task_id FROM household_tasks WHERE household_id = $1 AND cause = $2`,
	} {
		var id uid.ID
		err := x.t.QueryRow(ctx, sql, home, event).Scan(&id)
		if err == nil {
			return true, nil
		}
		if !errors.Is(err, store.ErrNoRows) {
			return false, err
		}
	}
	return false, nil
}

func (x *tx) Scores(ctx context.Context, home uid.ID) ([]household.ScoreRow, error) {
	return all(ctx, x.t, readScore, `SELECT `+scoreColumns+` FROM household_scores WHERE household_id = $1 ORDER BY valid_from`, home)
}

func (x *tx) ScoresAfter(ctx context.Context, home, score uid.ID, limit int) ([]household.ScoreRow, error) {
	return all(ctx, x.t, readScore, `SELECT `+scoreColumns+` FROM household_scores
		WHERE (household_id, score_id) > ($1, $2) ORDER BY household_id, score_id LIMIT $3`, home, score, limit)
}

func readTask(s store.Scanner) (t household.TaskRow, err error) {
	err = s.Scan(&t.Household, &t.ID, &t.Kind, &t.Line, &t.Locality, &t.Cause, &t.Opened, &t.Matter)
	return t, err
}

const taskColumns = `household_id, task_id, kind, line, locality, cause, opened_at, matter`

func (x *tx) OpenTasks(ctx context.Context, home uid.ID) ([]household.TaskRow, error) {
	return all(ctx, x.t, readTask, `SELECT `+taskColumns+` FROM household_tasks WHERE household_id = $1 AND closed_at IS NULL ORDER BY task_id`, home)
}

func (x *tx) TasksAt(ctx context.Context, locality string, after uid.ID, limit int) ([]household.TaskAt, error) {
	return all(ctx, x.t, func(s store.Scanner) (t household.TaskAt, err error) {
		return t, s.Scan(&t.Household, &t.ID, &t.Kind, &t.Line, &t.Locality, &t.Cause, &t.Opened, &t.Matter, &t.Code)
	}, `SELECT t.household_id, t.task_id, t.kind, t.line, t.locality, t.cause, t.opened_at, t.matter, h.code
		FROM household_tasks t JOIN households h ON h.household_id = t.household_id
		WHERE t.locality = $1 AND t.closed_at IS NULL AND t.task_id > $2 ORDER BY t.task_id LIMIT $3`, locality, after, limit)
}

func (x *tx) Unended(ctx context.Context, home uid.ID, version, limit int) ([]household.VersionRow, error) {
	return all(ctx, x.t, func(s store.Scanner) (v household.VersionRow, err error) {
		return v, s.Scan(&v.Household, &v.Version, &v.Key)
	}, `SELECT household_id, version, key_id FROM household_versions WHERE state = 'discarded' AND key_ended_at IS NULL AND (household_id, version) > ($1, $2)
		ORDER BY household_id, version LIMIT $3`, home, version, limit)
}
