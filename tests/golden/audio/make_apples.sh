#!/bin/sh
# Makes apples-en.flac and apples-zh.flac: one sentence each, spoken by the starter voice.
# The tests say it several times.
set -eu
cd "$(dirname "$0")"
quartet speak 'I like green apples.' --model kokoro --voice af_heart --seed 1 --no-keep --out apples-en.flac
quartet speak '我喜欢吃绿色的苹果。' --model kokoro --voice zf_xiaobei --seed 1 --no-keep --out apples-zh.flac
