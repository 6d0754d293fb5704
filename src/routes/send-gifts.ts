/** From a request to an answer of gifts, and how what comes of it is sent. */
import type { GiftAnswer } from "../gifts/gift-answers.ts";
import { amendList } from "../gifts/gift-body.ts";
import type { GiftInputs } from "../gifts/gift-inputs.ts";
import { keptAnswer } from "./answer-headers.ts";
import type { AppContext } from "./context.ts";
import { countryOf, degradedReasonOf } from "./feed-call.ts";

export function answerGifts(c: AppContext, inputs: GiftInputs): Response | Promise<Response> {
  const { services, tenant, startedMs: nowMs, background } = c.get("call");
  const { gifts } = services;
  const call = gifts.callOf(tenant, { nowMs, background, country: () => countryOf(c) });
  const answer = gifts.answers.answer(call, inputs);
  return answer instanceof Promise
    ? answer.then((made) => sendGifts(c, made))
    : sendGifts(c, answer);
}

function sendGifts(c: AppContext, { bytes, tier, storedAtMs, degraded }: GiftAnswer): Response {
  const { services, startedMs } = c.get("call");
  const ofRequest = degraded === undefined ? degradedReasonOf(c, undefined, false) : undefined;
  const reason = degraded ?? ofRequest;
  services.counters.add(reason === undefined ? "gifts.fresh" : `gifts.degraded.${reason}`);
  const body = ofRequest === undefined ? bytes : amendList(bytes, ofRequest);
  return keptAnswer(body, { tier, ageMs: startedMs - storedAtMs, degraded: reason });
}
