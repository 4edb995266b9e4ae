package api

import (
	"strconv"
	"time"

	"sijil/idcs"
	"sijil/internal/civil"
	"sijil/internal/errs"
	"sijil/internal/uid"
	"sijil/seal"
)

// reader turns texts of a request into values, and gathers all that is wrong
// with them. An empty text is the zero value: what must be there, the document
// and the registers say.
type reader struct {
	scheme *idcs.Scheme
	faults errs.List
}

func (a *API) reader() *reader { return &reader{scheme: a.scheme} }

// read parses one text. The parser's own words may be kept: they hold no value.
func read[T any](r *reader, field, text string, parse func(string) (T, error)) (v T) {
	if text == "" {
		return v
	}
	v, err := parse(text)
	if err == nil {
		return v
	}
	e := &errs.Error{Kind: errs.Invalid, Code: codeInvalid, What: "the text does not fit"}
	each(err, func(own *errs.Error) { e.What, e.Fix = own.What, own.Fix })
	e.Field = field
	r.faults.Add(e)
	return v
}

func (r *reader) day(field, text string) civil.Date { return read(r, field, text, civil.Parse) }

func (r *reader) partial(field, text string) civil.Partial {
	return read(r, field, text, civil.ParsePartial)
}

func (r *reader) number(field, text string) idcs.IDCS { return read(r, field, text, r.scheme.Parse) }

// person is the token of one, which a body always names person.
func (r *reader) person(text string) seal.Token { return read(r, "person", text, seal.ParseToken) }

func (r *reader) ref(field, text string) uid.Ref { return read(r, field, text, uid.ParseRef) }

// inPath reads a reference of a path: one that is none names nothing.
func inPath(text string) (uid.Ref, error) {
	ref, err := uid.ParseRef(text)
	if err != nil {
		return "", &errs.Error{Kind: errs.NotFound, Code: codeNoSuch, What: "nothing has this reference", Fix: "copy all 26 letters and digits of it"}
	}
	return ref, nil
}

// dayText is a day, "" for none.
func dayText(d civil.Date) string {
	if d.IsZero() {
		return ""
	}
	return d.String()
}

// at is an instant as answers have it: in UTC, to the second.
func at(t time.Time) time.Time {
	if t.IsZero() {
		return time.Time{}
	}
	return t.UTC().Truncate(time.Second)
}

// texts turns words of a register's own types into texts, never nil.
func texts[T ~string](in []T) []string {
	out := make([]string, len(in))
	for i, t := range in {
		out[i] = string(t)
	}
	return out
}

// words is texts the other way.
func words[T ~string](in []string) []T {
	out := make([]T, len(in))
	for i, t := range in {
		out[i] = T(t)
	}
	return out
}

func item(list string, i int) string { return list + "[" + strconv.Itoa(i) + "]" }

// mapped is one for each.
func mapped[A, B any](in []A, f func(A) B) []B {
	out := make([]B, len(in))
	for i, a := range in {
		out[i] = f(a)
	}
	return out
}

// numbered is mapped with the place in the list.
func numbered[A, B any](in []A, f func(int, A) B) []B {
	if len(in) == 0 {
		return nil
	}
	out := make([]B, len(in))
	for i, a := range in {
		out[i] = f(i, a)
	}
	return out
}
