package portal

import (
	"bytes"
	"html/template"
	"net/http"
	"strconv"
	"time"

	"sijil/formula"
	"sijil/household"
	"sijil/internal/chart"
	"sijil/internal/i18n"
	"sijil/population"
)

// dashboard is what the page of figures shows.
type dashboard struct {
	At         string // the time of day, in the country
	Today      string
	Persons    string
	Households string
	InHomes    string
	Whole      string // persons against those expected in the country; "" where nothing is said
	WholeHomes string
	Empty      bool
	Curves     []curve
	Shares     []shareRow
	Outside    int
	Months     []monthRow
	Places     []placeRow
	Held       bool // some counts are held back
	Elsewhere  bool // some localities are not in the country's list
	Expected   *expected
	Waiting    []waitingRow
	Tasks      []waitingRow
}

// curve is the distribution of one stratum, for a wide and for a narrow window.
type curve struct{ Wide, Slim template.HTML }

// shareRow is a programme's threshold with who is at or below it.
type shareRow struct {
	threshold

	Cells []shareCell // whole country first, then strata
}

type shareCell struct{ Label, Households, HouseholdShare, Persons, PersonShare string }

type monthRow struct {
	Month      string
	Persons    string
	Households string
	Bar        template.HTML
}

type placeRow struct {
	Province           string
	Persons, Homes     string // "" where they are held back
	Expected, HomesDue string
	Share              string
	Bar                template.HTML
}

type waitingRow struct {
	Label string
	Count string
}

// figuresPage shows how far the registers are.
func (p *Portal) figuresPage(w http.ResponseWriter, r *http.Request, l *i18n.Language, v *visitor) {
	if !allow(w, r, http.MethodGet, http.MethodHead) {
		p.fail(w, r, l, http.StatusMethodNotAllowed)
		return
	}
	if !v.Figures() {
		p.fail(w, r, l, http.StatusForbidden)
		return
	}
	b, err := p.figures(r.Context())
	if err != nil {
		p.ours(w, r, l, err)
		return
	}
	a := &asker{l: l}
	view := p.dashboard(a, b)
	title := a.t("figures.title")
	if a.err != nil {
		p.ours(w, r, l, a.err)
		return
	}
	p.show(w, r, http.StatusOK, figuresView, p.workPage(l, figuresPath, title, v, view))
}

func (p *Portal) dashboard(a *asker, b *board) *dashboard {
	at := b.At.In(p.Country.Zone)
	out := &dashboard{
		At: at.Format("15:04"), Today: a.day(p.today()), Persons: a.l.Whole(b.Persons), Households: a.l.Whole(b.Households), InHomes: a.l.Whole(b.InHomes),
		Empty: b.Persons == 0 && b.Households == 0,
	}
	if e := &p.data.Expected; e.Persons > 0 {
		out.Expected = e
		out.Whole = a.N("figures.of_expected", int(e.Persons), "share", a.share(b.Persons, e.Persons))
		out.WholeHomes = a.N("figures.of_expected", int(e.Households), "share", a.share(b.Households, e.Households))
	}
	p.curves(a, b, out)
	p.shares(a, b, out)
	a.monthRows(b, out)
	p.places(a, b, out)
	for _, s := range []struct {
		state population.EnrolmentState
		key   string
	}{
		{population.AwaitingAcceptance, "waiting.acceptance"}, {population.Checking, "waiting.checking"}, {population.InJudgement, "waiting.judgement"},
	} {
		out.Waiting = append(out.Waiting, waitingRow{a.t(s.key), a.l.Whole(b.Enrolments[s.state])})
	}
	for _, kind := range []household.TaskKind{household.MemberMoved, household.MemberRefused, household.RivalCustody, household.MemberDied, household.AnswersMissing, household.PersonsMerged} {
		out.Tasks = append(out.Tasks, waitingRow{a.t(taskNames[kind]), a.l.Whole(b.Tasks[kind])})
	}
	return out
}

// share writes a part of a whole: with more decimals the smaller it is.
func (a *asker) share(part, whole int64) string {
	if whole <= 0 {
		return "–"
	}
	x := float64(part) / float64(whole)
	switch {
	case x == 0 || x >= .1:
		return a.l.Percent(x, 0)
	case x >= .001:
		return a.l.Percent(x, 1)
	}
	return a.l.Percent(x, 4)
}

// curves draws how the indexes of each stratum are spread, with the thresholds.
func (p *Portal) curves(a *asker, b *board, out *dashboard) {
	var marks []chart.Mark
	low, high := int64(0), int64(-1)
	for _, x := range b.Scores {
		if high < low {
			low, high = x.Bin, x.Bin
		}
		low, high = min(low, x.Bin), max(high, x.Bin)
	}
	for _, t := range b.Limits {
		marks = append(marks, chart.Mark{At: value(formula.Index(t.AtMost)), Label: a.say(t.Programme.Name)})
	}
	for _, stratum := range p.Scorer.Formula.Strata() {
		name := a.say(p.Country.Strata[stratum])
		h := chart.Histogram{Marks: marks, Frame: chart.Frame{
			Title: a.t("figures.curve", "stratum", name), Desc: a.t("figures.curve.desc", "stratum", name), Lang: a.l.Code, RTL: a.l.RTL(), NoData: a.t("figures.curve.none"),
			XAxis: chart.Axis{Label: a.t("figures.curve.index"), Format: func(x float64) string { return a.l.Decimal(trim(strconv.FormatFloat(x, 'f', 2, 64))) }},
			YAxis: chart.Axis{Label: a.t("figures.curve.households"), Format: func(x float64) string { return a.l.Decimal(trim(strconv.FormatFloat(x, 'f', 1, 64))) }},
		}}
		some := false
		for bin := low; bin <= high; bin++ {
			h.Edges = append(h.Edges, value(formula.Index(bin)*binWidth))
			n := int64(0)
			for _, x := range b.Scores {
				if x.Bin == bin && x.Stratum == stratum {
					n += x.Households
				}
			}
			some = some || n > 0
			h.Counts = append(h.Counts, float64(n))
		}
		if !some {
			h.Edges, h.Counts = nil, nil
		} else {
			h.Edges = append(h.Edges, value(formula.Index(high+1)*binWidth))
		}
		c := curve{Wide: a.drawn(h, stratum+"-wide", 720), Slim: a.drawn(h, stratum+"-slim", 330)}
		out.Curves = append(out.Curves, c)
	}
}

// drawn is a picture at a width.
func (a *asker) drawn(h chart.Histogram, id string, width int) template.HTML {
	h.ID, h.Width = id, width
	svg, err := h.SVG()
	if err != nil && a.err == nil {
		a.err = err
	}
	svg = bytes.Replace(svg, []byte(` xmlns="http://www.w3.org/2000/svg"`), nil, 1) // inside a page nothing asks for it
	return template.HTML(svg)                                                       //nolint:gosec // package chart escapes its words
}

// shares are the households and persons at or below each threshold, of the
// whole and of each stratum.
func (p *Portal) shares(a *asker, b *board, out *dashboard) {
	strata := append([]string{""}, p.Scorer.Formula.Strata()...)
	for _, x := range b.Scores {
		if x.Outside {
			out.Outside += int(x.Households)
		}
	}
	for i, t := range b.Limits {
		row := shareRow{threshold: t}
		for _, stratum := range strata {
			var homes, allHomes, persons, allPersons int64
			for _, x := range b.Scores {
				if stratum != "" && x.Stratum != stratum {
					continue
				}
				allHomes, allPersons = allHomes+x.Households, allPersons+x.Persons
				if x.Under >= len(b.Limits)-i { // limits ascend: under this one is under those above it
					homes, persons = homes+x.Households, persons+x.Persons
				}
			}
			label := a.t("figures.whole")
			if stratum != "" {
				label = a.say(p.Country.Strata[stratum])
			}
			row.Cells = append(row.Cells, shareCell{label, a.l.Whole(homes), a.share(homes, allHomes), a.l.Whole(persons), a.share(persons, allPersons)})
		}
		out.Shares = append(out.Shares, row)
	}
}

// monthRows are the months since anything came, the latest last.
func (a *asker) monthRows(b *board, out *dashboard) {
	largest := int64(1)
	for _, m := range b.Months {
		largest = max(largest, m.Persons)
	}
	for _, m := range b.Months {
		if len(out.Months) == 0 && m.Persons == 0 && m.Households == 0 {
			continue
		}
		month := a.t("month."+strconv.Itoa(int(m.First.Month))) + " " + strconv.Itoa(m.First.Year)
		out.Months = append(out.Months, monthRow{month, a.l.Whole(m.Persons), a.l.Whole(m.Households), ratio(float64(m.Persons) / float64(largest))})
	}
}

// ratio draws a share of a whole as a bar from the side where lines begin.
func ratio(x float64) template.HTML {
	width := min(max(100*x, 0), 100)
	if x > 0 {
		width = max(width, .5)
	}
	return drawn(`<svg class="ratio" height="12" aria-hidden="true"><rect class="whole" width="100%" height="12"/><rect class="part" width="`, percent(width), `" height="12"/></svg>`)
}

// places are the provinces with what is registered against what is expected.
func (p *Portal) places(a *asker, b *board, out *dashboard) {
	provinces := p.Scorer.Geography.Provinces
	persons, homes := make([]int64, len(provinces)), make([]int64, len(provinces))
	for i, x := range provinces {
		if n := b.Places[x.Code]; n != nil {
			persons[i], homes[i] = n.Persons, n.Households
		}
	}
	out.Elsewhere = b.Places[""] != nil
	hidePersons, hideHomes := hidden(persons), hidden(homes)
	largest := 0.0
	shares := make([]float64, len(provinces))
	for i, x := range provinces {
		e, ok := p.data.Expected.in(x.Code)
		switch {
		case hidePersons[i]:
		case ok:
			shares[i] = float64(persons[i]) / float64(e.Persons)
		default:
			shares[i] = float64(persons[i])
		}
		largest = max(largest, shares[i])
	}
	for i, x := range provinces {
		row := placeRow{Province: a.say(x.Name)}
		if e, ok := p.data.Expected.in(x.Code); ok {
			row.Expected, row.HomesDue = a.l.Whole(e.Persons), a.l.Whole(e.Households)
			if !hidePersons[i] {
				row.Share = a.share(persons[i], e.Persons)
			}
		}
		if !hidePersons[i] {
			row.Persons = a.l.Whole(persons[i])
			if largest > 0 {
				row.Bar = ratio(shares[i] / largest)
			}
		}
		if !hideHomes[i] {
			row.Homes = a.l.Whole(homes[i])
		}
		out.Held = out.Held || hidePersons[i] || hideHomes[i]
		out.Places = append(out.Places, row)
	}
}

// Minutes is how long figures are kept.
func (d *dashboard) Minutes() int { return int(boardAge / time.Minute) }

// Smallest is the fewest that is told of a place.
func (d *dashboard) Smallest() int { return smallest }
