package chart_test

import (
	"math"
	"strconv"
	"strings"

	"sijil/internal/chart"
)

// drawer is any picture.
type drawer interface{ SVG() ([]byte, error) }

// fixed writes numbers with a number of decimals, as a language might.
func fixed(decimals int, comma string) func(float64) string {
	return func(v float64) string {
		s := strconv.FormatFloat(v, 'f', decimals, 64)
		return strings.NewReplacer(".", comma, "-", "\u2212").Replace(s)
	}
}

func percent(v float64) string { return strconv.FormatFloat(100*v, 'f', 0, 64) + "\u00a0%" }

func en(id string, width int, x, y chart.Axis) chart.Frame {
	return chart.Frame{Title: "Title of " + id, Desc: "What " + id + " shows, in words.", ID: id, Width: width,
		Standalone: true, XAxis: x, YAxis: y}
}

func ar(id string, width int, title string, x, y chart.Axis) chart.Frame {
	return chart.Frame{Title: title, Desc: "وصف الرسم بالكلمات.", ID: id, Lang: "ar", RTL: true, Width: width,
		Standalone: true, NoData: "لا توجد بيانات", XAxis: x, YAxis: y}
}

// bell is a histogram of a bell with a heap below its threshold.
func bell(f chart.Frame, marks []chart.Mark) chart.Histogram {
	h := chart.Histogram{Frame: f, Marks: marks}
	for i := range 21 {
		x := 9 + float64(i)*.07
		h.Edges = append(h.Edges, x)
		if i < 20 {
			n := 900 * math.Exp(-(x-9.7)*(x-9.7)/.1)
			if i == 8 {
				n += 250
			}
			h.Counts = append(h.Counts, math.Round(n))
		}
	}
	return h
}

func shares(power float64) (x, y, low, high []float64) {
	for i := range 11 {
		p := float64(i) / 10
		v := math.Pow(p, power)
		x, y = append(x, p), append(y, v)
		low, high = append(low, max(0, v-.2*p*(1-p))), append(high, min(1, v+.2*p*(1-p)))
	}
	return x, y, low, high
}

func sweep(f chart.Frame, first, second string, marks []chart.Mark) chart.Lines {
	var x, a, b, lo, hi []float64 //nolint:prealloc // nine points
	for i := range 9 {
		q := .1 + .05*float64(i)
		x = append(x, q)
		a = append(a, .62-.9*q)
		lo, hi = append(lo, .58-.9*q), append(hi, .66-.9*q)
		b = append(b, .18+.5*q)
	}
	return chart.Lines{Frame: f, Marks: marks, Series: []chart.Series{
		{Name: first, X: x, Y: a, Low: lo, High: hi},
		{Name: second, X: x, Y: b, Step: true},
	}}
}

func cloud(f chart.Frame) chart.Scatter {
	s := chart.Scatter{Frame: f, XLine: &chart.Mark{At: 9.7, Label: "cut-off 9.7"}, YLine: &chart.Mark{At: 9.6, Label: "poverty line 9.6"},
		Quadrants: [4]string{"reached", "missed", "taken in by error", "rightly left out"}}
	for i := range 6 {
		for j := range 6 {
			x, y := 9+.25*float64(i), 9+.25*float64(j)
			s.X, s.Y = append(s.X, x), append(s.Y, y)
			s.Size = append(s.Size, math.Round(100*math.Exp(-6*(x-y)*(x-y))))
		}
	}
	return s
}

func terms(f chart.Frame, labels ...string) chart.Bars {
	values := []float64{.372, .218, .089, -.012, -.164, -.301}
	b := chart.Bars{Frame: f}
	for i, l := range labels {
		v := values[i%len(values)]
		b.Rows = append(b.Rows, chart.Bar{Label: l, Value: v, Interval: &[2]float64{v - .05, v + .05}})
	}
	return b
}

// cases are the pictures kept in testdata.
func cases() map[string]drawer {
	score := chart.Axis{Label: "Index", Format: fixed(1, ".")}
	households := chart.Axis{Label: "Households", Format: fixed(0, ".")}
	marks := []chart.Mark{{At: 9.56, Label: "cash support 9.56"}, {At: 9.63, Label: "health cover 9.63"}, {At: 10.38, Label: "scholarships 10.38"}}
	share := chart.Axis{Label: "Share of households covered", Format: percent}
	xr, yr, _, _ := shares(.35)
	xc, yc, lo, hi := shares(2)
	return map[string]drawer{
		"histogram":       bell(en("histogram", 640, score, households), marks),
		"histogram-phone": bell(en("histogram-phone", 320, score, households), marks),
		"histogram-ar": bell(ar("histogram-ar", 640, "توزيع المؤشر حول العتبات",
			chart.Axis{Label: "المؤشر", Format: fixed(1, ",")}, chart.Axis{Label: "عدد الأسر", Format: fixed(0, ",")}),
			[]chart.Mark{{At: 9.56, Label: "عتبة الدعم 9,56"}, {At: 9.63, Label: "عتبة التغطية الصحية"}}),
		"lines":       sweep(en("lines", 640, share, chart.Axis{Label: "Error", Format: percent}), "exclusion error, 95 % interval", "inclusion error", []chart.Mark{{At: .4, Label: "today"}}),
		"lines-slide": sweep(en("lines-slide", 960, share, chart.Axis{Label: "Error", Format: percent}), "exclusion error, 95 % interval", "inclusion error", []chart.Mark{{At: .4, Label: "today"}}),
		"lines-ar": sweep(ar("lines-ar", 320, "خطأ الإقصاء وخطأ الإدراج حسب نسبة التغطية",
			chart.Axis{Label: "نسبة الأسر المشمولة", Format: percent}, chart.Axis{Label: "الخطأ", Format: percent}), "خطأ الإقصاء", "خطأ الإدراج", nil),
		"scatter":    cloud(en("scatter", 640, chart.Axis{Label: "Predicted", Format: fixed(1, ".")}, chart.Axis{Label: "Actual", Format: fixed(1, ".")})),
		"bars":       terms(en("bars", 640, chart.Axis{Label: "Contribution to the index", Format: fixed(3, ".")}, chart.Axis{}), "Computer", "Fridge", "Floor of tiles", "Age of the head", "Household size, as a logarithm of the number of members", "No schooling"),
		"bars-phone": terms(en("bars-phone", 320, chart.Axis{Label: "Contribution to the index", Format: fixed(3, ".")}, chart.Axis{}), "Computer", "Fridge", "Floor of tiles", "Age of the head", "Household size, as a logarithm of the number of members", "No schooling"),
		"bars-ar": terms(ar("bars-ar", 640, "مساهمة كل متغير في المؤشر",
			chart.Axis{Label: "المساهمة", Format: fixed(3, ",")}, chart.Axis{}), "حاسوب", "ثلاجة", "أرضية من الزليج", "سن رب الأسرة", "حجم الأسرة", "بدون تمدرس"),
		"curve": chart.Curve{Frame: en("curve", 640, chart.Axis{Label: "Share of persons, poorest first", Format: percent}, chart.Axis{Label: "Share of transfers", Format: percent}),
			Diagonal: "equal shares", Series: []chart.Series{{Name: "by the index", X: xr, Y: yr}, {Name: "consumption", X: xc, Y: yc, Low: lo, High: hi}}},
		"one-point": chart.Lines{Frame: en("one-point", 320, score, households), Series: []chart.Series{{Name: "a", X: []float64{9.5}, Y: []float64{120}, Low: []float64{100}, High: []float64{140}}}},
		"no-data":   chart.Histogram{Frame: ar("no-data", 320, "توزيع المؤشر", chart.Axis{}, chart.Axis{})},
	}
}
