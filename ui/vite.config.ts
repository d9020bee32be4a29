// Builds the window's UI into dist/ (embedded by the shell) and runs its tests.
import { fileURLToPath } from "node:url";
import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vitest/config";

const fakeCore = fileURLToPath(new URL("./src/ipc/fake/core.ts", import.meta.url));

export default defineConfig(({ mode }) => {
  // The scripted back end replaces Tauri's invoke() in the demo and in the tests only;
  // nothing under src/ipc/fake is reachable from a production build.
  const faked = mode === "demo" || mode === "test";
  const alias: Record<string, string> = faked ? { "@tauri-apps/api/core": fakeCore } : {};
  return {
    base: "./",
    plugins: [svelte()],
    resolve: {
      alias,
      // Vitest would otherwise pick Svelte's server build.
      ...(mode === "test" ? { conditions: ["browser"] } : {}),
    },
    clearScreen: false,
    server: { port: 5173, strictPort: true, host: "127.0.0.1" },
    preview: { port: 4173, strictPort: true, host: "127.0.0.1" },
    build: {
      outDir: mode === "demo" ? "dist-demo" : "dist",
      emptyOutDir: true,
      // The presenter's notes are a page of their own, which loads nothing of the studio.
      rolldownOptions: { input: ["index.html", "notes.html"] },
      // WebKitGTK 2.40 is Safari 16.4; WebView2 and WKWebView are newer.
      target: "safari16.4",
      // No inline data: fonts or preload polyfill script: the content policy refuses them.
      modulePreload: { polyfill: false },
      assetsInlineLimit: 0,
    },
    test: {
      environment: "jsdom",
      setupFiles: ["./tests/setup.ts"],
      include: ["src/**/*.test.ts", "tests/**/*.test.ts"],
      testTimeout: 60_000,
    },
  };
});
