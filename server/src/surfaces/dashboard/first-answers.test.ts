/** The page of the dashboard with the answers to its first reads, on the real operations. */
import Fastify, { type FastifyRequest } from "fastify";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { aTask } from "../../../test/harness/builders.ts";
import { useApp } from "../../../test/harness/harness.ts";
import { anAddress, aScene, aSession, type Scene } from "../../../test/harness/scene.ts";
import { createWeb } from "../../../test/harness/web.ts";
import { presentEventOf } from "../events/present-event.ts";
import type { HttpServer } from "../http/server.ts";
import { dashboard } from "./dashboard.ts";
import type { WebFiles } from "./files.ts";
import { firstAnswers } from "./first-answers.ts";

const PAGE = "<!doctype html><body><p>The frame</p></body>";
const INVITATIONS = "/api/workspaces/{workspace}/invitations?limit=10";
const WEB: WebFiles = {
  index: { type: "text/html", has: (form) => form === "identity", bytes: async () => Buffer.from(PAGE) },
  pages: {
    reads: ["/api/tasks?limit=10", INVITATIONS],
    ranges_ms: [3_600_000],
    pages: [{ path: "/large", scripts: ["assets/large.js"], reads: ["/api/tasks?include=input&limit=10"] }],
  },
  assets: new Map(),
  others: new Map(),
};

const app = useApp();
let web: HttpServer;
beforeAll(() => {
  const { db, env } = app();
  web = createWeb(app(), { extensions: [dashboard(WEB, presentEventOf(db, env.secrets))] });
});
afterAll(() => web.app.close());

async function open(scene: Scene, who: "owner" | "viewer", ...urls: [string, ...string[]]) {
  const { token } = await aSession(scene, scene[who]);
  const headers = { accept: "text/html", cookie: `bailiwick_session=${token}` };
  const pages = urls.map((url) => web.app.inject({ url, headers, remoteAddress: anAddress() }));
  return Promise.all(pages);
}

interface Found {
  workspace: string;
  answers: Record<string, { items: { title: string }[] }>;
}

function answersIn(page: string): Found | undefined {
  const [, text] = /<script type="application\/json" id="first-answers">(.*?)<\/script>/s.exec(page) ?? [];
  return text === undefined ? undefined : (JSON.parse(text) as Found);
}

describe("the page", () => {
  test("holds the answers before its end; hostile texts stay inside the element, and no cache keeps it", async () => {
    const scene = await aScene(app());
    const title = "</script><script>alert(1)</script><!--\u2028<script> ]]>";
    await aTask(app(), scene.owner, scene.agent, { title });
    const [page] = await open(scene, "owner", "/inbox");
    const { body = "", headers } = page ?? {};
    expect(body.startsWith("<!doctype html><body><p>The frame</p><script")).toBe(true);
    expect(body.endsWith("</script></body>")).toBe(true);
    expect([body.split("<script").length, body.split("</script").length, body.split("<!--").length]).toEqual([2, 2, 1]);
    expect(answersIn(body)?.answers["/api/tasks?limit=10"]?.items.map((task) => task.title)).toEqual([title]);
    expect(headers).toMatchObject({
      "cache-control": "no-store",
      "content-security-policy": expect.stringContaining("script-src 'self'"),
    });
  });

  test("holds what the person may read", async () => {
    const scene = await aScene(app());
    const invitations = INVITATIONS.replace("{workspace}", scene.workspace.id);
    const names = async (who: "owner" | "viewer") => {
      const [page] = await open(scene, who, "/inbox");
      return Object.keys(answersIn(page?.body ?? "")?.answers ?? {});
    };
    expect(await names("owner")).toEqual(["/api/auth/me", "/api/tasks?limit=10", invitations]);
    expect(await names("viewer")).toEqual(["/api/auth/me", "/api/tasks?limit=10"]);
  });

  test("holds no answers of another workspace, of one that does not exist, or without a session", async () => {
    const [scene, other] = [await aScene(app()), await aScene(app())];
    const [foreign, unknown, hostile] = await open(
      scene,
      "owner",
      `/inbox?workspace=${other.workspace.id}`,
      "/inbox?workspace=01985f3c-0000-7000-8000-000000000000",
      "/inbox?workspace=%3Cscript%3E",
    );
    expect([foreign?.body, unknown?.body]).toEqual([PAGE, PAGE]);
    expect(answersIn(hostile?.body ?? "")?.workspace).toBe(scene.workspace.id);
    const out = await web.app.inject({ url: "/inbox", headers: { accept: "text/html" } });
    expect([out.statusCode, out.body]).toEqual([303, ""]);
  });

  test("holds the same answers for an id of the workspace in capital letters", async () => {
    const scene = await aScene(app());
    const { id } = scene.workspace;
    const [small, large] = await open(scene, "owner", `/inbox?workspace=${id}`, `/inbox?workspace=${id.toUpperCase()}`);
    const found = answersIn(large?.body ?? "");
    expect(found?.workspace).toBe(id);
    expect(Object.keys(found?.answers ?? {})).toEqual(Object.keys(answersIn(small?.body ?? "")?.answers ?? {}));
  });

  test("reads nothing for a caller who is gone", async () => {
    const server = Fastify();
    let reads = 0;
    server.get("/api/auth/me", async () => {
      reads++;
      return { workspaces: [] };
    });
    // A closed socket has no address.
    const request = (remoteAddress?: string) =>
      ({ url: "/inbox", headers: { cookie: "x=y" }, raw: { socket: { remoteAddress } } }) as unknown as FastifyRequest;
    const { pages = { reads: [], ranges_ms: [], pages: [] } } = WEB;
    await firstAnswers(server, request(anAddress()), pages, async () => "");
    await firstAnswers(server, request(), pages, async () => "");
    expect(reads).toBe(1);
    await server.close();
  });

  test("leaves out what would make it large", async () => {
    const scene = await aScene(app());
    for (let at = 0; at < 3; at++)
      await aTask(app(), scene.owner, scene.agent, { input: { text: "x".repeat(200_000) } });
    const [page] = await open(scene, "owner", "/large");
    const { body = "" } = page ?? {};
    expect(body).toContain('<link rel="modulepreload" crossorigin href="/assets/large.js">');
    expect(Object.keys(answersIn(body)?.answers ?? {})).not.toContain("/api/tasks?include=input&limit=10");
    expect(Object.keys(answersIn(body)?.answers ?? {})).toContain("/api/tasks?limit=10");
    expect(body.length).toBeLessThan(100_000);
  });
});
