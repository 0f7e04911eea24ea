/** The ids of the guarantees that a scenario may name in `exercises`; the oracle's registry holds exactly these. */
export const guaranteeIds = [
  'no-loss',
  'capacity',
  'power-safe',
  'no-duplicates',
  'in-order',
  'unaltered',
  'gaps-declared',
  'gaps-true',
  'true-time',
  'recovers',
  'drains',
  'live-first',
  'returns-unaided',
  'bounded',
  'local-continuity',
  'alerts-arrive',
  'stale-shown',
  'layer-named',
  'backfill',
  'access',
] as const;

export type GuaranteeId = (typeof guaranteeIds)[number];
