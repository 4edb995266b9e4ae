package linkage

// Levels of agreement. 0 means that one of the two records says nothing, 1
// that the two say different things, in every ladder.
const (
	missing   = 0
	different = 1
)

// Names in one column.
const (
	nameConfusable = iota + 2
	nameInitial
	namePart
	nameNear
	nameClose
	nameSounds
	nameVariant
	nameSame
	nameCrossed
	nameSwapped
	nameLevels
)

// Names in several scripts: the best and the worst of what can be compared.
// A letter is e (equal), v (a spelling of the same), n (near), c (confusable),
// d (different); o stands for a script that one of the two lacks.
const (
	pairDD = iota + 1 // equals different
	pairDO
	pairC // confusable in one, not better in the other
	pairNX
	pairNO
	pairNN
	pairVX
	pairVO
	pairVN
	pairVV
	pairEX
	pairEO
	pairEN
	pairEV
	pairEE
	pairCrossed
	pairSwapped
	pairLevels
)

// Dates.
const (
	dateNear = iota + 2
	dateYear
	dateTwoDigits
	datePresumedNear
	dateTwoParts
	dateDigit
	dateSwapped
	datePresumed
	datePartial
	dateSamePresumed
	dateSame
	dateLevels
)

// Numbers of documents.
const (
	documentTwoEdits = iota + 2
	documentEdit
	documentSame
	documentLevels
)

// Telephone numbers.
const (
	phoneEdit = iota + 2
	phoneSame
	phoneLevels
)

// E-mail addresses.
const (
	emailAlike = iota + 2
	emailLocal
	emailEdit
	emailSame
	emailLevels
)

// Places.
const (
	placeAlike = iota + 2
	placeSounds
	placeSame
	placeLevels
)

// Categories.
const (
	categorySame = iota + 2
	categoryLevels
)

// Numbers.
const (
	numberEdit = iota + 2
	numberSame
	numberLevels
)

// Free text.
const (
	textWord = iota + 2
	textAlike
	textClose
	textSame
	textLevels
)

// step is one level of a ladder: its stable name, the sentence, and how often
// it is expected before anything was learnt, of records of one person (m) and
// of people of one family (kin). kin is 0 where kin agree as one person does.
type step struct {
	code, text string
	m, kin     float64
}

// ladder is the levels of a kind of field.
type ladder []step

var oneName = ladder{
	missing:        {"name.missing", "one of the two lacks the name", 0, 0},
	different:      {"name.different", "different names", .03, .80},
	nameConfusable: {"name.confusable", "names that look alike and are different names", .01, .10},
	nameInitial:    {"name.initial", "one is the initial of the other", .01, .02},
	namePart:       {"name.part", "one has a part more, or the parts come in another order", .03, .05},
	nameNear:       {"name.near", "nearly the same letters", .05, .02},
	nameClose:      {"name.close", "the same but for a letter or two", .10, .01},
	nameSounds:     {"name.sounds", "spellings that sound alike", .05, .005},
	nameVariant:    {"name.variant", "spellings of one name", .05, .005},
	nameSame:       {"name.same", "the same name", .65, .01},
	nameCrossed:    {"name.crossed", "the given name of one is the family name of the other", .005, .001},
	nameSwapped:    {"name.swapped", "given and family name exchanged", .02, .0005},
}

var manyNames = ladder{
	missing:     {"names.missing", "one of the two lacks the name", 0, 0},
	pairDD:      {"names.different", "different names in every script", .01, .70},
	pairDO:      {"names.different_one", "different names in the one script that both have", .01, .10},
	pairC:       {"names.confusable", "names that look alike and are different names", .01, .10},
	pairNX:      {"names.near_other", "nearly the same letters in one script, different in the other", .02, .04},
	pairNO:      {"names.near_one", "nearly the same letters in the one script that both have", .01, .02},
	pairNN:      {"names.near", "nearly the same letters in every script", .03, .02},
	pairVX:      {"names.variant_other", "spellings of one name in one script, different in the other", .02, .005},
	pairVO:      {"names.variant_one", "spellings of one name in the one script that both have", .02, .005},
	pairVN:      {"names.variant_near", "spellings of one name in one script, nearly the same in the other", .06, .005},
	pairVV:      {"names.variant", "spellings of one name in every script", .10, .005},
	pairEX:      {"names.same_other", "the same name in one script, different in the other", .03, .005},
	pairEO:      {"names.same_one", "the same name in the one script that both have", .05, .005},
	pairEN:      {"names.same_near", "the same name in one script, nearly the same in the other", .15, .003},
	pairEV:      {"names.same_variant", "the same name in one script, a spelling of it in the other", .20, .003},
	pairEE:      {"names.same", "the same name in every script", .25, .003},
	pairCrossed: {"names.crossed", "the given name of one is the family name of the other", .005, .001},
	pairSwapped: {"names.swapped", "given and family name exchanged", .02, .0005},
}

var dates = ladder{
	missing:          {"date.missing", "one of the two lacks the date", 0, 0},
	different:        {"date.different", "different dates", .02, .47},
	dateNear:         {"date.near", "different dates, at most two years apart", .01, .25},
	dateYear:         {"date.year", "only the year is the same", .01, .01},
	dateTwoDigits:    {"date.two_digits", "two digits differ", .01, .005},
	datePresumedNear: {"date.presumed_near", "one is 1 January, at most two years from the other", .005, .01},
	dateTwoParts:     {"date.two_parts", "two of year, month and day are the same", .02, .005},
	dateDigit:        {"date.digit", "one digit differs, or two neighbours are exchanged", .04, .005},
	dateSwapped:      {"date.swapped", "day and month exchanged", .02, .0005},
	datePresumed:     {"date.presumed", "one is 1 January of the other's year", .02, .005},
	datePartial:      {"date.partial", "they agree as far as one of them goes", .03, .01},
	dateSamePresumed: {"date.same_presumed", "both are 1 January of one year, or the same year alone", .06, .02},
	dateSame:         {"date.same", "the same date", .75, .20},
}

var documents = ladder{
	missing:          {"document.missing", "one of the two lacks the number", 0, 0},
	different:        {"document.different", "different numbers", .004, .985},
	documentTwoEdits: {"document.two_edits", "two characters differ", .01, .005},
	documentEdit:     {"document.edit", "one character differs, or two neighbours are exchanged", .05, .008},
	documentSame:     {"document.same", "the same number", .936, .002},
}

var phones = ladder{
	missing:   {"phone.missing", "one of the two lacks the number", 0, 0},
	different: {"phone.different", "different numbers", .40, 0},
	phoneEdit: {"phone.edit", "one digit differs, or two neighbours are exchanged", .02, 0},
	phoneSame: {"phone.same", "the same number", .58, 0},
}

var emails = ladder{
	missing:    {"email.missing", "one of the two lacks the address", 0, 0},
	different:  {"email.different", "different addresses", .30, .80},
	emailAlike: {"email.alike", "addresses that look alike", .05, .10},
	emailLocal: {"email.local", "the same before the @", .05, .02},
	emailEdit:  {"email.edit", "one or two characters differ", .10, .03},
	emailSame:  {"email.same", "the same address", .50, .05},
}

var places = ladder{
	missing:     {"place.missing", "one of the two lacks the place", 0, 0},
	different:   {"place.different", "different places", .12, 0},
	placeAlike:  {"place.alike", "places written nearly alike", .06, 0},
	placeSounds: {"place.sounds", "places that sound alike", .06, 0},
	placeSame:   {"place.same", "the same place", .76, 0},
}

var categories = ladder{
	missing:      {"category.missing", "one of the two lacks the value", 0, 0},
	different:    {"category.different", "different values", .02, .5},
	categorySame: {"category.same", "the same value", .98, .5},
}

var numbers = ladder{
	missing:    {"number.missing", "one of the two lacks the number", 0, 0},
	different:  {"number.different", "different numbers", .15, 0},
	numberEdit: {"number.edit", "one digit differs, or two neighbours are exchanged", .10, 0},
	numberSame: {"number.same", "the same number", .75, 0},
}

var texts = ladder{
	missing:   {"text.missing", "one of the two lacks the text", 0, 0},
	different: {"text.different", "different texts", .15, 0},
	textWord:  {"text.word", "texts that share a word", .05, 0},
	textAlike: {"text.alike", "texts written alike", .06, 0},
	textClose: {"text.close", "the same but for a letter or two", .14, 0},
	textSame:  {"text.same", "the same text", .60, 0},
}

// ladder returns the levels of a field.
func (f Field) ladder() ladder {
	switch f.Kind {
	case Given, Family, Full, Parent:
		if len(f.Columns) > 1 {
			return manyNames
		}
		return oneName
	case Date:
		return dates
	case Document:
		return documents
	case Phone:
		return phones
	case Email:
		return emails
	case Place:
		return places
	case Category:
		return categories
	case Number:
		return numbers
	}
	return texts
}

// own reports whether kin differ in the field as strangers do, or in a way of
// their own. In the other fields kin agree as records of one person do: that
// is what makes them hard to tell apart.
func (k Kind) own() bool {
	return k == Given || k == Full || k == Document || k == Date || k == Category || k == Email
}
