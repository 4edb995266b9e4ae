package population_test

import (
	"testing"

	"sijil/idcs"
	"sijil/internal/civil"
	"sijil/population"
)

// newborn is a child without documents of its own, brought by somebody.
func (w *world) newborn(given, arab, born string, order int, by population.Holder, as string) population.Enrolment {
	e := inBoth(w.adult(), given, arab, "Oubenhessaine", "اوبنحساين")
	e.Sex, e.Birth, e.Documents = population.Female, population.Birth{Date: date(born), Order: order}, nil
	e.Introducer = &population.Relation{As: as, Holder: by}
	return e
}

// The rows of the table of children in docs/enrolment.md: what a second
// enrolment is when a first child of a mother is enrolled already.
func TestChildrenAreToldApart(t *testing.T) {
	t.Parallel()
	const salma, arabSalma, imane, arabImane = "Salma", "سلمى", "Imane", "ايمان"
	const day, nextDay, otherYear = "2026-10-20", "2026-10-21", "2025-09-02"
	numbered, judged, refused := population.Numbered, population.InJudgement, population.Refused
	each(t, func(w *world) {
		t := w.t
		checked(w)
		serial := int64(0)
		parent := func(given string, sex population.Sex) population.Holder {
			serial++
			e := w.somebody(given, invented(int(serial)*61)+"aoui", "1990-04-01", card(serial))
			e.Sex = sex
			c := w.enrol(e)
			if c.State != numbered {
				t.Fatalf("a parent is %s", c.State)
			}
			return population.Holder{IDCS: c.IDCS}
		}
		// Each row has parents of its own.
		var mothers, fathers []population.Holder
		for range 17 {
			mothers, fathers = append(mothers, parent("Khadija", population.Female)), append(fathers, parent("Driss", population.Male))
		}
		mother, father := population.Holder{Institution: "the mother of the row"}, population.Holder{Institution: "the father of the row"}
		neighbour := population.Holder{Name: "Zineb Alaoui"}
		act := func(n int64) []population.Document { return []population.Document{birthAct(2026, n)} }
		type row struct {
			what          string
			first, second population.Enrolment
			documents     [2][]population.Document
			want          population.EnrolmentState
		}
		rows := []row{
			{"a second registration by the same mother", w.newborn(salma, arabSalma, day, 0, mother, "mother"), w.newborn(salma, arabSalma, day, 0, mother, "mother"), [2][]population.Document{}, refused},
			{"the same, spelt otherwise", w.newborn(salma, arabSalma, day, 0, mother, "mother"), w.newborn("Selma", "سلمه", day, 0, mother, "mother"), [2][]population.Document{}, refused},
			{"the same, now with its act", w.newborn(salma, arabSalma, day, 0, mother, "mother"), w.newborn(salma, arabSalma, day, 0, mother, "mother"), [2][]population.Document{nil, act(11)}, refused},
			{"the same, an order stated once", w.newborn(salma, arabSalma, day, 1, mother, "mother"), w.newborn(salma, arabSalma, day, 0, mother, "mother"), [2][]population.Document{}, refused},
			{"the mother, then the father", w.newborn(salma, arabSalma, day, 0, mother, "mother"), w.newborn(salma, arabSalma, day, 0, father, "father"), [2][]population.Document{}, judged},
			{"the mother, then somebody who is not registered", w.newborn(salma, arabSalma, day, 0, mother, "mother"), w.newborn(salma, arabSalma, day, 0, neighbour, "custodian"), [2][]population.Document{}, judged},
			{"a twin, orders 1 and 2", w.newborn(salma, arabSalma, day, 1, mother, "mother"), w.newborn(imane, arabImane, day, 2, mother, "mother"), [2][]population.Document{}, numbered},
			{"a twin born after midnight", w.newborn(salma, arabSalma, day, 1, mother, "mother"), w.newborn(imane, arabImane, nextDay, 2, mother, "mother"), [2][]population.Document{}, numbered},
			{"a twin brought by the father", w.newborn(salma, arabSalma, day, 1, mother, "mother"), w.newborn(imane, arabImane, day, 2, father, "father"), [2][]population.Document{}, numbered},
			{"a twin without an order", w.newborn(salma, arabSalma, day, 0, mother, "mother"), w.newborn(imane, arabImane, day, 0, mother, "mother"), [2][]population.Document{}, judged},
			{"a twin without an order, each with its act", w.newborn(salma, arabSalma, day, 0, mother, "mother"), w.newborn(imane, arabImane, day, 0, mother, "mother"), [2][]population.Document{act(21), act(22)}, numbered},
			{"orders 1 and 2 and one name", w.newborn(salma, arabSalma, day, 1, mother, "mother"), w.newborn(salma, arabSalma, day, 2, mother, "mother"), [2][]population.Document{}, judged},
			{"one name and two acts", w.newborn(salma, arabSalma, day, 0, mother, "mother"), w.newborn(salma, arabSalma, day, 0, mother, "mother"), [2][]population.Document{act(31), act(32)}, judged},
			{"a sister of the year before, another name", w.newborn(salma, arabSalma, day, 0, mother, "mother"), w.newborn(imane, arabImane, otherYear, 0, mother, "mother"), [2][]population.Document{}, numbered},
			{"a sister of the year before, a name that looks alike", w.newborn("Fatima", "فاطمة", day, 0, mother, "mother"), w.newborn("Fatiha", "فتيحة", otherYear, 0, mother, "mother"), [2][]population.Document{}, numbered},
			{"a sister of the year before, each with its act", w.newborn(salma, arabSalma, day, 0, mother, "mother"), w.newborn("Salima", "سليمة", otherYear, 0, mother, "mother"), [2][]population.Document{act(41), {birthAct(2025, 42)}}, numbered},
			{"a child of another house with the same name and day", w.newborn(salma, arabSalma, day, 0, mother, "mother"), inBoth(w.newborn(salma, arabSalma, day, 0, neighbour, "mother"), salma, arabSalma, "Tahiri", "الطاهري"), [2][]population.Document{}, numbered},
		}
		for i, r := range rows {
			// Each row has a family name and days of its own, so that rows do not meet.
			family := func(e population.Enrolment, documents []population.Document) population.Enrolment {
				for k := range e.Names[0].Spellings {
					s := &e.Names[0].Spellings[k]
					if s.Script == "Latn" && s.Family == "Oubenhessaine" {
						s.Family = invented(i*37+5) + "hessaine"
					} else if s.Script == "Arab" && s.Family == "اوبنحساين" {
						s.Family = arabInvented(i*37 + 5)
					}
				}
				e.Birth.Date = civil.Partial(e.Birth.Date.First().AddDays(-9 * i))
				by := *e.Introducer
				switch by.Holder {
				case mother:
					by.Holder = mothers[i]
				case father:
					by.Holder = fathers[i]
				}
				e.Introducer, e.Documents = &by, documents
				return e
			}
			first := w.enrol(family(r.first, r.documents[0]))
			if first.State != numbered {
				t.Errorf("%s: the first child is %s", r.what, first.State)
				continue
			}
			second := w.enrol(family(r.second, r.documents[1]))
			if second.State != r.want || (second.IDCS == idcs.IDCS{}) == (r.want == numbered) {
				t.Errorf("%s: %s, want %s", r.what, second.State, r.want)
			}
		}
	})
}

// arabInvented is invented in Arabic letters.
func arabInvented(i int) string {
	out := ""
	for _, part := range [][]string{{"با", "شا", "دا", "فو", "غا", "ها", "جا", "كا", "لا", "ما"}, {"لي", "ري", "مي", "ني", "سي", "دي", "تي", "بي", "في", "زي"}, {"د", "م", "ل", "ن", "ر", "س", "ت", "ف", "ك", "ب"}} {
		out += part[i%10]
		i /= 10
	}
	return out + "حساين"
}
