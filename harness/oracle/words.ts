/** How times and counts are written for people. */

/** `4.31 s`, `850 ms`, `2 h 5 min`. */
export function duration(micros: number): string {
  const ms = micros / 1000;
  if (!Number.isFinite(ms)) return 'for ever';
  if (Math.abs(ms) < 1000) return `${trim(ms, Math.abs(ms) < 10 ? 1 : 0)} ms`;
  if (Math.abs(ms) < 120_000) return `${trim(ms / 1000, 2)} s`;
  const minutes = Math.round(ms / 60_000);
  if (Math.abs(minutes) < 120) return `${minutes} min`;
  return minutes % 60 ? `${Math.trunc(minutes / 60)} h ${Math.abs(minutes % 60)} min` : `${minutes / 60} h`;
}

/** A moment of the run: `4.31 s into the run`. */
export function moment(micros: number): string {
  return `${duration(micros)} into the run`;
}

/** `1 reading`, `1,204 readings`. */
export function count(of: number, noun: string, plural = `${noun}s`): string {
  return `${grouped(of)} ${of === 1 ? noun : plural}`;
}

/** `1,204.5`, without Intl, whose first use takes longer than judging a short run. */
export function grouped(number: number): string {
  return String(number).replace(/\B(?<!\.\d*)(?=(\d{3})+(?!\d))/g, ',');
}

/** Milliseconds to three decimals, for numbers. */
export function toMs(micros: number): number {
  return Math.round(micros) / 1000;
}

function trim(value: number, decimals: number): string {
  return String(Number(value.toFixed(decimals)));
}
