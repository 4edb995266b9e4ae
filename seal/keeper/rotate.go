package keeper

import (
	"fmt"
	"io"
	"maps"
	"math"
	"os"
	"slices"
	"time"

	"sijil/internal/errs"
	"sijil/seal"
	"sijil/seal/xaes"
)

// Create makes a key file with one zone key and one blind key for each domain,
// readable by its owner alone, and opens it. It never overwrites a file: keys
// that are gone take everything they sealed with them. rand is
// crypto/rand.Reader but in tests.
func Create(path string, domains []seal.Domain, now time.Time, rand io.Reader) (*File, error) {
	f := &File{&state{path: path, rand: rand, domains: map[seal.Domain]*domain{}}}
	for _, d := range domains {
		dom := &domain{}
		if err := dom.add(&dom.zone, rand, now); err != nil {
			return nil, err
		}
		if err := dom.add(&dom.blind, rand, now); err != nil {
			return nil, err
		}
		f.p.domains[d] = dom
	}
	if len(f.p.domains) == 0 {
		return nil, errs.Bad("domains", "a key file without a domain keeps nothing", "name the domains")
	}
	if err := write(path, f.p.domains, false); err != nil {
		return nil, err
	}
	return f, nil
}

// Open reads a key file. It refuses one that anybody but its owner may read or
// write. rand is as for Create.
func Open(path string, rand io.Reader) (*File, error) {
	domains, err := read(path)
	if err != nil {
		return nil, err
	}
	return &File{&state{path: path, rand: rand, domains: domains}}, nil
}

// Reload reads the file again, for keys that another process added.
func (f *File) Reload() error {
	seen, err := os.Stat(f.p.path) // before reading: what comes after is seen as a change
	if err != nil {
		seen = nil
	}
	domains, err := read(f.p.path)
	if err != nil {
		return err
	}
	f.p.mu.Lock()
	defer f.p.mu.Unlock()
	f.p.domains, f.p.seen = domains, seen
	return nil
}

// changed reports whether the file is another than was read. One that cannot be
// looked at is not: what was read still serves, and Reload would say why.
func (f *File) changed() bool {
	now, err := os.Stat(f.p.path)
	f.p.mu.RLock()
	defer f.p.mu.RUnlock()
	return err == nil && (f.p.seen == nil || !os.SameFile(now, f.p.seen) || !now.ModTime().Equal(f.p.seen.ModTime()) || now.Size() != f.p.seen.Size())
}

// RotateZone adds a zone key to a domain and makes it the current one; new
// data keys are wrapped under it, old ones still unwrap. It returns the key's
// number.
func (f *File) RotateZone(d seal.Domain, now time.Time) (uint16, error) {
	return f.rotate(d, now, func(dom *domain) *[]key { return &dom.zone })
}

// RotateBlind adds a blind key to a domain and makes it the current one. Blind
// indexes under the one before stay valid until it is retired. It returns the
// key's number.
func (f *File) RotateBlind(d seal.Domain, now time.Time) (uint16, error) {
	return f.rotate(d, now, func(dom *domain) *[]key { return &dom.blind })
}

// RetireBlind removes a blind key that is not the current one. Blind indexes
// under it find nothing from then on, so no row may have one any more.
func (f *File) RetireBlind(d seal.Domain, number uint16) error {
	return f.retire(d, number, "blind", func(dom *domain) *[]key { return &dom.blind })
}

// RetireZone removes a zone key that is not the current one. Data keys wrapped
// under it, and all they seal, are lost from then on: none may be any more.
func (f *File) RetireZone(d seal.Domain, number uint16) error {
	return f.retire(d, number, "zone", func(dom *domain) *[]key { return &dom.zone })
}

func (f *File) retire(d seal.Domain, number uint16, kind string, which func(*domain) *[]key) error {
	return f.change(func() error {
		dom, err := f.domain(d)
		if err != nil {
			return err
		}
		next := &domain{zone: slices.Clone(dom.zone), blind: slices.Clone(dom.blind)}
		keys := which(next)
		i := slices.IndexFunc(*keys, func(k key) bool { return k.number == number })
		if i <= 0 {
			return &errs.Error{Kind: errs.Conflict, Code: "keeper.current", File: f.p.path,
				What: fmt.Sprintf("%s key %d of the domain %s is the current one or does not exist", kind, number, d),
				Fix:  "rotate first, and write anew what was made with it"}
		}
		*keys = slices.Delete(*keys, i, i+1)
		return f.replace(d, next)
	})
}

func (f *File) rotate(d seal.Domain, now time.Time, which func(*domain) *[]key) (uint16, error) {
	var number uint16
	err := f.change(func() error {
		dom, err := f.domain(d)
		if err != nil {
			return err
		}
		next := &domain{zone: slices.Clone(dom.zone), blind: slices.Clone(dom.blind)}
		keys := which(next)
		if err := next.add(keys, f.p.rand, now); err != nil {
			return err
		}
		number = (*keys)[0].number
		return f.replace(d, next)
	})
	return number, err
}

// change runs fn on the file as it is on disk, while no other process changes
// it.
func (f *File) change(fn func() error) error {
	lock := f.p.path + ".lock"
	l, err := os.OpenFile(lock, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return &errs.Error{Kind: errs.Conflict, Code: "keeper.locked", File: lock, What: "the key file is being changed",
			Fix: "wait for the other process; when there is none, remove this lock file", Err: err}
	}
	defer func() {
		_ = l.Close() // nothing was written to it
		_ = os.Remove(lock)
	}()
	if err := f.Reload(); err != nil {
		return err
	}
	return fn()
}

// replace writes the file with a domain changed, then uses it.
func (f *File) replace(d seal.Domain, dom *domain) error {
	f.p.mu.Lock()
	defer f.p.mu.Unlock()
	next := make(map[seal.Domain]*domain, len(f.p.domains))
	maps.Copy(next, f.p.domains)
	next[d] = dom
	if err := write(f.p.path, next, true); err != nil {
		return err
	}
	f.p.domains = next
	return nil
}

// add puts a new key before the others.
func (*domain) add(keys *[]key, rand io.Reader, now time.Time) error {
	k := key{number: 1, created: now.UTC().Truncate(time.Second)}
	for _, old := range *keys {
		if old.number == math.MaxUint16 {
			return &errs.Error{Kind: errs.Conflict, Code: "keeper.full", What: "the domain has used up the numbers of keys"}
		}
		k.number = max(k.number, old.number+1)
	}
	if _, err := io.ReadFull(rand, k.secret[:]); err != nil {
		return &errs.Error{Kind: errs.Unavailable, Code: "keeper.random", What: "there is no randomness", Err: err}
	}
	k.aead = xaes.New(&k.secret)
	*keys = slices.Insert(*keys, 0, k)
	return nil
}
