// Package pgtemp runs a PostgreSQL server of one's own: in a temporary folder,
// reached over a socket inside it, gone with the process that asked for it. It
// serves tests and measurements.
//
// It refuses to know what is kept in the server.
package pgtemp

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"sijil/internal/clock"
)

// ErrNotInstalled is the error of Start when the machine has no PostgreSQL.
var ErrNotInstalled = errors.New("no PostgreSQL server is installed; on Debian: apt-get install postgresql")

// Options say what server is wanted. The zero Options are a fast server that
// would lose data in a power cut.
type Options struct {
	Durable  bool     // sync every commit to the disk, as in production
	Dir      string   // the folder to make the server's folder in; "" is the system's for temporary files
	Settings []string // more settings, such as "shared_buffers=1GB"
}

// Server is a running server.
type Server struct {
	dir    string
	bin    string
	opts   Options
	as     *syscall.SysProcAttr
	keeper io.Closer // closing it, or our death, makes the watcher clean up
	swept  chan struct{}
	ask    chan chan error // starts the server again, in the thread that must not end

	mu   sync.Mutex
	cmd  *exec.Cmd
	done chan struct{} // closed when cmd has ended
	once sync.Once
}

// DSN returns the connection string of the server's superuser.
func (s *Server) DSN() string { return s.DSNFor("sijil", "postgres") }

// DSNFor returns the connection string of a role to a database.
func (s *Server) DSNFor(role, database string) string {
	return "host=" + s.dir + " user=" + role + " dbname=" + database
}

// Binaries returns the folder of the newest PostgreSQL server of the machine:
// Debian's place first, then the path.
func Binaries() (string, error) {
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/postgres") // the pattern is right
	slices.SortFunc(found, func(a, b string) int { return version(b) - version(a) })
	if len(found) == 0 {
		p, err := exec.LookPath("postgres")
		if err != nil {
			return "", ErrNotInstalled
		}
		found = []string{p}
	}
	dir := filepath.Dir(found[0])
	if _, err := os.Stat(filepath.Join(dir, "initdb")); err != nil {
		return "", ErrNotInstalled
	}
	return dir, nil
}

func version(path string) int {
	n, _ := strconv.Atoi(filepath.Base(filepath.Dir(filepath.Dir(path)))) // 0 sorts last
	return n
}

// Start makes and starts a server. Stop ends it and removes its folder; so
// does the end of this process, however it comes.
func Start(ctx context.Context, o Options) (*Server, error) {
	bin, err := Binaries()
	if err != nil {
		return nil, err
	}
	s := &Server{bin: bin, opts: o, swept: make(chan struct{}), ask: make(chan chan error)}
	if err := s.makeDir(o.Dir); err != nil {
		return nil, fmt.Errorf("making the folder of a PostgreSQL server: %w", err)
	}
	if err := s.watch(); err != nil {
		return nil, errors.Join(err, os.RemoveAll(s.dir))
	}
	initdb := []string{"-D", s.data(), "-A", "trust", "-U", "sijil", "-E", "UTF8", "--locale=C", "--no-instructions"}
	if !o.Durable {
		initdb = append(initdb, "--no-sync")
	}
	cmd := exec.CommandContext(ctx, filepath.Join(bin, "initdb"), initdb...) //nolint:gosec // found by Binaries
	cmd.Dir, cmd.SysProcAttr = s.dir, s.as
	if out, err := cmd.CombinedOutput(); err != nil {
		return nil, errors.Join(fmt.Errorf("initdb: %w: %s", err, out), s.Stop())
	}
	go s.launcher()
	if err := s.Restart(ctx); err != nil {
		return nil, errors.Join(err, s.Stop())
	}
	return s, nil
}

func (s *Server) data() string { return filepath.Join(s.dir, "data") }

// makeDir makes the folder, owned by whoever runs the server: PostgreSQL
// refuses to be run by root.
func (s *Server) makeDir(parent string) error {
	if parent == "" {
		parent = os.TempDir()
		if len(parent) > 60 { // a socket's path has at most 107 bytes
			parent = "/tmp"
		}
	}
	parent, err := filepath.Abs(parent)
	if err != nil {
		return err
	}
	if s.dir, err = os.MkdirTemp(parent, "sijil-pg-"); err != nil {
		return err
	}
	s.as = &syscall.SysProcAttr{}
	if os.Geteuid() != 0 {
		return nil
	}
	uid, gid, err := unprivileged()
	if err == nil {
		s.as.Credential = &syscall.Credential{Uid: uid, Gid: gid}
		err = os.Chown(s.dir, int(uid), int(gid))
	}
	if err != nil {
		return errors.Join(err, os.RemoveAll(s.dir))
	}
	return nil
}

func unprivileged() (uid, gid uint32, err error) {
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		n, err1 := strconv.ParseUint(u.Uid, 10, 32)
		g, err2 := strconv.ParseUint(u.Gid, 10, 32)
		if err1 == nil && err2 == nil && n != 0 {
			return uint32(n), uint32(g), nil
		}
	}
	return 0, 0, errors.New("PostgreSQL refuses root, and there is no user postgres or nobody to run it as")
}

// watcherScript waits for the end of its input, which is our death or Stop,
// then ends the server at once and removes its folder.
const watcherScript = `cat >/dev/null
pid=$(head -n 1 "$1/data/postmaster.pid" 2>/dev/null)
if [ -n "$pid" ] && kill -QUIT "$pid" 2>/dev/null; then
  n=0
  while kill -0 "$pid" 2>/dev/null && [ $n -lt 100 ]; do sleep 0.1; n=$((n+1)); done
  kill -KILL "$pid" 2>/dev/null
fi
rm -rf "$1"`

func (s *Server) watch() error {
	cmd := exec.Command("/bin/sh", "-c", watcherScript, "sh", s.dir) //nolint:gosec,noctx // our own folder; outlives every context
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}            // an interrupt at the terminal is not for it
	in, err := cmd.StdinPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	s.keeper = in
	go func() {
		_ = cmd.Wait() // nothing is left to do when it failed
		close(s.swept)
	}()
	return nil
}

// launcher starts server processes. They are told of the death of the thread
// that started them, so this one never ends before the process does.
func (s *Server) launcher() {
	runtime.LockOSThread()
	for answer := range s.ask {
		answer <- s.launch()
	}
	select {}
}

func (s *Server) launch() error {
	args := []string{"-D", s.data(), "-k", s.dir, "-c", "listen_addresses=", "-c", "max_connections=300", "-c", "logging_collector=off", "-c", "log_min_messages=fatal"}
	if !s.opts.Durable {
		args = append(args, "-c", "fsync=off", "-c", "full_page_writes=off", "-c", "synchronous_commit=off", "-c", "deadlock_timeout=50ms")
	}
	for _, set := range s.opts.Settings {
		args = append(args, "-c", set)
	}
	log, err := os.OpenFile(filepath.Join(s.dir, "log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer func() { _ = log.Close() }()                             // the server has its own copy
	cmd := exec.Command(filepath.Join(s.bin, "postgres"), args...) //nolint:gosec,noctx // found by Binaries; ended by Stop
	attr := *s.as
	attr.Pdeathsig = syscall.SIGQUIT
	attr.Setpgid = true
	cmd.Dir, cmd.SysProcAttr, cmd.Stdout, cmd.Stderr = s.dir, &attr, log, log
	if err := cmd.Start(); err != nil {
		return err
	}
	done := make(chan struct{})
	go func() {
		_ = cmd.Wait()
		close(done)
	}()
	s.mu.Lock()
	s.cmd, s.done = cmd, done
	s.mu.Unlock()
	return nil
}

// Restart starts the server again after Crash, and returns when it answers.
func (s *Server) Restart(ctx context.Context) error {
	s.mu.Lock()
	done := s.done
	s.mu.Unlock()
	if done != nil {
		select {
		case <-done:
		default:
			return errors.New("the server is still running")
		}
	}
	answer := make(chan error)
	s.ask <- answer
	if err := <-answer; err != nil {
		return fmt.Errorf("starting PostgreSQL: %w", err)
	}
	for {
		if s.answers() {
			return nil
		}
		select {
		case <-s.done:
			return fmt.Errorf("PostgreSQL ended at once: %s", s.log())
		default:
		}
		if err := clock.Wait(ctx, 20*time.Millisecond); err != nil {
			return fmt.Errorf("waiting for PostgreSQL: %w", err)
		}
	}
}

// answers reads the line in which the server says that it takes connections.
func (s *Server) answers() bool {
	data, err := os.ReadFile(filepath.Join(s.data(), "postmaster.pid"))
	if err != nil {
		return false
	}
	lines := strings.Split(string(data), "\n")
	return len(lines) > 7 && strings.HasPrefix(lines[7], "ready") && lines[0] == strconv.Itoa(s.cmd.Process.Pid)
}

func (s *Server) log() string {
	data, err := os.ReadFile(filepath.Join(s.dir, "log"))
	if err != nil {
		return err.Error()
	}
	return string(data)
}

// Crash ends the server at once, without a checkpoint: the next start recovers
// from its log, as after the end of the machine.
func (s *Server) Crash() error {
	s.mu.Lock()
	cmd, done := s.cmd, s.done
	s.mu.Unlock()
	if cmd == nil {
		return nil
	}
	if err := cmd.Process.Signal(syscall.SIGQUIT); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	<-done
	return nil
}

// Kill ends every process of the server with SIGKILL, as the kernel does when
// memory runs out: none of them does anything more. What was written stays in
// the machine's cache, synced or not.
func (s *Server) Kill() error {
	s.mu.Lock()
	cmd, done := s.cmd, s.done
	s.mu.Unlock()
	if cmd == nil {
		return nil
	}
	pid := cmd.Process.Pid
	if err := syscall.Kill(pid, syscall.SIGSTOP); err != nil { // so that it starts no more
		return err
	}
	children, err := childrenOf(pid)
	for _, p := range append(children, pid) {
		if e := syscall.Kill(p, syscall.SIGKILL); e != nil && !errors.Is(e, syscall.ESRCH) {
			err = errors.Join(err, e)
		}
	}
	<-done
	for _, p := range children { // a next server refuses to start beside them
		for {
			if _, state := parentOf(p); state == "" || state == "Z" {
				break
			}
			_ = clock.Wait(context.Background(), time.Millisecond) // never ends early
		}
	}
	return err
}

// childrenOf returns the processes that a process has started.
func childrenOf(pid int) (out []int, err error) {
	all, err := os.ReadDir("/proc")
	for _, e := range all {
		if p, err := strconv.Atoi(e.Name()); err == nil {
			if parent, _ := parentOf(p); parent == pid {
				out = append(out, p)
			}
		}
	}
	return out, err
}

// parentOf returns who started a process, and its state: "" when it is gone.
func parentOf(pid int) (parent int, state string) {
	data, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	if err != nil {
		return 0, ""
	}
	_, after, _ := strings.Cut(string(data), ") ")
	words := strings.Fields(after)
	if len(words) < 2 {
		return 0, ""
	}
	parent, _ = strconv.Atoi(words[1]) // the kernel writes a number
	return parent, words[0]
}

// Stop ends the server and removes its folder. Stopping again does nothing.
func (s *Server) Stop() error {
	var err error
	s.once.Do(func() {
		err = s.Crash()
		if e := s.keeper.Close(); err == nil {
			err = e
		}
		<-s.swept
	})
	return err
}
