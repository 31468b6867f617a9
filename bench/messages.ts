/** Measures sent messages per second, with pg-boss on the same server, and pages of few and of many messages. */

import { listMessages } from "../server/src/messages/operations/list-messages.ts";
import { readInbox } from "../server/src/messages/operations/read-inbox.ts";
import { sendMessage } from "../server/src/messages/operations/send-message.ts";
import { type Boss, startBoss } from "./boss.ts";
import { type Measured, measure } from "./callers.ts";
import type { Cluster } from "./cluster.ts";
import { figure, print, ratios, say } from "./figures.ts";
import { CALLS, FEW_TASKS, MANY_TASKS, PIECE_MS, ROUNDS } from "./settings.ts";
import { createWorld, requestInfo, type World } from "./world.ts";

const CALLERS = 16;

export async function measureMessages(cluster: Cluster): Promise<void> {
  await measureSends(cluster);
  await measurePages(cluster);
}

async function measureSends(cluster: Cluster): Promise<void> {
  const boss = await startBoss(cluster);
  const world = await createWorld(cluster, CALLERS);
  const watched = { process: process.pid, postmaster: cluster.postmaster };
  const ours: Measured[] = [];
  const theirs: Measured[] = [];
  for (let round = -1; round < ROUNDS; round++) {
    const [one, other] = [
      await measure(CALLERS, PIECE_MS, (caller) => send(world, caller), watched),
      await measure(CALLERS, PIECE_MS, () => bossSend(boss), watched),
    ];
    say(`round ${round}: ${one.perSecond.toFixed(0)} messages a second, pg-boss ${other.perSecond.toFixed(0)}`);
    if (round < 0) continue;
    ours.push(one);
    theirs.push(other);
  }
  await boss.stop();
  const perSecond = (measured: readonly Measured[]) => measured.map((one) => one.perSecond);
  print(figure(`in-process, ${CALLERS} callers: messages sent`, "per second", perSecond(ours)));
  print(
    figure(
      "CPU of server and database per message",
      "ms",
      ours.map(({ cpuMs }) => cpuMs),
    ),
  );
  print(figure(`pg-boss, ${CALLERS} callers: jobs sent`, "per second", perSecond(theirs)));
  const ratio = ratios(perSecond(ours), perSecond(theirs));
  print(figure("messages sent / jobs sent at pg-boss", "ratio", ratio, { is: "at least", value: 3 }));
}

const TEXT = "Summarise the last ten invoices and say which of them are late.";

/** Each agent writes to the next one. */
async function send({ app, workers }: World, caller: number): Promise<void> {
  const [from, to] = [workers[caller % workers.length], workers[(caller + 1) % workers.length]];
  if (!from || !to) throw new Error("There are no workers.");
  const input = { content: TEXT, to_agent_id: to.id };
  await app.dispatcher.dispatch(sendMessage, from, { input, request: requestInfo() });
}

async function bossSend(boss: Boss): Promise<void> {
  await boss.send({ from: "worker", to: "next worker", content: TEXT });
}

/** Fills one thread with messages to one reader, who has read the first half. */
const FILL = [
  "insert into threads (workspace_id, id, kind, message_count, last_message_id) values ($1, $2, 'free', $4, $2)",
  "insert into mailboxes (workspace_id, owner_id, agent_id, last_position, unread) values ($1, $3, $3, $4, $4 - $4 / 2)",
  `insert into messages (workspace_id, id, thread_id, role, content, from_user_id, to_agent_id)
   select $1, (lpad(to_hex(1700000000000 + n), 12, '0') || '7' || substr(md5(n::text || $1::text), 1, 3) || '8'
     || substr(md5($1::text || n::text), 1, 15))::uuid, $2, 'user', 'Message ' || n, $5, $3 from generate_series(1, $4) n`,
  `insert into deliveries (workspace_id, owner_id, position, message_id, thread_id, delivered_at, read_at)
   select $1, $3, n, id, $2, bailiwick_now(), case when n <= $4 / 2 then bailiwick_now() end
   from (select id, row_number() over (order by id) as n from messages where workspace_id = $1) m`,
];

interface Filled {
  world: World;
  threadId: string;
}

async function filled(cluster: Cluster, count: number): Promise<Filled> {
  const world = await createWorld(cluster, 1);
  const threadId = "01890000-0000-7000-8000-000000000000";
  const [reader] = world.workers;
  if (!reader) throw new Error("There is no reader.");
  const values = [world.workspace, threadId, reader.id, count, world.owner.id];
  say(`filling a workspace with ${count} messages`);
  for (const sql of FILL) await cluster.admin.query(withValues(sql, values));
  return { world, threadId };
}

/** Puts the values into the text, because each statement uses only some of them and PostgreSQL refuses unused ones. */
function withValues(sql: string, values: readonly (string | number)[]): string {
  return sql.replaceAll(/\$(\d)/g, (_, number: string) => {
    const value = values[Number(number) - 1];
    return typeof value === "number" ? String(value) : `'${value}'::uuid`;
  });
}

type Call = (filled: Filled) => Promise<unknown>;

const PAGES: Record<string, Call> = {
  "inbox page of 50 unread": ({ world: { app, workers } }) => {
    const [reader] = workers;
    if (!reader) throw new Error("There is no reader.");
    return app.dispatcher.dispatch(readInbox, reader, { input: { unread: true }, request: requestInfo() });
  },
  "thread page of 50": ({ world: { app, owner }, threadId }) =>
    app.dispatcher.dispatch(listMessages, owner, { input: { thread_id: threadId }, request: requestInfo() }),
};

async function measurePages(cluster: Cluster): Promise<void> {
  const few = await filled(cluster, FEW_TASKS);
  const many = await filled(cluster, MANY_TASKS);
  await cluster.admin.query("vacuum analyze messages, deliveries, threads, mailboxes");
  for (const [name, call] of Object.entries(PAGES)) {
    const times: { few: number[]; many: number[] } = { few: [], many: [] };
    for (let round = -1; round < Math.min(ROUNDS, 5); round++) {
      const [a, b] = [await msPerCall(few, call), await msPerCall(many, call)];
      if (round < 0) continue;
      times.few.push(a);
      times.many.push(b);
    }
    print(figure(`${name} at ${FEW_TASKS} messages`, "ms", times.few));
    print(figure(`${name} at ${MANY_TASKS} messages`, "ms", times.many));
    print(figure(`${name}: many / few`, "ratio", ratios(times.many, times.few), { is: "at most", value: 1.5 }));
  }
}

/** Returns the average time of one call in a round. */
async function msPerCall(where: Filled, call: Call): Promise<number> {
  const start = performance.now();
  for (let number = 0; number < CALLS; number++) await call(where);
  return (performance.now() - start) / CALLS;
}
