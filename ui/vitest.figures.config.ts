// How quick the page is in a real browser, on the built demo. `npm run figures` prints it; nothing is judged.
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    environment: "node",
    include: ["tests/browser/**/*.figures.ts"],
    globalSetup: ["tests/browser/serve.ts"],
    testTimeout: 300_000,
    hookTimeout: 120_000,
    // One page at a time: two would measure each other.
    maxWorkers: 1,
    disableConsoleIntercept: true,
  },
});
