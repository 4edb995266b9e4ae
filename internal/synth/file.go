package synth

import "sijil/internal/civil"

// file is the data file of a synthetic population. Chances are of 10,000;
// weights are in proportion to each other; ages are whole years.
type file struct {
	Format     int               `json:"format"`
	AsOf       civil.Date        `json:"as_of"`
	Sources    map[string]string `json:"sources"`
	Areas      fileAreas         `json:"areas"`
	Localities fileLocalities    `json:"localities"`
	Sizes      fileSizes         `json:"sizes"`
	Kinds      fileKinds         `json:"kinds"`
	Families   fileFamilies      `json:"families"`
	Absences   fileAbsences      `json:"absences"`
	BirthDates fileBirthDates    `json:"birth_dates"`
	Schooling  fileSchooling     `json:"schooling"`
	Work       fileWork          `json:"work"`
	Health     fileHealth        `json:"health"`
	Standard   fileStandard      `json:"standard"`
	Items      fileItems         `json:"items"`
	Names      fileNames         `json:"names"`
	Targets    []Target          `json:"targets"`
}

// provenance says where the figures of a part come from and how far they have
// been verified.
type provenance struct {
	Source string `json:"source"`
	Status string `json:"status"`
	Note   string `json:"note,omitzero"`
}

// statuses are the answers to "how far has it been verified".
var statuses = []string{"verified", "derived", "recalled", "assumed"}

// Weights by the code of a choice, and tables by stratum.
type (
	codes            = map[string]int
	byStratum[T any] map[string]T
)

type fileAreas struct {
	provenance

	List []struct {
		Region     string `json:"region"`
		Stratum    string `json:"stratum"`
		Households int    `json:"households"`
		// SizeShift is the chance that a household of the area has one member
		// more than the table of sizes says, or one less when negative.
		SizeShift int `json:"size_shift,omitzero"`
	} `json:"list"`
}

type fileLocalities struct {
	provenance

	Weights map[string]int `json:"weights"`
}

type fileSizes struct {
	provenance

	Weights byStratum[[]int] `json:"weights"` // of 1, 2, … members
}

type fileKinds struct {
	provenance

	List []fileKind `json:"list"`
}

type fileKind struct {
	Kind       string           `json:"kind"`
	Form       string           `json:"form"`
	Weights    byStratum[[]int] `json:"weights"`   // among households of 1, 2, … members; the last holds beyond
	HeadAges   [][3]int         `json:"head_ages"` // from, to, weight
	FemaleHead int              `json:"female_head"`
	Marital    codes            `json:"marital,omitzero"` // of a head without spouse
}

type fileFamilies struct {
	provenance

	Gap          [][2]int `json:"gap"`         // years the husband is older, weight
	Spacing      [][2]int `json:"spacing"`     // years between births, weight
	LastBirth    [2]int   `json:"last_birth"`  // mother's age at the last birth, from and to
	FirstBirth   int      `json:"first_birth"` // mother's least age
	Relatives    codes    `json:"relatives"`   // relation of relatives in the household
	ChildMarital []struct {
		From    int   `json:"from"`
		Weights codes `json:"weights"`
	} `json:"child_marital"` // marital status of grown children at home, by least age
}

type fileAbsences struct {
	provenance

	Uncounted  []string       `json:"uncounted"` // presences that do not count in the size
	Migrant    byStratum[int] `json:"migrant"`   // chance per household
	Soldier    byStratum[int] `json:"soldier"`   // chance per grown son of 19 to 35
	Boarder    byStratum[int] `json:"boarder"`   // chance per pupil of 12 and more
	Prisoner   byStratum[int] `json:"prisoner"`  // chance per household
	Hospital   byStratum[int] `json:"hospital"`  // chance per household
	NoDwelling byStratum[int] `json:"no_fixed_dwelling"`
	Newborn    int            `json:"awaiting_newborn"` // chance per child under 1
	Child      byStratum[int] `json:"awaiting_child"`   // chance per child of 1 to 14
	Adult      int            `json:"awaiting_adult"`   // chance per adult
}

type fileBirthDates struct {
	provenance

	YearOnly []struct {
		Before  int            `json:"before"`
		Chances byStratum[int] `json:"chances"`
	} `json:"year_only"` // the first row whose year is after the birth counts
}

type fileSchooling struct {
	provenance

	Together int `json:"together"` // chance that a member has the household's rank in their generation
	Levels   []struct {
		Stratum string `json:"stratum"`
		Sex     string `json:"sex"`
		Before  int    `json:"before"` // born before; rows go up
		Weights codes  `json:"weights"`
	} `json:"levels"`
	Attendance []struct {
		To      int                       `json:"to"`      // age
		Chances byStratum[map[string]int] `json:"chances"` // by sex
	} `json:"attendance"`
	ByAge []struct {
		To      int   `json:"to"`
		Weights codes `json:"weights"`
	} `json:"by_age"` // level of pupils, and the most that younger people can have reached
	Private  byStratum[curve] `json:"private"`
	Diplomas map[string]codes `json:"diplomas"` // by level
	Literate codes            `json:"literate"` // by level
	Ages     struct {
		School [2]int `json:"school"` // asked from, to
		Level  int    `json:"level"`  // asked from
		Adult  int    `json:"adult"`  // marital status, diploma, work: asked from
	} `json:"ages"`
}

type fileWork struct {
	provenance

	Activity []struct {
		Stratum string `json:"stratum"`
		Sex     string `json:"sex"`
		Head    string `json:"head,omitzero"` // "yes", "no" or both
		To      int    `json:"to"`            // age
		Weights codes  `json:"weights"`
	} `json:"activity"` // the first row that fits counts
	Category []struct {
		Stratum string   `json:"stratum"`
		Sex     string   `json:"sex"`
		Levels  []string `json:"levels"`
		Weights codes    `json:"weights"`
	} `json:"category"`
	Employment []struct {
		Category string `json:"category"`
		Head     codes  `json:"head"`
		Others   codes  `json:"others"`
	} `json:"employment"`
}

type fileHealth struct {
	provenance

	Covered    map[string]codes            `json:"covered"`   // chance of a cover of one's own by employment, then category
	Retired    codes                       `json:"retired"`   // chance by activity
	Own        string                      `json:"own"`       // the choice such a cover is
	Children   int                         `json:"children"`  // they share it to this age
	Otherwise  byStratum[map[string]curve] `json:"otherwise"` // weights of the other choices over the standard
	Disability []struct {
		To      int   `json:"to"`
		Weights codes `json:"weights"`
	} `json:"disability"`
}

// fileStandard makes the household's living standard, in points: about 1,000
// to a standard deviation, 0 in the middle.
type fileStandard struct {
	provenance

	Base       byStratum[int]   `json:"base"`
	Regions    byStratum[codes] `json:"regions"`
	Level      codes            `json:"level"`      // of the head
	Category   codes            `json:"category"`   // of the head
	Employment codes            `json:"employment"` // of the head
	Activity   codes            `json:"activity"`   // of the head
	Earners    int              `json:"earners"`    // when every member earns
	Member     int              `json:"member"`     // per member above one
	Rank       int              `json:"rank"`       // from the lowest to the highest household rank
	Noise      int              `json:"noise"`      // standard deviation
	NoDwelling int              `json:"no_fixed_dwelling"`
}

type fileItems struct {
	provenance

	List []fileItem `json:"list"`
}

// fileItem says how the answer to a household item is drawn. Curves run over
// the standard plus Member points per member above one.
type fileItem struct {
	Item   string `json:"item"`
	How    string `json:"how"` // truth, choice, trials, counts, amount, repeat, fixed
	Member int    `json:"member,omitzero"`

	Chance  byStratum[curve]            `json:"chance,omitzero"`  // truth, trials; of an amount: of not being 0
	Weights byStratum[map[string]curve] `json:"weights,omitzero"` // choice by code, counts by number
	Amount  byStratum[curve]            `json:"amount,omitzero"`  // middle of the amount, in units
	Each    byStratum[curve]            `json:"each,omitzero"`    // added to the middle per grown member
	With    map[string]byStratum[curve] `json:"with,omitzero"`    // chance instead, where a member works in the category
	Trials  string                      `json:"trials,omitzero"`  // "adults" or a number
	Spread  int                         `json:"spread,omitzero"`  // of an amount, percent either way
	Round   int                         `json:"round,omitzero"`   // of an amount, units
	Of      string                      `json:"of,omitzero"`      // repeat: the item whose answer varies
	Fixed   int                         `json:"fixed,omitzero"`
	// WithoutAdult replaces the weights of a choice in households of minors.
	WithoutAdult codes               `json:"without_adult,omitzero"`
	Needs        map[string][]string `json:"needs,omitzero"`  // asked where these items have one of these answers
	Else         *int                `json:"else,omitzero"`   // the answer where not; without it none is given
	Source       string              `json:"source,omitzero"` // where it differs from the list's
	Status       string              `json:"status,omitzero"`
}

type fileNames struct {
	provenance

	Older    int              `json:"older"`   // born up to: the older weights
	Younger  int              `json:"younger"` // born from: the younger weights
	Latin    int              `json:"latin_variant"`
	Arabic   int              `json:"arabic_variant"`
	Strays   int              `json:"family_strays"` // chance that a member's family name is spelt apart
	Flavours map[string]codes `json:"flavours"`      // percent of the weight by region; "" is elsewhere
}
