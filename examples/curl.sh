#!/bin/sh
# One task with curl: claim it, report progress, complete it. Needs jq, and the key of an agent in BAILIWICK_KEY.
set -eu
api=${BAILIWICK_URL:-http://127.0.0.1:7300}/api

# post PATH JSON: sends a command. A repeat of curl has the same idempotency key, so that the command runs once.
post() {
  curl -sSf --retry 4 "$api$1" -d "$2" -H 'Content-Type: application/json' \
    -H "Authorization: Bearer $BAILIWICK_KEY" -H "Idempotency-Key: $(date +%s%N)-$$"
}

claimed=$(post /tasks/claim '{"wait_seconds": 20, "lease_seconds": 60}')
id=$(printf %s "$claimed" | jq -r '.items[0].id // empty')
fence=$(printf %s "$claimed" | jq -r '.items[0].fence // empty')
[ -n "$id" ] || { echo "There is no task for this agent."; exit 0; }

# A heartbeat keeps the lease for another 60 seconds. Send one at least every 20 seconds while you work.
post "/tasks/$id/heartbeat" "{\"fence\": $fence, \"lease_seconds\": 60, \"progress\": {\"step\": \"counting\"}}" >/dev/null
sleep "$(printf %s "$claimed" | jq -r '.items[0].input.seconds // 0')"
words=$(printf %s "$claimed" | jq -r '.items[0].input.text // empty' | wc -w)

post "/tasks/$id/complete" "{\"fence\": $fence, \"output\": {\"words\": $((words))}}" | jq -r .status
