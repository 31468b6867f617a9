import { expect, test } from "vitest";
import { withoutSecrets } from "./processes.ts";

test("the crew gets the variables that programs need, and no other variable", () => {
  const needed = { PATH: "/bin", HOME: "/home/ada", LANG: "C.UTF-8", TZ: "UTC", TMPDIR: "/tmp" };
  const secret = {
    DATABASE_URL: "postgres://a:b@c/d",
    BAILIWICK_MASTER_KEY: "x",
    PGPASSWORD: "x",
    PGPASSFILE: "x",
    AWS_SECRET_ACCESS_KEY: "x",
    CANARY_SECRET: "x",
    NODE_OPTIONS: "--require ./x.js",
    NPM_TOKEN: "x",
    HTTPS_PROXY: "http://a:b@c",
    path: "x",
  };
  expect(withoutSecrets({ ...needed, ...secret })).toEqual(needed);
});
