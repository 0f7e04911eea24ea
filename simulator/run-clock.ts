/** The clock of one run: monotonic microseconds since its start, and the one anchor to the wall clock. */
export interface RunClock {
  /** Microseconds of CLOCK_MONOTONIC since the start of the run. */
  nowMicros(): number;
  /** Microseconds since the Unix epoch at the start of the run, by this machine's clock. */
  readonly wallAnchorMicros: number;
  /** `process.hrtime.bigint()` in microseconds at the start: what other processes of this machine can relate to. */
  readonly monotonicAnchorMicros: number;
}

export function startRunClock(): RunClock {
  const startNanos = process.hrtime.bigint();
  const wallAnchorMicros = Date.now() * 1000;
  return {
    nowMicros: () => Number((process.hrtime.bigint() - startNanos) / 1000n),
    wallAnchorMicros,
    monotonicAnchorMicros: Number(startNanos / 1000n),
  };
}
