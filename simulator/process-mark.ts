import { spawnSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** The environment variable that every process of a run carries: `HARNESS_PID-RUN/NODE`. Children inherit it. */
export const MARK = 'BROWNOUT_MARK';

/**
 * How the processes of one node are told from all others of this machine, whatever session or parent they have: by their
 * environment, and by a resource limit of a number of its own. Both are inherited; the limit is also kept by a program
 * that is started with an environment emptied of everything (sudo, env -i, many init scripts). It is the time that a
 * process with real-time priority may take without a break, set to centuries, which limits nobody.
 */
export interface ProcessMark {
  /** The value of the environment variable. */
  text: string;
  /** The soft limit RLIMIT_RTTIME in microseconds; undefined where there are too many nodes to number them. */
  limit: bigint | undefined;
}

const MAGIC = 0x0b1n;
const RUN_BITS = 18;
const NODE_BITS = 12n;
const runIdOf = (limit: bigint) => limit >> NODE_BITS;

let runs = randomInt(2 ** RUN_BITS);

/** The mark of one run; every node and broker of it gets one of its own, made from it. */
export class RunMark {
  readonly text: string;
  readonly #limit: bigint;
  #owners = 0n;

  /** A fresh one; with a text, the one that was made elsewhere. */
  constructor(text = `${process.pid}-${(runs = (runs + 1) % 2 ** RUN_BITS)}`) {
    this.text = text;
    const [pid, run] = text.split('-').map(BigInt) as [bigint, bigint];
    this.#limit = (((MAGIC << 22n) | pid) << BigInt(RUN_BITS) | run) << NODE_BITS;
  }

  of(owner: string): ProcessMark {
    const number = ++this.#owners;
    return { text: `${this.text}/${owner}`, limit: number < 1n << NODE_BITS ? this.#limit | number : undefined };
  }

  /** Whether a process that carries these belongs to the run. */
  covers({ text, limit }: Carried): boolean {
    return text?.startsWith(`${this.text}/`) === true || (limit !== undefined && runIdOf(limit) === runIdOf(this.#limit));
  }
}

/** What a process carries of all this. */
export interface Carried {
  text?: string;
  limit?: bigint;
}

export function bears(mark: ProcessMark, { text, limit }: Carried): boolean {
  return text === mark.text || (limit !== undefined && limit === mark.limit);
}

/** The process id of the harness that a process was started by, if it carries a mark. */
export function harnessOf({ text, limit }: Carried): number | undefined {
  const pid = Number(/^(\d+)-/.exec(text ?? '')?.[1] ?? NaN);
  if (!Number.isNaN(pid)) return pid;
  return limit !== undefined && limit >> 52n === MAGIC ? Number((limit >> 30n) & 0x3fffffn) : undefined;
}

/** What this process carries; nothing if it is gone, belongs to somebody else, or this is not Linux. */
export function carriedBy(pid: number | string): Carried {
  const text = new RegExp(`(?:^|\\0)${MARK}=([^\\0]*)`).exec(readQuietly(`/proc/${pid}/environ`))?.[1];
  const limit = softLimit(pid);
  return { ...(text === undefined ? {} : { text }), ...(limit === undefined || limit === 'unlimited' ? {} : { limit: BigInt(limit) }) };
}

/**
 * Starts a process under the limit of this mark. The limit is imposed on ourselves for as long as it takes to fork, for
 * a process that was started already might have forked before it is reached. Where there is no prlimit(1) there is no limit.
 */
export function startMarked<T>({ limit }: ProcessMark, start: () => T): T {
  const ours = softLimit(process.pid);
  if (limit === undefined || ours === undefined || !setSoftLimit(String(limit))) return start();
  try {
    return start();
  } finally {
    setSoftLimit(ours);
  }
}

let prlimit = process.platform === 'linux';

function setSoftLimit(value: string): boolean {
  if (!prlimit) return false;
  prlimit = spawnSync('prlimit', ['--pid', String(process.pid), `--rttime=${value}:`], { stdio: 'ignore' }).status === 0;
  return prlimit;
}

function softLimit(pid: number | string): string | undefined {
  return /^Max realtime timeout\s+(\d+|unlimited)/m.exec(readQuietly(`/proc/${pid}/limits`))?.[1];
}

function readQuietly(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
