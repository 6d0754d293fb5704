/** Numbers that move calmly to their next value, or jump for people who asked for less motion. */
const reducedMotion = matchMedia("(prefers-reduced-motion: reduce)");
/** Long enough to be seen as a change, short enough to be over before the next page. */
const DURATION_MS = 600;

interface Motion {
  readonly from: number;
  readonly to: number;
  readonly startedMs: number;
  readonly format: (value: number) => string;
}

const shown = new WeakMap<Element, number>();
const moving = new Map<Element, Motion>();
let frame = 0;

export function countUp(target: Element, to: number, format: (value: number) => string): void {
  const from = shown.get(target);
  if (from === undefined || from === to || reducedMotion.matches || document.hidden) {
    moving.delete(target);
    settle(target, to, format);
    return;
  }
  moving.set(target, { from, to, startedMs: performance.now(), format });
  if (frame === 0) frame = requestAnimationFrame(step);
}

function step(nowMs: number): void {
  for (const [target, motion] of moving) {
    const share = Math.min(1, Math.max(0, (nowMs - motion.startedMs) / DURATION_MS));
    if (share === 1) moving.delete(target);
    const eased = 1 - (1 - share) ** 3;
    settle(target, motion.from + (motion.to - motion.from) * eased, motion.format);
  }
  frame = moving.size > 0 ? requestAnimationFrame(step) : 0;
}

function settle(target: Element, value: number, format: (value: number) => string): void {
  shown.set(target, value);
  const text = format(value);
  if (target.textContent !== text) target.textContent = text;
}
