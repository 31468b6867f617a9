/** Installations of login roles that are no superusers. */
import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from "vitest";
import { call } from "../cli/call.ts";
import { startServer } from "../main.ts";
import { type Config, readConfig } from "../runtime/config.ts";
import { connectionConfig } from "./connect.ts";
import { migrate, migrationsFolder, readMigrations } from "./migrate.ts";
import { workingRole } from "./role.ts";

const folder = mkdtempSync(join(tmpdir(), "bailiwick-role-"));
const server = inject("server");
const admin = new pg.Client(connectionConfig({ socket: server, size: 1 }));
beforeAll(async () => {
  await admin.connect();
  // The role of another installation on this cluster, which the template of the tests has made already.
  const { rows } = await admin.query("select from pg_roles where rolname = 'bailiwick_app'");
  expect(rows).toHaveLength(1);
});
afterAll(async () => {
  await admin.end();
  rmSync(folder, { recursive: true });
});

interface Login {
  login: string;
  database: string;
  config: Config;
}

/** A login role and a database that it owns. */
async function aLogin(options = ""): Promise<Login> {
  const name = randomUUID().replaceAll("-", "").slice(0, 12);
  const [login, database] = [`Login ${name}`, `own_${name}`];
  await admin.query(`create role "${login}" login ${options}`);
  await admin.query(`create database ${database} owner "${login}"`);
  const host = encodeURIComponent(server.host);
  const config = readConfig({
    DATABASE_URL: `postgres://${encodeURIComponent(login)}@localhost:${server.port}/${database}?host=${host}`,
    BAILIWICK_DATA_DIR: join(folder, name),
    BAILIWICK_PORT: "0",
    BAILIWICK_LOG_LEVEL: "silent",
  });
  return { login, database, config };
}

async function roleOf({ config: { databaseUrl = "" } }: Login): Promise<string> {
  const client = new pg.Client(connectionConfig({ url: databaseUrl, size: 1 }));
  await client.connect();
  try {
    return await workingRole(client);
  } finally {
    await client.end();
  }
}

/** Starts a server, which migrates, works and stops; the commands work too. Returns the role in which work runs. */
async function works(one: Login): Promise<string> {
  const started = await startServer(one.config, { onLine: () => undefined });
  try {
    expect((await fetch(`${started.url}/api/ready`)).status).toBe(200);
    const make = ["--name", `Agent ${randomUUID()}`, "-q", "status"];
    expect(await call(() => one.config, {}, "agents.create", make, {})).toBe("active");
    const { rows } = await started.app.db.outside((tx) =>
      tx.statement<{ role: string }>("", "select current_user as role", []).then((rows) => ({ rows })),
    );
    expect(rows).toEqual([{ role: await roleOf(one) }]);
    return rows[0]?.role ?? "";
  } finally {
    await started.close();
  }
}

const refusalOf = async ({ config }: Login) =>
  startServer(config, { onLine: () => undefined }).then(
    async (started) => started.close().then(() => "It started."),
    (error: Error) => error.message,
  );

/** The statements that a refusal advises. */
const adviceOf = (refusal: string) => /then start again: (.*)$/.exec(refusal)?.[1] ?? "";

describe("a login role that may create roles", () => {
  test("gets a role of its own for its database, and finds it at the next start", async () => {
    const one = await aLogin("createrole");
    expect(await works(one)).toBe(`bailiwick_app_${one.database}`);
    await admin.query(`alter role "${one.login}" nocreaterole`);
    expect(await works(one)).toBe(`bailiwick_app_${one.database}`);
  });

  test("and another one start at the same moment, and neither can read the other's data", async () => {
    const both = await Promise.all([aLogin("createrole"), aLogin("createrole")]);
    const [first, second] = await Promise.all(both.map(works));
    expect(first).not.toBe(second);
    const [one, two] = both as [Login, Login];
    const spy = new pg.Client(
      connectionConfig({ url: one.config.databaseUrl?.replace(one.database, two.database) ?? "", size: 1 }),
    );
    await spy.connect();
    await expect(spy.query("select from installation")).rejects.toThrow("permission denied");
    await expect(spy.query(`set role ${second}`)).rejects.toThrow("permission denied");
    await spy.end();
  });
});

describe("a login role without rights on roles", () => {
  let one: Login;
  beforeEach(async () => {
    one = await aLogin();
  });

  test("is refused with statements that an administrator can run as printed", async () => {
    const refusal = await refusalOf(one);
    const role = `bailiwick_app_${one.database}`;
    expect(adviceOf(refusal)).toBe(`create role ${role} nologin; grant ${role} to "${one.login}";`);
    await admin.query(adviceOf(refusal));
    expect(await works(one)).toBe(role);
  });

  test("is refused with the grant alone where the role exists", async () => {
    await admin.query(`create role bailiwick_app_${one.database} nologin`);
    expect(adviceOf(await refusalOf(one))).toBe(`grant bailiwick_app_${one.database} to "${one.login}";`);
    await admin.query(adviceOf(await refusalOf(one)));
    await works(one);
  });

  test("works as bailiwick_app where an administrator granted that", async () => {
    await admin.query(`grant bailiwick_app to "${one.login}"`);
    expect(await works(one)).toBe("bailiwick_app");
  });

  test("that lost the role of its installation is refused with the grant of that role", async () => {
    await admin.query(`grant bailiwick_app to "${one.login}"`);
    await works(one);
    await admin.query(`revoke bailiwick_app from "${one.login}"`);
    expect(adviceOf(await refusalOf(one))).toBe(`grant bailiwick_app to "${one.login}";`);
  });
});

test("a superuser uses bailiwick_app without a grant", async () => {
  const one = await aLogin("superuser");
  expect(await works(one)).toBe("bailiwick_app");
  const { rows } = await admin.query("select from pg_auth_members where member = $1::regrole", [`"${one.login}"`]);
  expect(rows).toEqual([]);
});

test("an installation that an earlier version made with a grant of its own is brought up to date", async () => {
  const one = await aLogin("createrole");
  const client = new pg.Client(connectionConfig({ url: one.config.databaseUrl ?? "", size: 1 }));
  await client.connect();
  await admin.query(`grant bailiwick_app to "${one.login}" with admin option`);
  const migrations = readMigrations(migrationsFolder());
  expect(await migrate(client, migrations.slice(0, 20))).toBe(20);
  await client.end();
  expect(await works(one)).toBe("bailiwick_app");
});
