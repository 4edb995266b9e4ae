package synthroll

// Clerk writes people down again, with the errors of the model's clerks, one
// value after the other: for whoever makes records of another layout than the
// roll's. It is for one goroutine.
type Clerk struct {
	m *Model
	r rng
}

// Clerk returns the clerk of a record. The same seed and number make the same
// errors.
func (m *Model) Clerk(seed, record uint64) *Clerk {
	c := &Clerk{m: m}
	c.r.seed(seed, streamRecord, record)
	return c
}

// Name spells a name again in both scripts.
func (c *Clerk) Name(latin, arabic string) (latinAgain, arabicAgain string) {
	n := name{[]rune(latin), []rune(arabic)}
	c.m.spoilName(&c.r, &n)
	return string(n.latin), string(n.arabic)
}

// Birth writes a date of birth again; parts that are 0 stay unknown.
func (c *Clerk) Birth(year, month, day int) (yearAgain, monthAgain, dayAgain int) {
	out := record{year: year, month: month, day: day}
	if day != 0 && c.r.chance(c.m.Errors.Birth) {
		c.m.spoilBirth(&c.r, &out)
	}
	return out.year, out.month, out.day
}

// Document writes the number of a document again; "" says that it was not shown.
func (c *Clerk) Document(number string) string {
	switch {
	case c.r.chance(c.m.Errors.DocumentMissing):
		return ""
	case c.r.chance(c.m.Errors.DocumentSlip):
		return string(slip(&c.r, []rune(number), c.m.keysDigit))
	}
	return number
}

// Phone writes a phone number again: the same, another, or none.
func (c *Clerk) Phone(number string) string {
	switch {
	case c.r.chance(c.m.Errors.PhoneMissing):
		return ""
	case c.r.chance(c.m.Errors.PhoneNew):
		return string(c.m.newPhone(&c.r, nil))
	}
	return number
}

// The errors that concern a whole record, as often as the model says.

// Swaps reports whether given and family name are exchanged.
func (c *Clerk) Swaps() bool { return c.r.chance(c.m.Errors.Swapped) }

// MistakesSex reports whether the sex is written wrong.
func (c *Clerk) MistakesSex() bool { return c.r.chance(c.m.Errors.Sex) }

// Moves reports whether the place is another one.
func (c *Clerk) Moves() bool { return c.r.chance(c.m.Errors.Place) }

// Chance is true in per of 10,000 cases.
func (c *Clerk) Chance(per int) bool { return c.r.chance(per) }

// Below is a number of 0 to n-1.
func (c *Clerk) Below(n int) int { return c.r.below(n) }
