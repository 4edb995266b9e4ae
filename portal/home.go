package portal

import (
	"context"
	"net/http"

	"sijil/formula"
	"sijil/internal/civil"
	"sijil/internal/clock"
	"sijil/internal/country"
	"sijil/internal/i18n"
	"sijil/internal/lang"
)

// home is what the home page shows.
type home struct {
	Today      civil.Date
	Thresholds []threshold
	Examples   []*example
	Formula    *formula.Definition
	Hash       string
	Counts     *counts
}

// threshold is the limit of a programme today.
type threshold struct {
	Programme country.Programme
	country.Threshold
}

type counts struct{ Households, Persons int }

// today is the day in the country.
func (p *Portal) today() civil.Date { return clock.Today(p.Clock, p.Country.Zone) }

// thresholds returns the limits on the index of the formula in force, in the
// order of the country's file.
func (p *Portal) thresholds(day civil.Date) []threshold {
	var out []threshold
	for _, programme := range p.Programmes {
		if t, ok := programme.On(p.Scorer.Formula.ID(), day); ok {
			out = append(out, threshold{programme, t})
		}
	}
	return out
}

// text is a country's text in a language.
func text(t lang.Text, l *i18n.Language) string { return t.In(l.Code, "en") }

func (p *Portal) home(w http.ResponseWriter, r *http.Request, l *i18n.Language) {
	if !allow(w, r, http.MethodGet, http.MethodHead) {
		p.fail(w, r, l, http.StatusMethodNotAllowed)
		return
	}
	if p.Counts == nil && p.Work == nil {
		p.showKept(w, r, "/", homePage, func() (*page, error) { return p.homePage(l, nil) }, l)
		return
	}
	have, err := p.counted(r.Context())
	if err != nil { // the page explains the system with or without its figures
		p.Failed(err)
	}
	if err == nil && p.Counts == nil {
		// The same for everybody while the figures are: kept until they change.
		p.showKept(w, r, "/", homePage, func() (*page, error) { return p.homePage(l, have) }, l)
		return
	}
	data, err := p.homePage(l, have)
	if err != nil {
		p.ours(w, r, l, err)
		return
	}
	p.show(w, r, http.StatusOK, homePage, data)
}

// counted asks how many households and persons are registered.
func (p *Portal) counted(ctx context.Context) (*counts, error) {
	if p.Counts != nil {
		households, persons, err := p.Counts.Counts(ctx)
		if err != nil {
			return nil, err
		}
		return &counts{households, persons}, nil
	}
	b, err := p.figures(ctx)
	if err != nil {
		return nil, err
	}
	return &counts{int(b.Households), int(b.Persons)}, nil
}

func (p *Portal) homePage(l *i18n.Language, have *counts) (*page, error) {
	title, err := l.T("home.title")
	today := p.today()
	f := p.Scorer.Formula
	return p.newPage(l, "/", title, &home{
		Today: today, Thresholds: p.thresholds(today), Examples: p.data.Examples, Formula: f.Definition(), Hash: f.Hash(), Counts: have,
	}), err
}
