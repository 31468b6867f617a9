/** The guards that `prove-guards.ts` removes, and for each the test that must fail. */

export interface Guard {
  name: string;
  test: string;
  /** The replacements of text in files of `server/src` that remove the guard. */
  without: [file: string, from: string, to: string][];
}

const UNLOCKED: Guard["without"] = [
  ["tasks/store/tasks.ts", "    .forNoKeyUpdate()\n", ""],
  ["gate/store.ts", ".forNoKeyUpdate()", ""],
];

export const GUARDS: readonly Guard[] = [
  {
    name: "a step is saved only where the rule saw it, under the lock",
    test: "test/races.test",
    without: [
      ...UNLOCKED,
      ["tasks/store/tasks.ts", '    .where("status", "=", from.status)\n    .where("fence", "=", from.fence)\n', ""],
    ],
  },
  {
    name: "a claim holds the gates before it counts and the tasks before it takes them",
    test: "test/races.test",
    without: [
      ["tasks/store/claim.ts", "order by g.agent_id for no key update of g", "order by g.agent_id"],
      ["tasks/store/claim.ts", " for no key update skip locked", ""],
    ],
  },
  {
    name: "a hot complete asks for the fence and the state",
    test: "test/races.test",
    without: [["tasks/store/hold.ts", "l.status = 'running' and l.fence = a.fence", "true"]],
  },
  {
    name: "a sweep looks at the lease again under the lock",
    test: "test/races.test",
    without: [
      ["tasks/operations/end-lease.ts", " || !leaseEnded(held.task, now)", ""],
      [
        "tasks/store/sweep.ts",
        "t.status = 'running' and t.lease_expires_at <= bailiwick_now()\n",
        "t.status = 'running'\n",
      ],
    ],
  },
  {
    name: "a paused agent's gate is shut",
    test: "test/races.test",
    without: [
      ["db/migrations/0076_parked.sql", "when gate.status = 'paused' then 'agent_paused'", ""],
      ["db/migrations/0076_parked.sql", "when gate.status <> 'active' then 'agent_archived'", ""],
    ],
  },
  {
    name: "a budget is taken under the payer's lock",
    test: "test/races-trees.test",
    without: [
      ["tasks/operations/create-task.ts", "const locked = await lockTasks(", "const locked = await findTasks("],
      ["tasks/operations/create-task.ts", ", findTask,", ", findTask, findTasks,"],
    ],
  },
  {
    name: "a row that joins between look and lock is checked again",
    test: "test/races-trees.test",
    without: [["tasks/steps/hold.ts", " || seen.child_count !== held.child_count", ""]],
  },
  {
    name: "one transaction at a time looks for circles",
    test: "test/races-trees.test",
    without: [["tasks/operations/create-task.ts", "  await lockGraph(tx);\n", ""]],
  },
  {
    name: "events are listed in the order of their numbers",
    test: "test/races-trees.test",
    without: [["kernel/facts/list.ts", "order by f.seq $", "order by f.xid $"]],
  },
  {
    name: "an end frees its place at the gate",
    test: "src/tasks/model.test",
    without: [
      ["tasks/steps/finish.ts", "  await changeRunning(tx, new Map([[task.assigned_to_agent_id, -1]]));\n", ""],
    ],
  },
  {
    name: "what a canceled tree holds goes back",
    test: "src/tasks/model.test",
    without: [["tasks/steps/finish.ts", "if (isSettled) await returnBudgets(tx, descendants);", ""]],
  },
  {
    name: "nothing of a tree that is about to end starts",
    test: "test/races-large-trees.test",
    without: [
      [
        "tasks/store/claim.ts",
        "      and not exists (select from task_endings e where e.workspace_id = $1 and e.task_id = tasks.id)\n",
        "",
      ],
    ],
  },
  {
    name: "a task with children made meanwhile ends after them",
    test: "test/races-large-trees.test",
    without: [
      [
        "tasks/steps/ending.ts",
        "if (task.open_children > (inBatch.get(task.id) ?? 0)) joined.push(task);",
        "if (false) joined.push(task);",
      ],
    ],
  },
  {
    name: "open tasks are counted under the lock of their count",
    test: "test/races-open-tasks.test",
    without: [["tasks/store/create.ts", "side = 'made'\n    for no key update) o", "side = 'made') o"]],
  },
  {
    name: "what no budget pays is passed over",
    test: "src/tasks/affordable.test",
    without: [
      [
        "tasks/affordable.ts",
        "await listAffordable(tx, agentId, { after, left })",
        "(await listAffordable(tx, agentId, { after, left })).slice(0, 0)",
      ],
    ],
  },
  {
    name: "only those who are responsible cancel",
    test: "src/tasks/model.test",
    without: [["tasks/rules.ts", "  requireRole(placed, name, by);\n", ""]],
  },
  {
    name: "an operation asks the step table",
    test: "src/tasks/steps.test",
    without: [["tasks/operations/cancel-task.ts", '    requireTake(held, "cancel", actor);\n', ""]],
  },
  {
    name: "a position is given under the mailbox's lock",
    test: "src/messages/follow.test",
    without: [["messages/store/send.ts", "owner_id = o.id for no key update", "owner_id = o.id offset 0"]],
  },
  {
    name: "hops are counted under the thread's lock",
    test: "src/messages/races.test",
    without: [["messages/store/send.ts", "id = a.id for no key update", "id = a.id offset 0"]],
  },
  {
    name: "read messages are counted under the mailbox's lock",
    test: "src/messages/inbox.test",
    without: [["messages/store/inbox.ts", "    .forNoKeyUpdate()\n", ""]],
  },
  {
    name: "an answer is overdue once, also with several sweeps",
    test: "src/messages/obligations.test",
    without: [["messages/store/sweep.ts", " for no key update skip locked", ""]],
  },
  {
    name: "the first answer counts",
    test: "src/messages/obligations.test",
    without: [["messages/store/send.ts", "and replied_at is null and coalesce", "and coalesce"]],
  },
  {
    name: "no caller can create the thread of two others",
    test: "src/messages/messages.test",
    without: [["messages/send.ts", "isDerived(threadId) ? undefined : ", ""]],
  },
  {
    name: "a key is held while its first call runs",
    test: "src/kernel/dispatch/idempotency.test",
    without: [["kernel/dispatch/idempotency.ts", "if (!taken[index]?.taken) return inFlight();", ""]],
  },
  {
    name: "two calls with one mark never share a group",
    test: "src/kernel/dispatch/coalesce.test",
    without: [["kernel/dispatch/coalesce.ts", "(mark !== undefined && seen.has(mark))", "(false as boolean)"]],
  },
  {
    name: "a deadlock is repeated",
    test: "src/kernel/db/db.test",
    without: [["kernel/db/db.ts", "const REPEATS_MAX = 3;", "const REPEATS_MAX = 0;"]],
  },
  {
    name: "a commit that rolled back is an error",
    test: "src/kernel/db/db.test",
    without: [["kernel/db/transaction.ts", 'if (command !== "COMMIT")', "if (false as boolean)"]],
  },
  {
    name: "a signal during an attempt is not missed",
    test: "src/kernel/dispatch/poll.test",
    without: [
      ["kernel/dispatch/lane.ts", "else if (this.#oneByOne) this.#giveTurn();", ""],
      ["kernel/dispatch/lane.ts", 'else if (waiter.version !== this.#version) end("look");', ""],
    ],
  },
  {
    name: "NUL is refused",
    test: "src/kernel/input/input.test",
    without: [["kernel/input/document.ts", 'text.includes("\\0")', "(false as boolean)"]],
  },
  {
    name: "powers: an ordinary command checks its caller again",
    test: "test/powers.test",
    without: [["kernel/dispatch/powers.ts", "if (actor instanceof Problem) throw actor;", "return admitted;"]],
  },
  {
    name: "powers: a group checks its callers again",
    test: "test/powers.test",
    without: [["kernel/dispatch/powers.ts", "if (looked.value.some(", "if (looked.value.every("]],
  },
  {
    name: "powers: a change of powers runs alone in the workspace",
    test: "test/powers.test",
    without: [["kernel/db/transaction.ts", 'mode === "alone" ? ["powers.alone", "pg_advisory_xact_lock"] : ', ""]],
  },
  {
    name: "powers: the database refuses a change by a command without changesCredentials",
    test: "test/powers.test",
    without: [["db/migrations/0020_powers.sql", "is distinct from 'alone'", "= 'nobody'"]],
  },
  {
    name: "powers: a key has no permission that the role of its person lacks",
    test: "src/keys/key-roles.test",
    without: [["auth/permissions.ts", "!roleCarries(role, permission)", "!roleCarries(role, permission) && false"]],
  },
  {
    name: "keys: rotation and revocation lock each other",
    test: "src/keys/key-rotation.test",
    without: [
      ["kernel/db/transaction.ts", 'mode === "alone" ? ["powers.alone", "pg_advisory_xact_lock"] : ', ""],
      ["keys/store/keys.ts", "    .forNoKeyUpdate()\n", ""],
    ],
  },
  {
    name: "keys: two processes count under one lock",
    test: "src/keys/keys-processes.test",
    without: [
      ["tiers/room.ts", "const tier_name = await lockTierName(tx);", "const tier_name = await getTierName(tx);"],
      ["tiers/room.ts", "import { getTierName, lockTierName }", "import { getTierName }"],
    ],
  },
  {
    name: "keys: the last use is written once a minute",
    test: "src/keys/keys-processes.test",
    without: [
      [
        "auth/store/people.ts",
        "\n     and (last_used_at is null or last_used_at < bailiwick_now() - interval '1 minute')",
        "",
      ],
    ],
  },
  {
    name: "keys: other processes are notified of a change",
    test: "src/keys/keys-processes.test",
    without: [["kernel/dispatch/command.ts", "if (command.changesCredentials && hasChanged)", "if (false as boolean)"]],
  },
  {
    name: "permission comes first",
    test: "test/conformance.test",
    without: [["kernel/dispatch/dispatch.ts", "      requirePermission(operation, actor);\n", ""]],
  },
  {
    name: "row-level security",
    test: "test/house-database.test",
    without: [["db/migrations/0005_tasks.sql", "alter table tasks enable row level security;", ""]],
  },
  {
    name: "requests are counted under the lock of their bucket",
    test: "test/request-limits.test",
    without: [
      [
        "db/migrations/0018_request-weights.sql",
        "do update set bucket = a.bucket returning a.tokens, a.lent, a.refilled_at into held;",
        "do nothing; select a.tokens, a.lent, a.refilled_at into held from request_allowances a where bucket = the_bucket;",
      ],
    ],
  },
  {
    name: "tokens that a server has drawn and not spent count as lent",
    test: "src/limits/request-allowances.test",
    without: [["limits/test-allowance-model.ts", "Math.max(0, capacity - held.lent)", "capacity"]],
  },
  {
    name: "the order of slices",
    test: "test/house.test",
    without: [["gate/rules.ts", "import { usdFromNanos }", 'import "../tasks/index.ts";\nimport { usdFromNanos }']],
  },
  {
    name: "a live stream is woken by a commit",
    test: "src/surfaces/events/live.test",
    without: [["surfaces/events/follower.ts", "() => this.#wake()", "() => undefined"]],
  },
];
