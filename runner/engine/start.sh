#!/bin/sh
# Makes sure that a Docker engine answers. Where one does, nothing is touched.
# Where none does, and only as root on Debian or Ubuntu, it installs the
# distribution's engine and starts it, detached. Whatever else is wrong is
# printed as doctor says it: an engine that cannot be used is no reason to
# start another, and neither is one that DOCKER_HOST names and that is down.
#
# usage: start.sh PATH-OF-CIBENCH
set -eu

cibench=$1
log=${CIBENCH_DOCKERD_LOG:-/var/log/cibench-dockerd.log}
docker=${CIBENCH_DOCKER_ROOT:-/var/lib/docker} # where the distribution's engine has its data
disk=${CIBENCH_DISK:-/var/lib/cibench}

# examine sets code to doctor's exit code, which is 5 when no engine answers,
# and said to what it printed.
examine() {
	code=0
	said=$("$cibench" doctor --only engine 2>&1) || code=$?
}

# settled ends the script unless the engine alone is what is missing.
settled() {
	examine
	[ "$code" != 0 ] || exit 0
	[ "$code" = 5 ] || give_up
}

give_up() {
	printf '%s\n' "$said" >&2
	exit "$code"
}

# own_disk gives the engine and the states of builders a file system of their
# own, in a file: trials make and remove thousands of files, and for minutes
# after such a removal ext4 without a journal is slow at making others, so that
# each trial would be timed in the shadow of the one before. It adds to options
# what the engine has to know. An engine that was here before keeps its data.
own_disk() {
	[ ! -d "$docker/image" ] || return 0
	if ! mountpoint -q "$disk"; then
		case $("$cibench" doctor --only filesystem 2>&1 || true) in
		*"without a journal"*) ;;
		*) return 0 ;;
		esac
		command -v mkfs.ext4 >/dev/null && command -v losetup >/dev/null || return 0
		mkdir -p "$disk"
		if [ ! -e "$disk.img" ]; then
			echo "the file system has no journal: Docker's data and cibench's states get one of their own" >&2
			echo "in $disk.img, mounted on $disk; to undo that, unmount and remove it" >&2
			truncate -s "$(($(df --output=avail -k "$disk" | tail -n 1) / 2))K" "$disk.img" &&
				mkfs.ext4 -q -F "$disk.img" || { rm -f "$disk.img"; return 0; }
		fi
		loop=$(losetup --direct-io=on --find --show "$disk.img") && mount -o noatime,discard "$loop" "$disk" || return 0
	fi
	mkdir -p "$disk/docker"
	mkdir -p -m 1777 "$disk/tmp"
	options="--data-root $disk/docker"
	cache=$("$cibench" config show | sed -n 's/^cache-dir  *\([^ ]*\).*/\1/p')
	[ -n "$cache" ] || return 0
	for dir in states jobs; do
		mkdir -p "$disk/$dir" "$cache/$dir"
		mountpoint -q "$cache/$dir" || mount --bind "$disk/$dir" "$cache/$dir"
	done
}

settled
[ -z "${DOCKER_HOST:-}" ] || give_up
if [ "$(uname -s)" != Linux ] || [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
	give_up
fi

if ! command -v dockerd >/dev/null || ! command -v mmdebstrap >/dev/null; then
	echo "no Docker engine answers: installing docker.io, iptables and mmdebstrap" >&2
	apt-get update -qq
	DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
		docker.io iptables mmdebstrap >/dev/null
	settled
fi
options=
own_disk
echo "no Docker engine answers: starting dockerd, its output goes to $log" >&2
# A machine that went down leaves process ids that now belong to others, and
# dockerd would wait for those.
grep -qsx dockerd /proc/[0-9]*/comm || rm -f /var/run/docker.pid
grep -qsx containerd /proc/[0-9]*/comm || rm -f /var/run/docker/containerd/containerd.pid
setsid dockerd $options >"$log" 2>&1 </dev/null &
for _ in $(seq 60); do
	settled
	sleep 0.5
done
echo "cibench: dockerd does not answer after 30 s" >&2
echo "hint: read $log" >&2
tail -n 5 "$log" >&2 || true
exit 1
