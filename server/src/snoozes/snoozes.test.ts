/** A person puts rows of the own inbox away; time, an event or the person brings them back. */
import { randomUUID } from "node:crypto";
import { afterEach, expect, test } from "vitest";
import { aRunningTask, aTask } from "../../test/harness/builders.ts";
import { aPerson, createSecondApp, factsOf, problemOf, useApp } from "../../test/harness/harness.ts";
import { ahead, aTalk, say, sweepReplies, to } from "../../test/harness/talk.ts";
import type { Actor } from "../kernel/actor.ts";
import { answerTask } from "../tasks/operations/answer-task.ts";
import { blockTask } from "../tasks/operations/block-task.ts";
import { createSnooze } from "./operations/create-snooze.ts";
import { deleteSnooze } from "./operations/delete-snooze.ts";
import { listSnoozes } from "./operations/list-snoozes.ts";
import { SNOOZE_DAYS_MAX, SNOOZES_MAX, type Snoozed } from "./schema.ts";

const app = useApp();
const HOUR = 3_600;
afterEach(() => {
  app().clock.offsetMs = 0;
});
const snooze = (by: Actor, row: Snoozed, until = ahead(app(), HOUR)) => app().call(createSnooze, by, { ...row, until });
const away = async (by: Actor) => (await app().call(listSnoozes, by, {})).items;
const bringBack = (by: Actor, row: Snoozed) => app().call(deleteSnooze, by, row);
const typesOf = async (person: Actor) =>
  (await factsOf(app(), person.workspace, person.id)).map(({ type }) => type).filter((type) => /^inbox/.test(type));

async function aQuestion() {
  const talk = await aTalk(app());
  const { id, fence } = await aRunningTask(app(), talk.owner, talk.ada);
  await app().call(blockTask, talk.ada, { id, fence, reason: "Which rate?" });
  return { ...talk, row: { kind: "task" as const, id } };
}

test("a row is away until its time, for one person, and a second call changes the time", async () => {
  const { owner, member, row } = await aQuestion();
  const first = await snooze(owner, row);
  expect(await away(owner)).toEqual([first]);
  expect(await away(member)).toEqual([]);
  const later = await snooze(owner, row, ahead(app(), 2 * HOUR));
  expect(await away(owner)).toEqual([later]);
  app().clock.offsetMs = 3 * HOUR * 1_000;
  expect(await away(owner)).toEqual([]);
  expect(await typesOf(owner)).toEqual(["inbox.snoozed", "inbox.snoozed"]);
});

test("a person brings a row back once, and a second call adds no fact", async () => {
  const { owner, member, row } = await aQuestion();
  await snooze(owner, row);
  await bringBack(member, row);
  expect(await away(owner)).toHaveLength(1);
  expect(await Promise.all([bringBack(owner, row), bringBack(owner, row)])).toEqual([row, row]);
  expect(await away(owner)).toEqual([]);
  expect(await typesOf(owner)).toEqual(["inbox.snoozed", "inbox.brought_back"]);
  expect(await typesOf(member)).toEqual([]);
  const stranger = (await aTalk(app())).owner;
  expect((await problemOf(bringBack(stranger, row))).code).toBe("not_found");
});

test("a change of the task brings its row back at once, also when the change comes at the same moment", async () => {
  const { owner, row } = await aQuestion();
  await snooze(owner, row);
  await app().call(answerTask, owner, { id: row.id, answer: "7 %" });
  expect(await away(owner)).toEqual([]);
  const other = await aQuestion();
  const answer = app().call(answerTask, other.owner, { id: other.row.id, answer: "7 %" });
  const [{ updated_at }] = await Promise.all([answer, snooze(other.owner, other.row)]);
  const { rows } = await app().admin.query<{ mark: string }>("select mark from snoozes where id = $1", [other.row.id]);
  // Either the mark is of the changed task, or the row is back.
  expect(await away(other.owner)).toHaveLength(rows[0]?.mark === updated_at ? 1 : 0);
});

test("a message in the conversation, and a missed deadline, bring its row back", async () => {
  const { owner, member, ada, bob, workspace } = await aTalk(app());
  const ask = (from: Actor) => say(app(), from, { ...to(owner), reply_by: ahead(app(), HOUR) });
  const [first, second] = [await ask(ada), await ask(bob)];
  for (const { id } of [first, second]) await snooze(owner, { kind: "message", id }, ahead(app(), 9 * HOUR));
  expect(await away(owner)).toHaveLength(2);
  await say(app(), ada, to(owner));
  expect((await away(owner)).map(({ id }) => id)).toEqual([second.id]);
  app().clock.offsetMs = 2 * HOUR * 1_000;
  await sweepReplies(app(), workspace.id);
  expect(await away(owner)).toEqual([]);
  expect(await problemOf(snooze(member, { kind: "message", id: first.id }, ahead(app(), 9 * HOUR)))).toMatchObject({
    code: "not_found",
  });
});

test("times in the past or too far, and rows that do not exist, are refused without a fact", async () => {
  const { owner, row } = await aQuestion();
  const stranger = await aQuestion();
  for (const seconds of [-1, (SNOOZE_DAYS_MAX + 1) * 24 * HOUR])
    expect(await problemOf(snooze(owner, row, ahead(app(), seconds)))).toMatchObject({ code: "invalid_input" });
  for (const id of [stranger.row.id, randomUUID()])
    expect(await problemOf(snooze(owner, { kind: "task", id }))).toMatchObject({ code: "not_found" });
  expect(await problemOf(snooze(owner, { kind: "message", id: row.id }))).toMatchObject({ code: "not_found" });
  expect(await typesOf(owner)).toEqual([]);
});

test("a person has a limit, also for calls at once, and past rows do not count", async () => {
  const { owner, ada } = await aTalk(app());
  const person = await aPerson(app(), owner.workspace, "viewer");
  const [one, other] = [await aTask(app(), owner, ada), await aTask(app(), owner, ada)];
  const fill = `insert into snoozes select $1, $2, 'task', gen_random_uuid(), $3, 'x' from generate_series(1, $4)`;
  const values = (until: string, count: number) => [owner.workspace, person.id, until, count];
  await app().admin.query(fill, values(ahead(app(), -HOUR), 50));
  await app().admin.query(fill, values(ahead(app(), HOUR), SNOOZES_MAX - 1));
  const calls = [one, other].map(({ id }) => snooze(person, { kind: "task", id }));
  const states = (await Promise.allSettled(calls)).map(({ status }) => status);
  expect(states.sort()).toEqual(["fulfilled", "rejected"]);
  expect(await away(person)).toHaveLength(1);
  const { rows } = await app().admin.query("select 1 from snoozes where user_id = $1", [person.id]);
  expect(rows).toHaveLength(SNOOZES_MAX);
});

test("a time that no clock shows is refused, and an offset that the database refuses is not", async () => {
  const { owner, row } = await aQuestion();
  const day = ahead(app(), 72 * HOUR).slice(0, 10);
  for (const until of [`${day}T23:59:60Z`, `${day}T12:00:00Z[Europe/Rome]`])
    expect(await problemOf(snooze(owner, row, until))).toMatchObject({ code: "invalid_input" });
  expect(await typesOf(owner)).toEqual([]);
  const at = `${day}T12:00:00.000Z`;
  expect(await snooze(owner, { ...row, id: row.id.toUpperCase() }, `${day}T12:00:00-00:00`)).toEqual({
    ...row,
    until: at,
  });
  expect(await snooze(owner, row, `${day}T12:00:00+23:00`)).toMatchObject({
    until: new Date(`${day}T12:00:00+23:00`).toISOString(),
  });
});

test("once the daily storage is used, rows come back but no further row is put away", async () => {
  const { owner, row } = await aQuestion();
  await snooze(owner, row);
  await app().admin.query(
    `insert into stored_bytes (workspace_id, day, bytes)
     values ($1, (bailiwick_now() at time zone 'utc')::date, 1000000000000000)
     on conflict (workspace_id) do update set bytes = excluded.bytes`,
    [owner.workspace],
  );
  // A new process holds no bytes of earlier draws.
  const fresh = createSecondApp(app());
  await fresh.call(deleteSnooze, owner, row);
  const again = fresh.call(createSnooze, owner, { ...row, until: ahead(app(), HOUR) });
  expect(await problemOf(again)).toMatchObject({ code: "tier_limit" });
  await fresh.close();
});
