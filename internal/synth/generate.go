package synth

import (
	"context"
	"io"
	"sync"

	"sijil/internal/errs"
	"sijil/internal/inorder"
	"sijil/questionnaire"
)

// chunk is how many households one goroutine makes at a time.
const chunk = 512

// Writers take what Generate makes; either may be nil.
type Writers struct {
	Households io.Writer // declarations, one JSON object a line
	Persons    io.Writer // persons, one JSON object a line
}

// Generate writes the first n households of a seed, in order. Chunks are made
// by as many goroutines as there are processors; the bytes do not depend on
// how many. progress, where not nil, is told how many are written. It stops
// early with ctx.
func (m *Model) Generate(ctx context.Context, w Writers, seed uint64, n int, progress func(done int)) error {
	var free sync.Pool
	return inorder.Run(ctx, spans(n), func() func(span) (*part, error) {
		var h Household
		return func(s span) (*part, error) {
			p, ok := free.Get().(*part)
			if !ok {
				p = new(part)
			}
			p.span, p.households, p.persons = s, p.households[:0], p.persons[:0]
			for i := s.from; i < s.to; i++ {
				m.Household(seed, i, &h)
				p.add(m, &h, w)
			}
			return p, nil
		}
	}, func(p *part) error {
		defer free.Put(p)
		if err := write(w.Households, p.households, "households"); err != nil {
			return err
		}
		if err := write(w.Persons, p.persons, "persons"); err != nil {
			return err
		}
		if progress != nil {
			progress(p.to)
		}
		return nil
	})
}

// span is a run of households, the last of which is to-1.
type span struct{ from, to int }

// spans cuts n households into the chunks that goroutines make.
func spans(n int) func(context.Context, func(span) bool) error {
	return func(_ context.Context, yield func(span) bool) error {
		for from := 0; from < n && yield(span{from, min(from+chunk, n)}); from += chunk {
		}
		return nil
	}
}

// part is a chunk as it is written.
type part struct {
	span
	households, persons []byte
}

func (p *part) add(m *Model, h *Household, w Writers) {
	if w.Households != nil {
		p.households = append(m.q.AppendJSON(p.households, &h.Declaration), '\n')
	}
	if w.Persons != nil {
		for i := range h.Persons {
			p.persons = append(h.Persons[i].AppendJSON(p.persons), '\n')
		}
	}
}

func write(w io.Writer, b []byte, what string) error {
	if w == nil {
		return nil
	}
	if _, err := w.Write(b); err != nil {
		return &errs.Error{Kind: errs.Unavailable, What: "cannot write the " + what, Fix: "check the disk and the folder", Err: err}
	}
	return nil
}

// AppendJSON appends the person as one JSON object, without a newline. Names
// hold no character that JSON escapes: Load refuses such tables.
func (p *Person) AppendJSON(dst []byte) []byte {
	field := func(name, value string) {
		dst = append(dst, name...)
		dst = append(dst, value...)
		dst = append(dst, '"')
	}
	field(`{"household":"`, p.Household)
	field(`,"ref":"`, p.Ref)
	field(`,"given_ar":"`, p.Given.Arabic)
	field(`,"given_latin":"`, p.Given.Latin)
	field(`,"family_ar":"`, p.Family.Arabic)
	field(`,"family_latin":"`, p.Family.Latin)
	sex := "male"
	if p.Sex == questionnaire.Female {
		sex = "female"
	}
	field(`,"sex":"`, sex)
	field(`,"birth_date":"`, p.Birth.String())
	return append(dst, '}')
}
