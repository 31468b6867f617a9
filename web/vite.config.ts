import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defaultClientConditions, defineConfig } from "vite";
import { pagesFile } from "./pages-file.ts";

/** The server of `npm start`, while `vite` serves the dashboard in development. */
const SERVER = process.env.BAILIWICK_URL ?? "http://127.0.0.1:7300";

/** The server accepts writes only from its own pages, so the proxy sends the server's origin. */
const PROXIED = { target: SERVER, changeOrigin: true, headers: { origin: SERVER } };

/** Our own modules and icons: small, and each in a file of its own when several pages share it. */
const OWN = /[\\/]web[\\/]src[\\/]|lucide-react/;
/** The lists of pages. Menus, forms and the graph do not load them. */
const TABLE = /[\\/]ui[\\/](table|table-row|use-steady-rows|toolbar)\.tsx?$|[\\/](react-virtual|virtual-core)[\\/]/;
/** Small modules that the same pages use. */
const ANSWER = /[\\/]domain[\\/]tasks[\\/](answered|answer-task)\.tsx?$/;
const VERBS = /[\\/](many-steps\.ts|top-up-button\.tsx|lift-button\.tsx)$/;
const LIMITS = /[\\/]ui[\\/](limit|limit-bar|ring)\.tsx?$|[\\/]waiting-request\.tsx$/;
const SIZES = /[\\/](room\.tsx|tier-words\.ts|bytes-text\.ts)$/;
const SHORT = /[\\/]ui[\\/]short-(list|table)\.tsx$/;
const ROWS = /[\\/]domain[\\/](agents[\\/]assignee|failures|messages[\\/]message-text)\.tsx?$/;
/** Modules that as many pages and popups share are in one file. With a smaller number pages load much that they do not use. */
const SHARED_BY_MIN = 14;

const isShared = (path: string) => OWN.test(path) && !TABLE.test(path);

export default defineConfig({
  // The JSX that shows hidden characters; `tsconfig.json` names the same.
  plugins: [react({ jsxImportSource: "#jsx" }), tailwindcss(), pagesFile()],
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
    rolldownOptions: {
      output: {
        // A page loads few files: the frame, its own, and the pieces that it shares with others.
        codeSplitting: {
          groups: [
            { name: "frame", tags: ["$initial"], priority: 2 },
            { name: "shared", test: isShared, minShareCount: SHARED_BY_MIN, priority: 1 },
            { name: "table", test: TABLE },
            { name: "answer", test: ANSWER },
            { name: "verbs", test: VERBS },
            { name: "limits", test: LIMITS },
            { name: "sizes", test: SIZES },
            { name: "short", test: SHORT },
            { name: "rows", test: ROWS },
          ],
        },
      },
    },
  },
  server: { proxy: Object.fromEntries(["/api", "/sign-in", "/docs", "/page.css"].map((path) => [path, PROXIED])) },
});
