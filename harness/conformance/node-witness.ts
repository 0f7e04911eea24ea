import { pause } from '../run/wait.ts';
import { Caller, type Exchange } from './caller.ts';
import { order } from './questions.ts';
import type { Witness } from './witness.ts';

/** What a stranger sees of a node: whether it answers, what an append to its disk comes to, what its clock says. */
export interface NodeLook {
  /** `ok`, ENOSPC and the like; undefined if nobody answered. */
  append: string | undefined;
  appendMs: number;
  /** How nobody answered. */
  how: Exchange['how'];
  clockAheadMs: number;
  /** How fast its clock goes: 1 is right. */
  clockRate: number;
  /** Lines that it said were synced and are no longer there. */
  syncedLost: number;
  /** Whether the line is there that was written at the beginning and never synced. */
  hasUnsynced: boolean;
}

interface Answer {
  said: string;
  lines: string[];
  tookMs: number;
  nowMs: number;
}

const BETWEEN_MS = 200;
const RIGHT_WITHIN_MS = 60;
const PROMPT_MS = 80;

let witnesses = 0;

/** Each has files of its own on the node's disk. */
export class NodeWitness implements Witness<NodeLook> {
  readonly #port: number;
  readonly #files: { synced: string; unsynced: string };
  #lines = 0;
  #synced: string[] = [];

  constructor(port: number) {
    this.#port = port;
    this.#files = { synced: `synced-${++witnesses}`, unsynced: `unsynced-${witnesses}` };
  }

  async begin(): Promise<void> {
    await this.#ask({ append: { to: this.#files.unsynced, line: 'unsynced', sync: false } });
  }

  async look(): Promise<NodeLook> {
    const line = `line ${++this.#lines}`;
    const first = await this.#ask({ append: { to: this.#files.synced, line, sync: true } });
    if (!first.answer) return { append: undefined, how: first.how, appendMs: 0, clockAheadMs: 0, clockRate: 1, syncedLost: 0, hasUnsynced: false };
    if (first.answer.said === 'ok') this.#synced.push(line);
    await pause(BETWEEN_MS); // long enough to see how fast its clock goes
    const [log, unsynced] = [await this.#ask({ read: this.#files.synced }), await this.#ask({ read: this.#files.unsynced })];
    const there = this.#synced.filter((it) => log.answer?.lines.includes(it));
    const syncedLost = this.#synced.length - there.length;
    this.#synced = there;
    const clockRate = ((log.answer?.nowMs ?? NaN) - first.answer.nowMs) / (log.atMs - first.atMs);
    return { append: first.answer.said, how: first.how, appendMs: first.answer.tookMs, clockAheadMs: (log.answer?.nowMs ?? NaN) - log.atMs, clockRate, syncedLost, hasUnsynced: unsynced.answer?.lines.includes('unsynced') ?? false };
  }

  isWell({ append, appendMs, clockAheadMs, clockRate, syncedLost }: NodeLook): boolean {
    return append === 'ok' && appendMs < PROMPT_MS && isRight(clockAheadMs, clockRate) && syncedLost === 0;
  }

  words({ append, appendMs, how, clockAheadMs, clockRate, syncedLost, hasUnsynced }: NodeLook): string {
    if (append === undefined) return `nobody answers: ${how}`;
    const speed = Math.abs(clockRate - 1) > 20 ? 'jumping' : `at ${clockRate.toFixed(1)} times its speed`;
    const clock = isRight(clockAheadMs, clockRate) ? 'right' : `${(clockAheadMs / 1000).toFixed(1)} s ahead, ${speed}`;
    const lost = [syncedLost > 0 && `${syncedLost} synced lines lost`, !hasUnsynced && 'unsynced line lost'].filter(Boolean);
    return `append: ${append} in ${Math.round(appendMs)} ms; clock ${clock}; ${lost.join(', ') || 'nothing lost'}`;
  }

  [Symbol.dispose](): void {}

  /** When it was answered by the clock of this machine, too. */
  async #ask(what: object): Promise<{ answer: Answer | undefined; how: Exchange['how']; atMs: number }> {
    using caller = new Caller(this.#port);
    const { how, bytes } = await caller.ask(order(what));
    return { answer: how === 'answer' ? (JSON.parse(bytes.toString()) as Answer) : undefined, how, atMs: Date.now() };
  }
}

function isRight(aheadMs: number, rate: number): boolean {
  return Math.abs(aheadMs) < RIGHT_WITHIN_MS && Math.abs(rate - 1) < 0.3;
}
