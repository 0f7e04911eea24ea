import type { Parameters } from '../../simulator/model/parameters.ts';

/** What is asked: a pipeline of these numbers, and how long its uplink is dead. */
export interface Question {
  name: string;
  parameters: Parameters;
  outageMs: number;
}

/** What would happen. Times are milliseconds since the beginning of the outage. */
export interface Prediction {
  name: string;
  outageMs: number;
  /** The numbers it rests on. */
  assumptions: {
    machines: number;
    periodMs: number;
    readingBytes: number;
    /** null: no limit. */
    bufferReadings: number | null;
    whenFull: Parameters['whenFull'];
    /** null: for ever. */
    timeToLiveMs: number | null;
    drainReadingsPerSecond: number;
    keepAliveMs: number;
  };
  readingsPerSecond: number;
  /** How the answer was come by. */
  method: {
    /** The model reads all machines in rounds this long: times are that exact, and so is what is lost at the edges. */
    roundMs: number;
    /** The drain was not followed to its end: from here on its time was reckoned from its rate. */
    reckonedFromMs: number | null;
  };
  /** Readings that would be missing at the outlet: dropped, expired, or never read since there was no room. */
  missing: {
    readings: number;
    /** Which end of the outage is missing. */
    end: 'none' | 'oldest' | 'newest';
    fromMs: number | null;
    toMs: number | null;
  };
  buffer: {
    /** null: it never fills. */
    fullAfterMs: number | null;
    mostReadings: number;
    mostBytes: number;
    /** What would lose nothing. */
    neededReadings: number;
    neededBytes: number;
  };
  /** From the end of the outage until live data is seen, and until the last of the backlog is. */
  recovery: { liveAfterMs: number | null; drainedAfterMs: number | null };
  /** What the gateway holds over time; equal lengths. */
  series: { atMs: number[]; heldReadings: number[] };
}
