#!/bin/sh
# The browser tests need Chromium and a Chinese font: take them from the system's packages where they are missing.
set -u
here() { command -v chromium >/dev/null 2>&1 && fc-list :lang=zh 2>/dev/null | grep -q .; }
here && exit 0
if command -v apt-get >/dev/null 2>&1; then
  sudo=""
  [ "$(id -u)" = 0 ] || sudo="sudo -n"
  $sudo apt-get update >/dev/null 2>&1
  DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y --no-install-recommends chromium fontconfig fonts-noto-cjk >/dev/null 2>&1
fi
here && exit 0
echo "The browser tests need Chromium and a Chinese font: apt-get install chromium fontconfig fonts-noto-cjk" >&2
exit 1
