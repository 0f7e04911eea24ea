import type { HistoryEvent } from '../../simulator/recorder.ts';
import type { PlannedFault } from '../../scenarios/schema/scenario.ts';
import type { Claims } from '../../scenarios/schema/pipeline.ts';

/** What the judge must know of a run besides what happened in it. JSON; written once at the start. */
export interface HistoryMeta {
  format: 1;
  tool: { name: 'brownout'; version: string };
  /** `real`, or `model` for a run in virtual time. */
  world: 'real' | 'model';
  startedAt: string;
  wallAnchorMicros: number;
  seed: number;
  host: { os: string; arch: string; cpus: number; node: string };
  /**
   * `fieldLinks`: links to the plant. A failure there keeps readings from being made; it is no outage on the way to the outlet.
   * `platformLinks`: links of nodes that have no link to the plant. What fails there is inside the platform.
   */
  pipeline: { name: string; description: string; file: string; sha256: string; nodes: string[]; fieldLinks?: string[]; platformLinks?: string[] };
  scenario: { name: string; description: string; file: string; sha256: string };
  plan: PlannedFault[];
  terms: Terms;
  replay: { command: string };
}

/** What was agreed: the cadence, the claims, what the outlet offers, and what the scenario is made for. */
export interface Terms {
  periodMs: number;
  watermark: 'registers' | 'value';
  claims: Claims;
  /** The claims that the pipeline file writes out; the others are defaults, which promise nothing that is not offered. */
  claimed: (keyof Claims)[];
  /** Which statements the pipeline can make at all. */
  offers: Record<Offer, boolean>;
  /** Measurement fields besides `value` that the outlet carries. */
  fields: ('uptimeMs' | 'state' | 'counter' | 'alarms')[];
  exercises: string[];
}

/** What an outlet may have besides readings: declared gaps, health, the failed layer in it, times of readings, doubt about them. */
export type Offer = 'gaps' | 'health' | 'layer' | 'stamps' | 'uncertainty';

/** As wide as what it holds, or wider. */
export type Column = Uint8Array | Uint16Array | Uint32Array | Float32Array | Float64Array;

/** Columns of equal length; row i is one reading. Readings of one device appear in the order of their n. */
export interface ReadingColumns {
  rows: number;
  device: Column;
  n: Column;
  atMicros: Column;
  /** Float32 values. */
  value: Column;
  /** 1 acknowledged, 0 indeterminate. */
  acknowledged: Column;
  /** The optional columns are there if any reading carries the field; NaN where a reading does not. */
  uptimeMs?: Column;
  state?: Column;
  counter?: Column;
  alarms?: Column;
}

/** Columns of equal length; row i is the i-th row of the outlet, in the outlet's own order. */
export interface DeliveryColumns {
  rows: number;
  device: Column;
  n: Column;
  value: Column;
  stampMicros: Column;
  seenAtMicros: Column;
  /** Bit 0: uncertain, bit 1: manual. */
  flags: Column;
  /** The optional columns are there if any row carries the field; NaN where a row does not. */
  uptimeMs?: Column;
  state?: Column;
  counter?: Column;
  alarms?: Column;
}

/** One whole run, in memory. The verdict is a pure function of it. */
export interface History {
  meta: HistoryMeta;
  /** Names; columns hold indexes into it. */
  devices: string[];
  readings: ReadingColumns;
  deliveries: DeliveryColumns;
  /** In the order they were recorded. */
  events: HistoryEvent[];
}

/** Bits of `DeliveryColumns.flags`. */
export const UNCERTAIN = 1;
export const MANUAL = 2;
