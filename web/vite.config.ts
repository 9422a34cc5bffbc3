import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";
import { shell } from "./vite/shell.ts";

// The server that `npm run dev` forwards to; `cargo xtask serve` embeds the built app and needs none of this.
const server = process.env.AILERON_DEV_SERVER ?? "http://127.0.0.1:8000";

/** Small, and asked for by many: each by itself would be a request more for every screen. */
const basics = [
  /src\/(lib|api)\//,
  /src\/ui\/(avatar|button|chip|classes|field|float|kbd|priority-icon|state-icon|states|toggle|tooltip)\./,
  /src\/features\/(items\/(flat|focus|narrow|scene)|properties\/day)\./,
  /lucide-react\/.*\/icons\/(check|chevron-down|chevron-right|columns-3|list-filter|trash|x)\./,
];

/** What every screen needs comes in a few files instead of dozens of tiny ones. */
const groups = [
  {
    name: "react",
    test: /node_modules\/(react|react-dom|scheduler|use-sync-external-store|@tanstack\/(react-router|router-core|history|react-store|store))\//,
  },
  { name: "basics", test: (id: string) => basics.some((part) => part.test(id)) },
];

export default defineConfig({
  plugins: [react(), tailwindcss(), shell()],
  cacheDir: process.env.AILERON_VITE_CACHE ?? "node_modules/.vite",
  server: {
    port: Number(process.env.PORT ?? 5173),
    strictPort: true,
    proxy: { "/api": { target: server, ws: true, changeOrigin: false } },
  },
  build: {
    outDir: process.env.AILERON_WEB_OUT ?? "dist",
    emptyOutDir: true,
    target: "es2023",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 700,
    rolldownOptions: { output: { codeSplitting: { groups } } },
  },
  test: {
    environment: "happy-dom",
    include: ["src/**/*.test.{ts,tsx}"],
  },
});
