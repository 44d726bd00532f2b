#!/bin/sh
# Puts retention and index template of the logs into Elasticsearch; again is harmless.  sh setup.sh http://elasticsearch:9200
# Where a user is asked for: NETRC=/run/secrets/elastic.netrc, a file with "machine elasticsearch login … password …".
set -eu
url=${1:?the address of Elasticsearch}
folder=$(dirname "$0")
stream=logs-scoreboard-default

ask() {
  curl -sS --fail-with-body --retry 3 --retry-connrefused ${NETRC:+--netrc-file "$NETRC"} -H 'Content-Type: application/json' "$@"
}
# look <address>: what is there; nothing where nothing is.
look() {
  if answer=$(ask -w ' %{http_code}' "$1" 2>/dev/null); then
    echo "${answer% *}"
  elif [ "${answer##* }" != 404 ]; then
    echo "$1: $answer" >&2
    return 1
  fi
}
version() {
  sed -n 's/.*"_meta": *{ *"version": *\([0-9]*\).*/\1/p'
}

ask -X PUT "$url/_ilm/policy/scoreboard-logs" --data-binary "@$folder/ilm-policy.json"
ask -X PUT "$url/_index_template/scoreboard-logs" --data-binary "@$folder/index-template.json"
# A template is for indices to come. Where the one that is written to, the stream's last, has another version, the stream goes on in a new
# one. A run that failed here is made up for by the next: the index tells, not the template.
found=$(look "$url/_data_stream/$stream?filter_path=data_streams.indices.index_name")
index=$(echo "$found" | sed -n 's/.*"index_name":"\([^"]*\)".*/\1/p')
if [ -n "$index" ]; then
  found=$(look "$url/$index/_mapping?filter_path=*.mappings._meta.version")
  [ "$(echo "$found" | version)" = "$(version <"$folder/index-template.json")" ] || ask -X POST "$url/$stream/_rollover?lazy=true"
fi
echo
