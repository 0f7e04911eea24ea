import type { EvidenceRow, FaultResult, GuaranteeResult, Result, Verdict } from './result.ts';

/** How every report says the same things: verdicts, times, counts and numbers, in the words a reader knows. */

/** A verdict never speaks by colour alone: a symbol and a word go with it. */
export const verdictWords: Record<Verdict, { symbol: string; word: string }> = {
  held: { symbol: '✓', word: 'held' },
  broken: { symbol: '✗', word: 'broken' },
  error: { symbol: '!', word: 'error' },
  inconclusive: { symbol: '?', word: 'inconclusive' },
  'not-tested': { symbol: '–', word: 'not tested' },
};

/** What a reader must see first comes first. */
const gravity: Verdict[] = ['broken', 'error', 'inconclusive', 'held', 'not-tested'];

export function byGravity(guarantees: GuaranteeResult[]): GuaranteeResult[] {
  return gravity.flatMap((verdict) => guarantees.filter((guarantee) => guarantee.verdict === verdict));
}

/** `2 broken · 7 held · 1 not tested`. */
export function tally(guarantees: GuaranteeResult[]): string {
  const parts = gravity.map((verdict) => ({ word: verdictWords[verdict].word, many: guarantees.filter((g) => g.verdict === verdict).length }));
  return parts.filter((part) => part.many > 0).map((part) => `${part.many} ${part.word}`).join(' · ') || 'no guarantee was judged';
}

/**
 * Names and rows come from pipelines that nobody vouches for. Control characters could drive a terminal, break XML or
 * turn the direction of a line; each becomes a visible mark. Newlines and tabs become spaces.
 */
export function visible(text: string): string {
  return text
    .replace(/[\t\n\r]+/g, ' ')
    .replace(/[\p{Cc}\p{Cs}\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]/gu, '\ufffd');
}

export function count(value: number): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: Math.abs(value) < 10 ? 3 : 1 });
}

/** `850 ms`, `12.3 s`, `5 min 12 s`, `71 h 58 min`, `72 h`. */
export function duration(ms: number): string {
  if (ms < 0) return `-${duration(-ms)}`;
  if (ms < 1000) return `${count(Math.round(ms * 10) / 10)} ms`;
  if (ms < 119_500) return `${count(Math.round(ms / 10) / 100)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${pad(seconds % 60)} s`;
  const minutes = Math.round(seconds / 60);
  return minutes % 60 === 0 ? `${minutes / 60} h` : `${Math.floor(minutes / 60)} h ${pad(minutes % 60)} min`;
}

const pad = (value: number) => String(value).padStart(2, '0');

/** A moment of the run: `8.12 s` after its start. Always in seconds, so that two moments compare at a glance. */
export function moment(atMs: number): string {
  return `${(atMs / 1000).toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 })} s`;
}

export function span(fromMs: number, toMs: number): string {
  return `${moment(fromMs).slice(0, -2)}–${moment(toMs)}`;
}

/** Units by the last word of a name, as the house writes names: `recoveryMs`, `diskBytes`, `drainPerSecond`. */
const units: [RegExp, (value: number) => string][] = [
  [/Micros$/, (value) => duration(value / 1000)],
  [/Ms$/, (value) => duration(value)],
  [/Seconds$/, (value) => duration(value * 1000)],
  [/Hours$/, (value) => `${count(value)} h`],
  [/Bytes$/, (value) => `${count(value)} B`],
  [/Hz$/, (value) => `${count(value)} Hz`],
  [/PerSecond$/, (value) => `${count(value)}/s`],
  [/Percent$/, (value) => `${count(value)} %`],
];

/** `recoveryMs: 1340` -> `recovery`, `1.34 s`. A name without a unit is a count. */
export function namedNumber(name: string, value: number | string): { name: string; value: string } {
  const unit = typeof value === 'number' ? units.find(([suffix]) => suffix.test(name) && name.replace(suffix, '') !== '') : undefined;
  const bare = unit ? name.replace(unit[0], '') : name;
  const words = bare.replace(/([a-z0-9])([A-Z])/g, (_, before: string, capital: string) => `${before} ${capital.toLowerCase()}`);
  return { name: visible(words), value: typeof value === 'string' ? visible(value) : unit ? unit[1](value) : count(value) };
}

export function namedNumbers(numbers: Record<string, number | string>): { name: string; value: string }[] {
  return Object.entries(numbers).map(([name, value]) => namedNumber(name, value));
}

/** `lost 93 · recovery 1.34 s`. */
export function numbersLine(numbers: Record<string, number | string>): string {
  return namedNumbers(numbers).map(({ name, value }) => `${name} ${value}`).join(' · ');
}

/** `blackhole on uplink, 8.00–13.00 s`. */
export function faultLine(fault: FaultResult): string {
  return `${visible(fault.kind)} on ${visible(fault.target)}, ${span(fault.fromMs, fault.toMs)}`;
}

/** The faults in force at a moment, in words; ids that the result does not know stay as they are. */
export function faultsDuring(result: Result, row: EvidenceRow): string {
  return row.during.map((id) => {
    const fault = result.faults.find((known) => known.id === id);
    return fault ? faultLine(fault) : visible(id);
  }).join('; ') || 'no fault in force';
}

/** `press-1 reading 82 at 8.12 s: never reached the outlet`. */
export function evidenceLine(row: EvidenceRow): string {
  const who = [row.device, row.n === undefined ? undefined : `reading ${count(row.n)}`].filter((part) => part !== undefined).join(' ');
  return visible(`${who ? `${who} at` : 'at'} ${moment(row.atMs)}: ${row.what}`);
}

/** Reasons come with and without their full stop. */
export function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

/** `2026-03-14 09:26:53 UTC`. */
export function when(iso: string): string {
  return `${new Date(iso).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

/** What was not tested and is not already a line of the guarantee table. */
export function otherwiseNotTested(result: Result): Result['notTested'] {
  const judged = new Set(result.guarantees.map((guarantee) => guarantee.id));
  return result.notTested.filter(({ what }) => !judged.has(what));
}

/** What would make a guarantee that was not tested testable. */
export function fixFor(result: Result, guarantee: GuaranteeResult): string | undefined {
  return guarantee.fix ?? result.notTested.find(({ what }) => what === guarantee.id)?.fix;
}

/** The promises of several results: those that at least one was tested on, and those that none was. */
export function comparedPromises(results: Result[]): { tested: { id: string; promise: string }[]; untested: string[] } {
  const promises = new Map(results.flatMap(({ guarantees }) => guarantees.map(({ id, promise }) => [id, promise] as const)));
  const isTested = (id: string) => results.some(({ guarantees }) => guarantees.some((it) => it.id === id && it.verdict !== 'not-tested'));
  const ids = [...promises.keys()];
  return { tested: ids.filter(isTested).map((id) => ({ id, promise: promises.get(id)! })), untested: ids.filter((id) => !isTested(id)) };
}
