package seal

import (
	"sync"
	"time"

	"sijil/internal/uid"
)

// cache keeps unwrapped keys for a time, in two generations: when the young
// one is full it becomes the old one, and what was old and never asked for
// again is gone. So it is bounded and keeps what is used, in constant time.
type cache struct {
	mu         sync.Mutex
	limit      int // keys in both generations
	young, old map[uid.ID]cached
	drops      uint64
}

type cached struct {
	key    Key
	loaded time.Time
}

func (c *cache) get(id uid.ID, now time.Time) (Key, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	e, ok := c.young[id]
	if !ok {
		if e, ok = c.old[id]; !ok {
			return Key{}, false
		}
		delete(c.old, id)
		c.add(id, e)
	}
	if now.Sub(e.loaded) >= cacheTime {
		delete(c.young, id)
		return Key{}, false
	}
	return e.key, true
}

// epoch changes with every drop. Who reads a key from the store takes it
// before reading, so that a key destroyed meanwhile is not cached.
func (c *cache) epoch() uint64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.drops
}

func (c *cache) put(k Key, loaded time.Time, epoch uint64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.drops == epoch {
		c.add(k.ID(), cached{k, loaded})
	}
}

// add puts into the young generation; the cache is locked.
func (c *cache) add(id uid.ID, e cached) {
	if c.young == nil || len(c.young) >= c.limit/2 {
		c.old, c.young = c.young, make(map[uid.ID]cached)
	}
	c.young[id] = e
}

func (c *cache) drop(id uid.ID) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.drops++
	delete(c.young, id)
	delete(c.old, id)
}
