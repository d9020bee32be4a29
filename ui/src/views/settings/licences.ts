// The main works of others that Quartet is built on, with their licences (SPDX). The full
// list, with every licence's text, is installed beside the program.
export const licences: [name: string, licence: string][] = [
  ["ONNX Runtime", "MIT"],
  ["ort", "MIT OR Apache-2.0"],
  ["Tauri", "MIT OR Apache-2.0"],
  ["Hugging Face tokenizers", "Apache-2.0"],
  ["MiniJinja", "Apache-2.0"],
  ["SQLite", "blessing"],
  ["rusqlite", "MIT"],
  ["Svelte", "MIT"],
  ["Bits UI", "MIT"],
  ["PaneForge", "MIT"],
  ["Lucide", "ISC"],
  ["marked", "MIT"],
  ["DOMPurify", "MPL-2.0 OR Apache-2.0"],
  ["highlight.js", "BSD-3-Clause"],
];
