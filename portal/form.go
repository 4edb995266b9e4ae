package portal

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"sijil/questionnaire"
)

// The simulator's form. Its fields are place, stratum and variant; of each
// person pN.born, pN.sex and pN.ITEM; of the household h.ITEM; and, for the
// page itself, count (of persons), step (the step shown), asked (the questions
// it showed), rest (the answers not on the page, written as a form) and go (the
// button). What is on the page comes before the rest.

// Limits of a form.
const (
	maxBody  = 128 << 10 // bytes
	maxValue = 40        // characters of one answer
)

// form is what a visitor has filled in, as written. Nothing in it has been
// judged; every field may hold anything.
type form struct {
	Place, Stratum, Variant string
	People                  []person
	Home                    map[string]string // by item

	step, pressed string
	asked         map[string]bool // names of the questions on the page that was sent
}

// person is what the form says of one person.
type person struct {
	Born, Sex string
	Answers   map[string]string // by item
}

// Steps of the form, in their order.
const (
	stepPeople  = "people"
	stepAnswers = "answers"
	stepHome    = "home"
	stepResult  = "result"
)

// Why a form could not be read.
var (
	errTooLarge = errors.New("the form is too large")
	errNoForm   = errors.New("not a form")
)

// readForm reads the body of a request. Unknown fields are passed over, of
// repeated ones the first counts: browsers and their helpers add their own.
func readForm(w http.ResponseWriter, r *http.Request, q *questionnaire.Questionnaire) (*form, error) {
	values, err := readValues(w, r, maxBody)
	if err != nil {
		return nil, err
	}
	return parseForm(values, q), nil
}

// placeFields are the fields that are neither of a person nor of the household.
var placeFields = []string{"place", "stratum", "variant"}

// parseForm sorts the values of a form. It never fails: what makes no sense is
// as good as not written.
func parseForm(values url.Values, q *questionnaire.Questionnaire) *form {
	f := newForm()
	count, err := strconv.Atoi(values.Get("count"))
	if err != nil {
		count = 1
	}
	f.People = f.People[:0]
	for range min(max(count, 1), q.Composition.MaxMembers) {
		f.People = append(f.People, person{Answers: map[string]string{}})
	}
	for name, all := range values {
		if len(all) > 0 {
			f.take(name, all[0], q)
		}
	}
	rest, err := url.ParseQuery(values.Get("rest"))
	if err != nil { // not as a page of ours wrote it
		return f
	}
	for name, all := range rest {
		if len(all) > 0 && !values.Has(name) && (strings.Contains(name, ".") || slices.Contains(placeFields, name)) {
			f.take(name, all[0], q)
		}
	}
	return f
}

func newForm() *form {
	return &form{People: []person{{Answers: map[string]string{}}}, Home: map[string]string{}, asked: map[string]bool{}, step: stepPeople}
}

// take puts one value where it belongs.
func (f *form) take(name, value string, q *questionnaire.Questionnaire) {
	switch name {
	case "asked":
		for n := range strings.FieldsSeq(value) {
			f.asked[n] = true
		}
		return
	case "step":
		f.step = value
		return
	case "go":
		f.pressed = value
		return
	}
	value = clean(value)
	switch name {
	case "place":
		f.Place = value
	case "stratum":
		f.Stratum = value
	case "variant":
		f.Variant = value
	}
	of, code, ok := strings.Cut(name, ".")
	if !ok {
		return
	}
	item, known := q.Item(code)
	if of == "h" && known && item.Level == questionnaire.OfHousehold {
		f.Home[code] = value
		return
	}
	n, err := strconv.Atoi(strings.TrimPrefix(of, "p"))
	if err != nil || of != "p"+strconv.Itoa(n) || n < 1 || n > len(f.People) {
		return
	}
	switch p := &f.People[n-1]; {
	case code == "born":
		p.Born = value
	case code == "sex":
		p.Sex = value
	case known && item.Level == questionnaire.OfMember:
		p.Answers[code] = value
	}
}

// clean cuts an answer to what one can be: no control characters, no more than
// maxValue characters, digits as programs write them.
func clean(value string) string {
	if !utf8.ValidString(value) {
		return ""
	}
	var b strings.Builder
	for _, r := range strings.TrimSpace(value) {
		switch {
		case b.Len() >= maxValue:
			return b.String()
		case r >= '٠' && r <= '٩':
			r = '0' + r - '٠'
		case r >= '۰' && r <= '۹':
			r = '0' + r - '۰'
		case r == '٫':
			r = '.'
		case !unicode.IsPrint(r):
			continue
		}
		b.WriteRune(r)
	}
	return strings.TrimSpace(b.String())
}

// add adds an empty person.
func (f *form) add() { f.People = append(f.People, person{Answers: map[string]string{}}) }

// remove takes out the person of a number, from 1; the last one stays.
func (f *form) remove(n int) {
	if n >= 1 && n <= len(f.People) && len(f.People) > 1 {
		f.People = append(f.People[:n-1], f.People[n:]...)
	}
}

// personField is the name of a field of a person, whose number is from 1.
func personField(number int, code string) string { return "p" + strconv.Itoa(number) + "." + code }

// homeField is the name of a field of the household.
func homeField(code string) string { return "h." + code }
