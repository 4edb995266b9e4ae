package portal

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"

	"sijil/formula"
	"sijil/household"
	"sijil/internal/clock"
	"sijil/internal/country"
	"sijil/internal/i18n"
	"sijil/internal/score"
	"sijil/questionnaire"
)

// Config is what the pages are made of.
type Config struct {
	Country    *country.Country
	Scorer     *score.Scorer // with questionnaire and geography
	Programmes []country.Programme
	Clock      clock.Clock

	Counts Counter         // of the registers; nil when there are none, or when Work has figures
	Work   *Work           // nil when nobody works here: then nobody can sign in
	Demo   bool            // every page says that persons and households are invented
	Failed func(err error) // told of failures of ours, which hold nothing of a form; nil for nobody
}

// Counter counts what is registered. The registers bring it.
type Counter interface {
	// Counts returns how many households and persons are registered now.
	Counts(ctx context.Context) (households, persons int, err error)
}

// Portal answers requests for pages. It is safe for use by many goroutines.
type Portal struct {
	Config

	catalogue *i18n.Catalogue
	assets    *assets
	views     map[string]*views // by language
	data      *countryData
	needed    map[string]map[*questionnaire.Item]bool  // by stratum: what its formula reads
	leaves    map[*questionnaire.Item]bool             // items no condition reads
	readers   map[string]map[*questionnaire.Item][]int // by stratum: the variables, by position, that read an item
	asksSex   bool                                     // some rule reads it
	judges    sync.Pool
	cache     cache
	board     boardCache
	formulas  map[string]*formula.Formula // all of the country, by their hash
	rules     *household.Rules            // nil for a country without
	cross     http.CrossOriginProtection
}

// New returns the pages of a country, in those of its languages that have
// messages; a country with none of them, and faults of its file of the portal,
// are errors.
func New(c Config) (*Portal, error) {
	p := &Portal{
		Config: c, views: map[string]*views{}, needed: map[string]map[*questionnaire.Item]bool{},
		readers: map[string]map[*questionnaire.Item][]int{},
	}
	if p.Failed == nil {
		p.Failed = func(error) {}
	}
	var err error
	if p.catalogue, err = i18n.Open(c.Country.Code, i18n.Written(c.Country.Languages)...); err != nil {
		return nil, fmt.Errorf("portal: %w", err)
	}
	if p.assets, err = loadAssets(); err != nil {
		return nil, fmt.Errorf("portal: %w", err)
	}
	for _, l := range p.catalogue.Languages {
		if p.views[l.Code], err = p.parseViews(l); err != nil {
			return nil, fmt.Errorf("portal: %w", err)
		}
	}
	if p.data, err = readCountryData(c.Country, c.Scorer); err != nil {
		return nil, err
	}
	for _, stratum := range c.Scorer.Formula.Strata() {
		variables, err := c.Scorer.Formula.Variables(stratum)
		if err != nil {
			return nil, err
		}
		names := make([]string, 0, len(variables))
		for _, v := range variables {
			names = append(names, v.Name)
		}
		p.needed[stratum] = c.Scorer.Questionnaire.Needed(names)
		p.readers[stratum] = readers(c.Scorer.Questionnaire, names)
	}
	if err := p.readMore(); err != nil {
		return nil, fmt.Errorf("portal: %w", err)
	}
	p.leaves = leaves(c.Scorer.Questionnaire)
	p.asksSex = readsSex(c.Scorer.Questionnaire)
	p.judges.New = func() any { return p.newJudge() }
	return p, nil
}

// readers returns which of the variables read an item.
func readers(q *questionnaire.Questionnaire, variables []string) map[*questionnaire.Item][]int {
	out := map[*questionnaire.Item][]int{}
	for at, name := range variables {
		d, ok := q.Derivation(name)
		if !ok {
			continue
		}
		for _, read := range d.Reads() {
			if item, ok := q.Item(strings.TrimPrefix(read, "member.")); ok {
				out[item] = append(out[item], at)
			}
		}
	}
	return out
}

// leaves returns the items that no condition reads and that do not say who
// lives there: another answer to one of them opens and closes no question.
func leaves(q *questionnaire.Questionnaire) map[*questionnaire.Item]bool {
	all := append(slices.Clone(q.Household), q.Member...)
	read := map[string]bool{}
	for _, i := range all {
		for _, name := range i.Reads() {
			read[strings.TrimPrefix(name, "member.")] = true
		}
	}
	out := map[*questionnaire.Item]bool{}
	for _, i := range all {
		out[i] = !read[i.Code] && i.Purpose != "composition"
	}
	return out
}

// readsSex reports whether any rule reads the sex of a member: the simulator
// asks for nothing that nothing reads.
func readsSex(q *questionnaire.Questionnaire) bool {
	for _, d := range q.Derivations {
		if slices.Contains(d.Reads(), "member.sex") {
			return true
		}
	}
	return slices.ContainsFunc(append(slices.Clone(q.Household), q.Member...), func(i *questionnaire.Item) bool {
		return slices.Contains(i.Reads(), "sex") || slices.Contains(i.Reads(), "member.sex")
	})
}

// ServeHTTP answers one request.
func (p *Portal) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	secure(w.Header())
	if name, ok := strings.CutPrefix(r.URL.Path, assetsPath); ok {
		p.asset(w, r, name)
		return
	}
	l, rest, inPath := p.languageOf(r)
	if inPath {
		p.remember(w, r, l)
	}
	if err := p.cross.Check(r); err != nil { // a form that another site sent in a visitor's name
		p.failAs(w, r, l, http.StatusForbidden, "error.origin", "error.origin.text")
		return
	}
	switch example, isExample := strings.CutPrefix(rest, "/simulator/examples/"); {
	case !inPath && r.URL.Path == "/":
		w.Header().Add("Vary", "Accept-Language, Cookie")
		p.home(w, r, l)
	case !inPath:
		p.fail(w, r, l, http.StatusNotFound)
	case rest == "":
		http.Redirect(w, r, "/"+l.Code+"/", http.StatusPermanentRedirect)
	case rest == "/":
		p.home(w, r, l)
	case rest == simulatorPath:
		p.simulator(w, r, l)
	case isExample:
		p.example(w, r, l, example)
	case p.Work == nil:
		p.fail(w, r, l, http.StatusNotFound)
	case rest == signInPath:
		p.signIn(w, r, l)
	case rest == signOutPath:
		p.signOut(w, r, l)
	case slices.Contains(workPaths, rest):
		p.atWork(w, r, l, rest)
	default:
		p.fail(w, r, l, http.StatusNotFound)
	}
}

const simulatorPath = "/simulator"
