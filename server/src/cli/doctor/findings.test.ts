/** The decisions of the checks, without a database or a network. */
import { describe, expect, test } from "vitest";
import { networkTypeIn, type PrivateState } from "../../db/embedded/inspect.ts";
import type { DatabaseState } from "../../db/inspect.ts";
import { readConfig } from "../../runtime/config.ts";
import { withoutAnswer } from "../../runtime/mail.ts";
import { clockFinding, type DatabaseLook, migrationsFinding, postgresFinding, roleFinding } from "./database.ts";
import { type Finding, findingsText, isSound, reasonOf } from "./finding.ts";
import { type FolderState, type FolderStatus, folderFinding } from "./folder.ts";
import { diskFinding, nodeFinding } from "./machine.ts";
import { type KeyState, keyFinding } from "./master-key.ts";
import { type Answer, clientFinding, mailFinding, type PortState, portFinding, publicFinding } from "./outside.ts";

const MIB = 1024 ** 2;
const brief = ({ outcome, text, advice = "" }: Finding) => [outcome, `${text} ${advice}`];
const says = (outcome: string, words: string) => [outcome, expect.stringContaining(words)];

const STATUS: FolderStatus = {
  isFolder: true,
  owner: 1000,
  mode: 0o700,
  network: undefined,
  home: 1000,
  cluster: 1000,
};
const aFolder = (status: Partial<FolderStatus> | undefined = {}, more: Partial<FolderState> = {}): FolderState => ({
  path: "/data",
  user: 1000,
  isUsed: true,
  canWrite: true,
  ...(status && { found: { ...STATUS, ...status } }),
  ...more,
});
const absent = (canWrite: boolean): FolderState => ({ path: "/data", user: 1000, isUsed: true, canWrite });

test.each<[string, FolderState, string, string]>([
  ["sound", aFolder(), "ok", "can be used"],
  ["of root's user", aFolder({ home: 33, cluster: 33 }, { user: 0 }), "ok", "can be used"],
  ["not used", aFolder({}, { isUsed: false }), "skipped", "no data folder is used"],
  ["closed", aFolder({}, { fault: "EACCES" }), "failed", "cannot be read: EACCES. Run this as root"],
  ["absent", absent(true), "warning", "there is no installation here"],
  ["impossible", absent(false), "failed", "cannot be made"],
  ["a file", aFolder({ isFolder: false }), "failed", "is not a folder"],
  ["foreign", aFolder({ owner: 0 }, { canWrite: false }), "failed", "belongs to user 0, and this is user 1000"],
  ["read-only", aFolder({}, { canWrite: false, user: 0 }), "failed", "cannot be written"],
  ["with a foreign database", aFolder({ home: 0, cluster: 0 }), "failed", "chown -R USER /data/postgres"],
  ["with a copied cluster", aFolder({ cluster: 1 }, { user: 0 }), "failed", "the cluster in it to user 1"],
  ["on a network", aFolder({ network: "nfs4" }), "warning", "network file system (nfs4)"],
  ["open to writers", aFolder({ mode: 0o777 }), "warning", "chmod go-w /data"],
])("a folder that is %s", (_name, state, outcome, words) => {
  expect(brief(folderFinding(state))).toEqual(says(outcome, words));
});

test("the file system of a folder is that of its innermost mount", () => {
  const mounts = "/dev/a / ext4 rw 0 0\nhost:/x /net nfs4 rw 0 0\n/dev/b /net/my\\040disk ext4 rw 0 0\n";
  expect(networkTypeIn(mounts, "/var/lib")).toBeUndefined();
  expect(networkTypeIn(mounts, "/net/data")).toBe("nfs4");
  expect(networkTypeIn(mounts, "/netdata")).toBeUndefined();
  expect(networkTypeIn(mounts, "/net/my disk/data")).toBeUndefined();
});

const KEYS: KeyState = { from: "/data/master.key", mode: 0o100600, keys: [Buffer.alloc(32, 1)] };
const EMPTY = { migration: 40, ownsTables: true, sealedFingerprintKey: "", sealed: [] };
test.each([
  ["cannot be read", { ...KEYS, fault: "EACCES" }, EMPTY, "failed", "cannot be read: EACCES"],
  ["is lost", { ...KEYS, keys: [] }, { ...EMPTY, sealedFingerprintKey: "v1.a.b" }, "failed", "Put the key back"],
  ["is lost and the database does not run", { ...KEYS, keys: [] }, "unread" as const, "failed", "Put the key back"],
  ["is not made yet", { ...KEYS, keys: [] }, "none" as const, "skipped", "The first start makes it"],
  ["is another one", KEYS, { ...EMPTY, sealedFingerprintKey: "v1.a.b" }, "failed", "does not fit this database"],
  ["misses older keys", KEYS, { ...EMPTY, sealed: [{ key_id: "k", values: 3 }] }, "failed", "3 are sealed with k"],
  ["is open to others", { ...KEYS, mode: 0o100644 }, EMPTY, "warning", "chmod 600 /data/master.key"],
  ["belongs to another user", { ...KEYS, owners: [0, 33] as const }, EMPTY, "warning", "chown 33 /data/master.key"],
  ["is there without a database", KEYS, "unread" as const, "skipped", "No secret was opened"],
])("a master key that %s", (_name, state, database, outcome, words) => {
  expect(brief(keyFinding(state, database))).toEqual(says(outcome, words));
});

const OWN: PrivateState = {
  major: 18,
  isRunning: false,
  programs: 18,
  socket: { host: "/data/run", port: 5432, user: "bailiwick", database: "bailiwick" },
};
const STATE: DatabaseState = {
  version: "18.4",
  major: 18,
  nowMs: 1e12,
  localMs: 1e12,
  uncertainMs: 5,
  latestMs: 1e12 - 1_000,
  mayCreate: true,
  role: { login: "app", name: "bailiwick_app", due: [], mayRun: true },
  installed: EMPTY,
};
const look = (state: Partial<DatabaseState> = {}): DatabaseLook => ({
  own: undefined,
  state: { ...STATE, ...state },
  fault: undefined,
});
const stopped = (own: Partial<PrivateState> = {}): DatabaseLook => ({
  own: { ...OWN, ...own },
  state: undefined,
  fault: undefined,
});

test.each<[string, DatabaseLook, string, string]>([
  ["answers", look(), "ok", "PostgreSQL 18.4 answers"],
  ["is too old", look({ version: "14.9", major: 14 }), "failed", "Use PostgreSQL 15 or newer"],
  ["cannot be reached", { ...stopped(), fault: "It is away." }, "failed", "It is away."],
  ["does not run", stopped(), "ok", "the server starts it"],
  ["has no programs", stopped({ programs: undefined }), "failed", "No PostgreSQL 18 was found"],
  ["is not made", stopped({ major: undefined }), "warning", "there is no private database yet"],
])("a PostgreSQL that %s", (_name, found, outcome, words) => {
  expect(brief(postgresFinding(found))).toEqual(says(outcome, words));
});

const DUE = ["create role bailiwick_app nologin", "grant bailiwick_app to app"];
test.each<[string, DatabaseLook, string, string]>([
  ["may do all", look(), "ok", "works as the role bailiwick_app"],
  [
    "does not own the tables",
    look({ installed: { ...EMPTY, ownsTables: false } }),
    "failed",
    "does not own the tables",
  ],
  ["may make no table", look({ mayCreate: false }), "failed", 'grant create on schema public to "app";'],
  ["will make the role", look({ role: { ...STATE.role, due: DUE } }), "ok", "the next start does"],
  ["needs an administrator", look({ role: { ...STATE.role, due: DUE, mayRun: false } }), "failed", DUE.join("; ")],
  ["was not read", stopped(), "skipped", "No database was read"],
])("a login that %s", (_name, found, outcome, words) => {
  expect(brief(roleFinding(found))).toEqual(says(outcome, words));
});

test.each<[string, DatabaseLook, string, string]>([
  ["current", look(), "ok", "at migration 40, the newest"],
  ["behind", look({ installed: { ...EMPTY, migration: 39 } }), "warning", "Start the server again"],
  ["ahead", look({ installed: { ...EMPTY, migration: 41 } }), "failed", "Install the newer Bailiwick"],
  ["missing", look({ installed: undefined }), "warning", "Start the server"],
])("migrations that are %s", (_name, found, outcome, words) => {
  expect(brief(migrationsFinding(found, 40))).toEqual(says(outcome, words));
});

test.each<[string, DatabaseLook, number | undefined, string, string]>([
  ["right", look({ localMs: 1e12 + 1_000 }), undefined, "ok", "differ by 1.0 s"],
  ["as right as a slow answer shows", look({ localMs: 1e12 + 4_000, uncertainMs: 3_000 }), undefined, "ok", "1.0 s"],
  ["a little wrong", look({ localMs: 1e12 - 9_000 }), undefined, "warning", "differ by 9.0 s"],
  ["wrong", look({ localMs: 1e12 + 120_000 }), undefined, "failed", "differ by 120 s. Synchronize"],
  ["set back, as the database noted", look({ latestMs: 1e12 + 90_000 }), undefined, "failed", "90 s ahead of now"],
  ["set back, as a file shows", stopped(), 1e12 + 90_000, "failed", "90 s ahead of now"],
  ["set forward long ago", stopped(), 1e12 - 9e9, "ok", "No file"],
  ["unknown", stopped(), undefined, "skipped", "No database was read"],
])("a clock that is %s", (_name, found, noted, outcome, words) => {
  expect(brief(clockFinding(found, noted, 1e12))).toEqual(says(outcome, words));
});

const OURS: Answer = { is: "bailiwick", installation: "one", notReady: undefined };
const THEIRS: Answer = { ...OURS, installation: "two" };
const NONE: Answer = { is: "none", reason: "ECONNREFUSED" };
const OTHER: Answer = { is: "other", reason: "/api/health returns 404" };
const aPort = (answer: Answer | undefined, more: Partial<PortState> = {}): PortState => ({
  url: "http://127.0.0.1:7300",
  host: "127.0.0.1",
  port: 7300,
  answer,
  fault: undefined,
  ...more,
});
test.each<[string, PortState, string, string]>([
  ["serves us", aPort(OURS), "ok", "is ready"],
  ["serves us, unready", aPort({ ...OURS, notReady: "No space." }), "failed", "is not ready: No space."],
  ["serves another installation", aPort(THEIRS), "failed", "belongs to another installation"],
  ["is used by another program", aPort(OTHER), "failed", "Another program uses port 7300"],
  ["is free", aPort(NONE), "ok", "is free"],
  ["is any", aPort(undefined, { port: 0 }), "ok", "any free port"],
  ["is privileged", aPort(NONE, { port: 80 }), "warning", "CAP_NET_BIND_SERVICE"],
  ["is elsewhere", aPort(NONE, { fault: "EADDRNOTAVAIL" }), "failed", "Set BAILIWICK_HOST"],
])("a port that %s", (_name, state, outcome, words) => {
  expect(brief(portFinding(state, "one", false))).toEqual(says(outcome, words));
});

describe("the addresses", () => {
  const config = (env: Record<string, string>) => readConfig({ ...env });
  const PUBLIC = { BAILIWICK_PUBLIC_URL: "https://b.example.com", BAILIWICK_TRUSTED_PROXIES: "127.0.0.1" };

  test.each<[string, Record<string, string>, Answer | undefined, Answer | undefined, string, string]>([
    ["reaches us", PUBLIC, OURS, OURS, "ok", "reaches this server"],
    ["reaches another", PUBLIC, OURS, THEIRS, "failed", "another installation"],
    ["reaches nothing", PUBLIC, OURS, NONE, "failed", "does not reach this server: ECONNREFUSED"],
    ["has no server behind it", PUBLIC, NONE, OTHER, "skipped", "No server runs here"],
    [
      "trusts no proxy",
      { ...PUBLIC, BAILIWICK_TRUSTED_PROXIES: "" },
      OURS,
      OURS,
      "warning",
      "BAILIWICK_TRUSTED_PROXIES",
    ],
    ["is missing", { BAILIWICK_HOST: "0.0.0.0" }, OURS, undefined, "warning", "BAILIWICK_PUBLIC_URL is not set"],
    ["is not needed", {}, OURS, undefined, "ok", "only this machine"],
  ])("a public address that %s", (_name, env, atPort, atPublic, outcome, words) => {
    expect(brief(publicFinding(config(env), atPort, atPublic))).toEqual(says(outcome, words));
  });

  test("the address of clients is named without its password", () => {
    expect(brief(clientFinding(undefined, undefined))).toEqual(says("skipped", "not set"));
    expect(brief(clientFinding("http://h:1", OURS))).toEqual(says("ok", "http://h:1"));
    const finding = brief(clientFinding("http://u:secret@h:1", OTHER));
    expect(finding).toEqual(says("warning", "No Bailiwick answers at BAILIWICK_URL, http://h:1"));
    expect(finding.join()).not.toContain("secret");
  });
});

test("a reason is one printable line without the password of an address", () => {
  const error = new Error("Request cannot be constructed from http://u:hunter2@h:1/api\u001b[2J\nnow.");
  expect(reasonOf(error)).toBe("Request cannot be constructed from http://h:1/api [2J now");
  const refusal = Object.assign(new Error("535 AHUAaHVudGVyMg=="), { response: "535 AHUA", responseCode: 535 });
  expect(reasonOf(withoutAnswer(refusal))).toBe("it answered 535");
  expect(reasonOf(withoutAnswer(new Error("connect ECONNREFUSED")))).toBe("connect ECONNREFUSED");
});

test.each([
  ["is local", { smtpUrl: undefined, isLocal: true }, "ok", "shown on this machine"],
  ["is missing", { smtpUrl: undefined, isLocal: false }, "warning", "Set BAILIWICK_SMTP_URL"],
  ["works", { from: "a@example.com" }, "ok", "m:25 accepts the login"],
  ["has no sender", { from: "Bailiwick <no-reply@bailiwick.local>" }, "warning", "BAILIWICK_MAIL_FROM"],
  ["is refused", { fault: "535 no" }, "failed", "The mail server m:25 cannot be used: 535 no."],
])("mail that %s", (_name, state, outcome, words) => {
  const whole = { smtpUrl: "smtp://u:secret@m:25", from: "", isLocal: false, fault: undefined, ...state };
  const finding = brief(mailFinding(whole));
  expect(finding).toEqual(says(outcome, words));
  expect(finding.join()).not.toContain("secret");
});

test("the disk is compared with the space that the server keeps", () => {
  const disk = (freeMib: number) => ({ bavail: freeMib, blocks: 10_000, bsize: MIB });
  expect(brief(diskFinding(disk(499), true))).toEqual(says("failed", "refuses changes below 500 MiB"));
  expect(brief(diskFinding(disk(999), true))).toEqual(says("warning", "Below 500 MiB"));
  expect(brief(diskFinding(disk(1_000), true))).toEqual(says("ok", "1000 MiB of 10000 MiB are free"));
  expect(brief(diskFinding(disk(1), false))).toEqual(says("skipped", "DATABASE_URL"));
});

test("an old Node.js is named", () => {
  expect(["20.18.9", "18.20.0", "20.19.0", "22.0.0"].map((version) => nodeFinding(version).outcome)).toEqual([
    "failed",
    "failed",
    "ok",
    "ok",
  ]);
});

test("the text has one line for each check, and only a failed check fails the whole", () => {
  const warning: Finding = { check: "mail", outcome: "warning", text: "Two\nlines.", advice: "Do it." };
  expect(findingsText([warning])).toBe("warning  mail  Two lines. Do it.\n\n0 failed, 1 warnings.");
  expect([isSound([warning]), isSound([warning, { ...warning, outcome: "failed" }])]).toEqual([true, false]);
});
