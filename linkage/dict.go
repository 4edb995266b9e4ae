package linkage

import "math/bits"

// dict numbers distinct values from 1 in the order they come; 0 is the empty
// value. The values lie one behind the other.
type dict struct {
	bytes []byte
	ends  []uint64 // value i lies in bytes[ends[i-1]:ends[i]]; ends[0] is 0
	count []uint32 // rows that have value i
	tags  []uint32 // upper half of the value's hash
	slots []uint32 // open addressing: number of the value, 0 where free
}

func newDict() *dict {
	return &dict{ends: make([]uint64, 1), count: make([]uint32, 1), tags: make([]uint32, 1), slots: make([]uint32, 64)}
}

// size returns how many values there are, the empty one included.
func (d *dict) size() int { return len(d.ends) }

// value returns the bytes of value i.
func (d *dict) value(i uint32) []byte {
	if i == 0 {
		return nil
	}
	return d.bytes[d.ends[i-1]:d.ends[i]]
}

// number returns the number of a value, a new one if it was not met before.
func (d *dict) number(v []byte) uint32 {
	if len(v) == 0 {
		d.count[0]++
		return 0
	}
	h := hashBytes(v)
	mask := uint64(len(d.slots) - 1)
	tag := uint32(h >> 32)
	for at := h & mask; ; at = (at + 1) & mask {
		n := d.slots[at]
		if n == 0 {
			return d.add(v, tag, at)
		}
		if d.tags[n] == tag && string(d.value(n)) == string(v) {
			d.count[n]++
			return n
		}
	}
}

func (d *dict) add(v []byte, tag uint32, at uint64) uint32 {
	n := uint32(len(d.ends))
	d.bytes = append(d.bytes, v...)
	d.ends = append(d.ends, uint64(len(d.bytes)))
	d.count = append(d.count, 1)
	d.tags = append(d.tags, tag)
	d.slots[at] = n
	if 2*len(d.ends) > len(d.slots) {
		d.grow()
	}
	return n
}

func (d *dict) grow() {
	d.slots = make([]uint32, 1<<bits.Len(uint(2*len(d.slots)-1)))
	mask := uint64(len(d.slots) - 1)
	for n := uint32(1); int(n) < len(d.ends); n++ {
		at := hashBytes(d.value(n)) & mask
		for d.slots[at] != 0 {
			at = (at + 1) & mask
		}
		d.slots[at] = n
	}
}

// seal gives back what only number needs.
func (d *dict) seal() { d.slots, d.tags = nil, nil }
