// What jsdom lacks of pictures: a canvas that accepts strokes, images that load at once.
import { vi } from "vitest";

export interface Strokes {
  count: number;
}

export function withCanvas(): Strokes {
  const strokes: Strokes = { count: 0 };
  const nothing = () => undefined;
  const context = {
    clearRect: nothing,
    fillRect: nothing,
    drawImage: nothing,
    putImageData: nothing,
    beginPath: nothing,
    moveTo: nothing,
    lineTo: nothing,
    stroke: () => (strokes.count += 1),
    getImageData: () => ({ data: new Uint8ClampedArray(4) }),
  };
  vi.spyOn(HTMLCanvasElement.prototype, "getContext").mockReturnValue(context as unknown as never);
  vi.spyOn(HTMLCanvasElement.prototype, "toDataURL").mockReturnValue("data:image/png;base64,AAAA");
  HTMLElement.prototype.setPointerCapture = nothing;
  class Loaded {
    onload: (() => void) | null = null;
    naturalWidth = 40;
    naturalHeight = 30;
    set src(_: string) {
      queueMicrotask(() => this.onload?.());
    }
  }
  vi.stubGlobal("Image", Loaded);
  return strokes;
}
