// Builds the demo and serves it while the browser's tests run.
import { build, preview } from "vite";
import type { TestProject } from "vitest/node";

declare module "vitest" {
  interface ProvidedContext {
    address: string;
  }
}

export default async function serve(project: TestProject): Promise<() => Promise<void>> {
  await build({ mode: "demo", logLevel: "warn" });
  const server = await preview({ mode: "demo", logLevel: "warn", preview: { port: 0, strictPort: false } });
  const address = server.resolvedUrls?.local[0];
  if (address === undefined) throw new Error("the demo is not served");
  project.provide("address", address);
  return () => server.close();
}
