package linkage

import (
	"encoding/binary"
	"math/bits"
	"unsafe"
)

const (
	prime1 = 0x9E3779B185EBCA87
	prime2 = 0xC2B2AE3D27D4EB4F
	prime3 = 0x165667B19E3779F9
)

// mix joins two numbers to one that depends on every bit of both.
func mix(a, b uint64) uint64 {
	hi, lo := bits.Mul64(a^prime1, b^prime2)
	return hi ^ lo ^ bits.RotateLeft64(a, 29)*prime3
}

// hashBytes returns a hash of b that is the same on every machine. It is no
// secret: what is stored is put under a keyed hash by whom it concerns.
func hashBytes(b []byte) uint64 {
	h := uint64(len(b)) * prime3
	for len(b) >= 8 {
		h = mix(h, binary.LittleEndian.Uint64(b))
		b = b[8:]
	}
	if len(b) > 0 {
		var tail [8]byte
		copy(tail[:], b)
		h = mix(h, binary.LittleEndian.Uint64(tail[:]))
	}
	return mix(h, prime3)
}

// hashString is hashBytes of a string.
func hashString(s string) uint64 {
	return hashBytes(unsafe.Slice(unsafe.StringData(s), len(s))) //nolint:gosec // read only
}

// some turns a hash into one that is never 0: 0 stands for nothing known.
func some(h uint64) uint64 {
	if h == 0 {
		return prime1
	}
	return h
}
