package cardpage_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"

	"sijil/formula"
	"sijil/internal/civil"
	"sijil/survey"
)

func text(ar, fr, en string) formula.Text { return formula.Text{"ar": ar, "fr": fr, "en": en} }

// made is a survey of 500 households in two milieus.
func made() string {
	r := rand.New(rand.NewPCG(3, 4))
	var b strings.Builder
	b.WriteString("spend,w,psu,size,lsize,tools,readers,wall,milieu\n")
	for i := range 500 {
		size, tools, wall := 1+r.IntN(9), r.IntN(5), r.IntN(3)
		readers := float64(r.IntN(size+1)) / float64(size)
		town := r.IntN(2)
		y := 8 - .4*math.Log(float64(size)) + .1*float64(tools) + .3*readers + []float64{.2, -.1, 0}[wall] + .3*float64(town) + .4*r.NormFloat64()
		fmt.Fprintf(&b, "%v,%d,%d,%d,%v,%d,%v,%s,%s\n", math.Exp(y), 50+r.IntN(100), i/10, size, math.Log(float64(size)), tools, readers,
			[]string{"brick", "mud", "stone"}[wall], []string{"country", "town"}[town])
	}
	return b.String()
}

// wording words the made survey.
func wording() *survey.Wording {
	return &survey.Wording{Format: 1,
		Title:   text("مؤشر القرى", "Indice des villages", "Village index"),
		Meaning: text("لوغاريتم ما تنفقه الأسرة عن كل فرد في السنة", "le logarithme de la dépense annuelle par personne", "the logarithm of yearly spending a person"),
		Strata: []survey.StratumWording{
			{Name: "town", Level: "town", Label: text("الوسط الحضري", "Villes", "Towns")},
			{Name: "country", Level: "country", Label: text("الوسط القروي", "Campagnes", "Countryside")},
		},
		Terms: []survey.TermWording{
			{Column: "lsize", Of: "size", Kind: formula.TableByRange, Label: text("عدد أفراد الأسرة", "Taille du ménage", "Size of the household"), Unit: text("أفراد", "personnes", "persons"), Tags: []string{survey.Verifiable}},
			{Column: "tools", Label: text("عدد الأدوات", "Nombre d'outils", "Number of tools"), Unit: text("عدد", "nombre", "number"), Tags: []string{survey.Movable}},
			{Column: "readers", Label: text("نسبة من يقرؤون", "Part de ceux qui savent lire", "Share who can read"), Unit: text("نسبة", "part", "share")},
			{Column: "wall", Label: text("مادة الجدران", "Matériau des murs", "Material of the walls"),
				Levels: map[string]formula.Text{"brick": text("آجر", "brique", "fired brick"), "mud": text("طين", "pisé", "mud"), "stone": text("حجر", "pierre", "stone")}, Tags: []string{survey.Verifiable, survey.Sensitive}},
		},
		Groups: []survey.GroupWording{{Group: "milieu", Label: text("الوسط", "Milieu", "Milieu"),
			Levels: map[string]formula.Text{"town": text("حضري", "ville", "town"), "country": text("قروي", "campagne", "countryside")}}},
		Failures: []formula.Text{text("لم يشمل البحث الجزر", "L'enquête n'a pas couvert les îles", "The survey left out the islands")},
	}
}

func makeCard(t *testing.T, w *survey.Wording, m survey.LinearMethod, replicates int) *survey.Card {
	t.Helper()
	check := func(err error) {
		if err != nil {
			t.Helper()
			t.Fatal(err)
		}
	}
	table, err := survey.ReadCSV(strings.NewReader(made()), survey.ReadOptions{File: "made.csv"})
	check(err)
	s, err := survey.Build(table, survey.Spec{Target: "spend", Log: true, Weight: "w", PSU: "psu", Size: "size", Vars: []string{"lsize", "tools", "readers", "wall"}, Groups: []string{"milieu"}})
	check(err)
	l, err := m.Fit(s, survey.Options{})
	check(err)
	p, err := survey.Export(s, table, l, w, survey.ExportOptions{ID: "village", Version: "2026.1", From: civil.MustParse("2026-01-01"), Source: "A made survey"})
	check(err)
	folds, err := survey.MakeFolds(s.Design, 5, 1)
	check(err)
	c, err := survey.MakeCard(s, l, p, survey.CardOptions{SHA256: strings.Repeat("0", 64), Survey: "Village survey", SurveyYear: "2025", PriceYear: "2025", Weight: "w", PSU: "psu",
		Folds: folds, FoldsHow: survey.FoldsDealt,
		Assess: survey.AssessOptions{Replicates: replicates, Seed: 1, Programmes: []survey.Programme{survey.InGroup(s.Groups[0], 0), {Name: "size>=7", Member: func(i int) bool { return s.Size[i] >= 7 }}}}})
	check(err)
	return c
}

// villageCard is made once: tests only read it.
func villageCard(t *testing.T) *survey.Card {
	t.Helper()
	once.Do(func() { village = makeCard(t, wording(), survey.LinearMethod{Name: "wls", By: "milieu"}, 20) })
	if village == nil {
		t.Fatal("the card could not be made")
	}
	return village
}

var (
	once    sync.Once
	village *survey.Card
)
