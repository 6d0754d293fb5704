/** What holds for every tenant at once: the switches of an emergency. Kept and audited as tenant records are. */
import * as z from "zod";
import { ITEM_ID_PATTERN, type ItemId } from "../domain/ids.ts";
import { EXCLUDED_ITEMS_LIMIT } from "./tenant-config.ts";

/** The deployment's place in the log of changes; no tenant can have this id. */
export const DEPLOYMENT_ID = "*";
export type DeploymentId = typeof DEPLOYMENT_ID;

export const deploymentConfigSchema = z.strictObject({
  kill_switch: z.boolean().default(false),
  excluded_items: z
    .array(
      z
        .string()
        .regex(ITEM_ID_PATTERN, "must be an item id")
        .transform((id) => id as ItemId),
    )
    .max(EXCLUDED_ITEMS_LIMIT)
    .default([]),
});

export type DeploymentConfig = z.output<typeof deploymentConfigSchema>;

export interface Deployment extends Readonly<DeploymentConfig> {
  /** 0 while this isolate has never learnt of any. */
  readonly version: number;
}

export const UNKNOWN_DEPLOYMENT: Deployment = {
  version: 0,
  kill_switch: false,
  excluded_items: [],
};
