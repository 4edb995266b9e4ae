package survey

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"

	"sijil/formula"
	"sijil/internal/civil"
	"sijil/internal/errs"
	"sijil/internal/strictjson"
)

// Card is a model card: what a published formula was made of, how often it
// errs and for whom, and what it must not be used for. It holds figures of
// groups, never of a household, and no path. docs/model-card.md says how to
// read it.
type Card struct {
	Format    int      `json:"format"` // 1
	Languages []string `json:"languages"`

	Formula CardFormula `json:"formula"`
	Data    CardData    `json:"data"`
	Design  CardDesign  `json:"design"`
	Method  CardMethod  `json:"method"`

	Strata   []CardStratum  `json:"strata"`
	Accuracy CardAccuracy   `json:"accuracy"`
	Rounding RoundingEffect `json:"rounding"`

	// NearCut looks at the tenth of the households nearest to each cut.
	NearCut []CardNear `json:"near_cut"`

	// Groups are the errors by group; those of fewer than MinGroupRows
	// households are withheld, for chance and for the privacy of those asked.
	Groups   []GroupErrors  `json:"groups"`
	Withheld []CardLevel    `json:"groups_withheld"`
	Labels   []GroupWording `json:"group_labels"`

	Prices []Price `json:"price_of_tags,omitempty"`

	Frame    formula.Frame  `json:"frame"`
	Failures []Failure      `json:"known_failures"`
	NotFor   []formula.Text `json:"not_for"`

	// Hash is the SHA-256 of the card's JSON with an empty hash.
	Hash string `json:"hash"`
}

// MinGroupRows is the number of households under which no figure of a group is
// printed.
const MinGroupRows = 20

// CardFormula names the formula the card is about.
type CardFormula struct {
	ID         string       `json:"id"`
	Version    string       `json:"version"`
	Hash       string       `json:"hash"`
	Evaluation int          `json:"evaluation"`
	Title      formula.Text `json:"title"`
	Meaning    formula.Text `json:"meaning"`
	From       civil.Date   `json:"valid_from"`
	To         *civil.Date  `json:"valid_to"`
}

// CardData says which survey the formula was fitted on.
type CardData struct {
	File       string    `json:"file"`   // base name
	SHA256     string    `json:"sha256"` // of the file
	Survey     string    `json:"survey,omitempty"`
	SurveyYear string    `json:"survey_year"`
	PriceYear  string    `json:"price_year"`
	Rows       int       `json:"rows"` // households used
	Dropped    int       `json:"rows_dropped"`
	Missing    []Absence `json:"missing,omitempty"`
	Target     string    `json:"target"`
	Log        bool      `json:"log"`
	Welfare    string    `json:"welfare"` // see Assessment.Welfare
}

// Absence counts the missing values of a column.
type Absence struct {
	Column string `json:"column"`
	Count  int    `json:"count"`
}

// CardDesign is the sampling design.
type CardDesign struct {
	Weight  string `json:"weight,omitempty"` // column, as the others
	Stratum string `json:"stratum,omitempty"`
	PSU     string `json:"psu,omitempty"`
	FPC     string `json:"fpc,omitempty"`

	Strata     int     `json:"strata"`
	Units      int     `json:"units"` // primary sampling units
	DF         int     `json:"df"`
	LonelyUnit int     `json:"strata_with_one_unit"`
	Lonely     Lonely  `json:"lonely"`
	SumWeights float64 `json:"sum_of_weights"`
	KishDeff   float64 `json:"kish_deff"`
}

// CardMethod says how the model was fitted and judged.
type CardMethod struct {
	LinearMethod
	Collinear  Collinear `json:"collinear"`
	Folds      string    `json:"folds"` // how the folds of the judgement were made: see FoldsDealt
	FoldCount  int       `json:"fold_count"`
	Replicates int       `json:"replicates"`
	Seed       uint64    `json:"seed"`
}

// How the folds of a judgement are made.
const (
	FoldsDealt  = "dealt"  // drawn with the seed, clusters kept whole
	FoldsColumn = "column" // given by the file
	FoldsWaves  = "waves"  // each wave is scored by the others
)

// CardStratum is the model of one stratum.
type CardStratum struct {
	Name         string            `json:"name"`
	Label        formula.Text      `json:"label"`
	N            int               `json:"n"`
	R2           *float64          `json:"r2"`               // in sample; null where the method has none
	Lambda       float64           `json:"lambda,omitempty"` // penalty used
	Dropped      []string          `json:"dropped,omitempty"`
	Coefficients []CardCoefficient `json:"coefficients"`
}

// CardCoefficient is one number of the formula. Errors are those of the
// estimate; null where the method gives none, as for the numbers of a table,
// whose error is that of its column.
type CardCoefficient struct {
	PublishedNumber
	Kind      formula.Kind `json:"kind,omitempty"`
	Label     formula.Text `json:"label"`
	Level     formula.Text `json:"level_label,omitempty"` // of a row of a table by code
	Tags      []string     `json:"tags,omitempty"`
	SEDesign  *float64     `json:"se_design"`
	SECluster *float64     `json:"se_cluster"`
}

// CardAccuracy is the judgement out of fold.
type CardAccuracy struct {
	R2         float64             `json:"r2"`
	Spearman   float64             `json:"spearman"`
	Gini       float64             `json:"gini"`
	Intervals  map[string]Interval `json:"intervals,omitempty"`
	Quota      []Targeting         `json:"quota"`
	Line       []Targeting         `json:"line"`
	Poverty    []CardPoverty       `json:"poverty"`
	Programmes []Effect            `json:"programmes"`
}

// CardPoverty is an index of poverty before any transfer.
type CardPoverty struct {
	Q     float64 `json:"q"`
	Line  float64 `json:"line"`
	Alpha int     `json:"alpha"`
	Value float64 `json:"value"`
	SE    float64 `json:"se"`
}

// CardNear is the households near the cut of a quota.
type CardNear struct {
	Q float64 `json:"q"`
	NearWithin
}

// CardLevel names a level of a group.
type CardLevel struct {
	Group string `json:"group"`
	Level string `json:"level"`
}

// Seal sets the card's hash.
func (c *Card) Seal() error {
	sum, err := c.digest()
	c.Hash = sum
	return err
}

func (c *Card) digest() (string, error) {
	open := *c
	open.Hash = ""
	data, err := open.JSON()
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:]), nil
}

// JSON writes the card: the same card gives the same bytes.
func (c *Card) JSON() ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(c); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// ReadCard reads a card and recomputes its hash. A card whose content is not
// that of its hash is an Invalid error, and is returned beside it.
func ReadCard(file string, data []byte) (*Card, error) {
	c := &Card{}
	if err := strictjson.Unmarshal(file, data, c); err != nil {
		return nil, err
	}
	if c.Format != 1 {
		return nil, &errs.Error{Kind: errs.Invalid, File: file, Field: "format", What: "this program reads format 1", Fix: "read it with the program that wrote it"}
	}
	sum, err := c.digest()
	if err != nil {
		return nil, err
	}
	if sum != c.Hash {
		return c, &errs.Error{Kind: errs.Invalid, Code: "survey.card_hash", File: file, Field: "hash",
			What: "the content of the card is not that of its hash", Fix: "the card was changed: fetch it again from whoever published it"}
	}
	return c, nil
}
