import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

export default defineConfig({
  // The SDK as it is in this repository, not as it was last built.
  resolve: {
    alias: {
      "@bailiwick/sdk/inputs": fileURLToPath(new URL("sdk/src/generated/inputs.ts", import.meta.url)),
      "@bailiwick/sdk": fileURLToPath(new URL("sdk/src/index.ts", import.meta.url)),
    },
  },
  test: {
    include: ["server/**/*.test.ts", "sdk/**/*.test.ts", "web/**/*.test.{ts,tsx}"],
    globalSetup: ["server/test/global-setup.ts"],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
  },
});
