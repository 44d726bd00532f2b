#!/bin/sh
# Puts retention and index template of the logs into Elasticsearch; again is harmless.  sh setup.sh http://elasticsearch:9200
# Where a user is asked for: NETRC=/run/secrets/elastic.netrc, a file with "machine elasticsearch login … password …".
set -eu
url=${1:?the address of Elasticsearch}
folder=$(dirname "$0")

ask() {
  curl -sS --fail-with-body --retry 3 --retry-connrefused ${NETRC:+--netrc-file "$NETRC"} -H 'Content-Type: application/json' "$@"
}
version() {
  ask "$url/_index_template/scoreboard-logs?filter_path=index_templates.index_template.version" 2>/dev/null || true
}

before=$(version)
ask -X PUT "$url/_ilm/policy/scoreboard-logs" --data-binary "@$folder/ilm-policy.json"
ask -X PUT "$url/_index_template/scoreboard-logs" --data-binary "@$folder/index-template.json"
# A template is for indices to come: where it is another version now, the stream goes on in a new one.
case $before in
  *version*) [ "$before" = "$(version)" ] || ask -X POST "$url/logs-scoreboard-default/_rollover?lazy=true" || true ;;
esac
echo
