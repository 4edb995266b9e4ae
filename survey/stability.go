package survey

import (
	"fmt"
	"math"
	"slices"
	"strconv"

	"sijil/internal/errs"
)

// Stability says how far coefficients hang on who was asked.
type Stability struct {
	N            int                `json:"n"`
	Clusters     int                `json:"clusters"`
	Dropped      []string           `json:"dropped,omitempty"` // columns constant or collinear in the whole sample
	Coefficients []CoefficientRange `json:"coefficients"`

	// Skipped are parts of the sample that could not carry the formula.
	Skipped []SkippedPart `json:"skipped,omitempty"`
}

// SkippedPart is a part of the sample without a fit.
type SkippedPart struct {
	Source string `json:"source"`
	Part   string `json:"part"`
	Why    string `json:"why"`
}

// CoefficientRange is one coefficient of the least-squares fit on the whole
// sample, with its design-based standard error, and what became of it in other
// fits and without single clusters.
type CoefficientRange struct {
	Name     string  `json:"name"`
	Estimate float64 `json:"estimate"`
	SE       float64 `json:"se_design"`

	Across []Range `json:"across"`

	Influence Influence `json:"influence"`
}

// Range is a coefficient over the fits of one source: "folds" (the sample less
// one fold), "waves" and groups (the part alone), "bootstrap" (clusters
// redrawn, see Design.Replicate). The parts of waves and groups are smaller
// than the sample, so a range of two to four standard errors is to be expected
// there from chance alone.
type Range struct {
	Source      string  `json:"source"`
	Fits        int     `json:"fits"`
	Absent      int     `json:"absent"` // fits in which the column was constant or collinear
	Min         float64 `json:"min"`
	Max         float64 `json:"max"`
	SignChanges int     `json:"sign_changes"` // fits in which the sign is not the estimate's
	RangeInSE   float64 `json:"range_in_se"`  // (Max − Min) ÷ SE; 0 without an error
}

// Influence is the cluster whose loss moves a coefficient most: the estimate
// less the one without the cluster, exactly, and in standard errors (DFBETA and
// DFBETAS of Belsley, Kuh and Welsch 1980, by cluster as Preisser and Qaqish
// 1996; the error here is the design-based one of the whole sample).
type Influence struct {
	Line   int32   `json:"first_line"` // of the cluster, in the file; 0 when every cluster is indispensable
	Rows   int     `json:"rows"`
	Change float64 `json:"change"`
	InSE   float64 `json:"change_in_se"`
	Flips  bool    `json:"flips_sign"` // without the cluster the sign is the other

	// Indispensable counts the clusters without which the columns become
	// collinear: their influence has no value.
	Indispensable int `json:"indispensable_clusters,omitempty"`
}

// StabilityOptions say which fits to compare.
type StabilityOptions struct {
	RobustOptions
	Folds []int // nil leaves folds out
}

// Stable fits least squares on the whole sample and again on its parts: less
// each fold, in each wave and each level of the sample's groups where they
// exist, and on bootstrap replicates. Errors are those of FitWLS on the whole
// sample; a part too small for the formula is skipped and named.
func Stable(s *Sample, o StabilityOptions) (*Stability, error) {
	if o.Folds != nil && len(o.Folds) != s.N() {
		return nil, errs.Bad("folds", fmt.Sprintf("%d folds for %d rows", len(o.Folds), s.N()), "give each row its fold")
	}
	fit, err := FitWLS(s, inFold)
	if err != nil {
		return nil, err
	}
	sources := partings(s, &o)
	total := o.Replicates + 1
	for _, src := range sources {
		total += len(src.parts)
	}
	p := newProgress(total, o.Progress)
	out := &Stability{N: s.N(), Clusters: s.Design.Units(), Dropped: fit.Dropped}
	for _, c := range fit.Coefficients {
		out.Coefficients = append(out.Coefficients, CoefficientRange{Name: c.Name, Estimate: c.Estimate, SE: c.SEDesign, Across: []Range{}})
	}
	for _, src := range sources {
		fits := make([]*point, len(src.parts))
		failures := make([]error, len(src.parts))
		inParallel(len(src.parts), func(i int) {
			if fit, err := refit(s, src.parts[i].weight); err != nil {
				failures[i] = err
			} else {
				fits[i] = fit
			}
			p.step()
		})
		for i, err := range failures {
			if err != nil {
				out.Skipped = append(out.Skipped, SkippedPart{src.name, src.parts[i].name, err.Error()})
			}
		}
		for k := range out.Coefficients {
			c := &out.Coefficients[k]
			if r := rangeOf(c, slices.Index(s.Names, c.Name), fits, s.Names); r.Fits+r.Absent > 0 {
				r.Source = src.name
				c.Across = append(c.Across, r)
			}
		}
	}
	for k, influence := range influences(s, fit) {
		out.Coefficients[k].Influence = influence
	}
	p.step()
	return out, nil
}

// parting is one way to fit again: parts, each as weights of the whole sample.
type parting struct {
	name  string
	parts []part
}

type part struct {
	name   string
	weight func() []float64
}

func partings(s *Sample, o *StabilityOptions) []parting {
	var out []parting
	masked := func(keep func(i int) bool) func() []float64 {
		return func() []float64 {
			w := slices.Clone(s.Design.Weight)
			for i := range w {
				if !keep(i) {
					w[i] = 0
				}
			}
			return w
		}
	}
	if o.Folds != nil {
		src := parting{name: "folds"}
		for f := range slices.Max(o.Folds) + 1 {
			src.parts = append(src.parts, part{strconv.Itoa(f + 1), masked(func(i int) bool { return o.Folds[i] != f })})
		}
		out = append(out, src)
	}
	split := func(name string, g *Grouping) {
		src := parting{name: name}
		for level, label := range g.Levels {
			src.parts = append(src.parts, part{label, masked(func(i int) bool { return int(g.Code[i]) == level })})
		}
		out = append(out, src)
	}
	if s.Wave != nil {
		split("waves", s.Wave)
	}
	for g := range s.Groups {
		split(s.Groups[g].Name, &s.Groups[g])
	}
	if o.Replicates > 0 {
		src := parting{name: "bootstrap"}
		for r := range o.Replicates {
			src.parts = append(src.parts, part{strconv.Itoa(r + 1), func() []float64 { return s.Design.Replicate(o.Seed, r) }})
		}
		out = append(out, src)
	}
	return out
}

// refit fits the rows with weight.
func refit(s *Sample, weight func() []float64) (*point, error) {
	w := weight()
	var rows []int
	for i, v := range w {
		if v > 0 {
			rows = append(rows, i)
		}
	}
	if rows == nil {
		return nil, errs.Bad("rows", "the part has no rows", "leave it out")
	}
	sub := s.Rows(rows)
	sub.Design = sub.Design.WithWeights(pick(w, rows))
	fit, err := fitPoint(sub)
	return &fit, err
}

func rangeOf(c *CoefficientRange, column int, fits []*point, names []string) Range {
	r := Range{Min: math.Inf(1), Max: math.Inf(-1)}
	for _, fit := range fits {
		switch {
		case fit == nil:
		case slices.Contains(fit.dropped, names[column]):
			r.Absent++
		default:
			b := fit.beta[column]
			r.Fits++
			r.Min, r.Max = min(r.Min, b), max(r.Max, b)
			if b*c.Estimate < 0 {
				r.SignChanges++
			}
		}
	}
	if r.Fits == 0 {
		r.Min, r.Max = 0, 0
	}
	r.RangeInSE = share(r.Max-r.Min, c.SE)
	return r
}
