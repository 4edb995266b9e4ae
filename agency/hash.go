package agency

import (
	"context"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"io"
	"strings"
	"sync/atomic"

	"golang.org/x/crypto/argon2"

	"sijil/internal/errs"
)

// HashWork is how much work argon2id does for one password.
type HashWork struct {
	Memory  uint32 // KiB
	Passes  uint32
	Threads uint8
}

// DefaultHash is the second recommended option of RFC 9106 §4, for machines
// that share their memory: 64 MiB, three passes, four lanes, with a salt of 128
// and a tag of 256 bits. It is above what the OWASP Password Storage Cheat
// Sheet asks for at least (19 MiB, two passes, one lane).
var DefaultHash = HashWork{Memory: 64 * 1024, Passes: 3, Threads: 4}

const (
	saltSize = 16
	tagSize  = 32
)

// hasher computes passwords, a few at a time: each takes the memory of its
// work, and logins must not take all there is.
type hasher struct {
	work    HashWork
	rand    io.Reader
	slots   chan struct{}
	waiting atomic.Int64
	queue   int64
	running atomic.Int64 // for tests: how many at once
	most    atomic.Int64
}

func newHasher(o Options, rand io.Reader) *hasher {
	if o.Hash == (HashWork{}) {
		o.Hash = DefaultHash
	}
	if o.AtOnce <= 0 {
		o.AtOnce = 2
	}
	if o.Queue <= 0 {
		o.Queue = 32
	}
	return &hasher{work: o.Hash, rand: rand, slots: make(chan struct{}, o.AtOnce), queue: int64(o.Queue)}
}

// enter takes a slot; leave must follow.
func (h *hasher) enter(ctx context.Context) error {
	if h.waiting.Add(1) > h.queue+int64(cap(h.slots)) {
		h.waiting.Add(-1)
		return &errs.Error{Kind: errs.Unavailable, Code: "agency.busy", What: "too many people are logging in at this moment", Fix: "try again in a few seconds"}
	}
	select {
	case h.slots <- struct{}{}:
	case <-ctx.Done():
		h.waiting.Add(-1)
		return &errs.Error{Kind: errs.Unavailable, Code: "agency.busy", What: "the wait to log in was given up", Err: ctx.Err()}
	}
	for n := h.running.Add(1); ; {
		most := h.most.Load()
		if n <= most || h.most.CompareAndSwap(most, n) {
			return nil
		}
	}
}

func (h *hasher) leave() {
	h.running.Add(-1)
	<-h.slots
	h.waiting.Add(-1)
}

// hash returns a password in the usual text form of argon2.
func (h *hasher) hash(ctx context.Context, password string) ([]byte, error) {
	if err := h.enter(ctx); err != nil {
		return nil, err
	}
	defer h.leave()
	salt := make([]byte, saltSize)
	if _, err := io.ReadFull(h.rand, salt); err != nil {
		panic("agency: no randomness: " + err.Error())
	}
	tag := argon2.IDKey([]byte(password), salt, h.work.Passes, h.work.Memory, h.work.Threads, tagSize)
	return h.work.text(salt, tag), nil
}

// same reports whether a password is the hashed one, and whether the hash was
// made with other work than is asked for today.
func (h *hasher) same(ctx context.Context, password string, hashed []byte) (same, outdated bool, err error) {
	work, salt, tag, err := parseHash(hashed)
	if err != nil {
		return false, false, err
	}
	if err := h.enter(ctx); err != nil {
		return false, false, err
	}
	defer h.leave()
	got := argon2.IDKey([]byte(password), salt, work.Passes, work.Memory, work.Threads, uint32(len(tag)))
	return subtle.ConstantTimeCompare(got, tag) == 1, work != h.work, nil
}

func (w HashWork) text(salt, tag []byte) []byte {
	b := base64.RawStdEncoding
	return fmt.Appendf(nil, "$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, w.Memory, w.Passes, w.Threads, b.EncodeToString(salt), b.EncodeToString(tag))
}

// The most work that a stored hash may ask for: a row changed by somebody else
// must not exhaust the machine.
const (
	mostMemory  = 1 << 20 // KiB
	mostPasses  = 16
	mostThreads = 64
)

// parseHash reads the text form. Errors hold nothing of it.
func parseHash(text []byte) (w HashWork, salt, tag []byte, err error) {
	parts := strings.Split(string(text), "$")
	version := 0
	ok := len(parts) == 6 && parts[0] == "" && parts[1] == "argon2id"
	if ok {
		n, _ := fmt.Sscanf(parts[2], "v=%d", &version)
		m, _ := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &w.Memory, &w.Passes, &w.Threads)
		var saltErr, tagErr error
		salt, saltErr = base64.RawStdEncoding.DecodeString(parts[4])
		tag, tagErr = base64.RawStdEncoding.DecodeString(parts[5])
		ok = n == 1 && m == 3 && saltErr == nil && tagErr == nil && version == argon2.Version &&
			len(salt) >= 8 && len(salt) <= 64 && len(tag) >= 16 && len(tag) <= 64 &&
			w.Memory >= 8 && w.Memory <= mostMemory && w.Passes >= 1 && w.Passes <= mostPasses && w.Threads >= 1 && w.Threads <= mostThreads
		// One text for one hash: nothing may hide behind the numbers.
		ok = ok && string(w.text(salt, tag)) == string(text)
	}
	if !ok {
		return HashWork{}, nil, nil, &errs.Error{Code: "agency.password_broken", What: "a stored password is not in the form of argon2id",
			Fix: "set a new password for the account"}
	}
	return w, salt, tag, nil
}
