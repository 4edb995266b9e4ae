package names

// Level says how alike two names are, from the least to the most. Twins and
// brothers bear names that look alike, so that a name known to be another one
// ranks low however close its letters are.
type Level uint8

// The levels, ordered.
const (
	// Unknown: one of the two names is empty or has no letters; nothing can be
	// said.
	Unknown Level = iota
	// Different: nothing says that the names are one.
	Different
	// Confusable: the names look or sound alike and are different names: the
	// table has both, in different classes (Hassan and Lahcen, Fatima and
	// Fatiha), or they are a man's and a woman's (Rachid, Rachida), or M'hamed
	// and Mohamed, or compounds that share one part (Mohamed Amine, Mohamed
	// Yassine).
	Confusable
	// Part: one name is the other with a part or title more (Mohamed and Mohamed
	// Amine, Ahmed and Moulay Ahmed), or the parts come in another order.
	Part
	// Near: the Jaro–Winkler similarity of what is not equal is at least 0.84; or
	// the consonants are the same and the vowels or the ending are not; or, of
	// names in two scripts, all consonants but one of at least four are the same.
	Near
	// Close: the Jaro–Winkler similarity of what is not equal is at least 0.92.
	Close
	// SameSkeleton: the skeletons and endings are equal; the consonants of the
	// fine key are not (Kadija, Khadija).
	SameSkeleton
	// SameFine: the fine keys are equal and no written vowel contradicts it.
	SameFine
	// Variant: both spellings are of one class in the table, or all the parts are.
	Variant
	// SameNormal: the normal forms are equal.
	SameNormal
	// Exact: the same characters.
	Exact
)

var levelNames = [...]string{
	"unknown", "different", "confusable", "part", "near", "close", "skeleton", "fine", "variant", "normal", "exact",
}

// Levels is the number of levels.
const Levels = len(levelNames)

// String returns the stable name of the level.
func (l Level) String() string {
	if int(l) < len(levelNames) {
		return levelNames[l]
	}
	return "unknown"
}

// Likeness is a level and a number from 0 to 1 that never orders two pairs
// against their levels. It is no probability; linkage learns those.
type Likeness struct {
	Level Level
	Score float64
}

// Bands of Jaro–Winkler similarity, where record linkage of names commonly cuts
// it.
const (
	bandClose = 0.92
	bandNear  = 0.84
)

var floors = [Levels]float64{Different: 0, Confusable: 0.30, Part: 0.60, Near: 0.65, Close: 0.80, SameSkeleton: 0.90, SameFine: 0.95, Variant: 0.97, SameNormal: 0.99, Exact: 1}

func at(l Level) Likeness { return Likeness{l, floors[l]} }

// banded is the likeness that a similarity gives, no better than most.
func banded(similarity float64, most Level) Likeness {
	switch {
	case similarity >= bandClose && most >= Close:
		return Likeness{Close, 0.80 + 0.0999*(similarity-bandClose)/(1-bandClose)}
	case similarity >= bandNear && most >= Near:
		return Likeness{Near, 0.65 + 0.1499*(min(similarity, bandClose)-bandNear)/(bandClose-bandNear)}
	case similarity >= bandNear:
		return at(Confusable)
	}
	return Likeness{Different, 0.2999 * similarity / bandNear}
}
