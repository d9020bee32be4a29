// The timer on a clock that a test moves.
import { describe, expect, it, vi } from "vitest";
import { isOver, Timer } from "./timer.svelte";

function timer() {
  let now = 1000;
  const one = new Timer(() => now);
  const pass = (seconds: number) => {
    now += seconds * 1000;
    one.look();
  };
  return { one, pass };
}

describe("the timer", () => {
  it("counts the whole and the step, and goes on with a step that is come back to", () => {
    const { one, pass } = timer();
    one.begin(300, 60);
    one.enter("a");
    pass(10);
    one.enter("b");
    pass(5);
    expect([one.seconds, one.stepSeconds, one.planned, one.stepPlanned]).toEqual([15, 5, 300, 60]);
    one.enter("a");
    pass(2);
    expect([one.seconds, one.stepSeconds]).toEqual([17, 12]);
  });

  it("rests while it is stopped, and begins anew when it is asked to", () => {
    const { one, pass } = timer();
    one.begin(300, 60);
    one.enter("a");
    pass(10);
    one.toggle();
    pass(100);
    one.enter("b");
    expect([one.runs, one.seconds, one.stepSeconds]).toEqual([false, 10, 0]);
    one.toggle();
    pass(1);
    expect([one.runs, one.seconds, one.stepSeconds]).toEqual([true, 11, 1]);
    one.reset();
    expect([one.runs, one.seconds, one.stepSeconds]).toEqual([true, 0, 0]);
    pass(3);
    expect(one.seconds).toBe(3);
  });

  it("never goes back, whatever the clock does", () => {
    const { one, pass } = timer();
    one.begin(300, 60);
    pass(-50);
    expect(one.seconds).toBe(0);
    one.stop();
    expect(one.seconds).toBe(0);
  });

  it("is over at all of what was planned, and never where nothing was", () => {
    expect([isOver(299.9, 300), isOver(300, 300), isOver(10, 0)]).toEqual([false, true, false]);
  });

  it("looks at the clock by itself while it is watched", () => {
    vi.useFakeTimers();
    try {
      const one = new Timer(() => Date.now());
      one.begin(300, 60);
      const done = one.watch();
      vi.advanceTimersByTime(4000);
      expect(one.seconds).toBe(4);
      done();
      vi.advanceTimersByTime(4000);
      expect(one.seconds).toBe(4);
    } finally {
      vi.useRealTimers();
    }
  });
});
