#!/bin/sh
# Creates the data view for the logs in Kibana's Discover. Safe to run again.  sh setup.sh http://kibana:5601
# If Kibana requires a user: NETRC=/run/secrets/kibana.netrc, a file with "machine kibana login … password …".
set -eu
url=${1:?the address of Kibana}
curl -sS --fail-with-body --retry 3 --retry-connrefused ${NETRC:+--netrc-file "$NETRC"} -H 'Content-Type: application/json' -H 'kbn-xsrf: scoreboard' \
  -X POST "$url/api/data_views/data_view" --data-binary "@$(dirname "$0")/data-view.json"
echo
