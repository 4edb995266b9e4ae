package main

import (
	"bytes"
	"flag"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"testing"
)

var update = flag.Bool("update", false, "write the made survey anew")

// madeSurveyFile is the survey of the walk-through. Everything in it is drawn
// here: no household, commune or country stands behind it.
const madeSurveyFile = "testdata/survey/communes.csv"

// TestMadeSurvey holds the file to its construction.
func TestMadeSurvey(t *testing.T) {
	t.Parallel()
	made := makeSurvey()
	if *update {
		if err := os.WriteFile(madeSurveyFile, made, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	kept, err := os.ReadFile(madeSurveyFile)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(kept, made) {
		t.Error("the file is not what its construction makes; run go test -run TestMadeSurvey -update")
	}
	if len(kept) > 60_000 {
		t.Errorf("%d bytes; the example is to stay small", len(kept))
	}
}

// makeSurvey draws 60 communes of ten households in six strata (three regions,
// rural and urban), half of them in each of two waves. What a household owns
// depends on its level of living, and that on where it lives, its size and its
// work, with chance at every step.
func makeSurvey() []byte {
	rng := rand.New(rand.NewPCG(2, 1))
	var b bytes.Buffer
	b.WriteString("household,wave,region,milieu,stratum,commune,weight,consumption,size,children,head_sex,head_age,head_work,wall,rooms,piped_water,electricity,fridge,phone,car\n")
	regions := []string{"hills", "coast", "plain"}
	for commune := range 60 {
		stratum := commune / 10
		c := place{stratum: stratum, region: regions[stratum/2], urban: stratum%2 == 1,
			level: []float64{-.28, .06, -.1, .12, -.05, 0}[stratum] + .16*rng.NormFloat64(), weight: math.Round(10*(60+90*rng.Float64())) / 10}
		for h := range 10 {
			fmt.Fprintf(&b, "%d,%d,%s\n", 10*commune+h+1, 1+commune%2, c.household(rng, commune+1))
		}
	}
	return b.Bytes()
}

// place is a commune.
type place struct {
	stratum       int
	region        string
	urban         bool
	level, weight float64
}

// household draws one household as a row.
func (p *place) household(rng *rand.Rand, commune int) string {
	chance := func(v float64) string {
		if rng.Float64() < 1/(1+math.Exp(-v)) {
			return "yes"
		}
		return "no"
	}
	pick := func(from []string, shares ...float64) string {
		at := rng.Float64()
		for i, s := range shares {
			if at -= s; at < 0 {
				return from[i]
			}
		}
		return from[len(from)-1]
	}
	milieu, urban := "rural", 0.
	if p.urban {
		milieu, urban = "urban", 1
	}
	children := min(rng.IntN(4)+rng.IntN(3), 5)
	size := 1 + children + rng.IntN(4)
	sex := pick([]string{"woman", "man"}, .2)
	age := 22 + rng.IntN(60)
	works := []string{"farm", "wage", "own", "none"}
	work := pick(works, .6-.5*urban, .15+.35*urban, .15)
	level := p.level + .32*urban - .085*float64(size-5) + map[string]float64{"farm": -.12, "wage": .22, "own": .1, "none": -.08}[work] + .3*rng.NormFloat64()
	consumption := fmt.Sprintf("%.0f", math.Exp(8.9+level+.22*rng.NormFloat64()))
	if rng.IntN(150) == 0 {
		consumption = "" // the diary of expenses was not kept
	}
	wall := pick([]string{"mud", "brick", "block"}, max(.05, .5-.4*urban-.4*level), .3)
	rooms := max(1, min(7, int(math.Round(2.2+1.1*level+.25*float64(size-3)+.8*rng.NormFloat64()))))
	return fmt.Sprintf("%s,%s,%d,%d,%.1f,%s,%d,%d,%s,%d,%s,%s,%d,%s,%s,%s,%s,%s", p.region, milieu, p.stratum+1, commune, p.weight, consumption, size, children, sex, age, work, wall, rooms,
		chance(-1.2+2.4*urban+1.2*level), chance(.6+1.8*urban+1.6*level), chance(-.3+1.2*urban+2.6*level), chance(1+1.5*level), chance(-2.6+2.8*level))
}
