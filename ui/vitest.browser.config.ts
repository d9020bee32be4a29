// The demo mode in a real browser: what jsdom cannot see. `npm run browser`.
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    environment: "node",
    include: ["tests/browser/**/*.browser.ts"],
    globalSetup: ["tests/browser/serve.ts"],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // Two pages at once keep two cores busy; more only wait for each other.
    maxWorkers: 2,
  },
});
