#!/bin/sh
# The Spark engine needs Java 17 or newer: take a headless one from the system's packages where it is missing.
set -u
here() {
  java="${JAVA_HOME:+$JAVA_HOME/bin/}java"
  version=$("$java" -version 2>&1 | sed -n 's/.*version "\([0-9]*\).*/\1/p' | head -n 1)
  [ "${version:-0}" -ge 17 ]
}
here && exit 0
if command -v apt-get >/dev/null 2>&1; then
  sudo=""
  [ "$(id -u)" = 0 ] || sudo="sudo -n"
  $sudo apt-get update >/dev/null 2>&1
  # Debian 12 has 17, Debian 13 has 21; the default of some systems is older than either.
  for package in openjdk-17-jre-headless openjdk-21-jre-headless default-jre-headless; do
    DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y --no-install-recommends "$package" >/dev/null 2>&1
    here && exit 0
  done
fi
here && exit 0
echo "The Spark engine needs Java 17 or newer: apt-get install openjdk-17-jre-headless" >&2
exit 1
