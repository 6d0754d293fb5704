/** The rules that hold at a moment, sorted by who obeys them: the scorer the effects, the selector the rest. */
import type { Cap, CompiledRule, Effect, Pin, Quota } from "./compile-rules.ts";
import { type EffectIndex, indexEffects } from "./rule-effects.ts";

export interface ActiveRules {
  /** In the order of the rules. */
  readonly pins: readonly Pin[];
  /** Undefined when nothing is boosted or buried, which the scorer then need not look for. */
  readonly effects: EffectIndex | undefined;
  readonly quotas: readonly Quota[];
  readonly caps: readonly Cap[];
}

export const NO_RULES: ActiveRules = { pins: [], effects: undefined, quotas: [], caps: [] };

/** A rule holds from `starts_at` until just before `ends_at`. */
export function activeRules(compiled: readonly CompiledRule[], nowMs: number): ActiveRules {
  if (compiled.length === 0) return NO_RULES;
  const pins: Pin[] = [];
  const effects: Effect[] = [];
  const quotas: Quota[] = [];
  const caps: Cap[] = [];
  for (const rule of compiled) {
    if (nowMs < rule.startsAtMs || nowMs >= rule.endsAtMs) continue;
    switch (rule.type) {
      case "pin":
        pins.push(rule.pin);
        break;
      case "effect":
        effects.push(rule.effect);
        break;
      case "quota":
        quotas.push(rule.quota);
        break;
      case "cap":
        caps.push(rule.cap);
        break;
    }
  }
  return { pins, effects: indexEffects(effects), quotas, caps };
}
