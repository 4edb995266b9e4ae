package canary_test

import (
	"context"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"sijil/access"
	"sijil/agency"
	"sijil/agency/agencydb"
	"sijil/formula"
	"sijil/household"
	"sijil/household/householddb"
	"sijil/idcs"
	"sijil/internal/civil"
	"sijil/internal/clock"
	"sijil/internal/country"
	"sijil/internal/pgtemp"
	"sijil/internal/sample"
	"sijil/internal/store"
	"sijil/internal/storetest"
	"sijil/internal/synth"
	"sijil/internal/uid"
	"sijil/names"
	"sijil/population"
	"sijil/population/populationdb"
	"sijil/programme"
	"sijil/programme/programmedb"
	"sijil/questionnaire"
	"sijil/seal"
	"sijil/seal/sealdb"
	"sijil/seal/sealtest"
)

// land is a country with what its people are made of.
type land struct {
	c         *country.Country
	q         *questionnaire.Questionnaire
	geography *country.Geography
	formula   *formula.Formula
	rules     *population.Rules
	homeRules *household.Rules
	names     *names.Table
	alike     *population.Duplicates
	scheme    *idcs.Scheme
	sample    *sample.Model
}

// reference is the reference country, opened once.
var reference = sync.OnceValues(func() (l land, err error) {
	if l.c, err = country.Open(os.DirFS("../../morocco")); err != nil {
		return l, err
	}
	if l.q, err = l.c.LoadQuestionnaire(); err != nil {
		return l, err
	}
	if l.geography, err = l.c.LoadGeography(); err != nil {
		return l, err
	}
	if l.formula, err = l.c.LoadFormula(""); err != nil {
		return l, err
	}
	if l.scheme, err = idcs.NewScheme(l.c.Identifier()); err != nil {
		return l, err
	}
	files := map[string][]byte{}
	for _, name := range []string{"registration.json", "households.json", "synth.json", "names.csv", "sample.json", "duplicates.json"} {
		if files[name], err = l.c.ReadFile(name); err != nil {
			return l, err
		}
	}
	if l.rules, err = population.ParseRules("registration.json", files["registration.json"]); err != nil {
		return l, err
	}
	if l.homeRules, err = household.ParseRules("households.json", files["households.json"]); err != nil {
		return l, err
	}
	if l.names, err = names.ReadTable("names.csv", files["names.csv"]); err != nil {
		return l, err
	}
	if l.alike, err = population.ParseDuplicates("duplicates.json", files["duplicates.json"], l.rules, l.names, l.c.ReadFile); err != nil {
		return l, err
	}
	in := synth.Inputs{Figures: files["synth.json"], FiguresFile: "synth.json", Names: files["names.csv"], NamesFile: "names.csv", Questionnaire: l.q}
	for _, p := range l.geography.Localities {
		in.Localities = append(in.Localities, synth.Locality{Code: p.Code, Region: p.Region, Stratum: p.Stratum})
	}
	s, err := synth.Load(in)
	if err != nil {
		return l, err
	}
	l.sample, err = sample.Load(sample.Inputs{Synth: s, Questionnaire: l.q, Rules: l.rules, Data: files["sample.json"], File: "sample.json"})
	return l, err
})

// site is an installation whose files can be searched.
type site struct {
	land
	root   string // everything the installation writes lies below
	stores map[string]*store.DB
	sql    func(t *testing.T, statement string) // of PostgreSQL; does nothing on SQLite
	people *population.Service
	homes  *household.Service
	office *agency.Service

	programmes *programme.Service
}

// open makes an installation. With sealing off its records are written as they
// are.
func open(t *testing.T, e store.Engine, sealing bool) *site {
	t.Helper()
	l, err := reference()
	if err != nil {
		t.Fatal(err)
	}
	s := &site{land: l, stores: map[string]*store.DB{}, sql: func(*testing.T, string) {}}
	var dsn string
	if e == store.SQLite {
		s.root = t.TempDir()
	} else {
		s.root, dsn = s.server(t)
	}
	t.Cleanup(func() { s.close(t) })
	sets := map[string][]store.Migrations{
		"population": {populationdb.Migrations()}, "social": {householddb.Migrations(), programmedb.Migrations()}, "agency": {agencydb.Migrations()}, "keys": {sealdb.Migrations()},
	}
	for name, set := range sets {
		db, err := store.Open(t.Context(), store.Config{Name: name, Engine: e, Path: filepath.Join(s.root, name+".db"), DSN: dsn, Schema: "sijil_" + name})
		if err != nil {
			t.Fatal(err)
		}
		s.stores[name] = db
		if _, err := db.Migrate(t.Context(), set, storetest.Now, false); err != nil {
			t.Fatal(err)
		}
	}
	s.sql(t, uncompressed)
	s.wire(t, sealing)
	return s
}

// uncompressed has long values stored as they are: a compressed one would hide
// from the search.
const uncompressed = `DO $$
DECLARE c record;
BEGIN
  FOR c IN SELECT a.attrelid::regclass AS tbl, a.attname AS col FROM pg_attribute a JOIN pg_class r ON r.oid = a.attrelid
    JOIN pg_namespace n ON n.oid = r.relnamespace WHERE n.nspname LIKE 'sijil%' AND r.relkind = 'r' AND a.attstorage IN ('x', 'm') AND a.attnum > 0
  LOOP
    EXECUTE format('ALTER TABLE %s ALTER COLUMN %I SET STORAGE EXTERNAL', c.tbl, c.col);
  END LOOP;
END $$`

// server starts a PostgreSQL server that logs every statement with its
// parameters: the worst log an operator could ask for.
func (s *site) server(t *testing.T) (root, dsn string) {
	t.Helper()
	root, err := os.MkdirTemp("/tmp", "sijil-canary-") //nolint:usetesting // the server runs as another user, whom TempDir shuts out
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(root, 0o711); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(root); err != nil {
			t.Error(err)
		}
	})
	server, err := pgtemp.Start(t.Context(), pgtemp.Options{Dir: root, Settings: []string{
		"log_min_messages=log", "log_statement=all", "log_parameter_max_length=-1", "log_parameter_max_length_on_error=-1",
		"log_error_verbosity=verbose", "full_page_writes=on",
	}})
	storetest.Need(t, err)
	t.Cleanup(func() {
		if err := server.Stop(); err != nil {
			t.Error(err)
		}
	})
	s.sql = func(t *testing.T, statement string) {
		t.Helper()
		c, err := pgx.Connect(t.Context(), server.DSN())
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = c.Close(context.Background()) }() // only asked
		if _, err := c.Exec(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
	return root, server.DSN()
}

func (s *site) wire(t *testing.T, sealing bool) {
	t.Helper()
	var keeper seal.Keeper = sealtest.NewKeeper()
	if !sealing {
		keeper = sealtest.Off{Keeper: keeper}
	}
	day := s.sample.Today()
	random, at := sealtest.NewRand(5), clock.NewManual(time.Date(day.Year, day.Month, day.Day, 9, 0, 0, 0, time.UTC))
	ids := uid.NewSource(at, random)
	vault := func(d seal.Domain) *seal.Vault {
		return seal.NewVault(d, keeper, sealdb.New(s.stores["keys"]), ids, at, random)
	}
	s.office = agency.New(agencydb.New(s.stores["agency"]), vault(seal.Agency), ids, at, random,
		agency.Options{Hash: agency.HashWork{Memory: 64, Passes: 1, Threads: 1}, Zone: s.c.Zone})
	var err error
	s.people, err = population.New(population.Config{
		Store: populationdb.New(s.stores["population"]), Vault: vault(seal.Population), Rules: s.rules, Scheme: s.scheme, Names: s.names,
		Duplicates: s.alike,
		Places:     func(code string, day civil.Date) error { _, err := s.geography.Locality(code, day); return err }, Staff: nobody{}, IDs: ids, Clock: at, Zone: s.c.Zone, Rand: random,
	})
	if err != nil {
		t.Fatal(err)
	}
	s.homes, err = household.New(household.Config{
		Store: householddb.New(s.stores["social"]), People: door{s.people}, Vault: vault(seal.Social), Rules: s.homeRules, Questionnaire: s.q,
		Geography: s.geography, Formulas: []*formula.Formula{s.formula}, Formula: s.formula.ID(), Zone: s.c.Zone, Clock: at, IDs: ids, Rand: random,
		Scored: func(ctx context.Context, sc household.StoredScore) error {
			return s.programmes.DecideOn(ctx, access.SystemCaller("targeting", "law"), scoreOf(&sc))
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	programmes, err := s.c.LoadProgrammes()
	if err != nil {
		t.Fatal(err)
	}
	s.programmes = programme.New(programme.Config{Store: programmedb.New(s.stores["social"]), Scores: scores{s.homes}, Programmes: programmes,
		Recomputes: []string{"declaration"}, Zone: s.c.Zone, Clock: at, IDs: ids})
}

// scores is the social register as programmes see it.
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

// nobody of the staff is known to the population register.
type nobody struct{}

func (nobody) Colleague(context.Context, access.Caller, seal.Token) (bool, error) { return false, nil }

// door is the social register at the doors of the population register.
type door struct{ s *population.Service }

func (d door) Exchange(ctx context.Context, c access.Caller, key string, claims []household.Claim) ([]household.Exchanged, error) {
	in := make([]population.Claim, len(claims))
	for i, cl := range claims {
		in[i] = population.Claim(cl)
	}
	answers, err := d.s.Exchange(ctx, c, population.Social, key, in)
	out := make([]household.Exchanged, len(answers))
	for i, a := range answers {
		out[i] = household.Exchanged(a)
	}
	return out, err
}

func (d door) Facts(ctx context.Context, c access.Caller, tokens []seal.Token) ([]household.Fact, error) {
	facts, err := d.s.Facts(ctx, c, population.Social, tokens)
	out := make([]household.Fact, len(facts))
	for i, f := range facts {
		out[i] = household.Fact{Birth: f.Birth, Sex: questionnaire.Male, Alive: f.Alive}
		if f.Sex == population.Female {
			out[i].Sex = questionnaire.Female
		}
	}
	return out, err
}

func (d door) Members(ctx context.Context, c access.Caller, tokens []seal.Token) ([]household.Fact, error) {
	members, err := d.s.Members(ctx, c, population.Social, tokens)
	out := make([]household.Fact, len(members))
	for i, f := range members {
		out[i] = household.Fact{Birth: f.Birth, Sex: questionnaire.Male, Alive: f.Alive, Custody: household.Custody{State: household.CustodyState(f.Custody.State)}}
		if f.Sex == population.Female {
			out[i].Sex = questionnaire.Female
		}
		for _, h := range f.Custody.Holders {
			out[i].Custody.Holders = append(out[i].Custody.Holders, household.Custodian(h))
		}
	}
	return out, err
}

func (door) Concerned(context.Context, access.Caller, []seal.Token) (bool, error) { return false, nil }

func (d door) Own(ctx context.Context, c access.Caller) (seal.Token, error) {
	return d.s.TokenOf(ctx, access.SystemCaller("own", "law"), c.Actor, population.Social, true)
}
