import { randomBytes } from "node:crypto";
import { describe, expect, test } from "vitest";
import { ConfigError, describeConfig, readConfig, SETTINGS } from "./config.ts";
import type { Machine } from "./config-kinds.ts";

const files: Record<string, string> = {};
const person: Machine = {
  home: "/home/ada",
  isRoot: false,
  readFile: (path) => {
    const content = files[path];
    if (content === undefined) throw new Error(`ENOENT: no such file, open '${path}'`);
    return content;
  },
};
const root: Machine = { ...person, home: "/root", isRoot: true };

function messageOf(env: Record<string, string>): string {
  try {
    readConfig(env, person);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  throw new Error("The settings were accepted.");
}

describe("readConfig", () => {
  test("an empty environment gives the documented defaults", () => {
    expect(readConfig({}, person)).toEqual({
      port: 7300,
      host: "127.0.0.1",
      dataDir: "/home/ada/.bailiwick",
      ownerEmail: "owner@bailiwick.local",
      databaseUrl: undefined,
      publicUrl: undefined,
      smtpUrl: undefined,
      mailFrom: "Bailiwick <no-reply@bailiwick.local>",
      masterKeys: undefined,
      masterKeyFile: undefined,
      pgBin: undefined,
      tracesUrl: undefined,
      tracesHeaders: undefined,
      logLevel: "info",
      writesPerMinute: 300,
      readsPerMinute: 1200,
      workPerMinute: 6000,
      hosts: [],
      trustedProxies: [],
      poolSize: 10,
      privateHosts: [],
      taskDepthMax: 8,
      taskFanOutMax: 200,
      openTasksPerRootMax: 10_000,
      openTasksMax: 100_000,
      runHoursMax: 24,
      billingWebhookSecret: undefined,
      escalationMinutes: 60,
      hopsMax: 50,
      checkpointDays: 1,
      checkpointDir: undefined,
      witnesses: [],
      witnessedLogs: [],
      moltbookUrl: "https://www.moltbook.com/api/v1",
    });
  });

  test("root keeps its data in /var/lib/bailiwick", () => {
    expect(readConfig({}, root).dataDir).toBe("/var/lib/bailiwick");
  });

  test("an empty variable counts as absent", () => {
    expect(readConfig({ BAILIWICK_PORT: "", DATABASE_URL: " ", BAILIWICK_DATA_DIR: "" }, person)).toEqual(
      readConfig({}, person),
    );
  });

  test("port 0 asks for any free port", () => {
    expect(readConfig({ BAILIWICK_PORT: "0" }, person).port).toBe(0);
  });

  test("a tilde in a folder is the home of the user who starts the server", () => {
    expect(readConfig({ BAILIWICK_DATA_DIR: "~/work" }, person).dataDir).toBe("/home/ada/work");
    expect(readConfig({ BAILIWICK_PG_BIN: "/opt/pg/bin/" }, person).pgBin).toBe("/opt/pg/bin");
  });

  test("the trailing slash of a public address is removed", () => {
    expect(readConfig({ BAILIWICK_PUBLIC_URL: "https://b.example.com/" }, person).publicUrl).toBe(
      "https://b.example.com",
    );
  });

  test("proxies are a list of addresses and networks", () => {
    const proxies = readConfig({ BAILIWICK_TRUSTED_PROXIES: "10.0.0.1, 192.168.0.0/16,::1, fd00::/8" }, person);
    const { hosts } = readConfig({ BAILIWICK_HOSTS: "Bailiwick, localhost:8080,::1,a:80,b:443" }, person);
    expect(hosts).toEqual(["bailiwick", "localhost:8080", "[::1]", "a", "b"]);
    expect(proxies.trustedProxies).toEqual(["10.0.0.1", "192.168.0.0/16", "::1", "fd00::/8"]);
  });

  test("headers of traces are read as names and values", () => {
    const read = (text: string) => readConfig({ BAILIWICK_TRACES_HEADERS: text }, person).tracesHeaders;
    expect(read("authorization=Bearer a=b,x-team=7")).toEqual({ authorization: "Bearer a=b", "x-team": "7" });
  });

  test("the master key is read from base64, base64url, hex or a file", () => {
    const key = randomBytes(32);
    for (const encoding of ["base64", "base64url", "hex"] as const) {
      expect(readConfig({ BAILIWICK_MASTER_KEY: key.toString(encoding) }, person).masterKeys).toEqual([key]);
    }
    files["/run/key"] = `${key.toString("base64")}\n`;
    expect(readConfig({ BAILIWICK_MASTER_KEY_FILE: "/run/key" }, person).masterKeys).toEqual([key]);
  });
});

describe("a wrong value stops the start with one line that names the variable and the allowed values", () => {
  const wrong: [string, string, string][] = [
    ["BAILIWICK_PORT", "70000", "a whole number from 0 to 65535"],
    ["BAILIWICK_PORT", "7300x", "a whole number"],
    ["BAILIWICK_TRACES_URL", "collector:4318", "an http or https address"],
    ["BAILIWICK_TRACES_HEADERS", "Bearer key", "names and values of headers"],
    ["BAILIWICK_HOST", "http://localhost", "an IP address or a host name"],
    ["BAILIWICK_OWNER_EMAIL", "owner", "an email address"],
    ["DATABASE_URL", "mysql://localhost/x", "a PostgreSQL address"],
    ["BAILIWICK_PUBLIC_URL", "https://example.com/bailiwick", "without a path"],
    ["BAILIWICK_PUBLIC_URL", "example.com", "an http or https address"],
    ["BAILIWICK_SMTP_URL", "https://mail", "a mail server address"],
    ["BAILIWICK_MAIL_FROM", "Bailiwick <nobody>", "an email address or a name with one"],
    ["BAILIWICK_MASTER_KEY", "c2hvcnQ=", "32 bytes as base64 or hex"],
    ["BAILIWICK_MASTER_KEY_FILE", "/nowhere", "cannot be read"],
    ["BAILIWICK_LOG_LEVEL", "loud", "one of fatal, error"],
    ["BAILIWICK_WRITES_PER_MINUTE", "0", "a whole number from 1"],
    ["BAILIWICK_READS_PER_MINUTE", "-1", "a whole number from 1"],
    ["BAILIWICK_WORK_PER_MINUTE", "0", "a whole number from 1"],
    ["BAILIWICK_TRUSTED_PROXIES", "10.0.0.0/33", "IP addresses or networks"],
    ["BAILIWICK_TRUSTED_PROXIES", "proxy.local", "IP addresses or networks"],
    ["BAILIWICK_HOSTS", "https://bailiwick", "host names"],
    ["BAILIWICK_HOSTS", "*.example.com", "host names"],
    ["BAILIWICK_HOSTS", "bailiwick:99999", "host names"],
    ["BAILIWICK_HOSTS", "a@b", "host names"],
    ["BAILIWICK_POOL_SIZE", "1", "a whole number from 2"],
    ["BAILIWICK_MAX_TASK_DEPTH", "deep", "a whole number from 1 to 100"],
    ["BAILIWICK_MAX_FAN_OUT", "1e3", "a whole number from 1 to 10000"],
  ];
  test.each(wrong)("%s=%s", (name, value, takes) => {
    const message = messageOf({ [name]: value });
    expect(message).toContain(name);
    expect(message).toContain(takes);
    expect(message).not.toContain("\n");
  });

  test("a refused secret is not repeated", () => {
    expect(messageOf({ DATABASE_URL: "mysql://ada:hunter2@db/x" })).not.toContain("hunter2");
    expect(messageOf({ BAILIWICK_PUBLIC_URL: "https://ada:hunter2@bailiwick.example" })).not.toContain("hunter2");
  });

  test("a master key and a master key file together are refused", () => {
    const key = randomBytes(32).toString("hex");
    const message = messageOf({ BAILIWICK_MASTER_KEY: key, BAILIWICK_MASTER_KEY_FILE: "/run/key" });
    expect(message).toContain("BAILIWICK_MASTER_KEY_FILE");
    expect(message).not.toContain(key);
  });
});

describe("describeConfig", () => {
  test("lists every setting once, with value, default and meaning", () => {
    const env = { BAILIWICK_PORT: "8080", BAILIWICK_TRUSTED_PROXIES: "::1,10.0.0.1" };
    const rows = describeConfig(readConfig(env, person), env);
    expect(rows.map((row) => row.name)).toEqual(Object.values(SETTINGS).map((setting) => setting.name));
    expect(new Set(rows.map((row) => row.name)).size).toBe(rows.length);
    const port = rows.find((row) => row.name === "BAILIWICK_PORT");
    expect(port).toMatchObject({ value: "8080", default: "7300" });
    expect(port?.meaning).toContain("a whole number from 0 to 65535");
    expect(rows.find((row) => row.name === "BAILIWICK_TRUSTED_PROXIES")?.value).toBe("::1,10.0.0.1");
  });

  test("a secret only says that it is set", () => {
    const env = { DATABASE_URL: "postgres://ada:hunter2@db/x" };
    const rows = describeConfig(readConfig(env, person), env);
    expect(rows.find((row) => row.name === "DATABASE_URL")?.value).toBe("set");
    expect(rows.find((row) => row.name === "BAILIWICK_MASTER_KEY")?.value).toBe("");
    expect(JSON.stringify(rows)).not.toContain("hunter2");
  });
});
