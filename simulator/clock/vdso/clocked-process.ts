import { readFileSync } from 'node:fs';
import type { ClockSetting } from './clock-setting.ts';
import { PAGE_BYTES, TOKEN_BYTES, newPage, readPage, writesFor, type DataPage } from './data-page.ts';
import { ProcessMemory } from './process-memory.ts';
import { VdsoImage } from './vdso-image.ts';

/** One process that takes its wall clock from our routine. Every call throws once it is gone. */
export class ClockedProcess {
  readonly pid: number;
  /** As the kernel calls it, in words for messages. */
  readonly name: string;
  readonly #page: number;
  readonly #token: Buffer;

  private constructor(pid: number, page: number, token: Buffer) {
    this.pid = pid;
    this.name = nameOf(pid);
    this.#page = page;
    this.#token = token;
  }

  /** Puts the routine into a program that stands before its first instruction; returns the address of what makes its page. */
  static prepare(pid: number): number {
    using memory = new ProcessMemory(pid);
    return VdsoImage.of(pid, memory).placeRoutine();
  }

  /** Sets the clock in that page, and leads the program to it. */
  static begin(pid: number, page: number, token: Buffer, setting: ClockSetting): ClockedProcess {
    using memory = new ProcessMemory(pid);
    memory.write(page, newPage(token, setting));
    VdsoImage.of(pid, memory).leadToRoutine(page);
    return ClockedProcess.inherited(pid, token); // read back: from its vDSO to its page
  }

  /** A process that has come of one of ours, with a copy of its clock. */
  static inherited(pid: number, token: Buffer): ClockedProcess {
    using memory = new ProcessMemory(pid);
    const page = VdsoImage.of(pid, memory).dataAddress;
    if (page === undefined) throw new Error('it did not take its clock from the process that it came of');
    const process = new ClockedProcess(pid, page, token);
    process.#pageOf(memory);
    return process;
  }

  /** What its clock is set to, and how often it looked since. */
  read(): DataPage {
    using memory = new ProcessMemory(this.pid);
    return this.#pageOf(memory);
  }

  /** Sets its clock, for all its threads at once. */
  set(setting: ClockSetting): void {
    using memory = new ProcessMemory(this.pid);
    for (const { at, bytes } of writesFor(this.#pageOf(memory), setting)) memory.write(this.#page + at, bytes);
  }

  #pageOf(memory: ProcessMemory): DataPage {
    const page = readPage(memory.read(this.#page, PAGE_BYTES));
    if (!page.token.equals(this.#token.subarray(0, TOKEN_BYTES))) throw new Error('the page of its clock is gone');
    return page;
  }
}

/** `python3 (process 4711)`. */
export function nameOf(pid: number): string {
  try {
    return `${readFileSync(`/proc/${pid}/comm`, 'utf8').trim()} (process ${pid})`;
  } catch {
    return `process ${pid}`;
  }
}

/** Whether a process is there and not dead. */
export function isAlive(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return !'ZX'.includes(stat[stat.lastIndexOf(')') + 2]!);
  } catch {
    return false;
  }
}

/** The process that a thread belongs to; undefined if it is gone. */
export function processOf(tid: number): number | undefined {
  try {
    return Number(/^Tgid:\t(\d+)$/m.exec(readFileSync(`/proc/${tid}/status`, 'latin1'))![1]);
  } catch {
    return undefined;
  }
}
