import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import { FailedFiles } from "./server/test/failed-files.ts";
import { ON_OLDEST } from "./server/test/oldest.ts";
import { LongestFirst } from "./server/test/order.ts";
import { Slowest } from "./server/test/slowest.ts";

export default defineConfig({
  // The SDK as it is in this repository, not as it was last built.
  resolve: {
    alias: {
      "@bailiwick/sdk/inputs": fileURLToPath(new URL("sdk/src/generated/inputs.ts", import.meta.url)),
      "@bailiwick/sdk": fileURLToPath(new URL("sdk/src/index.ts", import.meta.url)),
    },
  },
  test: {
    include:
      process.env.BAILIWICK_TEST_FILES === "on-oldest"
        ? [...ON_OLDEST]
        : ["server/**/*.test.ts", "sdk/**/*.test.ts", "web/**/*.test.{ts,tsx}"],
    globalSetup: ["server/test/global-setup.ts"],
    reporters: ["default", new Slowest(), new FailedFiles()],
    sequence: { sequencer: LongestFirst },
    // Tests wait for what must happen. These end a test that hangs, also on a busy machine.
    testTimeout: 240_000,
    hookTimeout: 240_000,
    expect: { poll: { timeout: 120_000, interval: 20 } },
    maxWorkers: 2,
    // The files of a worker share what they import: importing the server takes longer than most files' tests.
    isolate: false,
  },
});
