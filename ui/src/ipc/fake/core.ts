// Stands in for @tauri-apps/api/core in the demo and in tests: invoke() answered by a script.
// An alias in vite.config.ts puts it there; a production build never sees it.
import { backend } from "./backend";

export class Channel<T> {
  onmessage: (message: T) => void = () => undefined;
}

export async function invoke<T>(command: string, parameters: Record<string, unknown> = {}): Promise<T> {
  return (await backend.answer(command, parameters)) as T;
}
