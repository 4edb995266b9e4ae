package household_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"sijil/access"
	"sijil/formula"
	"sijil/household"
	"sijil/household/householddb"
	"sijil/idcs"
	"sijil/internal/civil"
	"sijil/internal/clock"
	"sijil/internal/country"
	"sijil/internal/errs"
	"sijil/internal/store"
	"sijil/internal/storetest"
	"sijil/internal/uid"
	"sijil/programme"
	"sijil/programme/programmedb"
	"sijil/questionnaire"
	"sijil/seal"
	"sijil/seal/sealtest"
)

var t0 = time.Date(2026, 11, 1, 9, 0, 0, 0, time.UTC)

// land is the reference country, opened once.
var land = sync.OnceValue(func() (l struct {
	c     *country.Country
	q     *questionnaire.Questionnaire
	g     *country.Geography
	f     *formula.Formula
	p     []country.Programme
	rules []byte
}) {
	var errors [6]error
	l.c, errors[0] = country.Open(os.DirFS("../morocco"))
	l.q, errors[1] = l.c.LoadQuestionnaire()
	l.g, errors[2] = l.c.LoadGeography()
	l.f, errors[3] = l.c.LoadFormula("")
	l.p, errors[4] = l.c.LoadProgrammes()
	l.rules, errors[5] = l.c.ReadFile("households.json")
	for _, err := range errors {
		if err != nil {
			panic(err)
		}
	}
	return l
})

var sets = []store.Migrations{householddb.Migrations(), programmedb.Migrations()}

// rig is a social register over a population register that is invented.
type rig struct {
	t          testing.TB
	db         *store.DB
	svc        *household.Service
	programmes *programme.Service
	people     *people
	clock      *clock.Manual
	vault      *seal.Vault
	ids        *uid.Source
	keys       *sealtest.Keeper
	n          int
}

// rigged changes what a rig is made of.
type rigged func(*household.Config)

// delayed makes an unconfirmed adult count after some days.
func delayed(days int) rigged {
	return func(c *household.Config) { c.Rules.Unconfirmed.CountsAfterDays = days }
}

func newRig(t testing.TB, db *store.DB, with ...rigged) *rig {
	t.Helper()
	l := land()
	rules, err := household.ParseRules("households.json", l.rules)
	if err != nil {
		t.Fatal(err)
	}
	r := &rig{t: t, db: db, clock: clock.NewManual(t0), keys: sealtest.NewKeeper()}
	random := sealtest.NewRand(7)
	r.ids = uid.NewSource(r.clock, random)
	r.people = &people{byNumber: map[idcs.IDCS]*someone{}, index: map[[seal.TokenSize]byte]*someone{}, own: map[uid.ID]seal.Token{}, staff: map[uid.ID]*someone{}, kept: map[string][]household.Exchanged{}, random: random}
	r.vault = seal.NewVault(seal.Social, r.keys, sealtest.NewKeyStore(), r.ids, r.clock, random)
	cfg := household.Config{
		Store: householddb.New(db), People: r.people, Vault: r.vault, Rules: rules, Questionnaire: l.q, Geography: l.g,
		Formulas: []*formula.Formula{l.f}, Formula: l.f.ID(), Zone: l.c.Zone, Clock: r.clock, IDs: r.ids, Rand: random,
		Scored: func(ctx context.Context, s household.StoredScore) error {
			return r.programmes.DecideOn(ctx, job, scoreOf(&s))
		},
	}
	for _, w := range with {
		w(&cfg)
	}
	if r.svc, err = household.New(cfg); err != nil {
		t.Fatal(err)
	}
	r.programmes = programme.New(programme.Config{
		Store: programmedb.New(db), Scores: scores{r.svc}, Programmes: l.p, Recomputes: []string{"declaration", "correction"},
		Zone: l.c.Zone, Clock: r.clock, IDs: r.ids,
	})
	return r
}

// scores adapts the social register to programmes, as the wiring does.
type scores struct{ s *household.Service }

func (a scores) Score(ctx context.Context, c access.Caller, home, score uid.ID) (*programme.Score, error) {
	s, err := a.s.ScoreFor(ctx, c, home, score)
	if err != nil {
		return nil, err
	}
	return scoreOf(s), nil
}

func scoreOf(s *household.StoredScore) *programme.Score {
	return &programme.Score{
		Household: s.Household, ID: s.ID, Locality: s.Locality, From: s.From, Formula: s.Formula, FormulaHash: s.FormulaHash, EvaluationVersion: s.EvaluationVersion,
		Index: s.Index, Low: s.Low, High: s.High, Otherwise: s.Otherwise, RangeUnknown: s.RangeUnknown, Awaiting: s.Awaiting,
		OutsideFrame: s.OutsideFrame, Imputed: s.Imputed,
	}
}

// each runs a test on a fresh register of each engine.
func each(t *testing.T, fn func(r *rig), with ...rigged) {
	t.Helper()
	t.Parallel()
	storetest.Each(t, sets, func(t *testing.T, db *store.DB) { t.Helper(); fn(newRig(t, db, with...)) })
}

var (
	officer = access.Caller{Kind: access.Staff, Actor: uid.ID{1}, Roles: []access.Role{access.RegistrationOfficer}, Areas: []string{access.AnyArea}, Purpose: "social-register", Basis: "law 72-18"}
	auditor = access.Caller{Kind: access.Staff, Actor: uid.ID{2}, Roles: []access.Role{access.Auditor}, Areas: []string{access.AnyArea}, Purpose: "audit", Basis: "law 72-18"}
	job     = access.SystemCaller("social-register", "law 72-18")
)

// people is an invented population register.
type people struct {
	mu       sync.Mutex
	byNumber map[idcs.IDCS]*someone
	byToken  []*someone
	index    map[[seal.TokenSize]byte]*someone
	own      map[uid.ID]seal.Token // of accounts
	random   io.Reader
	down     error
	asked    int                 // claims and tokens handled
	staff    map[uid.ID]*someone // who an officer is, or works with
	kept     map[string][]household.Exchanged
}

type someone struct {
	household.Claim
	sex   questionnaire.Sex
	dead  bool
	token seal.Token
	// Who has custody of a child, by the register.
	custody household.Custody
}

var scheme = idcs.Default()

// born registers somebody new.
func (p *people) born(birth string, sex questionnaire.Sex) *someone {
	p.mu.Lock()
	defer p.mu.Unlock()
	n, err := scheme.Draw(p.random)
	if err != nil {
		panic(err)
	}
	day, err := civil.ParsePartial(birth)
	if err != nil {
		panic(err)
	}
	s := &someone{Claim: household.Claim{IDCS: n, Name: "Person " + strconv.Itoa(len(p.byToken)), Birth: day}, sex: sex, token: seal.NewToken(p.random)}
	p.byNumber[n] = s
	p.byToken = append(p.byToken, s)
	p.index[s.token.Bytes()] = s
	return s
}

func (p *people) Exchange(_ context.Context, c access.Caller, key string, claims []household.Claim) ([]household.Exchanged, error) {
	if err := c.May(access.DoorExchange); err != nil {
		return nil, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.down != nil {
		return nil, p.down
	}
	if kept, ok := p.kept[key]; ok && len(kept) == len(claims) {
		return kept, nil
	}
	out := make([]household.Exchanged, len(claims))
	for i, q := range claims {
		p.asked++
		if s := p.byNumber[q.IDCS]; s != nil && s.Name == q.Name && s.Birth == q.Birth && !s.dead {
			out[i] = household.Exchanged{Yes: true, Token: s.token}
		}
	}
	p.kept[key] = out
	return out, nil
}

func (p *people) Members(ctx context.Context, c access.Caller, tokens []seal.Token) ([]household.Fact, error) {
	out, err := p.Facts(ctx, c, tokens)
	if err != nil {
		return nil, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	for i, t := range tokens {
		if s := p.index[t.Bytes()]; s != nil {
			out[i].Custody = s.custody
			out[i].Custody.Holders = slices.Clone(s.custody.Holders)
		}
	}
	return out, nil
}

func (p *people) Concerned(_ context.Context, c access.Caller, tokens []seal.Token) (bool, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	s := p.staff[c.Actor]
	return s != nil && slices.Contains(tokens, s.token), p.down
}

func (p *people) Facts(_ context.Context, c access.Caller, tokens []seal.Token) ([]household.Fact, error) {
	if err := c.May(access.DoorFacts); err != nil {
		return nil, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.down != nil {
		return nil, p.down
	}
	out := make([]household.Fact, len(tokens))
	for i, t := range tokens {
		p.asked++
		if s := p.index[t.Bytes()]; s != nil {
			out[i] = household.Fact{Birth: s.Birth, Sex: s.sex, Alive: !s.dead}
		}
	}
	return out, nil
}

func (p *people) Own(_ context.Context, c access.Caller) (seal.Token, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.own[c.Actor], p.down
}

// account gives somebody an account of his or her own.
func (r *rig) account(s *someone) access.Caller {
	c := access.Caller{Kind: access.Person, Actor: r.ids.NewID(), Roles: []access.Role{access.Resident}, Purpose: "own", Basis: "law 09-08"}
	r.people.change(s, func() { r.people.own[c.Actor] = s.token })
	return c
}

func (p *people) change(s *someone, f func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	f()
	_ = s
}

// key returns a fresh idempotency key.
func (r *rig) key() string {
	r.n++
	return fmt.Sprintf("key-%d", r.n)
}

// line is a golden declaration taken apart.
type line struct {
	Locality string          `json:"locality"`
	AsOf     civil.Date      `json:"as_of"`
	Answers  json.RawMessage `json:"answers"`
	Members  []struct {
		Ref     string          `json:"ref"`
		Birth   string          `json:"birth_date"`
		Sex     string          `json:"sex"`
		Answers json.RawMessage `json:"answers"`
	} `json:"members"`
	Household, Variant string
}

func goldens(t testing.TB) []line {
	t.Helper()
	data, err := os.ReadFile("../questionnaire/testdata/golden.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	var out []line
	for l := range bytes.SplitSeq(bytes.TrimSpace(data), []byte("\n")) {
		var g line
		if err := json.Unmarshal(l, &g); err != nil {
			t.Fatal(err)
		}
		out = append(out, g)
	}
	return out
}

// family registers the people of a golden household and returns them with
// their declaration, in which the first member declares.
func (r *rig) family(g line) ([]*someone, household.Declaration) {
	d := household.Declaration{Locality: g.Locality, AsOf: g.AsOf, Declarant: "1", Answers: g.Answers}
	var all []*someone
	for _, m := range g.Members {
		sex := questionnaire.Female
		if m.Sex == "male" {
			sex = questionnaire.Male
		}
		s := r.people.born(m.Birth, sex)
		all = append(all, s)
		d.Members = append(d.Members, household.Member{Ref: m.Ref, Claim: &s.Claim, Answers: m.Answers})
	}
	return all, d
}

// declare declares and expects that it works.
func (r *rig) declare(d household.Declaration) *household.Filed {
	r.t.Helper()
	f, err := r.svc.Declare(context.Background(), officer, r.key(), d)
	if err != nil {
		r.t.Fatal(err)
	}
	return f
}

// again is the declaration of a household registered already, in which every
// member is named by line.
func again(f *household.Filed, d household.Declaration) household.Declaration {
	d.Household, d.Revision = f.Household, f.Revision
	members := make([]household.Member, len(d.Members))
	for i, m := range d.Members {
		if m.Awaiting == nil {
			m.Claim, m.Line = nil, i+1
		}
		members[i] = m
	}
	d.Members = members
	return d
}

// view shows a household with its score and history.
func (r *rig) view(code household.Code) *household.Shown {
	r.t.Helper()
	v, err := r.svc.View(context.Background(), officer, household.ViewRequest{Household: code, Parts: household.TheScore | household.TheHistory})
	if err != nil {
		r.t.Fatal(err)
	}
	return v
}

// with returns answers with some of them changed; nil takes one out.
func with(answers []byte, changes map[string]any) []byte {
	m := map[string]any{}
	if err := json.Unmarshal(answers, &m); err != nil {
		panic(err)
	}
	for k, v := range changes {
		if v == nil {
			delete(m, k)
			continue
		}
		m[k] = v
	}
	b, err := json.Marshal(m)
	if err != nil {
		panic(err)
	}
	return b
}

// codes returns the codes and fields of all errors in err.
func codes(err error) []string {
	var out []string
	if l, ok := errors.AsType[errs.List](err); ok {
		for _, m := range l {
			out = append(out, codes(m)...)
		}
		return out
	}
	if e, ok := errors.AsType[*errs.Error](err); ok {
		return []string{e.Code + " " + e.Field}
	}
	return []string{fmt.Sprint(err)}
}

// dump returns how many rows each table has.
func (r *rig) dump() map[string]int64 {
	r.t.Helper()
	out := map[string]int64{}
	err := r.db.View(context.Background(), func(tx *store.Tx) error {
		for _, table := range []string{"household_codes", "household_claims", "households", "household_versions", "household_members", "household_scores",
			"household_tasks", "household_disclosures", "programme_outcomes", "outbox", "idempotency"} {
			var n int64
			if err := tx.QueryRow(context.Background(), "SELECT count(*) FROM "+table).Scan(&n); err != nil {
				return err
			}
			out[table] = n
		}
		return nil
	})
	if err != nil {
		r.t.Fatal(err)
	}
	return out
}

func uidOf(n byte) uid.ID { return uid.ID{n} }
