#!/usr/bin/env bash
# A worker in bash: claims tasks, keeps each lease with heartbeats in the background, and completes the tasks.
# Needs curl and jq, and the key of an agent in BAILIWICK_KEY. A killed worker loses the lease, and the task is queued again.
set -euo pipefail
api=${BAILIWICK_URL:-http://127.0.0.1:7300}/api
lease=${LEASE_SECONDS:-60}

# post PATH JSON: sends a command. A repeat of curl has the same idempotency key, so that the command runs once.
post() {
  curl -sSf --retry 4 "$api$1" -d "$2" -H 'Content-Type: application/json' \
    -H "Authorization: Bearer $BAILIWICK_KEY" -H "Idempotency-Key: $(date +%s%N)-$RANDOM"
}

# keep ID FENCE: sends heartbeats until the task is canceled or has another holder.
keep() {
  while sleep "$((lease / 3))"; do
    local beat
    beat=$(post "/tasks/$1/heartbeat" "{\"fence\": $2, \"lease_seconds\": $lease}") || return
    [[ $(jq -r .cancel_requested <<<"$beat") == false ]] || return
  done
}

while true; do
  claimed=$(post /tasks/claim "{\"wait_seconds\": 20, \"lease_seconds\": $lease}") || { sleep 5; continue; }
  id=$(jq -r '.items[0].id // empty' <<<"$claimed")
  [[ -n $id ]] || continue
  fence=$(jq -r '.items[0].fence' <<<"$claimed")
  keep "$id" "$fence" & keeper=$!
  sleep "$(jq -r '.items[0].input.seconds // 0' <<<"$claimed")"
  words=$(jq -r '.items[0].input.text // empty' <<<"$claimed" | wc -w)
  kill "$keeper" 2>/dev/null || true
  post "/tasks/$id/complete" "{\"fence\": $fence, \"output\": {\"words\": $((words))}}" | jq -r .status || true
done
