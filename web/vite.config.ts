import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defaultClientConditions, defineConfig } from "vite";

/** The server of `npm start`, while `vite` serves the dashboard in development. */
const SERVER = process.env.BAILIWICK_URL ?? "http://127.0.0.1:7300";

/** The server accepts writes only from its own pages, so the proxy sends the server's origin. */
const PROXIED = { target: SERVER, changeOrigin: true, headers: { origin: SERVER } };

export default defineConfig({
  // The JSX that shows hidden characters; `tsconfig.json` names the same.
  plugins: [react({ jsxImportSource: "#jsx" }), tailwindcss()],
  // Use the source of the SDK, not its last build.
  resolve: { conditions: ["source", ...defaultClientConditions] },
  build: {
    outDir: "../server/dist/web",
    manifest: true,
    target: "es2023",
    // The content security policy refuses inline assets.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  server: { proxy: Object.fromEntries(["/api", "/sign-in", "/docs", "/page.css"].map((path) => [path, PROXIED])) },
});
