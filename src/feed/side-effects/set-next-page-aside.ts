import type { SideEffect } from "../../pipeline/stages.ts";
import { toSeconds } from "../../platform/clock.ts";
import type { PageCodes } from "../../users/user-store.ts";
import { versionBefore } from "../confirm-set-aside.ts";
import { LEASE_SECONDS, type LeasedPage } from "../leased-pages.ts";
import type { PageState, ServedItem, PageRequest } from "../page-state.ts";
import { pageItems } from "../sources/page-items.ts";
import { newestVersion, poolsOf, refillBehind } from "../user-refills.ts";

/** Sets the next page of a scrolling user aside, and confirms the page that was just served from memory. */
export const setNextPageAside: SideEffect<PageRequest, PageState, ServedItem> = {
  name: "set_next_page_aside",
  run(request, state) {
    const { leased, scrolling, tier } = state;
    if (leased === undefined && !(scrolling && tier === "l2")) return;
    const profileVersion = versionBefore(request);
    if (!(profileVersion instanceof Promise)) return lodge(request, state, profileVersion);
    return profileVersion.then((version) => lodge(request, state, version));
  },
};

function lodge(
  request: PageRequest,
  { leased, nextPage, want }: PageState,
  profileVersion: LeasedPage["profileVersion"],
): void {
  const { ports, key, policy, nowMs, background } = request;
  const nowSeconds = toSeconds(nowMs);
  const next = { token: nextPage, want };
  let marks = 0;
  ports.leaseDesk.bring(ports.users, background, {
    key,
    request: {
      nowSeconds,
      next: { ...next, untilSeconds: nowSeconds + LEASE_SECONDS },
      ...(leased === undefined ? {} : { commit: { token: leased.token, page: leased.page } }),
      policy,
    },
    left() {
      marks = ports.leasedPages.marksOf(key);
    },
    async settled(result, carrier) {
      const carried = { ...request, background: carrier };
      if (result.outcome === "leased") {
        const { page } = result;
        const poolsVersion = newestVersion(result);
        const kept = { ...next, page, poolsVersion, setAsideMs: nowMs, marks, profileVersion };
        ports.leasedPages.keep(key, kept);
        await prefetch(carried, page);
      }
      if (result.refillGranted) await refillBehind(carried, result);
    },
  });
}

async function prefetch(request: PageRequest, page: PageCodes): Promise<void> {
  if (request.prefetch === undefined) return;
  const current = await poolsOf(request);
  if (current === undefined) return;
  const ids = pageItems(page).map(({ code }) => current.pools.resolve(code));
  await request.prefetch(ids.filter((id) => id !== undefined));
}
