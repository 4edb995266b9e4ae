package linkage

// Band is the verdict on a pair.
type Band uint8

// The bands.
const (
	New   Band = iota // two people
	Judge             // people must decide
	Same              // one person
)

// String returns the stable name of the band: "new", "judge" or "same".
func (b Band) String() string { return [...]string{"new", "judge", "same"}[b] }

// MarshalText prints the name of the band.
func (b Band) MarshalText() ([]byte, error) { return []byte(b.String()), nil }

// Link is a pair of rows, by number from 0, and what speaks for it. Of two
// files A is of the first and B of the second; of one file A is before B.
type Link struct {
	A, B   uint32
	Weight float64
	Band   Band
}

// Result is what Dedupe found. Rows are numbered from 0 in the order they
// were added.
type Result struct {
	Cluster  []uint32  // for each row its person, numbered from 0 by first appearance
	Weight   []float64 // for each row the weight of the link that put it there; NaN for one alone
	Clusters int       // number of people
	Links    []Link    // pairs of band Same that the clusters rest on, heaviest first
	Review   []Link    // pairs for people to decide, heaviest first: at most MaxReview
	Stats    Stats
}

// MaxReview is the greatest number of pairs for review that a Result lists;
// Stats counts them all.
const MaxReview = 1_000_000

// MatchResult is what Match found: links of which each row has at most one.
type MatchResult struct {
	Links  []Link // heaviest first
	Review []Link // heaviest first, at most MaxReview; rows may occur several times
	Stats  Stats
}

// Stats tells a report how the result came about.
type Stats struct {
	Candidates int64         `json:"candidates"` // pairs compared
	Reviews    int64         `json:"reviews"`    // pairs left to people
	Guarded    int64         `json:"guarded"`    // pairs heavy enough, but left to people: documents or given names contradict
	Passes     []PassStats   `json:"passes"`
	Bins       []Bin         `json:"bins"`     // histogram of weights, whole bits
	Patterns   []PatternStat `json:"patterns"` // the most frequent, at most 200
	Samples    []Link        `json:"-"`        // pairs near the bands, heaviest first, at most 120
}

// PassStats is what one pass of blocking did.
type PassStats struct {
	Name    string  `json:"name"`    // the fields of its key, such as "birth + given"
	Pairs   int64   `json:"pairs"`   // pairs it found first
	Blocks  int64   `json:"blocks"`  // blocks of two rows and more
	Largest int     `json:"largest"` // rows of the largest block
	Splits  int64   `json:"splits"`  // blocks that were too large and were split by a further field
	Cut     int64   `json:"cut"`     // blocks that no further field splits, compared in part
	Sizes   []int64 `json:"sizes"`   // blocks of 2, 3–4, 5–8, … rows
}

// Bin counts the pairs whose weight is in [From, From+1), and how many of them
// the model expects to be one person: the calibration.
type Bin struct {
	From     int     `json:"from"`
	Pairs    int64   `json:"pairs"`
	Expected float64 `json:"expected"`
}

// PatternStat is a combination of levels, one for each field.
type PatternStat struct {
	Levels []uint8 `json:"levels"`
	Pairs  int64   `json:"pairs"`
	Weight float64 `json:"weight"` // without term frequencies
}
