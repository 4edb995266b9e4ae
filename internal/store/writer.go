package store

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
)

// writer owns the connection that writes, and commits in groups: transactions
// that wait at the same time share one BEGIN IMMEDIATE … COMMIT, each inside a
// savepoint of its own, so that one sync of the disk makes all of them durable.
// One that fails is undone alone. Each is answered after the common COMMIT, those
// that failed too: what they saw of the others was not there before.
//
// A transaction's function runs in its caller's goroutine: the writer hands it
// the connection and waits until it comes back.
type writer struct {
	db    *sqliteDB
	conn  *sqliteConn
	queue chan *turn
	quit  chan struct{}
	ended chan struct{}
	once  sync.Once
	last  error

	members atomic.Int64 // transactions that wait for the commit of the group at hand
}

// groupLimit bounds how many transactions share a commit, and so how long the
// first of them waits.
const groupLimit = 256

// turn is one transaction in the queue of the writer.
type turn struct {
	taken    atomic.Bool     // by the writer, or by a caller who left the queue
	start    chan *Tx        // the writer hands over the connection
	finished chan error      // the caller gives it back
	done     chan error      // what became of it
	ctx      context.Context //nolint:containedctx // of the caller who waits
}

func newWriter(db *sqliteDB) (*writer, error) {
	conn, err := db.connect()
	if err != nil {
		return nil, err
	}
	w := &writer{db: db, conn: conn, queue: make(chan *turn, groupLimit), quit: make(chan struct{}), ended: make(chan struct{})}
	go w.run()
	return w, nil
}

func (w *writer) stop() error {
	w.once.Do(func() { close(w.quit) })
	<-w.ended
	return w.last
}

var errAbandoned = errors.New("the function did not return")

// write puts a transaction into the queue, runs its function when its turn
// comes, and returns what became of it.
func (db *sqliteDB) write(ctx context.Context, fn func(*Tx) error) error {
	if err := given(ctx); err != nil {
		return err
	}
	w := db.writer
	t := &turn{start: make(chan *Tx, 1), finished: make(chan error, 1), done: make(chan error, 1), ctx: ctx}
	select {
	case <-db.closed:
		return errClosed
	default:
	}
	select {
	case w.queue <- t:
	case <-ctx.Done():
		return given(ctx)
	case <-w.ended:
		return errClosed
	}
	var tx *Tx
	for tx == nil {
		select {
		case tx = <-t.start:
		case err := <-t.done:
			return err
		case <-w.ended:
			if t.taken.CompareAndSwap(false, true) {
				return errClosed
			}
			return <-t.done
		case <-ctx.Done():
			if t.taken.CompareAndSwap(false, true) {
				return given(ctx)
			}
			select { // the writer was faster
			case tx = <-t.start:
			case err := <-t.done:
				return err
			}
		}
	}
	t.work(tx, fn)
	// Whoever leaves now would not know; the answer is a sync of the disk away.
	return <-t.done
}

// work runs the function and gives the connection back even when it panics.
func (t *turn) work(tx *Tx, fn func(*Tx) error) {
	err := errAbandoned
	defer func() {
		tx.over = true
		t.finished <- err
	}()
	err = fn(tx)
}

func (w *writer) run() {
	defer close(w.ended)
	for {
		select {
		case t := <-w.queue:
			w.group(t)
		case <-w.quit:
			for {
				select {
				case t := <-w.queue:
					w.group(t)
				default:
					w.last = w.conn.close()
					return
				}
			}
		}
	}
}

// group runs a transaction and those that wait behind it, and commits them.
func (w *writer) group(t *turn) {
	if !t.taken.CompareAndSwap(false, true) {
		return
	}
	if err := w.begin(); err != nil {
		t.done <- err
		return
	}
	var members []*turn
	var failed []failure
	defer w.members.Store(0)
	for n := 0; t != nil; {
		why, err := w.member(t)
		if err != nil {
			// SQLite has undone the whole group: those before run again.
			w.undo(members, err)
			answer(failed, false)
			return
		}
		if why == nil {
			members = append(members, t)
			w.members.Store(int64(len(members)))
		} else {
			failed = append(failed, failure{t, why, len(members) > 0})
		}
		if n++; n == groupLimit {
			break
		}
		t = w.waiting()
	}
	if len(members) == 0 {
		if err := w.conn.script("ROLLBACK"); err != nil {
			w.reopen()
		}
		answer(failed, true)
		return
	}
	answer(failed, w.commit(members))
}

// failure is a transaction of a group that failed and was undone alone.
type failure struct {
	turn *turn
	why  error
	saw  bool // rows of others in the group, not committed yet
}

// answer tells those who failed. When the group was not committed, whoever saw
// rows of it runs again.
func answer(failed []failure, committed bool) {
	for _, f := range failed {
		if f.saw && !committed {
			f.why = &fault{kind: contended, text: "failed beside a transaction that was undone", cause: f.why}
		}
		f.turn.done <- f.why
	}
}

// waiting returns the next transaction in the queue, if there is one.
func (w *writer) waiting() *turn {
	for {
		select {
		case t := <-w.queue:
			if t.taken.CompareAndSwap(false, true) {
				return t
			}
		default:
			return nil
		}
	}
}

func (w *writer) begin() error {
	if w.conn == nil {
		conn, err := w.db.connect()
		if err != nil {
			return asUnreachable(err)
		}
		w.conn = conn
	}
	_, err := w.conn.exec(context.Background(), "BEGIN IMMEDIATE", nil)
	return err
}

// member gives a transaction its turn. It returns why the transaction failed,
// or nil when it is to be committed. An error means that the group is lost, and
// that the caller has been told.
func (w *writer) member(t *turn) (why, err error) {
	if _, err := w.conn.exec(context.Background(), "SAVEPOINT member", nil); err != nil {
		t.done <- err
		return nil, err
	}
	tx := &Tx{s: uninterrupted{w.conn}}
	t.start <- tx
	failed := outcome(tx, <-t.finished)
	if failed == nil {
		if _, err := w.conn.exec(context.Background(), "RELEASE member", nil); err != nil {
			t.done <- err
			return nil, err
		}
		return nil, nil
	}
	_, err = w.conn.exec(context.Background(), "ROLLBACK TO member", nil)
	if err == nil {
		_, err = w.conn.exec(context.Background(), "RELEASE member", nil)
	}
	if err != nil {
		t.done <- failed
		return nil, err
	}
	return failed, nil
}

// commit makes a group durable, tells its members, and reports whether it is.
func (w *writer) commit(members []*turn) bool {
	_, err := w.conn.exec(context.Background(), "COMMIT", nil)
	if err == nil {
		for _, t := range members {
			t.done <- nil
		}
		return true
	}
	f := faultOf(err)
	if f == nil || f.kind != full && f.kind != contended {
		// What is in the log may count after all once it is opened again.
		err = &fault{kind: unknown, text: "the commit failed", cause: err}
	}
	_ = w.conn.script("ROLLBACK")
	w.reopen()
	for _, t := range members {
		t.done <- err
	}
	return false
}

// undo tells the members of a group that was lost to run again.
func (w *writer) undo(members []*turn, cause error) {
	_ = w.conn.script("ROLLBACK")
	w.reopen()
	for _, t := range members {
		t.done <- &fault{kind: contended, text: "undone together with another transaction", cause: cause}
	}
}

// reopen drops a connection whose state nobody vouches for.
func (w *writer) reopen() {
	_ = w.conn.close()
	conn, err := w.db.connect()
	if err != nil {
		conn = nil // begin tries again
	}
	w.conn = conn
}

func asUnreachable(err error) error {
	return &fault{kind: unreachable, text: "the file cannot be opened", cause: err}
}

// uninterrupted runs statements without the caller's context: SQLite answers
// an interrupted write by undoing the whole transaction, and with it the other
// members of the group. Tx looks at the context before each statement.
type uninterrupted struct{ c *sqliteConn }

func (u uninterrupted) exec(_ context.Context, sql string, args []any) (int64, error) {
	return u.c.exec(context.Background(), sql, args)
}

func (u uninterrupted) query(_ context.Context, sql string, args []any) (cursor, error) {
	return u.c.query(context.Background(), sql, args)
}

func (u uninterrupted) batch(_ context.Context, items []item) error {
	return u.c.batch(context.Background(), items)
}

func (u uninterrupted) load(ctx context.Context, tx *Tx, table string, columns []string, next func() ([]any, error)) (int64, error) {
	return u.c.load(ctx, tx, table, columns, next) // by statements of tx, which come through here
}
