package link

import (
	"fmt"
	"strings"
	"time"
)

// Service names what is served, as far as a network treats it apart.
type Service string

// The services.
const (
	Index           Service = "index"
	Registry        Service = "registry"
	ActionsCache    Service = "actions-cache"    // its API
	ActionsArchives Service = "actions-archives" // the store that it keeps archives in
)

// A Shape is what a network does to one service's connections. The zero Shape
// is nothing.
type Shape struct {
	// FirstByte is the time from the last byte of a request to the first byte of
	// its response. What the server takes to answer is part of it.
	FirstByte time.Duration

	StreamDown, StreamUp Rate // of one connection
}

// A Profile is a network as its clients see it. The zero Profile is loopback
// as it is. Profiles can be compared with ==.
type Profile struct {
	Name     string
	Down, Up Rate // of all connections of all services together

	Index, Registry, ActionsCache, ActionsArchives Shape
}

const (
	ms = time.Millisecond
	mb = 1e6 // bytes
)

// profiles are the built-in ones. The figures of github-hosted are published
// ones for GitHub's hosted runners, the middle where a range is given: link
// 1 Gbit/s; index 20–40 ms, 50–80 MB/s; registry 50–100 ms, 25–50 MB/s in one
// stream; cache 90 MB/s down and 120 MB/s up.
//
// The API of the cache and its archives are apart, as they are two hosts of
// GitHub's: an archive goes up in blocks of as little as 1 MiB, one after the
// other, and a delay that stands for the API's would be paid for each of them.
// The API's first byte is from the time stamps in public logs of actions/cache:
// the three calls of a restore are done within 0.1 to 0.2 s. The fixed 1.8 s of
// a restore that is published elsewhere is thus not the network's: it holds
// the start of Node and of the action, the unpacking of small archives and the
// runner's own work between steps, which no service here can stand for. It is
// left out, for restores and saves alike. The archive's first byte is taken to
// be the registry's, as both are object stores.
var profiles = []Profile{
	{Name: "none"},
	{
		Name: "github-hosted",
		Down: 125 * mb, Up: 125 * mb,
		Index:           Shape{FirstByte: 30 * ms, StreamDown: 65 * mb},
		Registry:        Shape{FirstByte: 75 * ms, StreamDown: 40 * mb, StreamUp: 40 * mb},
		ActionsCache:    Shape{FirstByte: 65 * ms},
		ActionsArchives: Shape{FirstByte: 75 * ms, StreamDown: 90 * mb, StreamUp: 120 * mb},
	},
}

// Names returns the names of the built-in profiles.
func Names() []string {
	var names []string
	for _, p := range profiles {
		names = append(names, p.Name)
	}
	return names
}

// Lookup returns a built-in profile.
func Lookup(name string) (Profile, error) {
	for _, p := range profiles {
		if p.Name == name {
			return p, nil
		}
	}
	return Profile{}, &Error{
		msg:  fmt.Sprintf("unknown network profile %q", name),
		hint: "one of " + strings.Join(Names(), ", "),
	}
}

func (p Profile) shape(s Service) Shape {
	switch s {
	case Index:
		return p.Index
	case Registry:
		return p.Registry
	case ActionsCache:
		return p.ActionsCache
	case ActionsArchives:
		return p.ActionsArchives
	}
	panic("link: unknown service " + string(s))
}

// String lists the profile's parameters, one a line, as Override reads them.
func (p Profile) String() string {
	var b strings.Builder
	b.WriteString(p.Name)
	for _, par := range p.parameters() {
		fmt.Fprintf(&b, "\n  %-28s %s", par.key, par.value)
	}
	return b.String()
}
