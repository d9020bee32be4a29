#!/bin/bash
# Installs the package on a bare Debian or Ubuntu of this system's release, takes the network away,
# and uses it as a person would: in the terminal and in the window.
#
# usage: deb.sh PACKAGE.deb PICTURE.png      (as root; needs debootstrap, xvfb, xdotool, imagemagick, strace)
#
# Fails when a dependency is missing from the package, when anything but a local socket is made, when
# the same seed gives other words, or when the window answers nothing. Leaves a picture of the window.
set -euo pipefail

# Mounts of our own, gone with us.
if [ -z "${QUARTET_MOUNTS:-}" ]; then
    exec env QUARTET_MOUNTS=1 unshare --mount --propagation private "$0" "$@"
fi

package=$(realpath "$1")
picture=$(realpath "$2")
source /etc/os-release
base=${QUARTET_CACHE:-$HOME/.cache/quartet}/bare-$VERSION_CODENAME
work=$(mktemp -d)
root=$work/root
# Far from the displays that people and other tests use.
display=:$((500 + RANDOM % 400))
children=()

leave() {
    for child in "${children[@]}"; do kill "$child" 2>/dev/null || true; done
    wait 2>/dev/null || true
    umount -R "$root" 2>/dev/null || true
    rm -rf --one-file-system "$work"
}
trap leave EXIT
fail() { echo "deb.sh: $*" >&2; exit 1; }

if [ ! -e "$base/etc/os-release" ]; then
    rm -rf "$base.partial"
    debootstrap --variant=minbase "$VERSION_CODENAME" "$base.partial" >"$work/debootstrap.log" 2>&1 ||
        { tail -5 "$work/debootstrap.log" >&2; fail "no bare system"; }
    mv "$base.partial" "$base"
fi

echo "a bare $PRETTY_NAME"
mkdir "$root"
mount -t tmpfs -o size=6g tmpfs "$root"
cp -a "$base/." "$root/"
# The mirrors that this machine uses, instead of the one that debootstrap wrote down.
rm -f "$root/etc/apt/sources.list"
cp -a /etc/apt/sources.list* /etc/apt/apt.conf.d "$root/etc/apt/"
cp -L /etc/resolv.conf "$root/etc/resolv.conf"
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
mkdir -p "$root/tmp/.X11-unix"
cp "$package" "$root/tmp/quartet.deb"

bare=(env -i HOME=/root LANG=C.UTF-8 PATH=/usr/sbin:/usr/bin:/sbin:/bin DEBIAN_FRONTEND=noninteractive)
chroot "$root" "${bare[@]}" apt-get -qq update
chroot "$root" "${bare[@]}" apt-get -qq install --yes --no-install-recommends /tmp/quartet.deb >"$work/apt.log" 2>&1 ||
    { tail -20 "$work/apt.log" >&2; fail "the package does not install"; }
echo "installed: $(chroot "$root" dpkg-query --show quartet)"

# A network namespace with nothing in it, not even a loopback that is up.
offline() { unshare --net chroot "$root" "${bare[@]}" DISPLAY="$display" "$@"; }

for turn in 1 2; do
    offline quartet text "Write one sentence about the sea." --seed 7 --max-tokens 32 >"$work/answer-$turn"
done
[ -s "$work/answer-1" ] || fail "an empty answer"
cmp "$work/answer-1" "$work/answer-2" || fail "the same seed gave other words"
echo "terminal, offline: $(head -c 200 "$work/answer-1")"
offline quartet models verify >/dev/null || fail "a model's files are not what was packed"

mount --bind /tmp/.X11-unix "$root/tmp/.X11-unix"
Xvfb "$display" -screen 0 1280x860x24 -nolisten tcp >/dev/null 2>&1 &
children+=($!)
works() { offline quartet works list | wc -l; }
before=$(works)
# strace holds a copy of each call that makes or connects a socket, of every process of the app.
strace -f -qq -e trace=socket,connect -o "$work/sockets" \
    unshare --net chroot "$root" "${bare[@]}" DISPLAY="$display" quartet-desktop >"$work/window.log" 2>&1 &
children+=($!)
export DISPLAY=$display
for _ in $(seq 300); do
    window=$(xdotool search --onlyvisible --name '^Quartet$' 2>/dev/null | head -1) && [ -n "$window" ] && break
    sleep 0.2
done
[ -n "${window:-}" ] || { cat "$work/window.log" >&2; fail "no window"; }
# Until the default model is loaded, the page holds the question back.
sleep 15
xdotool mousemove 260 256 click 1
xdotool type --delay 15 "Write one sentence about bread."
xdotool key ctrl+Return
for _ in $(seq 120); do
    [ "$(works)" -gt "$before" ] && break
    sleep 0.5
done
sleep 1
import -window root "$picture"
[ "$(works)" -gt "$before" ] || fail "the window answered nothing; see $picture"
families=$(grep -o 'socket(AF_[A-Z0-9]*' "$work/sockets" | sort | uniq -c)
echo "sockets made by the app: $families"
echo "connected to: $(grep -o 'sun_path=[^}]*' "$work/sockets" | sort | uniq -c | tr -s ' \n' ' ')"
if grep -q 'AF_INET' "$work/sockets"; then
    grep -m5 'AF_INET' "$work/sockets" >&2
    fail "the app made a socket of the internet"
fi
echo "the window answered with no network: $picture"
