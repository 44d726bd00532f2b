#!/bin/sh
# Installs the retention policy and the index template of the logs in Elasticsearch. Safe to run again.  sh setup.sh http://elasticsearch:9200
# If Elasticsearch requires a user: NETRC=/run/secrets/elastic.netrc, a file with "machine elasticsearch login … password …".
set -eu
url=${1:?the address of Elasticsearch}
folder=$(dirname "$0")
stream=logs-scoreboard-default

ask() {
  curl -sS --fail-with-body --retry 3 --retry-connrefused ${NETRC:+--netrc-file "$NETRC"} -H 'Content-Type: application/json' "$@"
}
# look <address>: prints the resource, or nothing if it does not exist (404).
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
# A template applies to new indices only. If the stream's current (last) index has another version, the stream continues in a new index.
# The version is read from the index, not from the template, so the next run completes a run that failed here.
found=$(look "$url/_data_stream/$stream?filter_path=data_streams.indices.index_name")
index=$(echo "$found" | sed -n 's/.*"index_name":"\([^"]*\)".*/\1/p')
if [ -n "$index" ]; then
  found=$(look "$url/$index/_mapping?filter_path=*.mappings._meta.version")
  [ "$(echo "$found" | version)" = "$(version <"$folder/index-template.json")" ] || ask -X POST "$url/$stream/_rollover?lazy=true"
fi
echo
