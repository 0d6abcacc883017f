#!/bin/sh
# Makes sure that a Docker engine answers. Where one does, nothing is touched.
# Where none does, and only as root on Debian or Ubuntu, it installs the
# distribution's engine and starts it, detached.
#
# usage: start.sh PATH-OF-CIBENCH
set -eu

answers() { "$1" doctor --only engine >/dev/null 2>&1; }

answers "$1" && exit 0

if [ "$(uname -s)" != Linux ] || [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
	echo "cibench: no Docker engine answers" >&2
	echo "hint: start Docker, or on Debian type: sudo make engine" >&2
	exit 1
fi

log=/var/log/cibench-dockerd.log
if ! command -v dockerd >/dev/null || ! command -v mmdebstrap >/dev/null; then
	echo "no Docker engine answers: installing docker.io, iptables and mmdebstrap" >&2
	apt-get update -qq
	DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
		docker.io iptables mmdebstrap >/dev/null
fi
if ! answers "$1"; then
	echo "no Docker engine answers: starting dockerd, its output goes to $log" >&2
	# A machine that went down leaves process ids that now belong to others,
	# and dockerd would wait for those.
	grep -qsx dockerd /proc/[0-9]*/comm || rm -f /var/run/docker.pid
	grep -qsx containerd /proc/[0-9]*/comm || rm -f /var/run/docker/containerd/containerd.pid
	setsid dockerd >"$log" 2>&1 </dev/null &
fi
for _ in $(seq 60); do
	answers "$1" && exit 0
	sleep 0.5
done
echo "cibench: dockerd does not answer after 30 s" >&2
echo "hint: read $log" >&2
tail -n 5 "$log" >&2 || true
exit 1
