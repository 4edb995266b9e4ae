package portal_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"sijil/access"
	"sijil/formula"
	"sijil/household"
	"sijil/internal/errs"
	"sijil/population"
	"sijil/portal"
	"sijil/programme"
)

// TestHouseholdPage: what it says of each kind of household, and what it must
// not say: names, answers that nobody opened, advice to give something up.
func TestHouseholdPage(t *testing.T) {
	t.Parallel()
	never := []string{secretAnswer, "beneficiary of", "give up your", "sell ", "This button"}
	tests := []struct {
		name      string
		example   string
		change    func(o *office)
		go_       string
		want, not []string
	}{
		{"above one, below the other", "widow", nil, "open",
			[]string{"9.3626150", "N6DLCQMCSL-P", "At or below the threshold", "Above the threshold", "0.0361866 over", "Other help", "What will be recorded if you open them", "Loi n° 09-08", "no. 1", "no. 2", "the head died"},
			[]string{"nothing to give up", "The answers are masked</", "Rooms"}},
		{"nothing changes it", "alone", nil, "open", []string{"10.4604364", "There is nothing to correct and nothing to give up", "Other help"}, nil},
		{"below both", "farmer", nil, "open", []string{"8.7790733", "At or below the threshold"}, []string{"Above the threshold", "Other help that"}},
		{"outside the frame", "widow", func(o *office) {
			o.homes.shown.Score.OutsideFrame = "nomad"
			for i := range o.homes.outcomes {
				o.homes.outcomes[i].Standing, o.homes.outcomes[i].Reason = programme.Undecided, programme.OutsideFrame
			}
		}, "open", []string{"Nomadic household", "Not decided", "A human being decides", "nothing is held against the household", "Other help"}, []string{"Above the threshold<"}},
		{"open matters", "widow", func(o *office) {
			s := o.homes.shown
			s.Score.Awaiting, s.Score.Otherwise, s.Score.Presumed, s.Score.Low = 1, 95_000_000, 2, s.Score.Index-1000
			s.Score.Imputed = []string{"x"}
			s.Tasks = []household.TaskKind{household.RivalCustody, household.RivalCustody, household.MemberDied}
			s.Draft = 3
			s.Lines[1].Standing, s.Lines[1].Counted, s.Lines[1].Due = household.Unconfirmed, false, noon.AddDate(0, 0, 9)
			o.homes.outcomes[1].Hinges = programme.AwaitingNumber
		}, "open", []string{"Counted the other way, the index would be 9.5000000", "A presumed day never decides", "Two households list the same minor", "A death is registered", "1 answer is not known", "A new declaration was begun", "This hinges on how a member", "from 10 November 2026"}, nil},
		{"late review", "widow", func(o *office) { o.clock.Advance(365 * 24 * time.Hour) }, "open", []string{"silence alone drops nobody"}, nil},
		{"only a draft", "widow", func(o *office) { o.homes.shown.Score, o.homes.shown.History, o.homes.shown.Version = nil, nil, 0 }, "open", []string{"This household has not declared yet"}, []string{"At or below"}},
		{"no outcome yet", "widow", func(o *office) { o.homes.outcomes = nil }, "open", []string{"The conclusions are being worked out"}, nil},
		{"a formula that is gone", "widow", func(o *office) { o.homes.shown.Score.FormulaHash = strings.Repeat("0", 64) }, "open", []string{"9.3626150"}, []string{"nothing to give up"}},
		{"as the household sees it", "widow", nil, "household", []string{"Your household", "This is how the household sees its page", "declare anew at the nearest counter", "Back to the office"}, []string{"Open the answers", "As the household sees it"}},
		{"in another language", "widow", nil, "stay", []string{"The answers are masked"}, []string{"This look was recorded"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			o := newOffice(t, access.RegistrationOfficer)
			o.fill(tt.example)
			if tt.change != nil {
				tt.change(o)
			}
			got, body := o.in("registration_officer").post("/en/household", look("go", tt.go_))
			if got.StatusCode != http.StatusOK {
				t.Fatal(got.StatusCode)
			}
			wants(t, body, tt.want, append(tt.not, never...))
			if title := body[strings.Index(body, "<title>"):strings.Index(body, "</title>")]; strings.Contains(title, "N6DL") {
				t.Error("the title names the household")
			}
			if o.homes.asked[0].Parts&household.TheAnswers != 0 {
				t.Error("answers were opened that nobody asked for")
			}
			guarded(t, got, body)
		})
	}
}

// TestOpeningAnswers: they are opened by an act of its own, for the stated
// purpose and case, and the page says that it was recorded.
func TestOpeningAnswers(t *testing.T) {
	t.Parallel()
	o := newOffice(t, access.RegistrationOfficer)
	b := o.in("registration_officer")
	ref := strings.Repeat("a", 26)
	got, body := b.post("/fr/household", look("go", "answers", "case", ref))
	if got.StatusCode != http.StatusOK {
		t.Fatal(got.StatusCode)
	}
	wants(t, body, []string{"Cette consultation a été consignée", "Le ménage la voit", secretAnswer, "50,00", "inconnu ou refusé", "Oui"}, []string{"Ce qui sera consigné"})
	if q, c := o.homes.asked[0], o.homes.callers[0]; q.Parts&household.TheAnswers == 0 || c.Case != ref || c.Purpose != "access" || c.Basis == "" {
		t.Errorf("asked %+v as %q for %q", q.Parts, c.Case, c.Purpose)
	}
	// The languages of the page lead to the page without its answers.
	if !strings.Contains(body, `name="go" value="stay"`) || strings.Contains(body, `name="go" value="answers"`) {
		t.Error("another language would open the answers again")
	}
	guarded(t, got, body)
}

// TestHouseholdFailures: what the register refuses is said without telling
// whether another office has such a household.
func TestHouseholdFailures(t *testing.T) {
	t.Parallel()
	o := newOffice(t, access.RegistrationOfficer)
	told := o.quiet()
	b := o.in("registration_officer")
	var pages []string
	for _, err := range []error{household.NotFound(), &errs.Error{Kind: errs.Denied, Code: "access.area", What: "outside"}} {
		o.homes.err = err
		got, body := b.post("/en/household", look())
		if got.StatusCode != http.StatusUnprocessableEntity {
			t.Errorf("%v: %d", err, got.StatusCode)
		}
		pages = append(pages, body)
	}
	if pages[0] != pages[1] {
		t.Error("a household of another office is told from none")
	}
	for status, err := range map[int]error{403: &errs.Error{Kind: errs.Denied, What: "no"}, 503: errUnavailable, 500: &errs.Error{What: "ours"}} {
		o.homes.err = err
		if got, _ := b.post("/en/household", look()); got.StatusCode != status {
			t.Errorf("%v: %d", err, got.StatusCode)
		}
	}
	if len(*told) != 2 {
		t.Errorf("%d failures were told, want the two of ours", len(*told))
	}
}

// TestResidentPage: the page is the household's own when a resident looks.
func TestResidentPage(t *testing.T) {
	t.Parallel()
	o := newOffice(t, access.RegistrationOfficer)
	b := o.in("registration_officer")
	o.homes.person, o.homes.shown.Own = true, 2
	got, body := b.post("/en/household", look())
	if got.StatusCode != http.StatusOK {
		t.Fatal(got.StatusCode)
	}
	wants(t, body, []string{"Your household", "You</span>", "declare anew at the nearest counter", "You may complain and appeal", "9.3626150"},
		[]string{"This is how the household sees", "Open the answers", "What will be recorded", secretAnswer, "As the household sees it", "Another household"})
}

// TestLowestIsABound: no answers that the simulator tries go below what the
// page says that none can.
func TestLowestIsABound(t *testing.T) {
	t.Parallel()
	p := newPortal(t)
	forms, indexes := goldenForms(t)
	for _, example := range []string{"labourer", "widow", "alone", "farmer", "couple", "elders"} {
		f, err := p.Figured(example)
		check(t, err)
		i := slices.Index(indexes, f.Index.String())
		people := strings.Count(forms[i].Encode(), ".born=")
		least, ok, err := p.LeastOf(f, people)
		if err != nil || !ok {
			t.Errorf("%s: no bound: %v", example, err)
			continue
		}
		if least > f.Index {
			t.Errorf("%s: %s is above the index", example, least)
		}
		index, lowest, others, err := p.Alternatives(forms[i])
		check(t, err)
		if index != f.Index.String() {
			t.Fatalf("%s: the form has another index", example)
		}
		for _, o := range others {
			x, err := formula.ParseIndex(o.Index)
			check(t, err)
			if x < least && o.Field[len(o.Field)-5:] != ".born" && !strings.HasSuffix(o.Field, ".relation") {
				t.Errorf("%s: %s=%s gives %s, below %s", example, o.Field, o.Value, x, least)
			}
		}
		if x, err := formula.ParseIndex(lowest); err == nil && lowest != "0.0000000" && x < least {
			t.Errorf("%s: the simulator finds %s, below %s", example, x, least)
		}
	}
}

// TestFigures: counts, shares and places, with small counts held back, kept
// for a minute.
func TestFigures(t *testing.T) {
	t.Parallel()
	o := newOffice(t, access.Planner)
	o.count(2)
	b := o.in("planner")
	got, body := b.get("/en/figures")
	if got.StatusCode != http.StatusOK {
		t.Fatal(got.StatusCode)
	}
	wants(t, body, []string{"Persons registered", "36,828,330 expected", "AMO Tadamon", "held back", "a neighbour", "counted anew after 1 minute", "<svg", "7</dd>"}, []string{"NaN"})
	guarded(t, got, body)
	if len(body) > 250_000 {
		t.Errorf("%d bytes", len(body))
	}
	b.get("/fr/figures")
	if o.homes.counted != 1 {
		t.Errorf("counted %d times in a minute", o.homes.counted)
	}
	o.clock.Advance(61 * time.Second)
	b.get("/fr/figures")
	if o.homes.counted != 2 {
		t.Errorf("counted %d times after a minute", o.homes.counted)
	}
	if _, home := ask(t, o, http.MethodGet, "/en/", ""); !strings.Contains(home, "households registered") {
		t.Error("the home page has no figures")
	}
	told := o.quiet()
	o.homes.err = errUnavailable
	o.clock.Advance(61 * time.Second)
	if got, _ := b.get("/en/figures"); got.StatusCode != http.StatusServiceUnavailable || len(*told) == 0 {
		t.Errorf("%d when the registers do not answer", got.StatusCode)
	}
	if got, _ := ask(t, o, http.MethodGet, "/en/", ""); got.StatusCode != http.StatusOK {
		t.Error("the home page needs its figures")
	}
}

// TestFiguresOfNothing: an installation where nobody is registered yet.
func TestFiguresOfNothing(t *testing.T) {
	t.Parallel()
	o := newOffice(t, access.Planner)
	got, body := o.in("planner").get("/en/figures")
	if got.StatusCode != http.StatusOK {
		t.Fatal(got.StatusCode)
	}
	wants(t, body, []string{"Nobody is registered yet", "No household yet", "Nothing in the last twelve months"}, []string{"NaN", "held back (", "Inf"})
}

// TestFiguresOfAnotherCountry: few places, one that its list does not have,
// and nothing said of who is expected.
func TestFiguresOfAnotherCountry(t *testing.T) {
	t.Parallel()
	o := newOfficeIn(t, "../cmd/sijil/testdata/pelagia", access.Planner)
	place := o.Scorer.Geography.Localities[0]
	o.homes.persons.Persons = []population.PersonTally{
		{Locality: place.Code, State: population.Active, Month: 12, Persons: 12}, {Locality: "nowhere", State: population.Active, Month: 12, Persons: 2},
		{Locality: place.Code, State: population.Deceased, Month: 1, Persons: 30}, {Locality: place.Code, State: population.Unnumbered, Month: 1, Persons: 50},
	}
	o.homes.tally.Homes = []household.HomeTally{{Locality: place.Code, Month: 12, Households: 3, Persons: 12}}
	o.homes.tally.Scores = []household.ScoreTally{{Stratum: place.Stratum, Bin: 9, Households: 3, Persons: 12}}
	got, body := o.in("planner").get("/en/figures")
	if got.StatusCode != http.StatusOK {
		t.Fatal(got.StatusCode)
	}
	wants(t, body, []string{`<p class="big">14</p>`, `<span>12</span>`, "too few, held back", "Some places are not in the list", "The bar is relative to the largest"},
		[]string{"Expected", "expected</p>", "NaN", "Morocco", "AMO"})
	guarded(t, got, body)
}

// TestSmallCountsAreHeldBack: none below five is told, and none can be had by
// taking the others from the sum.
func TestSmallCountsAreHeldBack(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		counts []int64
		want   string
	}{
		{[]int64{0, 0}, "tt"}, {[]int64{5, 9}, "tt"}, {[]int64{4, 9, 7}, "hth"}, {[]int64{1, 2, 7}, "hht"}, {[]int64{3}, "h"}, {[]int64{3, 0, 0}, "htt"}, {nil, ""},
	} {
		var got strings.Builder
		for _, h := range portal.Hidden(tt.counts) {
			got.WriteString(map[bool]string{true: "h", false: "t"}[h])
		}
		if got.String() != tt.want {
			t.Errorf("%v: %s, want %s", tt.counts, got.String(), tt.want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		counts := rapid.SliceOf(rapid.Int64Range(0, 12)).Draw(t, "counts")
		held, told := 0, 0
		for i, h := range portal.Hidden(counts) {
			switch {
			case h && counts[i] == 0:
				t.Fatal("nobody at all is held back")
			case h:
				held++
			case counts[i] > 0 && counts[i] < 5:
				t.Fatal("a small count is told")
			case counts[i] > 0:
				told++
			}
		}
		if held == 1 && told > 0 {
			t.Fatal("one count alone is held back: the sum gives it away")
		}
	})
}

// TestDesk: each role finds its own pages and no others.
func TestDesk(t *testing.T) {
	t.Parallel()
	o := newOffice(t, access.RegistrationOfficer, access.Planner, access.LocalAuthority)
	for login, tt := range map[string]struct{ want, not []string }{
		"registration_officer": {[]string{"Second Invented", "Registration officer", "Open a household", "Fez-Meknes", "The whole country"}, []string{"See the figures", "no pages for your role"}},
		"planner":              {[]string{"See the figures"}, []string{"Open a household"}},
		"local_authority":      {[]string{"There are no pages for your role here yet"}, []string{"Open a household", "See the figures"}},
	} {
		got, body := o.in(login).get("/en/desk")
		wants(t, body, tt.want, tt.not)
		guarded(t, got, body)
	}
}
