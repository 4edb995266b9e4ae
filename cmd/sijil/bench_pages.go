package main

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"html"
	"io"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"sijil/internal/errs"
	"sijil/internal/i18n"
)

// benchPagesCmd measures the portal over real HTTP on the loopback.
type benchPagesCmd struct {
	Seconds float64 `help:"How long each page is asked for." default:"3" placeholder:"S"`
	Clients int     `help:"Connections, each asking again as soon as it is answered." default:"8" placeholder:"N"`
	JSON    bool    `help:"Print one JSON object."`
}

// benchPages is its report.
type benchPages struct {
	Cores   int         `json:"cores"`
	Clients int         `json:"clients"`
	Pages   []benchPage `json:"pages"`
}

// benchPage is what one page came to. Bytes are those over the wire, gzipped.
type benchPage struct {
	Page      string  `json:"page"`
	PerSecond float64 `json:"per_second"`
	P50       float64 `json:"p50_ms"`
	P99       float64 `json:"p99_ms"`
	CPU       float64 `json:"cpu_ms"` // of server and clients together, a page: what other work on the machine does not change
	Bytes     int     `json:"bytes"`
	FirstLoad int     `json:"first_load_bytes,omitempty"` // with style sheet, fonts and mark
}

// Run measures and prints.
func (cmd *benchPagesCmd) Run(c *console) error {
	if cmd.Seconds <= 0 || cmd.Clients < 1 {
		return usageError("--seconds and --clients: above zero")
	}
	b, err := startPages(c)
	if err != nil {
		return err
	}
	defer b.stop()
	r := benchPages{Cores: runtime.GOMAXPROCS(0), Clients: cmd.Clients}
	for _, page := range b.pages {
		measured, err := b.measure(c.ctx, page, cmd.Clients, time.Duration(cmd.Seconds*float64(time.Second)))
		if err != nil {
			return err
		}
		r.Pages = append(r.Pages, measured)
	}
	if cmd.JSON {
		return printJSON(c.out, r)
	}
	fmt.Fprintf(c.out, "%d cores, %d clients on the same machine\n", r.Cores, r.Clients)
	for _, p := range r.Pages {
		fmt.Fprintf(c.out, "  %-34s %8.0f pages/s   p50 %6.2f ms   p99 %6.2f ms   CPU %5.2f ms   %6d bytes", p.Page, p.PerSecond, p.P50, p.P99, p.CPU, p.Bytes)
		if p.FirstLoad > 0 {
			fmt.Fprintf(c.out, ", %d at the first load", p.FirstLoad)
		}
		fmt.Fprintln(c.out)
	}
	return nil
}

// benchRequest is a page to ask for; a form makes it a POST.
type benchRequest struct {
	name, path string
	form       url.Values
	first      bool // its first load is weighed
}

// pagesBench is a server of pages with its client.
type pagesBench struct {
	server *http.Server
	client *http.Client
	base   string
	pages  []benchRequest
}

func startPages(c *console) (*pagesBench, error) {
	p, err := newPortal(c)
	if err != nil {
		return nil, err
	}
	listener, err := new(net.ListenConfig).Listen(c.ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	b := &pagesBench{
		server: &http.Server{Handler: p, ReadHeaderTimeout: 5 * time.Second},
		client: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 1024, DisableCompression: true}},
		base:   "http://" + listener.Addr().String(),
	}
	go func() { _ = b.server.Serve(listener) }() // ends with stop
	land, err := c.openCountry()
	if err != nil {
		return nil, err
	}
	languages := i18n.Written(land.Languages)
	for _, l := range languages {
		b.pages = append(b.pages, benchRequest{name: "home, " + l, path: "/" + l + "/", first: true})
	}
	form := "/" + languages[0] + "/simulator"
	b.pages = append(b.pages, benchRequest{name: "simulator, empty form", path: form, first: true})
	return b, b.examples(c.ctx, form)
}

// examples adds the results of the country's examples, and the form of each
// posted as a visitor would.
func (b *pagesBench) examples(ctx context.Context, address string) error {
	page, err := b.fetch(ctx, address)
	if err != nil {
		return err
	}
	links := regexp.MustCompile(regexp.QuoteMeta(address)+`/examples/([a-z0-9_-]+)`).FindAllStringSubmatch(page, -1)
	for _, link := range links {
		result, err := b.fetch(ctx, link[0])
		if err != nil {
			return err
		}
		form := url.Values{}
		for _, m := range regexp.MustCompile(`type="hidden" name="([^"]+)" value="([^"]*)"`).FindAllStringSubmatch(result, -1) {
			form.Set(m[1], html.UnescapeString(m[2]))
		}
		form.Set("go", "next")
		b.pages = append(b.pages, benchRequest{name: "simulator, result of " + link[1], path: address, form: form})
	}
	return nil
}

func (b *pagesBench) stop() { _ = b.server.Close() }

// ask makes one request and returns the size of its answer.
func (b *pagesBench) ask(ctx context.Context, r benchRequest, into *bytes.Buffer) error {
	method, body := http.MethodGet, io.Reader(nil)
	if r.form != nil {
		method, body = http.MethodPost, strings.NewReader(r.form.Encode())
	}
	request, err := http.NewRequestWithContext(ctx, method, b.base+r.path, body)
	if err != nil {
		return err
	}
	request.Header.Set("Accept-Encoding", "gzip")
	request.Header.Set("Cookie", "lang="+strings.TrimPrefix(r.path, "/")[:2]) // it has been here before
	if r.form != nil {
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	answer, err := b.client.Do(request)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	into.Reset()
	if _, err := into.ReadFrom(answer.Body); err != nil {
		return err
	}
	if answer.StatusCode != http.StatusOK {
		return &errs.Error{Field: r.name, What: fmt.Sprintf("the page answered %d", answer.StatusCode)}
	}
	return nil
}

// fetch returns a page as text.
func (b *pagesBench) fetch(ctx context.Context, path string) (string, error) {
	var body bytes.Buffer
	if err := b.ask(ctx, benchRequest{name: path, path: path}, &body); err != nil {
		return "", err
	}
	in := bufio.NewReader(&body)
	if magic, err := in.Peek(2); err != nil || magic[0] != 0x1f || magic[1] != 0x8b { // a font is not zipped again
		out, err := io.ReadAll(in)
		return string(out), err
	}
	z, err := gzip.NewReader(in)
	if err != nil {
		return "", err
	}
	out, err := io.ReadAll(z)
	return string(out), err
}

// measure asks for a page from every client for some time.
func (b *pagesBench) measure(ctx context.Context, r benchRequest, clients int, length time.Duration) (benchPage, error) {
	var (
		wg     sync.WaitGroup
		mu     sync.Mutex
		all    []time.Duration
		failed error
		size   atomic.Int64
	)
	runtime.GC()
	start, used := time.Now(), cpuTime()
	end := start.Add(length)
	for range clients {
		wg.Go(func() {
			var mine []time.Duration
			var body bytes.Buffer
			for time.Now().Before(end) {
				asked := time.Now()
				if err := b.ask(ctx, r, &body); err != nil {
					mu.Lock()
					failed = errors.Join(failed, err)
					mu.Unlock()
					return
				}
				mine = append(mine, time.Since(asked))
				size.Store(int64(body.Len()))
			}
			mu.Lock()
			all = append(all, mine...)
			mu.Unlock()
		})
	}
	wg.Wait()
	if failed != nil {
		return benchPage{}, failed
	}
	took, cpu := time.Since(start), cpuTime()-used
	slices.Sort(all)
	at := func(q float64) float64 { return float64(all[int(q*float64(len(all)-1))].Microseconds()) / 1000 }
	out := benchPage{Page: r.name, PerSecond: float64(len(all)) / took.Seconds(), P50: at(.5), P99: at(.99), CPU: cpu.Seconds() * 1000 / float64(len(all)), Bytes: int(size.Load())}
	if !r.first {
		return out, nil
	}
	var err error
	out.FirstLoad, err = b.weigh(ctx, r, out.Bytes)
	return out, err
}

// weigh adds to the size of a page that of all it asks for.
func (b *pagesBench) weigh(ctx context.Context, r benchRequest, total int) (int, error) {
	seen := map[string]bool{}
	names := regexp.MustCompile(`/assets/[a-z0-9.-]+|[a-z0-9-]+\.[0-9a-f]+\.woff2`)
	queue := []string{r.path}
	for len(queue) > 0 {
		text, err := b.fetch(ctx, queue[0])
		if err != nil {
			return 0, err
		}
		queue = queue[1:]
		if strings.HasPrefix(text, "wOF2") {
			continue
		}
		for _, name := range names.FindAllString(text, -1) {
			if name = "/assets/" + strings.TrimPrefix(name, "/assets/"); seen[name] {
				continue
			}
			seen[name] = true
			var body bytes.Buffer
			if err := b.ask(ctx, benchRequest{name: name, path: name}, &body); err != nil {
				return 0, err
			}
			total += body.Len()
			queue = append(queue, name)
		}
	}
	return total, nil
}

// cpuTime is the processor time of this process so far.
func cpuTime() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
