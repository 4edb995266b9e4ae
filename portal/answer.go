package portal

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strconv"
	"strings"
	"sync"
)

// secure sets what every answer says to the browser: nothing but our own style
// sheet, fonts, pictures and forms; no frame, no guessing of types, no address
// of ours to others.
func secure(h http.Header) {
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Referrer-Policy", "same-origin") // without any, browsers send forms without their origin, and those are refused
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()")
}

// answer is a page ready to send.
type answer struct {
	plain, zipped []byte
	etag          string // "" where the page is not to be kept
}

// keep makes an answer that may be sent again, and asked for by its tag.
func keep(page []byte) (*answer, error) {
	zipped, err := zip(page, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(page)
	return &answer{plain: page, zipped: zipped, etag: `"` + hex.EncodeToString(sum[:12]) + `"`}, nil
}

func zip(page []byte, level int) ([]byte, error) {
	var out bytes.Buffer
	z, err := gzip.NewWriterLevel(&out, level)
	if err != nil {
		return nil, err
	}
	if _, err := z.Write(page); err != nil {
		return nil, err
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// accepts reports whether the browser takes gzip.
func accepts(r *http.Request) bool {
	for part := range strings.SplitSeq(r.Header.Get("Accept-Encoding"), ",") {
		coding, weight, _ := strings.Cut(strings.TrimSpace(part), ";")
		if coding == "gzip" && strings.ReplaceAll(weight, " ", "") != "q=0" {
			return true
		}
	}
	return false
}

// send sends a page of HTML or another text.
func (a *answer) send(w http.ResponseWriter, r *http.Request, status int, contentType string) {
	h := w.Header()
	h.Set("Content-Type", contentType)
	h.Add("Vary", "Accept-Encoding")
	if a.etag != "" {
		h.Set("ETag", a.etag)
		if status == http.StatusOK && matches(r.Header.Get("If-None-Match"), a.etag) {
			w.WriteHeader(http.StatusNotModified)
			return
		}
	}
	body := a.plain
	if a.zipped != nil && accepts(r) {
		h.Set("Content-Encoding", "gzip")
		body = a.zipped
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		_, _ = w.Write(body) // who has gone away needs no answer
	}
}

func matches(wanted, etag string) bool {
	for part := range strings.SplitSeq(wanted, ",") {
		if strings.TrimPrefix(strings.TrimSpace(part), "W/") == etag {
			return true
		}
	}
	return false
}

var zippers = sync.Pool{New: func() any {
	z, err := gzip.NewWriterLevel(nil, gzip.BestSpeed)
	if err != nil {
		panic(err) // the level is a constant
	}
	return z
}}

// passing makes an answer that is sent once and never kept.
func passing(r *http.Request, page []byte) (*answer, error) {
	a := &answer{plain: page}
	if !accepts(r) {
		return a, nil
	}
	z, ok := zippers.Get().(*gzip.Writer)
	if !ok {
		return a, nil
	}
	defer zippers.Put(z)
	var out bytes.Buffer
	out.Grow(len(page) / 4)
	z.Reset(&out)
	if _, err := z.Write(page); err != nil {
		return nil, err
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	a.zipped = out.Bytes()
	return a, nil
}

// cache keeps pages that are the same for everybody for a day. Its keys are
// few: a page, a language, a day; the pages of other days go.
type cache struct {
	mu    sync.RWMutex
	day   string
	pages map[string]*answer
}

// get returns the page of a key on a day, made by build the first time.
func (c *cache) get(day, key string, build func() ([]byte, error)) (*answer, error) {
	c.mu.RLock()
	a := c.pages[key]
	if c.day != day {
		a = nil
	}
	c.mu.RUnlock()
	if a != nil {
		return a, nil
	}
	page, err := build()
	if err != nil {
		return nil, err
	}
	if a, err = keep(page); err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.day != day {
		c.day, c.pages = day, map[string]*answer{}
	}
	c.pages[key] = a
	return a, nil
}
