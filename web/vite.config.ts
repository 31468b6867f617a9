import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defaultClientConditions, defineConfig } from "vite";

/** Where `npm start` serves when the dashboard is developed with `vite` beside it. */
const SERVER = process.env.BAILIWICK_URL ?? "http://127.0.0.1:7300";

/** The server takes writes from its own pages alone, and these pages stand for them. */
const PROXIED = { target: SERVER, changeOrigin: true, headers: { origin: SERVER } };

export default defineConfig({
  plugins: [react(), tailwindcss()],
  // The SDK as it is in this repository, not as it was last built.
  resolve: { conditions: ["source", ...defaultClientConditions] },
  build: {
    outDir: "../server/dist/web",
    manifest: true,
    target: "es2023",
    // The content security policy of pages lets nothing in that is written into them.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  server: { proxy: Object.fromEntries(["/api", "/sign-in", "/docs", "/page.css"].map((path) => [path, PROXIED])) },
});
