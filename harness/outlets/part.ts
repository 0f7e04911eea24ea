import { plainText } from '../../simulator/plain-text.ts';
import { HarnessProblem } from '../problem.ts';
import { LimitReached, type Limit } from './limits.ts';
import { redactorOf } from './secrets.ts';

/** A part of the outlet as messages call it: `outlet.readings (http://...)`. */
export interface Part {
  key: 'outlet.readings' | 'outlet.gaps' | 'outlet.health';
  /** Its URL or file, with the names of secrets in the place of the secrets. */
  at: string;
  /** The text without secrets. */
  redact: (text: string) => string;
}

export function partOf(key: Part['key'], spec: { url: string; headers?: Record<string, string> } | { file: string }): Part {
  if ('file' in spec) return { key, at: spec.file, redact: (text) => text };
  return { key, at: spec.url, redact: redactorOf([spec.url, ...Object.values(spec.headers ?? {})]) };
}

/** A limit of time or size was reached: asking again soon would end the same. */
export class LimitProblem extends HarnessProblem {
  override name = 'LimitProblem';
}

/** `outlet.readings (URL): what, expected what`. */
export function partProblem(part: Part, what: string, { expected, hint }: { expected?: string; hint?: string } = {}, Problem = HarnessProblem): HarnessProblem {
  const text = `${safeText(part, what, 400)}${expected === undefined ? '' : `, expected ${expected}`}`;
  return new Problem(`${part.key} (${safeText(part, part.at, 200)}): ${text}`, hint === undefined ? undefined : safeText(part, hint, 400));
}

/** What an error of reading a part is to the user: a HarnessProblem, or the reason of the signal that ended it. */
export function problemOf(part: Part, error: unknown, limit: Limit): unknown {
  if (error instanceof HarnessProblem) return error;
  if (error instanceof LimitReached) return partProblem(part, error.message, { expected: error.expected }, LimitProblem);
  if (limit.signal.aborted) return limit.signal.reason;
  return partProblem(part, error instanceof Error ? error.message : String(error));
}

/** Text from outside as it may be shown and kept: no secrets, no control characters, on one line, of bounded length. */
export function safeText(part: Part, text: string, most: number): string {
  const start = part.redact(text.slice(0, most * 4));
  const plain = plainText(start).replaceAll(/\s+/g, ' ');
  return plain.length > most ? `${plain.slice(0, most)}...` : plain;
}

/** A value from outside in a few words, however large it is. */
export function shown(value: unknown): string {
  if (value === undefined || value === '') return 'nothing';
  if (typeof value === 'string') return JSON.stringify(value.length > 120 ? `${value.slice(0, 120)}...` : value);
  if (value === null || typeof value !== 'object') return String(value);
  if (Array.isArray(value)) return `a list of ${value.length}`;
  const keys = Object.keys(value);
  return keys.length === 0 ? 'an object without keys' : `an object with the keys ${keysOf(value)}`;
}

/** The first keys of an object, for messages. */
export function keysOf(value: object): string {
  const keys = Object.keys(value);
  return `${keys.slice(0, 20).join(', ')}${keys.length > 20 ? ', ...' : ''}`;
}
