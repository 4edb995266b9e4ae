package linkage

import (
	"encoding/binary"
	"fmt"
	"strconv"

	"sijil/names"
)

// Key is where a record is looked for. Records that share a key are candidates.
// The keys of one pass form a ladder: depth 0 is the coarsest, each following
// one splits the one before by a further field. A search begins at depth 0 and,
// where a key holds more records than it can afford, goes one deeper; keys that
// are stored must therefore be stored at all depths. Records that share a key
// have the same ladder down to it.
type Key struct {
	Pass  uint8
	Depth uint8
	Hash  uint64
}

// MaxKeys is the greatest number of keys of a record. Most have about two for
// each pass.
const MaxKeys = maxPasses * (1 + maxSplits)

// keyPeople is the size of the largest register that ladders are made for.
const keyPeople = 50e6

// keyFormat is the version of Key.Bytes.
const keyFormat = 1

// Bytes returns the key in a form to be stored under a keyed hash. It does not
// depend on the model but through what the pass compares, so that a new model
// of the same passes meets the keys of the old one; see Model.KeyVersion.
func (k Key) Bytes() []byte {
	out := make([]byte, 0, 10)
	out = append(out, keyFormat, k.Depth)
	return binary.BigEndian.AppendUint64(out, k.Hash)
}

// Keys returns the keys of a record, by pass and depth. A ladder ends where no
// register would fill the key. A record that says too little has none in some
// passes, or none at all.
func (m *Model) Keys(r *Record) []Key {
	var keys []Key
	for p, ps := range m.passes {
		h, people := m.starts[p], float64(keyPeople)
		for depth, at := range ps.atoms {
			a := &m.atoms[at]
			v := r.recs.atom(0, a)
			if v == 0 && depth < ps.base {
				break
			}
			h = mix(h, v)
			people *= a.frequency(v)
			if depth+1 < ps.base {
				continue
			}
			keys = append(keys, Key{Pass: uint8(p), Depth: uint8(depth + 1 - ps.base), Hash: h})
			if people <= float64(m.cap) {
				break
			}
		}
	}
	return keys
}

// frequency returns the share of people that have a value of the atom, as far
// as the training file tells.
func (a *atomRef) frequency(v uint64) float64 {
	if v == 0 {
		return 1 - a.has
	}
	if share, ok := a.common[v]; ok {
		return share
	}
	return a.rest
}

// passHash is the start of the keys of a pass: what it compares, under which
// rules of names.
func (m *Model) passHash(p int) uint64 {
	h := mix(hashString(m.names()), uint64(m.passes[p].base))
	for _, at := range m.passes[p].atoms {
		h = mix(h, hashString(m.atomName(at)))
	}
	return h
}

func (m *Model) names() string { return strconv.Itoa(names.Rules) + " " + hashOf(m.table) }

// atomName names an atom so that no other has the name.
func (m *Model) atomName(at int) string {
	a := &m.atoms[at]
	return fmt.Sprintf("%d %d %d %d", a.field, a.col, a.k, a.other)
}

// KeyVersion returns what the keys of the model depend on, as a short text.
// Models of one version give a record the same keys; where it changes, stored
// keys must be made again.
func (m *Model) KeyVersion() string {
	h := mix(hashString(m.names()), uint64(m.cap))
	for _, f := range m.spec.Fields {
		h = mix(h, uint64(f.Kind)<<8|uint64(len(f.Columns)))
	}
	for p := range m.passes {
		h = mix(h, m.starts[p])
	}
	for at := range m.atoms {
		a := &m.atoms[at]
		h = mix(h, uint64(len(a.common)))
		sum := uint64(0)
		for v, share := range a.common {
			sum += mix(v, uint64(share*1e12))
		}
		h = mix(mix(h, sum), uint64(a.rest*1e15))
		h = mix(h, uint64(a.has*1e12))
	}
	return fmt.Sprintf("%d-%016x", keyFormat, h)
}
