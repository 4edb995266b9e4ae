package synth

import (
	"context"
	"io"
	"runtime"
	"sync"

	"sijil/internal/errs"
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
	type part struct{ households, persons []byte }
	var free sync.Pool
	return chunks(ctx, n, func(from, to int) (*part, error) {
		p, ok := free.Get().(*part)
		if !ok {
			p = new(part)
		}
		p.households, p.persons = p.households[:0], p.persons[:0]
		var h Household
		for i := from; i < to; i++ {
			m.Household(seed, i, &h)
			if w.Households != nil {
				p.households = append(m.q.AppendJSON(p.households, &h.Declaration), '\n')
			}
			if w.Persons != nil {
				for j := range h.Persons {
					p.persons = append(h.Persons[j].AppendJSON(p.persons), '\n')
				}
			}
		}
		return p, nil
	}, func(p *part, done int) error {
		defer free.Put(p)
		if err := write(w.Households, p.households, "households"); err != nil {
			return err
		}
		if err := write(w.Persons, p.persons, "persons"); err != nil {
			return err
		}
		if progress != nil {
			progress(done)
		}
		return nil
	})
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

// chunks makes the chunks of 0 to n on all processors and hands them to take
// in order, with how many households they complete. The first error stops it.
func chunks[T any](ctx context.Context, n int, produce func(from, to int) (T, error), take func(part T, done int) error) error {
	type made struct {
		part T
		err  error
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	// Each chunk has a place to put its part; the queue bounds how many are
	// under way.
	queue := make(chan chan made, 2*runtime.GOMAXPROCS(0))
	type task struct {
		from int
		into chan made
	}
	tasks := make(chan task)
	var wg sync.WaitGroup
	defer wg.Wait()
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			for t := range tasks {
				part, err := produce(t.from, min(t.from+chunk, n))
				t.into <- made{part, err}
			}
		})
	}
	wg.Go(func() {
		defer close(queue)
		defer close(tasks)
		for from := 0; from < n; from += chunk {
			into := make(chan made, 1)
			select {
			case queue <- into:
			case <-ctx.Done():
				return
			}
			select {
			case tasks <- task{from, into}:
			case <-ctx.Done():
				return
			}
		}
	})
	done := 0
	for into := range queue {
		var got made
		select {
		case got = <-into:
		case <-ctx.Done():
			return ctx.Err()
		}
		if got.err != nil {
			cancel()
			return got.err
		}
		done = min(done+chunk, n)
		if err := take(got.part, done); err != nil {
			cancel()
			return err
		}
	}
	return ctx.Err()
}
