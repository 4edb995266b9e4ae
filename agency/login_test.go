package agency_test

import (
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"sijil/access"
	"sijil/agency"
	"sijil/agency/agencydb"
	"sijil/internal/errs"
	"sijil/internal/store"
	"sijil/internal/storetest"
)

// TestOneAnswer: a name nobody has, a wrong password and an account that has
// ended get the same answer after the same work.
func TestOneAnswer(t *testing.T) {
	t.Parallel()
	each(t, func(b *books) {
		t := b.t
		root := b.root()
		_, err := b.CreateStaff(t.Context(), root, "k", officer())
		b.must(err)
		gone := officer()
		gone.Login = "officer.gone"
		ended, err := b.CreateStaff(t.Context(), root, "k2", gone)
		b.must(err)
		_, err = b.EndStaff(t.Context(), root, ended.Ref, 1)
		b.must(err)

		var answers []string
		var work [][]string
		for _, l := range []agency.Login{
			{Login: "officer.two", Password: "wrong but long enough"},
			{Login: "nobody.at.all", Password: "wrong but long enough"},
			{Login: "officer.gone", Password: officerPassword},
			{Login: "not a login \x00 at all", Password: "wrong but long enough"},
		} {
			b.spy.take()
			_, err := b.Login(t.Context(), l)
			denied(t, err, "agency.login")
			answers, work = append(answers, err.Error()), append(work, b.spy.take())
		}
		for i := range answers {
			if answers[i] != answers[0] || !slices.Equal(work[i], work[0]) {
				t.Errorf("case %d: %q after %v, not %q after %v", i, answers[i], work[i], answers[0], work[0])
			}
		}
		if !slices.Contains(work[0], "StaffByLogin") {
			t.Fatalf("the spy saw nothing: %v", work[0])
		}
	})
}

// TestWaits: what a guesser and an owner see of the waits, on a clock.
func TestWaits(t *testing.T) {
	t.Parallel()
	each(t, func(b *books) {
		t := b.t
		root := b.root()
		_, err := b.CreateStaff(t.Context(), root, "k", officer())
		b.must(err)
		for _, name := range []string{"officer.two", "nobody.at.all"} { // nobody learns which exists
			guesses := 0
			for range 24 * 60 { // every minute for a day
				_, err := b.Login(t.Context(), agency.Login{Login: name, Password: "wrong but long enough"})
				switch code(t, err, errs.Denied) {
				case "agency.login":
					guesses++
				case "agency.login_wait":
				default:
					t.Fatal(err)
				}
				b.clock.Advance(time.Minute)
			}
			if guesses < 20 || guesses > 24*4+FreeGuesses {
				t.Errorf("%d guesses a day", guesses)
			}
			// The owner comes back after the longest wait at most.
			b.clock.Advance(agency.LongestWait)
			if name == "officer.two" {
				b.in(name, officerPassword)
				// After that nothing is held against the name.
				_, err := b.Login(t.Context(), agency.Login{Login: name, Password: "wrong but long enough"})
				denied(t, err, "agency.login")
				b.in(name, officerPassword)
			}
		}
		if !slices.Contains(b.events(), agency.TopicLoginSlowed) {
			t.Error("nobody was told of the guessing")
		}
	})
}

// FreeGuesses is how many more than four an hour a guesser has on the first
// day.
const FreeGuesses = 16

func TestWaitGrowsAndStops(t *testing.T) {
	t.Parallel()
	last := time.Duration(0)
	for n := range 10_000 {
		w := agency.Wait(n)
		if w < last || w > agency.LongestWait || (n < agency.FreeFailures) != (w == 0) {
			t.Fatalf("after %d failures %s, after one less %s", n, w, last)
		}
		last = w
	}
	if last != agency.LongestWait {
		t.Errorf("the longest wait is %s", last)
	}
}

// TestOwnerOnKnownDevice: strangers who guess at a name do not slow down its
// owner where the owner has logged in before.
func TestOwnerOnKnownDevice(t *testing.T) {
	t.Parallel()
	each(t, func(b *books) {
		t := b.t
		root := b.root()
		_, err := b.CreateStaff(t.Context(), root, "k", officer())
		b.must(err)
		_, session := b.in("officer.two", officerPassword)
		guess := func(device string) error {
			_, err := b.Login(t.Context(), agency.Login{Login: "officer.two", Password: "wrong but long enough", Device: device})
			return err
		}
		for range agency.FreeFailures {
			denied(t, guess(""), "agency.login")
		}
		denied(t, guess(""), "agency.login_wait")
		// Not another's device, nor one changed by a letter.
		_, rootSession := b.in("root.one", rootPassword)
		denied(t, guess(rootSession.Device.Text()), "agency.login_wait")
		denied(t, guess(flip(session.Device.Text())), "agency.login_wait")
		again, err := b.Login(t.Context(), agency.Login{Login: "officer.two", Password: officerPassword, Device: session.Device.Text()})
		b.must(err)
		if again.Device.Text() != session.Device.Text() {
			t.Error("a known device got another text")
		}
		// A stolen device is slowed down by itself.
		for range agency.FreeFailures {
			denied(t, guess(session.Device.Text()), "agency.login")
		}
		denied(t, guess(session.Device.Text()), "agency.login_wait")
	})
}

// flip changes one letter in the middle of a text.
func flip(s string) string {
	i := len(s) / 2
	other := byte('b')
	if s[i] == other {
		other = 'c'
	}
	return s[:i] + string(other) + s[i+1:]
}

// TestGuessesAtOnce: guesses made at the same time are counted before they are
// looked at.
func TestGuessesAtOnce(t *testing.T) {
	t.Parallel()
	each(t, func(b *books) {
		t := b.t
		root := b.root()
		_, err := b.CreateStaff(t.Context(), root, "k", officer())
		b.must(err)
		const tries = 40
		var wg sync.WaitGroup
		codes := make([]string, tries)
		for i := range tries {
			wg.Go(func() {
				_, err := b.Login(t.Context(), agency.Login{Login: "officer.two", Password: "wrong but long enough"})
				codes[i] = code(t, err, errs.Denied)
			})
		}
		wg.Wait()
		looked := 0
		for _, c := range codes {
			if c == "agency.login" {
				looked++
			}
		}
		if looked > agency.FreeFailures || looked < 1 {
			t.Errorf("%d of %d were looked at", looked, tries)
		}
		if b.Most() > 2 {
			t.Errorf("%d passwords at once", b.Most())
		}
	})
}

// TestManyAtOnce: real logins at the same time all succeed, a few passwords at
// a time; when too many wait the rest are told to come back.
func TestManyAtOnce(t *testing.T) {
	t.Parallel()
	storetest.Each(t, []store.Migrations{agencydb.Migrations()}, func(t *testing.T, db *store.DB) {
		b := open(t, db, agency.Options{AtOnce: 2, Queue: 4, Hash: agency.HashWork{Memory: 8 << 10, Passes: 4, Threads: 1}})
		root := b.root()
		for i := range 12 {
			n := officer()
			n.Login += string(rune('a' + i))
			_, err := b.CreateStaff(t.Context(), root, n.Login, n)
			b.must(err)
		}
		var wg sync.WaitGroup
		failures := make([]error, 12)
		for i := range failures {
			wg.Go(func() {
				_, failures[i] = b.Login(t.Context(), agency.Login{Login: "officer.two" + string(rune('a'+i)), Password: officerPassword})
			})
		}
		wg.Wait()
		ok := 0
		for _, err := range failures {
			if err == nil {
				ok++
			} else if code(t, err, errs.Unavailable) != "agency.busy" {
				t.Error(err)
			}
		}
		if ok < 2 || b.Most() > 2 {
			t.Errorf("%d logged in, %d passwords at once", ok, b.Most())
		}
	})
}

func TestChangePassword(t *testing.T) {
	t.Parallel()
	each(t, func(b *books) {
		t := b.t
		root := b.root()
		made, err := b.CreateStaff(t.Context(), root, "k", officer())
		b.must(err)
		c, session := b.in("officer.two", officerPassword)
		denied(t, b.ChangePassword(t.Context(), c, "wrong but long enough", otherPassword), "agency.login")
		if code(t, b.ChangePassword(t.Context(), c, officerPassword, "short"), errs.Invalid) != "agency.password_short" {
			t.Error("a short password was taken")
		}
		b.must(b.ChangePassword(t.Context(), c, officerPassword, otherPassword))
		_, err = b.Authenticate(t.Context(), agency.Credential{Session: session.Secret.Text()})
		denied(t, err, "agency.no_session")
		_, err = b.Login(t.Context(), agency.Login{Login: "officer.two", Password: officerPassword})
		denied(t, err, "agency.login")
		b.in("officer.two", otherPassword)

		// A session left open lets nobody guess the password.
		for range agency.FreeFailures {
			_ = b.ChangePassword(t.Context(), c, "wrong but long enough", otherPassword)
		}
		denied(t, b.ChangePassword(t.Context(), c, otherPassword, officerPassword), "agency.login_wait")

		// An administrator mends that.
		b.must(b.ResetPassword(t.Context(), root, made.Ref, "the third lamp went out early"))
		b.in("officer.two", "the third lamp went out early")
		denied(t, b.ResetPassword(t.Context(), c, made.Ref, otherPassword), "access.denied")
	})
}

// TestMoreWorkLater: hashes made with less work than is asked for today are
// made anew at the next login.
func TestMoreWorkLater(t *testing.T) {
	t.Parallel()
	storetest.Each(t, []store.Migrations{agencydb.Migrations()}, func(t *testing.T, db *store.DB) {
		b := open(t, db, agency.Options{})
		b.root()
		later := agency.New(agencydb.New(db), b.vault, newIDs(b), b.clock, nil, agency.Options{Hash: agency.HashWork{Memory: 128, Passes: 2, Threads: 1}})
		before := b.hash()
		if _, err := later.Login(t.Context(), agency.Login{Login: "root.one", Password: rootPassword}); err != nil {
			t.Fatal(err)
		}
		if b.hash() == before {
			t.Error("the hash stayed as it was")
		}
		b.in("root.one", rootPassword) // any program opens either
	})
}

// TestKeysRotate: logins, sessions and secrets outlive a new blind key.
func TestKeysRotate(t *testing.T) {
	t.Parallel()
	each(t, func(b *books) {
		t := b.t
		root := b.root()
		_, err := b.RegisterPurposes(t.Context(), root, purposes())
		b.must(err)
		_, secret, err := b.CreateClient(t.Context(), root, "k", partner())
		b.must(err)
		_, session := b.in("root.one", rootPassword)
		b.keeper.RotateBlind()
		b.keeper.RotateZone()
		if _, err := b.Authenticate(t.Context(), agency.Credential{Session: session.Secret.Text()}); err != nil {
			t.Error(err)
		}
		if _, err := b.Authenticate(t.Context(), agency.Credential{Bearer: secret.Text()}); err != nil {
			t.Error(err)
		}
		b.in("root.one", rootPassword)
		_, err = b.Login(t.Context(), agency.Login{Login: "nobody.at.all", Password: "wrong but long enough"})
		denied(t, err, "agency.login")
		if _, err := b.CreateStaff(t.Context(), root, "k9", agency.NewStaff{Name: "Invented", Login: "root.one", Password: otherPassword,
			Roles: []access.Role{access.Planner}, Areas: []string{"*"}}); code(t, err, errs.Conflict) != "agency.login_taken" {
			t.Error("a login was given twice, under two keys")
		}
	})
}

func TestLongTextsAreRefusedCheaply(t *testing.T) {
	t.Parallel()
	each(t, func(b *books) {
		t := b.t
		b.root()
		b.spy.take()
		for _, l := range []agency.Login{
			{Login: strings.Repeat("a", 65), Password: rootPassword},
			{Login: "root.one", Password: strings.Repeat("p", 10_000)},
		} {
			_, err := b.Login(t.Context(), l)
			denied(t, err, "agency.login")
		}
		if calls := b.spy.take(); len(calls) > 0 {
			t.Errorf("the store was asked: %v", calls)
		}
	})
}
