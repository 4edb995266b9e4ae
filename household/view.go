package household

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"sijil/access"
	"sijil/internal/civil"
	"sijil/internal/errs"
	"sijil/internal/uid"
	"sijil/seal"
)

// Parts are parts of a household that can be asked for. What is not asked for
// is not opened.
type Parts uint8

// The parts.
const (
	TheScore   Parts = 1 << iota // the score in force, with its explanation
	TheHistory                   // every score, with when and why it was in force
	TheAnswers                   // all answers; a recorded disclosure
	OwnAnswers                   // the answers about the person who asks; a recorded disclosure
)

// ViewRequest asks for a household.
type ViewRequest struct {
	Household Code
	Parts     Parts
	Who       *Claim // the member who asks; needed of a person, and for OwnAnswers
	Key       string // idempotency key of the look at Who
}

// Shown is a household as it is shown. Members are lines: who they are is the
// population register's to say.
type Shown struct {
	ID         uid.ID // inside the program only: never shown
	Code       Code
	Revision   int64
	Version    int // 0 for a household that has only a draft
	Draft      int
	Locality   string
	AsOf       civil.Date
	DeclaredBy string
	Head       int
	HeadReason string // why another than before
	ReviewDue  civil.Date
	Lines      []ShownLine
	Own        int // the line of the person who asks; 0 for others
	Score      *ShownScore
	History    []ShownScore
	Tasks      []TaskKind
	Custody    []ShownMatter           // rival claims to a child that the household makes or answers, and their outcome
	Answers    map[int]json.RawMessage // by line; 0 is the household
	Note       string
}

// ShownLine is a line of a household.
type ShownLine struct {
	Line     int
	Adult    bool
	Standing Standing
	Counted  bool
	Due      time.Time // when it counts, if it does not yet
	Custody  Basis     // of a child: on what ground somebody here has custody
}

// ShownScore is a score with its explanation.
type ShownScore struct {
	ID       uid.ID
	Version  int
	Cause    Cause
	From, To time.Time
	Figures
}

// Contributions reads what each part added to the index.
func (f *Figures) Contributions() ([]Part, error) {
	var out []Part
	if err := json.Unmarshal([]byte(f.Parts), &out); err != nil {
		return nil, &errs.Error{Code: "household.parts", What: "a stored explanation cannot be read", Err: err}
	}
	return out, nil
}

// View shows the parts of a household that are asked for. Staff see households
// of their area; a person sees the household he or she has a line in.
func (s *Service) View(ctx context.Context, c access.Caller, q ViewRequest) (*Shown, error) {
	if err := c.May(access.HouseholdView); err != nil {
		return nil, err
	}
	if err := refuseCase(c.Case); err != nil {
		return nil, err
	}
	code, err := ParseCode(string(q.Household))
	if err != nil {
		return nil, err
	}
	own, err := s.asks(ctx, c, &q)
	if err != nil {
		return nil, err
	}
	b, err := s.load(ctx, code, false)
	if q.Who != nil && isNoHousehold(err) {
		return nil, noLine()
	}
	if err != nil {
		return nil, err
	}
	out, err := s.show(ctx, c, q, b, own)
	if err != nil || q.Parts&(TheAnswers|OwnAnswers) == 0 {
		return out, err
	}
	return out, s.showAnswers(ctx, c, q, b, out)
}

// asks finds out which person asks, when a person does.
func (s *Service) asks(ctx context.Context, c access.Caller, q *ViewRequest) ([]seal.Blind, error) {
	if q.Who == nil {
		if c.Kind == access.Person || q.Parts&OwnAnswers != 0 {
			return nil, invalid("who", "who", "it is not said which member asks", "state number, name and date of birth")
		}
		return nil, nil
	}
	if err := checkKey(q.Key); err != nil {
		return nil, err
	}
	if err := checkClaim("who", q.Who); err != nil {
		return nil, err
	}
	return s.recognise(ctx, c, q.Key, *q.Who)
}

func (s *Service) show(ctx context.Context, c access.Caller, q ViewRequest, b *base, own []seal.Blind) (*Shown, error) {
	out := &Shown{ID: b.row.ID, Code: b.row.Code, Revision: b.row.Revision, Version: b.row.Version, Draft: b.row.Draft, Locality: b.row.Locality, ReviewDue: b.row.ReviewDue}
	if l, ok := lineBefore(b.lines, own); ok && l.Standing.holds() {
		out.Own = l.Line
	}
	switch {
	case own != nil && out.Own == 0:
		return nil, noLine()
	case c.Kind != access.Person:
		if err := c.MayIn(access.HouseholdView, b.row.Locality); err != nil {
			return nil, err
		}
	}
	if b.version != nil {
		out.AsOf, out.DeclaredBy, out.Head, out.HeadReason = b.version.AsOf, b.version.DeclaredBy, b.version.Head, b.version.HeadReason
	}
	for _, l := range b.lines {
		out.Lines = append(out.Lines, ShownLine{Line: l.Line, Adult: l.Adult, Standing: l.Standing, Counted: l.Counted, Due: l.Due})
	}
	err := s.store.View(ctx, func(tx Tx) error {
		tasks, err := tx.OpenTasks(ctx, b.row.ID)
		if err != nil {
			return err
		}
		out.Tasks = out.Tasks[:0]
		for _, t := range tasks {
			out.Tasks = append(out.Tasks, t.Kind)
		}
		if err := showCustody(ctx, tx, b, out); err != nil {
			return err
		}
		return s.showScores(ctx, tx, q.Parts, b, out)
	})
	return out, err
}

func (s *Service) showScores(ctx context.Context, tx Tx, parts Parts, b *base, out *Shown) error {
	if b.version == nil {
		return nil
	}
	if parts&TheScore != 0 {
		row, err := tx.ScoreInForce(ctx, b.row.ID)
		if err != nil {
			return err
		}
		one := shown(&row)
		out.Score = &one
	}
	out.History = nil
	if parts&TheHistory != 0 {
		rows, err := tx.Scores(ctx, b.row.ID)
		if err != nil {
			return err
		}
		for i := range rows {
			out.History = append(out.History, shown(&rows[i]))
		}
	}
	return nil
}

func shown(r *ScoreRow) ShownScore {
	return ShownScore{ID: r.ID, Version: r.Version, Cause: r.Cause, From: r.From, To: r.To, Figures: r.Figures}
}

// showAnswers opens the answers, and writes down who saw them before they
// leave.
func (s *Service) showAnswers(ctx context.Context, c access.Caller, q ViewRequest, b *base, out *Shown) error {
	if b.version == nil {
		return nil
	}
	r, _, err := s.open(ctx, b.version)
	if err != nil {
		return err
	}
	fields := []string{"answers.own"}
	answers := map[int]json.RawMessage{}
	if out.Own > 0 {
		answers[out.Own] = r.Members[out.Own-1].Answers
	}
	if q.Parts&TheAnswers != 0 {
		// Another adult's work and cover are that adult's: a person who asks sees
		// the household's answers and the own line.
		fields = []string{"answers", "note"}
		answers[0] = r.Answers
		for i := range r.Members {
			if c.Kind != access.Person {
				answers[i+1] = r.Members[i].Answers
			}
		}
	}
	now := s.now()
	d := DisclosureRow{Household: b.row.ID, Version: b.version.Version, Disclosure: c.Disclose(s.ids.NewID(), b.row.ID, now, access.HouseholdView, fields...)}
	err = s.store.Do(ctx, func(tx Tx) error { return tx.Apply(ctx, &Change{Disclosures: []DisclosureRow{d}}) })
	if err != nil {
		return err
	}
	out.Answers = answers
	if slices.Contains(fields, "note") {
		out.Note = r.Note
	}
	return nil
}

// StoredScore is a score as programmes see it.
type StoredScore struct {
	ShownScore
	Household uid.ID
	Locality  string // where the household is now: whose area it is in
}

// ScoreFor returns a stored score, for the programme that decides on it.
func (s *Service) ScoreFor(ctx context.Context, c access.Caller, household, score uid.ID) (*StoredScore, error) {
	if err := c.May(access.HouseholdCompute); err != nil {
		return nil, err
	}
	var out StoredScore
	err := s.store.View(ctx, func(tx Tx) error {
		row, err := tx.Score(ctx, household, score)
		if err != nil {
			return err
		}
		h, err := tx.Household(ctx, household)
		out = StoredScore{ShownScore: shown(&row), Household: household, Locality: h.Locality}
		return err
	})
	return &out, err
}
