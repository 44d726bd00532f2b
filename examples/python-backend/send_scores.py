"""Sends the results of a match to the scoreboard and prints the top. Python 3.9 or newer, standard library only.

    SCOREBOARD_URL=http://127.0.0.1:3000 TOKEN=eyJ... python3 send_scores.py match-7 alice=10 bob=5

Instead of TOKEN, CLIENT_ID and CLIENT_SECRET of `scoreboard clients add` get a token.
"""
import base64
import json
import os
import sys
import time
import urllib.error
import urllib.request

URL = os.environ.get("SCOREBOARD_URL", "http://127.0.0.1:3000")
ATTEMPTS = 5


def call(path, headers=None, body=None):
    """Returns status, headers and JSON of an answer, whatever its status."""
    request = urllib.request.Request(URL + path, data=body, headers=headers or {})
    try:
        with urllib.request.urlopen(request, timeout=15) as answer:
            return answer.status, answer.headers, json.load(answer)
    except urllib.error.HTTPError as answer:
        return answer.code, answer.headers, json.load(answer)


def get_token():
    """A service's token: given, or of the client credentials (RFC 6749, section 4.4). It is valid for one hour."""
    if "TOKEN" in os.environ:
        return os.environ["TOKEN"]
    credentials = f"{os.environ['CLIENT_ID']}:{os.environ['CLIENT_SECRET']}".encode()
    headers = {"Authorization": "Basic " + base64.b64encode(credentials).decode(), "Content-Type": "application/x-www-form-urlencoded"}
    status, _, answer = call("/api/auth/token", headers, b"grant_type=client_credentials")
    if status != 200:
        sys.exit(f"no token: {answer['error']}: {answer['error_description']}")
    return answer["access_token"]


def send(token, updates):
    """Sends up to 500 updates. Those that may work later are sent again: with their keys they count once."""
    headers = {"Authorization": "Bearer " + token, "Content-Type": "application/json"}
    for attempt in range(ATTEMPTS):
        wait = 2 ** attempt
        try:
            status, answered, body = call("/api/scores/updates", headers, json.dumps({"updates": updates}).encode())
        except OSError as error:  # no answer: they may have been accepted
            print(f"no answer ({error}), again in {wait} s", file=sys.stderr)
        else:
            if status not in (200, 429, 503):
                sys.exit(f"refused: {body['title']}: {body.get('detail', '')}")
            results = body["results"] if status == 200 else [{"status": status, "retryAfter": int(answered["Retry-After"])}] * len(updates)
            for update, result in zip(updates, results):
                if result["status"] not in (201, 429, 503):
                    print(f"{update['userId']}: {result['body']['title']}", file=sys.stderr)
            updates = [update for update, result in zip(updates, results) if result["status"] in (429, 503)]
            if not updates:
                return
            wait = max(result.get("retryAfter", 1) for result in results)
        time.sleep(wait)
    sys.exit(f"{len(updates)} updates were not accepted; run this again with the same match")


def main():
    match, *results = sys.argv[1:]
    points = [result.rsplit("=", 1) for result in results]
    # The key says which event this is: the same match, reported twice, counts once.
    send(get_token(), [{"userId": user, "scoreIncrement": int(count), "idempotencyKey": f"{match}-{user}"} for user, count in points])
    _, _, top = call("/api/scores/top?limit=3")
    for place, entry in enumerate(top, 1):
        print(f"{place}. {entry['userId']} {entry['score']}")


if __name__ == "__main__":
    main()
