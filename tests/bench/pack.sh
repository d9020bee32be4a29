#!/bin/bash
# From plugging a stick to the first generated word on a fresh account, with reads of the stick held to a rate.
#
#   pack.sh PROGRAM REPORT [MB_PER_SECOND]     as root, on Linux; QUARTET_MODELS and QUARTET_ORT as for `quartet`
#
# The stick is an image file behind a loop device; a control group (cgroup v2's io.max, or v1's blkio) holds what its
# processes read of that device. Nothing of it is in memory before: it is mounted anew and caches are dropped. Two
# ways: the models are installed, the text model first, and the first word comes from the installed one while the
# rest is still copied; or they are read and hashed on the stick, and the first word comes from there.
set -euo pipefail
program=$(realpath "$1") report=$2 rate=$(( ${3:-30} * 1000000 ))
work=$(mktemp -d "${TMPDIR:-/tmp}/quartet-pack-bench.XXXXXX")
image=$work/stick.img mount=$work/stick loop="" group=""
finish() {
  jobs -p | xargs -r kill 2>/dev/null || true
  wait 2>/dev/null || true
  mountpoint -q "$mount" && umount "$mount"
  [ -n "$loop" ] && losetup -d "$loop"
  [ -n "$group" ] && rmdir "$group" 2>/dev/null
  rm -rf "$work"
}
trap finish EXIT
now() { date +%s.%N; }
since() { echo "$(now) - $1" | bc; }

mkdir "$mount"
truncate -s 3G "$image"
mkfs.ext4 -q -E lazy_itable_init=0,lazy_journal_init=0 "$image"
loop=$(losetup -f --show "$image")
mount "$loop" "$mount"
QUARTET_HOME=$work/maker "$program" pack make --out "$mount/pack" --models all --portable >/dev/null
# As a desktop mounts FAT32: nothing on it may be started, so the starter copies the programs.
chmod -R a-x,a+X "$mount/pack/app"
umount "$mount"

device=$(lsblk -no MAJ:MIN "$loop" | tr -d ' ')
if [ -f /sys/fs/cgroup/cgroup.controllers ] && grep -qw io /sys/fs/cgroup/cgroup.controllers; then
  echo +io > /sys/fs/cgroup/cgroup.subtree_control
  group=/sys/fs/cgroup/quartet-pack-bench; mkdir "$group"
  echo "$device rbps=$rate" > "$group/io.max"
else
  group=/sys/fs/cgroup/blkio/quartet-pack-bench; mkdir "$group"
  echo "$device $rate" > "$group/blkio.throttle.read_bps_device"
fi
held() { bash -c 'echo $$ > "$1/cgroup.procs"; shift; exec "$@"' held "$group" "$@"; }

# Plugged in: mounted anew, nothing of it in memory.
plug() {
  mountpoint -q "$mount" && umount "$mount"
  sync; echo 3 > /proc/sys/vm/drop_caches
  mount -o ro,noexec "$loop" "$mount"
}
# How fast it really is.
plug
file=$(find "$mount/pack/models" -name '*.onnx*' -size +60M | head -1)
start=$(now); held dd if="$file" of=/dev/null bs=1M count=60 status=none
speed=$(echo "scale=1; 60*1.048576 / $(since "$start")" | bc)

# way: install or verify; the environment of a fresh account.
once() {
  local way=$1 home=$work/account-$1 out=$work/$1.out start ready first
  rm -rf "$home"; mkdir "$home"
  plug
  start=$(now)
  held env -u QUARTET_MODELS -u QUARTET_ORT HOME="$home" QUARTET_HOME="$home/data" QUARTET_PROGRAM=quartet TMPDIR="$work" \
    sh "$mount/pack/START-LINUX.sh" pack "$way" "$mount/pack" > "$out" 2>"$out.err" &
  local job=$!
  until grep -q '^model' "$out" 2>/dev/null; do
    kill -0 "$job" 2>/dev/null || { cat "$out.err" >&2; return 1; }
    sleep 0.02
  done
  ready=$(since "$start")
  grep -qE 'installed|whole' "$out" || { cat "$out" >&2; return 1; }
  # The first byte of the answer.
  held env -u QUARTET_MODELS -u QUARTET_ORT HOME="$home" QUARTET_HOME="$home/data" QUARTET_PROGRAM=quartet TMPDIR="$work" \
    sh "$mount/pack/START-LINUX.sh" text "Say hello to the class." --stream --seed 7 --max-tokens 8 2>"$out.err2" \
    | { head -c 1 > "$out.word"; since "$start" > "$out.first"; cat > /dev/null; }
  [ -s "$out.word" ] || { cat "$out.err2" >&2; return 1; }
  first=$(cat "$out.first")
  wait "$job"
  printf '{"way":"%s","textModelSeconds":%.1f,"firstWordSeconds":%.1f,"allSeconds":%.1f}' "$way" "$ready" "$first" "$(since "$start")"
}
installed=$(once install)
verified=$(once verify)
bytes=$(du -sb "$mount/pack" | cut -f1)
printf '{"heldTo":%.1f,"measuredMegabytesPerSecond":%.1f,"packMegabytes":%d,"ways":[%s,%s]}\n' \
  "$(echo "$rate / 1000000" | bc -l)" "$speed" $((bytes / 1000000)) "$installed" "$verified" | tee "$report"
