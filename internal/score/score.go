// Package score takes a household from a line of input to its index: it reads
// the declaration, checks it against the questionnaire, derives the variables
// and evaluates the formula, keeping what the result must be shown with.
//
// It knows how the engines follow each other. It refuses to know who lives in
// the household, what is done with the index, and where lines come from.
package score

import (
	"sijil/formula"
	"sijil/internal/civil"
	"sijil/internal/country"
	"sijil/internal/errs"
	"sijil/questionnaire"
)

// Scorer computes indexes by one formula of one country. It is safe for use
// by several goroutines; each takes a Worker.
type Scorer struct {
	Formula       *formula.Formula
	Questionnaire *questionnaire.Questionnaire // nil when only feature lines are read
	Geography     *country.Geography           // nil when only feature lines are read
	strata        map[string]*stratum
}

// New returns a scorer, after checking that the parts fit: every variable of
// the formula is derived, every region and stratum of the geography is in the
// formula. q and g are nil when only feature lines will be read.
func New(f *formula.Formula, q *questionnaire.Questionnaire, g *country.Geography) (*Scorer, error) {
	s := &Scorer{Formula: f, Questionnaire: q, Geography: g, strata: map[string]*stratum{}}
	for _, name := range f.Strata() {
		variables, err := f.Variables(name)
		if err != nil {
			return nil, err
		}
		st := &stratum{variables: variables, position: map[string]int{}}
		for i, v := range variables {
			st.position[v.Name] = i
		}
		s.strata[name] = st
	}
	if q == nil {
		return s, nil
	}
	return s, s.check()
}

func (s *Scorer) check() error {
	var bad errs.List
	for name, st := range s.strata {
		if _, err := s.Questionnaire.Deriver(st.names()); err != nil {
			bad.Add(err)
		}
		def := s.Formula.Definition().Strata[name]
		listed := map[string]bool{}
		for _, e := range def.Regions {
			for _, r := range e.Regions {
				listed[r] = true
			}
		}
		for _, r := range s.Geography.Regions {
			if len(def.Regions) > 0 && !listed[r.Code] {
				bad.Addf("regions", "add the region to the formula's stratum "+name, "the formula %s has no effect for region %s", s.Formula.ID(), r.Code)
			}
		}
	}
	for _, l := range s.Geography.Localities {
		if s.strata[l.Stratum] == nil {
			bad.Addf("localities", "give the locality a stratum of the formula", "the formula %s has no stratum %s", s.Formula.ID(), l.Stratum)
			break
		}
	}
	return bad.Err()
}

func (st *stratum) names() []string {
	names := make([]string, len(st.variables))
	for i, v := range st.variables {
		names[i] = v.Name
	}
	return names
}

// Scored is a household with its index. It is valid until the worker's next
// call.
type Scored struct {
	Ref       string            // the sender's reference
	Household formula.Household // what the formula saw
	Result    formula.Result

	// Of declarations only.
	PresumedAges int           // members whose age depends on a presumed birthday
	Low, High    formula.Index // the lowest and highest index such ages allow; both the index itself when none does
	RangeUnknown bool          // some combination of such ages could not be tried; Low and High are not bounds then
	Awaiting     int           // members who await a number
	Otherwise    formula.Index // the index with those members counted the other way; NoIndex where that gives none
}

// Worker scores one line after another. It belongs to one goroutine.
type Worker struct {
	s        *Scorer
	features *featureReader
	derivers map[string]*questionnaire.Deriver
	decl     questionnaire.Declaration
	values   []formula.Value
	other    []formula.Value
	places   map[placeKey]questionnaire.Place
	scored   Scored
}

type placeKey struct {
	locality string
	asOf     civil.Date
}

// Worker returns a new worker.
func (s *Scorer) Worker() *Worker {
	w := &Worker{s: s, features: newFeatureReader(s.Formula, s.strata), derivers: map[string]*questionnaire.Deriver{}, places: map[placeKey]questionnaire.Place{}}
	if s.Questionnaire != nil {
		for name, st := range s.strata {
			d, err := s.Questionnaire.Deriver(st.names())
			if err != nil {
				panic(err) // New has made every one of them
			}
			w.derivers[name] = d
		}
	}
	return w
}

// Features scores a feature line.
func (w *Worker) Features(line []byte) (*Scored, error) {
	f, err := w.features.read(line)
	if err != nil {
		return nil, err
	}
	w.scored = Scored{Ref: f.ref, Household: formula.Household{Stratum: f.stratum, Region: f.region, AsOf: f.asOf, Profile: f.profile, Values: f.values}}
	return w.evaluate()
}

// Line scores a declaration written as a line of JSON.
func (w *Worker) Line(line []byte) (*Scored, error) {
	if err := w.s.Questionnaire.DecodeDeclaration(&w.decl, line); err != nil {
		return nil, err
	}
	return w.Declaration(&w.decl)
}

// Declaration scores a declaration, completing it as the questionnaire says.
func (w *Worker) Declaration(d *questionnaire.Declaration) (*Scored, error) {
	place, err := w.place(d)
	if err != nil {
		return nil, err
	}
	if err := w.s.Questionnaire.Check(d, place); err != nil {
		return nil, err
	}
	deriver := w.derivers[place.Stratum]
	w.values, err = deriver.Derive(w.values[:0], d, place, questionnaire.Options{})
	if err != nil {
		return nil, err
	}
	w.scored = Scored{Ref: d.Household, Household: formula.Household{
		Stratum: place.Stratum, Region: place.Region, AsOf: d.AsOf, Profile: w.s.Questionnaire.FrameProfile(d), Values: w.values,
	}}
	if _, err := w.evaluate(); err != nil {
		return nil, err
	}
	w.otherAges(deriver, d, place)
	w.otherSize(deriver, d, place)
	return &w.scored, nil
}

func (w *Worker) evaluate() (*Scored, error) {
	r, err := w.s.Formula.Evaluate(w.scored.Household)
	if err != nil {
		return nil, err
	}
	w.scored.Result, w.scored.Low, w.scored.High, w.scored.Otherwise = r, r.Index, r.Index, r.Index
	return &w.scored, nil
}

// place looks a locality up once per day asked for.
func (w *Worker) place(d *questionnaire.Declaration) (questionnaire.Place, error) {
	key := placeKey{d.Locality, d.AsOf}
	if p, ok := w.places[key]; ok {
		return p, nil
	}
	p, err := w.s.Geography.Place(d.Locality, d.AsOf)
	if err == nil && len(w.places) < 10_000 {
		w.places[key] = p
	}
	return p, err
}

// otherAges finds what the index could be, had the members of ambiguous age
// been born on another day that their dates allow.
func (w *Worker) otherAges(deriver *questionnaire.Deriver, d *questionnaire.Declaration, place questionnaire.Place) {
	s := &w.scored
	for _, p := range w.s.Questionnaire.PresumedAges(d) {
		if p.Age != p.Other {
			s.PresumedAges++
		}
	}
	if s.PresumedAges == 0 {
		return
	}
	variants, err := w.s.Questionnaire.AgeVariants(d)
	if err != nil { // more than questionnaire.MaxAmbiguous such members
		s.RangeUnknown = true
		return
	}
	for _, ages := range variants[1:] {
		x, ok := w.alternative(deriver, d, place, questionnaire.Options{Ages: ages})
		if !ok {
			s.RangeUnknown = true
			return
		}
		s.Low, s.High = min(s.Low, x), max(s.High, x)
	}
}

// otherSize finds the index with members who await a number counted the other
// way.
func (w *Worker) otherSize(deriver *questionnaire.Deriver, d *questionnaire.Declaration, place questionnaire.Place) {
	c := w.s.Questionnaire.Composition
	if c.Awaiting == nil {
		return
	}
	for i := range d.Members {
		if a := d.Members[i].Answers[c.Awaiting.Position()]; a.Given && a.State == formula.Present && a.Int == 1 {
			w.scored.Awaiting++
		}
	}
	if w.scored.Awaiting == 0 {
		return
	}
	way := questionnaire.Counted
	if c.AwaitingCounted {
		way = questionnaire.NotCounted
	}
	x, ok := w.alternative(deriver, d, place, questionnaire.Options{Awaiting: way})
	if !ok {
		x = formula.NoIndex
	}
	w.scored.Otherwise = x
}

// alternative returns the index of the household looked at in another way; ok
// is false where that gives none, such as a household without members.
func (w *Worker) alternative(deriver *questionnaire.Deriver, d *questionnaire.Declaration, place questionnaire.Place, o questionnaire.Options) (x formula.Index, ok bool) {
	var err error
	if w.other, err = deriver.Derive(w.other[:0], d, place, o); err != nil {
		return formula.NoIndex, false
	}
	h := w.scored.Household
	h.Values = w.other
	r, err := w.s.Formula.Evaluate(h)
	return r.Index, err == nil
}
