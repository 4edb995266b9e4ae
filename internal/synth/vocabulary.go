package synth

import (
	"sijil/internal/errs"
	"sijil/questionnaire"
)

// The member items and choices that composing a household needs by name.
// Every other item and choice is named by the data only.
const (
	itemRelation   = "relation"
	itemMarital    = "marital_status"
	itemPresence   = "presence"
	itemAwaiting   = "awaiting_number"
	itemSchool     = "school"
	itemLevel      = "school_level"
	itemDiploma    = "diploma"
	itemLiterate   = "reads_and_writes"
	itemActivity   = "activity"
	itemCategory   = "category"
	itemEmployment = "employment"
	itemCover      = "health_cover"
	itemDisability = "disability"
)

// vocabulary holds the positions of items and choices in the questionnaire.
type vocabulary struct {
	relation, marital, presence, awaiting, attends, level, diploma, literate *questionnaire.Item
	activity, category, employment, covered, disability                      *questionnaire.Item

	head, spouse, child, parent, parentInLaw, sibling, grandchild, other int
	single, married, divorced, widowed                                   int
	present, migrant, soldier, boarder, prisoner, hospital               int
	notAttending, public, private                                        int
	working, student                                                     int
}

func (l *loader) vocabulary() (v vocabulary) {
	for code, into := range map[string]**questionnaire.Item{
		itemRelation: &v.relation, itemMarital: &v.marital, itemPresence: &v.presence, itemAwaiting: &v.awaiting,
		itemSchool: &v.attends, itemLevel: &v.level, itemDiploma: &v.diploma, itemLiterate: &v.literate,
		itemActivity: &v.activity, itemCategory: &v.category, itemEmployment: &v.employment,
		itemCover: &v.covered, itemDisability: &v.disability,
	} {
		item, ok := l.q.Item(code)
		if !ok || item.Level != questionnaire.OfMember {
			l.bad.Add(errs.Bad("", "the questionnaire asks members no item "+code, "add it to the questionnaire"))
			item = new(questionnaire.Item)
		}
		*into = item
	}
	l.choices(v.relation, map[string]*int{
		"head": &v.head, "spouse": &v.spouse, "child": &v.child, "parent": &v.parent, "parent_in_law": &v.parentInLaw,
		"sibling": &v.sibling, "grandchild": &v.grandchild, "other": &v.other,
	})
	l.choices(v.marital, map[string]*int{"single": &v.single, "married": &v.married, "divorced": &v.divorced, "widowed": &v.widowed})
	l.choices(v.presence, map[string]*int{
		"present": &v.present, "migrant": &v.migrant, "soldier": &v.soldier, "boarder": &v.boarder,
		"prisoner": &v.prisoner, "hospital": &v.hospital,
	})
	l.choices(v.attends, map[string]*int{"not_attending": &v.notAttending, "public": &v.public, "private": &v.private})
	l.choices(v.activity, map[string]*int{"working": &v.working, "student": &v.student})
	return v
}

func (l *loader) choices(item *questionnaire.Item, want map[string]*int) {
	for code, into := range want {
		*into = l.choice("", item, code)
	}
}
