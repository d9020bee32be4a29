// Screenshots are compared as small sheets: fonts differ a little from machine to machine, and a sheet of
// every size and look of a scene is a few kilobytes that a person can open.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { PNG } from "pngjs";

/** Width of a picture in a sheet. */
export const WIDTH = 96;
export const HEIGHT = 64;

/** A screenshot made small: each pixel is the mean of those that it stands for. */
export function shrink(png: Buffer): PNG {
  const from = PNG.sync.read(png);
  const to = new PNG({ width: WIDTH, height: Math.min(HEIGHT, Math.round((from.height * WIDTH) / from.width)) });
  for (let y = 0; y < to.height; y++)
    for (let x = 0; x < to.width; x++) {
      const [left, right] = [Math.floor((x * from.width) / to.width), Math.ceil(((x + 1) * from.width) / to.width)];
      const [top, bottom] = [Math.floor((y * from.height) / to.height), Math.ceil(((y + 1) * from.height) / to.height)];
      const sum = [0, 0, 0];
      for (let v = top; v < bottom; v++)
        for (let u = left; u < right; u++) for (let c = 0; c < 3; c++) sum[c]! += from.data[(v * from.width + u) * 4 + c]!;
      const count = (right - left) * (bottom - top);
      const at = (y * to.width + x) * 4;
      for (let c = 0; c < 3; c++) to.data[at + c] = Math.round(sum[c]! / count);
      to.data[at + 3] = 255;
    }
  return to;
}

/** Small pictures in rows. */
export function sheet(rows: PNG[][]): PNG {
  const all = new PNG({ width: WIDTH * Math.max(...rows.map((row) => row.length)), height: HEIGHT * rows.length, fill: true });
  // Opaque where a picture is less high than its row.
  all.data.fill(255);
  rows.forEach((row, y) => row.forEach((one, x) => PNG.bitblt(one, all, 0, 0, one.width, one.height, x * WIDTH, y * HEIGHT)));
  return all;
}

/** Cells of so many pixels are compared by their means: a letter that moves by a hair is no change. */
const CELL = 5;

/** The greatest difference of a cell's mean, 0 to 255, and where it is. */
export function difference(one: PNG, other: PNG): { most: number; x: number; y: number } {
  const worst = { most: 0, x: 0, y: 0 };
  if (one.width !== other.width || one.height !== other.height) return { most: 255, x: 0, y: 0 };
  for (let y = 0; y + CELL <= one.height; y += CELL)
    for (let x = 0; x + CELL <= one.width; x += CELL)
      for (let c = 0; c < 3; c++) {
        let sum = 0;
        for (let v = y; v < y + CELL; v++)
          for (let u = x; u < x + CELL; u++) sum += one.data[(v * one.width + u) * 4 + c]! - other.data[(v * one.width + u) * 4 + c]!;
        const most = Math.abs(sum) / (CELL * CELL);
        if (most > worst.most) Object.assign(worst, { most, x, y });
      }
  return worst;
}

export function load(path: string): PNG | null {
  return existsSync(path) ? PNG.sync.read(readFileSync(path)) : null;
}

/** Steps of a channel in a kept sheet: a third of the size, for an error of at most 8 of 255. */
const STEPS = 17;

export function save(path: string, picture: PNG): void {
  mkdirSync(dirname(path), { recursive: true });
  const kept = new PNG({ width: picture.width, height: picture.height });
  picture.data.forEach((value, at) => (kept.data[at] = Math.round((Math.round((value * STEPS) / 255) * 255) / STEPS)));
  writeFileSync(path, PNG.sync.write(kept, { colorType: 2, deflateLevel: 9 }));
}
