// Package observe knows how a running program is watched: its log, the ids of
// its requests, and its measures in the text format of Prometheus.
//
// It refuses to know persons: what is logged and measured are routes, codes,
// counts and durations; never a path with what somebody typed, an address of
// a caller, or a value of a field.
package observe

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Registry holds what is measured. The zero Registry is ready for use.
type Registry struct {
	mu         sync.Mutex
	families   map[string]*family
	collectors []func(context.Context, *Samples)
}

type family struct {
	name, help, kind string
	labels           []string
	buckets          []float64
	series           map[string]*series // by the text of their labels
}

type series struct {
	value  float64
	counts []uint64 // of a histogram: by bucket, the last beyond all
	sum    float64
}

// Counter only grows.
type Counter struct {
	r *Registry
	f *family
}

// Histogram counts observations by size.
type Histogram struct {
	r *Registry
	f *family
}

// Durations are bounds of buckets in seconds, from a page out of memory to a
// request that is cut off.
var Durations = []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10}

// Counter returns the counter of a name, made at its first use. Names end in
// _total.
func (r *Registry) Counter(name, help string, labels ...string) Counter {
	return Counter{r, r.family(name, help, "counter", labels, nil)}
}

// Histogram returns the histogram of a name, made at its first use.
func (r *Registry) Histogram(name, help string, buckets []float64, labels ...string) Histogram {
	return Histogram{r, r.family(name, help, "histogram", labels, buckets)}
}

func (r *Registry) family(name, help, kind string, labels []string, buckets []float64) *family {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.families == nil {
		r.families = map[string]*family{}
	}
	f := r.families[name]
	if f == nil {
		f = &family{name: name, help: help, kind: kind, labels: labels, buckets: buckets, series: map[string]*series{}}
		r.families[name] = f
	}
	return f
}

// Add adds n, which is not negative, to the series of some values of the labels.
func (c Counter) Add(n float64, values ...string) {
	c.r.mu.Lock()
	defer c.r.mu.Unlock()
	c.f.at(values).value += n
}

// Observe counts one observation.
func (h Histogram) Observe(x float64, values ...string) {
	h.r.mu.Lock()
	defer h.r.mu.Unlock()
	s := h.f.at(values)
	if s.counts == nil {
		s.counts = make([]uint64, len(h.f.buckets)+1)
	}
	i, _ := slices.BinarySearch(h.f.buckets, x) // a bound belongs to its bucket
	s.counts[i]++
	s.sum += x
}

func (f *family) at(values []string) *series {
	key := labelText(f.labels, values)
	s := f.series[key]
	if s == nil {
		s = &series{}
		f.series[key] = s
	}
	return s
}

// labelText writes a="x",b="y".
func labelText(names, values []string) string {
	var b strings.Builder
	for i, n := range names {
		if i > 0 {
			b.WriteByte(',')
		}
		v := ""
		if i < len(values) {
			v = values[i]
		}
		b.WriteString(n + `="` + escapeLabel.Replace(v) + `"`)
	}
	return b.String()
}

var (
	escapeLabel = strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`)
	escapeHelp  = strings.NewReplacer(`\`, `\\`, "\n", `\n`)
)

// Samples takes what is only known when somebody asks.
type Samples struct{ families map[string]*family }

// Gauge takes a value that goes up and down. Pairs are names and values of labels.
func (s *Samples) Gauge(name, help string, x float64, pairs ...string) {
	s.take(name, help, "gauge", x, pairs)
}

// Counter takes a value that only grows.
func (s *Samples) Counter(name, help string, x float64, pairs ...string) {
	s.take(name, help, "counter", x, pairs)
}

func (s *Samples) take(name, help, kind string, x float64, pairs []string) {
	f := s.families[name]
	if f == nil {
		f = &family{name: name, help: help, kind: kind, series: map[string]*series{}}
		s.families[name] = f
	}
	var names, values []string
	for i := 0; i+1 < len(pairs); i += 2 {
		names, values = append(names, pairs[i]), append(values, pairs[i+1])
	}
	f.series[labelText(names, values)] = &series{value: x}
}

// Collect lets fn be asked whenever the measures are read.
func (r *Registry) Collect(fn func(context.Context, *Samples)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.collectors = append(r.collectors, fn)
}

// Write writes all measures in the text format of Prometheus, version 0.0.4,
// sorted by name.
func (r *Registry) Write(ctx context.Context, w io.Writer) error {
	r.mu.Lock()
	collectors := slices.Clone(r.collectors)
	r.mu.Unlock()
	now := &Samples{families: map[string]*family{}}
	for _, fn := range collectors {
		fn(ctx, now)
	}
	out := bufio.NewWriter(w)
	r.mu.Lock()
	defer r.mu.Unlock()
	var all []*family
	for _, f := range r.families {
		all = append(all, f)
	}
	for _, f := range now.families {
		all = append(all, f)
	}
	slices.SortFunc(all, func(a, b *family) int { return strings.Compare(a.name, b.name) })
	for _, f := range all {
		f.write(out)
	}
	return out.Flush()
}

func (f *family) write(w *bufio.Writer) {
	fmt.Fprintf(w, "# HELP %s %s\n# TYPE %s %s\n", f.name, escapeHelp.Replace(f.help), f.name, f.kind)
	keys := make([]string, 0, len(f.series))
	for k := range f.series {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	for _, k := range keys {
		s := f.series[k]
		if f.kind != "histogram" {
			fmt.Fprintf(w, "%s%s %s\n", f.name, braced(k), number(s.value))
			continue
		}
		var total uint64
		for i, n := range s.counts {
			total += n
			bound := math.Inf(1)
			if i < len(f.buckets) {
				bound = f.buckets[i]
			}
			le := `le="` + number(bound) + `"`
			if k != "" {
				le = k + "," + le
			}
			fmt.Fprintf(w, "%s_bucket%s %d\n", f.name, braced(le), total)
		}
		fmt.Fprintf(w, "%s_sum%s %s\n%s_count%s %d\n", f.name, braced(k), number(s.sum), f.name, braced(k), total)
	}
}

func braced(labels string) string {
	if labels == "" {
		return ""
	}
	return "{" + labels + "}"
}

func number(x float64) string {
	if math.IsInf(x, 1) {
		return "+Inf"
	}
	return strconv.FormatFloat(x, 'g', -1, 64)
}

// scrapeTime bounds one reading of the measures: a store that does not answer
// must not pile readers up.
const scrapeTime = 5 * time.Second

// ServeHTTP answers with all measures.
func (r *Registry) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	ctx, cancel := context.WithTimeout(req.Context(), scrapeTime)
	defer cancel()
	w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
	_ = r.Write(ctx, w) // who reads has gone
}
