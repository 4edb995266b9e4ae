package questionnaire

import (
	"fmt"

	"sijil/internal/civil"
	"sijil/internal/errs"
)

// PresumedAge is the age of a member whose date of birth is not known to the
// day. The age at the presumed birthday is taken; Other is the age had the
// person been born on another day that the date allows, and equals Age when no
// day would change it.
type PresumedAge struct {
	Member int // position in Declaration.Members
	Age    int // whole years, as presumed
	Other  int // whole years
}

// age returns the whole years of a birth date on a day: as presumed, and the
// other age the date allows. A newborn presumed to be born later in the year
// is aged 0.
func (q *Questionnaire) age(birth civil.Partial, on civil.Date) (age, other int) {
	oldest := birth.First().AgeAt(on)
	youngest := max(0, birth.Last().AgeAt(on))
	if birth.Precision() == civil.Day || oldest == youngest {
		return oldest, oldest
	}
	p := q.PresumedBirthday
	age = birth.Presume(p.month(), p.Day).AgeAt(on)
	if age == oldest {
		return age, youngest
	}
	return age, oldest
}

// PresumedAges returns the members whose age rests on a presumed birthday, in
// their order, so that whoever decides can see whether the presumption alone
// decides.
func (q *Questionnaire) PresumedAges(d *Declaration) []PresumedAge {
	var out []PresumedAge
	for i := range d.Members {
		birth := d.Members[i].Birth
		if birth.Precision() == civil.Day {
			continue
		}
		age, other := q.age(birth, d.AsOf)
		out = append(out, PresumedAge{Member: i, Age: age, Other: other})
	}
	return out
}

// MaxAmbiguous is the most members of ambiguous age for which AgeVariants
// lists every combination.
const MaxAmbiguous = 6

// AgeVariants returns every combination of ages that the dates of birth allow,
// one age per member, for Options.Ages: the first is the presumed one, and
// there are 2^k of them for k members of ambiguous age. More than MaxAmbiguous
// such members are an error: exact dates are then asked for.
func (q *Questionnaire) AgeVariants(d *Declaration) ([][]int, error) {
	presumed := make([]int, len(d.Members))
	for i := range d.Members {
		presumed[i], _ = q.age(d.Members[i].Birth, d.AsOf)
	}
	variants := [][]int{presumed}
	ambiguous := 0
	for _, p := range q.PresumedAges(d) {
		if p.Age == p.Other {
			continue
		}
		if ambiguous++; ambiguous > MaxAmbiguous {
			return nil, errs.Bad("members", fmt.Sprintf("more than %d members have an age that depends on a presumed birthday", MaxAmbiguous),
				"ask for the month or day of birth of some of them")
		}
		for _, v := range variants {
			other := append([]int(nil), v...)
			other[p.Member] = p.Other
			variants = append(variants, other)
		}
	}
	return variants, nil
}
