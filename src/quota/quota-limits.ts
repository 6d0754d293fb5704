/** Of one key. Days are Google's: they end at midnight Pacific. */
export interface QuotaLimits {
  readonly searchPerDay: number;
  readonly unitsPerDay: number;
  readonly callsPerSecond: number;
  readonly callsPerMinute: number;
  /** What one user of a tenant may cause a day. */
  readonly userSearchPerDay: number;
  readonly userUnitsPerDay: number;
}
