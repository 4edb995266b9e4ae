package access

import "slices"

// Role is a set of operations that an office needs.
type Role string

// The roles.
const (
	Administrator       Role = "administrator"        // the agency's: staff, clients and their roles, nothing of any person
	RegistrationOfficer Role = "registration_officer" // enrols, corrects, declares for people who come to the counter
	LocalAuthority      Role = "local_authority"      // accepts witnesses, verifies on the spot
	Adjudicator         Role = "adjudicator"          // decides whether two records are one person
	ProgrammeManager    Role = "programme_manager"    // outcomes and lists of one programme
	Planner             Role = "planner"              // figures, never a household
	Statistician        Role = "statistician"         // formulas and model cards
	Auditor             Role = "auditor"              // reads the log, recomputes decisions
	Operator            Role = "operator"             // keeps the machines; sees counts and states
	Partner             Role = "partner"              // a client that asks about people for a purpose
	SocialRegister      Role = "social_register"      // the social register's own service, at the doors of the population register
	AgencyBooks         Role = "agency_books"         // the agency's own service, at the doors of the population register
	Resident            Role = "resident"             // a person for himself or herself
	Job                 Role = "job"                  // background work of Sijil
)

// Roles are all roles, in the order of the matrix in the docs.
var Roles = []Role{
	Administrator, RegistrationOfficer, LocalAuthority, Adjudicator, ProgrammeManager, Planner, Statistician,
	Auditor, Operator, Partner, SocialRegister, AgencyBooks, Resident, Job,
}

// Operation is something a service does for a caller.
type Operation string

// The operations. A new method of a service gets its operation here, with its
// line in the table, and the golden matrix of the tests shows who gained what.
const (
	PersonEnrol   Operation = "person.enrol"   // capture an enrolment
	PersonAccept  Operation = "person.accept"  // second officer of the local authority accepts witnesses
	PersonCorrect Operation = "person.correct" // correct a record, keep its history
	PersonConsent Operation = "person.consent" // give or withdraw what the law leaves optional
	PersonReceipt Operation = "person.receipt" // what became of an enrolment, by its receipt
	PersonVouched Operation = "person.vouched" // whom I vouched for
	PersonContest Operation = "person.contest" // hear a refused person who came

	CaseWaiting Operation = "case.waiting" // enrolments whose witnesses wait to be heard
	CaseList    Operation = "case.list"    // cases of an area that two officers have to judge
	CaseView    Operation = "case.view"    // the records of one case, side by side
	CaseJudge   Operation = "case.judge"   // say whether they are one person
	CaseReport  Operation = "case.report"  // report two numbers of one person, or a wrong merge
	CaseOverdue Operation = "case.overdue" // cases whose time is over

	DoorExchange Operation = "door.exchange" // identifier and claims against a token and a yes or no
	DoorFind     Operation = "door.find"     // at most ten masked candidates
	DoorShow     Operation = "door.show"     // fields of one person, for one screen or letter
	DoorFacts    Operation = "door.facts"    // birth date, sex and vital status of members, for an index

	HouseholdDeclare Operation = "household.declare" // draft, submit, declare anew
	HouseholdConfirm Operation = "household.confirm" // a member confirms or refuses the line that concerns them
	HouseholdView    Operation = "household.view"    // a household's own data, index and explanation
	HouseholdTasks   Operation = "household.tasks"   // open matters of an area, without answers and index
	HouseholdVerify  Operation = "household.verify"  // verify on the spot who has custody of a child, and decide
	HouseholdCompute Operation = "household.compute" // compute or compute anew

	OutcomeView      Operation = "outcome.view"      // outcomes of a household
	OutcomeList      Operation = "outcome.list"      // outcomes of one programme
	OutcomeRecompute Operation = "outcome.recompute" // compute a stored outcome again and compare
	CountsView       Operation = "counts.view"       // figures that name nobody

	StaffManage   Operation = "staff.manage"   // staff members, their roles and areas
	StaffFirst    Operation = "staff.first"    // the first administrator, and recovery, on the machine itself
	AccountOwn    Operation = "account.own"    // one's own password and sessions
	ClientManage  Operation = "client.manage"  // clients and their secrets
	PurposeManage Operation = "purpose.manage" // purposes and their legal basis
	LookedOwn     Operation = "looked.own"     // who looked at my data and why
	LookedKeep    Operation = "looked.keep"    // copy disclosures and uses to where people see them
	LogRead       Operation = "log.read"       // disclosures and uses
	JobRun        Operation = "job.run"        // background work
)

type rule struct {
	roles      []Role
	purpose    bool // a purpose and its legal basis must be stated
	caseNeeded bool // an open case must be stated
}

// table is the whole of who may do what.
var table = map[Operation]rule{
	PersonEnrol:   {roles: []Role{RegistrationOfficer}, purpose: true},
	PersonAccept:  {roles: []Role{LocalAuthority}, purpose: true},
	PersonCorrect: {roles: []Role{RegistrationOfficer}, purpose: true, caseNeeded: true},
	PersonConsent: {roles: []Role{RegistrationOfficer, Resident}, purpose: true},
	PersonReceipt: {roles: []Role{RegistrationOfficer, LocalAuthority, Resident}},
	PersonVouched: {roles: []Role{Resident}},
	PersonContest: {roles: []Role{RegistrationOfficer, LocalAuthority}, purpose: true},

	CaseWaiting: {roles: []Role{LocalAuthority}, purpose: true},
	CaseList:    {roles: []Role{Adjudicator}, purpose: true},
	CaseView:    {roles: []Role{Adjudicator}, purpose: true, caseNeeded: true},
	CaseJudge:   {roles: []Role{Adjudicator}, purpose: true, caseNeeded: true},
	CaseReport:  {roles: []Role{RegistrationOfficer, Adjudicator}, purpose: true, caseNeeded: true},
	CaseOverdue: {roles: []Role{Operator}},

	DoorExchange: {roles: []Role{SocialRegister, AgencyBooks, Partner}, purpose: true},
	DoorFind:     {roles: []Role{RegistrationOfficer, Adjudicator}, purpose: true, caseNeeded: true},
	DoorShow:     {roles: []Role{RegistrationOfficer, Adjudicator, SocialRegister, Resident}, purpose: true, caseNeeded: true},
	DoorFacts:    {roles: []Role{SocialRegister}, purpose: true, caseNeeded: true},

	HouseholdDeclare: {roles: []Role{RegistrationOfficer, Resident}, purpose: true},
	HouseholdConfirm: {roles: []Role{RegistrationOfficer, Resident}, purpose: true},
	HouseholdView:    {roles: []Role{RegistrationOfficer, Resident}, purpose: true},
	HouseholdTasks:   {roles: []Role{LocalAuthority, RegistrationOfficer}},
	HouseholdVerify:  {roles: []Role{LocalAuthority}, purpose: true, caseNeeded: true},
	HouseholdCompute: {roles: []Role{Job}, purpose: true},

	OutcomeView:      {roles: []Role{RegistrationOfficer, Resident}, purpose: true},
	OutcomeList:      {roles: []Role{ProgrammeManager}, purpose: true},
	OutcomeRecompute: {roles: []Role{Auditor, Job}, purpose: true},
	CountsView:       {roles: []Role{ProgrammeManager, Planner, Statistician, Auditor, Operator, Job}}, // the job: pages keep figures for many readers

	StaffManage:   {roles: []Role{Administrator}},
	StaffFirst:    {roles: []Role{Job}},
	AccountOwn:    {roles: staffRoles},
	ClientManage:  {roles: []Role{Administrator}},
	PurposeManage: {roles: []Role{Administrator, Job}},
	LookedOwn:     {roles: []Role{Resident}},
	LookedKeep:    {roles: []Role{Job}},
	LogRead:       {roles: []Role{Auditor, Job}},
	JobRun:        {roles: []Role{Job}},
}

// staffRoles are the roles an administrator may give to a staff member.
var staffRoles = []Role{
	Administrator, RegistrationOfficer, LocalAuthority, Adjudicator, ProgrammeManager, Planner, Statistician, Auditor, Operator,
}

// StaffRoles returns the roles an administrator may give to a staff member.
func StaffRoles() []Role { return slices.Clone(staffRoles) }

// ClientRoles returns the roles an administrator may give to a client.
func ClientRoles() []Role { return []Role{Partner} }

// holders says which kinds of callers may hold a role: a client that claims
// the role of an administrator has none. The social register asks at the doors
// on behalf of whoever is at work, so any kind may come with its role.
var holders = func() map[Role][]Kind {
	m := map[Role][]Kind{
		Partner: {Client}, Resident: {Person}, Job: {System}, AgencyBooks: {Staff}, SocialRegister: {Staff, Client, Person, System},
	}
	for _, r := range staffRoles {
		m[r] = []Kind{Staff}
	}
	return m
}()

// Operations returns all operations, sorted.
func Operations() []Operation {
	ops := make([]Operation, 0, len(table))
	for op := range table {
		ops = append(ops, op)
	}
	slices.Sort(ops)
	return ops
}
