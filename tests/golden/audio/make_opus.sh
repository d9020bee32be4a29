#!/bin/sh
# The recording of spoken.flac as Opus, in Ogg and in WebM (needs ffmpeg with libopus).
set -e
cd "$(dirname "$0")"
ffmpeg -y -i spoken.flac -c:a libopus -b:a 24k -map_metadata -1 spoken.opus
ffmpeg -y -i spoken.flac -c:a libopus -b:a 24k -ac 2 -map_metadata -1 spoken.webm
