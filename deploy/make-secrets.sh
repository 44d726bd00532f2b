#!/bin/sh
# Creates the secrets of docker-compose.yml, once: random passwords and keys, and a certificate from an authority of its own.
# Existing files are kept. Needs openssl.  sh deploy/make-secrets.sh [folder] [host]
set -eu
folder=${1:-$(dirname "$0")/secrets}
host=${2:-localhost}
umask 077
mkdir -p "$folder"
cd "$folder"

# keep <file> <command…>: writes the command's output to the file, unless it exists. All users can read the file, since containers run as
# other users; the folder is private.
keep() {
  file=$1
  shift
  if [ ! -s "$file" ]; then
    "$@" >"$file.new"
    chmod 444 "$file.new"
    mv "$file.new" "$file"
  fi
}

keep postgres_password openssl rand -hex 24
keep redis_password openssl rand -hex 24
keep rabbitmq_password openssl rand -hex 24
keep grafana_password openssl rand -hex 24
keep jwt_secret openssl rand -base64 48
keep data_encryption_keys echo "$(date +%Y%m%d):$(openssl rand -base64 32)"
keep database_url echo "postgres://scoreboard:$(cat postgres_password)@postgres:5432/scoreboard"
keep redis_url echo "redis://:$(cat redis_password)@redis:6379"
keep rabbitmq_url echo "amqp://scoreboard:$(cat rabbitmq_password)@rabbitmq:5672"

# For servers that cannot read a password from a separate file.
keep redis.conf echo "requirepass $(cat redis_password)"
keep rabbitmq.conf printf 'default_user = scoreboard\ndefault_pass = %s\n' "$(cat rabbitmq_password)"
keep redis_exporter.json echo "{\"redis://redis:6379\": \"$(cat redis_password)\"}"

if [ ! -s tls.crt ]; then
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 3650 -subj '/CN=Scoreboard on this machine' \
    -keyout authority.key -out authority.crt 2>/dev/null
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=$host" -keyout tls.key -out tls.csr 2>/dev/null
  printf 'subjectAltName=DNS:%s,DNS:localhost,IP:127.0.0.1\nextendedKeyUsage=serverAuth\n' "$host" >tls.ext
  openssl x509 -req -in tls.csr -CA authority.crt -CAkey authority.key -CAcreateserial -days 397 -extfile tls.ext -out tls.crt 2>/dev/null
  rm -f tls.csr tls.ext authority.srl
  chmod 444 tls.crt tls.key authority.crt
fi
echo "The secrets are in $folder. To trust the certificate, add $folder/authority.crt to your browser or curl."
