// Package link gives the connections of loopback services the shape of a
// network: its rate, its time to first byte and its limit per stream.
//
// The one invariant is that only time changes: every byte, error, deadline and
// half-close of a connection passes as it would without a link. A service that
// a profile leaves alone gets its listener back as it was, so that it still
// sends files by sendfile.
//
// A rate is kept as a schedule (see pacer) and not with golang.org/x/time/rate:
// there the burst is both what may be sent at once and what makes up for a
// timer that fired late. Measured at 125 MB/s, a burst of 64 kB let 71 % of the
// rate through, and one that lets all of it through is a large part of a short
// transfer.
//
// What is served, and its counting, is left to the services.
package link

import "net"

// A Link is one network that several services share. Its rates are those of
// all their connections together.
type Link struct {
	profile  Profile
	down, up *pacer
}

// New returns an idle link. The rates must be those of a valid profile.
func New(p Profile) *Link {
	return &Link{profile: p, down: &pacer{rate: p.Down}, up: &pacer{rate: p.Up}}
}

// Listener returns a listener whose connections are shaped as those of s. It
// is inner itself if the profile sets nothing for s. The accepting side is the
// server: what it writes goes down.
func (l *Link) Listener(s Service, inner net.Listener) net.Listener {
	shape := l.profile.shape(s)
	if shape == (Shape{}) && l.profile.Down == Unlimited && l.profile.Up == Unlimited {
		return inner
	}
	return &listener{inner, l, shape}
}

type listener struct {
	net.Listener
	link  *Link
	shape Shape
}

func (l *listener) Accept() (net.Conn, error) {
	inner, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return newConn(inner, l.link, l.shape), nil
}
