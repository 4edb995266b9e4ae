package household

import (
	"context"
	"encoding/json"
	"time"

	"sijil/access"
	"sijil/internal/errs"
	"sijil/internal/outbox"
	"sijil/internal/uid"
)

// TaskEvent is the body of TopicTask.
type TaskEvent struct {
	Household uid.ID   `json:"household"`
	Kind      TaskKind `json:"kind"`
}

func (s *Service) openTask(c *Change, h Row, kind TaskKind, line int, cause uid.ID, now time.Time) {
	c.Tasks = append(c.Tasks, TaskRow{Household: h.ID, ID: s.ids.NewID(), Kind: kind, Line: line, Locality: h.Locality, Cause: cause, Opened: now})
	s.event(c, TopicTask, h.ID, now, TaskEvent{Household: h.ID, Kind: kind})
}

// openMatter opens the task of a rival claim in a household. One act may open
// several about one line, so each has a cause of its own.
func (s *Service) openMatter(c *Change, h Row, d *DisputeRow, line int, now time.Time) {
	s.openTask(c, h, RivalCustody, line, s.ids.NewID(), now)
	c.Tasks[len(c.Tasks)-1].Matter = d.Ref
}

func (s *Service) event(c *Change, topic string, subject uid.ID, now time.Time, body any) {
	b, err := json.Marshal(body)
	if err != nil {
		panic("household: an event of ids and codes cannot be written: " + err.Error())
	}
	c.Events = append(c.Events, outbox.Event{ID: s.ids.NewID(), Subject: subject, Topic: topic, At: now, Body: b})
}

// Task is something open at a place, as an office sees it: no answers, no
// index, no person.
type Task struct {
	Ref    uid.ID // where the next page begins
	Code   Code   // of the household
	Kind   TaskKind
	Line   int
	Opened time.Time
	Matter uid.Ref // of RivalCustody: the rival claim, see Service.Matter
}

// Tasks returns at most limit open tasks of a locality after one of them, the
// oldest first.
func (s *Service) Tasks(ctx context.Context, c access.Caller, locality string, after uid.ID, limit int) ([]Task, error) {
	if err := c.MayIn(access.HouseholdTasks, locality); err != nil {
		return nil, err
	}
	if limit < 1 || limit > 200 {
		return nil, errs.Bad("limit", "the page has an unusual size", "ask for 1 to 200 tasks")
	}
	var out []Task
	err := s.store.View(ctx, func(tx Tx) error {
		out = nil
		rows, err := tx.TasksAt(ctx, locality, after, limit)
		if err != nil {
			return err
		}
		for _, r := range rows {
			out = append(out, Task{Ref: r.ID, Code: r.Code, Kind: r.Kind, Line: r.Line, Opened: r.Opened, Matter: r.Matter})
		}
		return nil
	})
	return out, err
}
