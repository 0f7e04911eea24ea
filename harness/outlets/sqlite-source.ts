import { spawn, type ChildProcess } from 'node:child_process';
import { siblingModule } from '../../simulator/sibling-module.ts';
import { LineSplitter } from './line-splitter.ts';
import { ROW_BYTES, type Limit } from './limits.ts';
import { partProblem, type Part } from './part.ts';
import { openRegular } from './regular-file.ts';
import type { Row, RowSource, RowTaker } from './rows.ts';

/** Who ends the group of a process that is ours, should we be killed. */
export interface GroupKeeper {
  watchGroup(groupId: number): void;
  forgetGroup(groupId: number): void;
}

/** What SQLite takes as a file and is none. */
const NO_FILE = /^(:memory:|file:|$)/;

/**
 * An SQLite database, read in a process of its own that can be killed in the middle of a query. The process stays
 * for the next read; each read opens the database anew.
 */
export class SqliteSource implements RowSource {
  readonly #file: string;
  readonly #query: string;
  readonly #part: Part;
  readonly #keeper: GroupKeeper | undefined;
  #child: ChildProcess | undefined;

  constructor({ file, query }: { file: string; query: string }, part: Part, keeper?: GroupKeeper) {
    this.#file = file;
    this.#query = query;
    this.#part = part;
    this.#keeper = keeper;
  }

  async read(cursor: string, limit: Limit, taker: RowTaker): Promise<void> {
    if (!NO_FILE.test(this.#file)) await limit.race(this.#refuseOther());
    const query = this.#query.replaceAll('${cursor}', cursor);
    const child = (this.#child ??= this.#start());
    try {
      taker.anew();
      const why = await limit.race(answerOf(child, { file: this.#file, query, mostBytes: ROW_BYTES }, limit, taker));
      if (why !== undefined) throw partProblem(this.#part, why, { hint: `The query was: ${query}` });
    } finally {
      // What still reads would answer into the next question.
      if (this.#child === child && child.stdout!.listenerCount('data') > 0) await this.#end();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#end();
  }

  async #refuseOther(): Promise<void> {
    const { handle } = await openRegular(this.#file).catch((error: Error) => {
      throw partProblem(this.#part, error.message);
    });
    await handle.close();
  }

  #start(): ChildProcess {
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', siblingModule(import.meta.url, './sqlite-process')], {
      env: { ...process.env, NODE_OPTIONS: undefined },
      stdio: ['pipe', 'pipe', 'ignore'],
      detached: true,
    });
    child.stdin!.on('error', () => {});
    child.on('error', () => {});
    child.unref();
    if (child.pid !== undefined) this.#keeper?.watchGroup(child.pid);
    child.on('exit', () => {
      if (this.#child === child) this.#child = undefined;
      if (child.pid !== undefined) this.#keeper?.forgetGroup(child.pid);
    });
    return child;
  }

  /** Kills it, in whatever it does: it only reads. */
  async #end(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (!child || child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.ref();
    child.kill('SIGKILL');
    await gone;
  }
}

/** Passes on the rows of one answer; resolves to what was wrong, if anything was. */
function answerOf(child: ChildProcess, request: object, limit: Limit, taker: RowTaker): Promise<string | undefined> {
  const splitter = new LineSplitter();
  let columns: string[] | undefined;
  const take = (line: string, whole: boolean) => {
    if (!whole) return taker.torn(line, 'the row is longer than 1 MB');
    const values = JSON.parse(line) as unknown[];
    if (columns === undefined) columns = values as string[];
    else taker.row(rowOf(columns, values));
  };
  return new Promise((resolve, reject) => {
    const settle = (end: () => void) => {
      child.stdout!.off('data', onData);
      child.off('close', onClose).off('error', onClose);
      end();
    };
    const onClose = () => settle(() => reject(new Error('the process that reads SQLite ended by itself')));
    const onData = (piece: Buffer) => {
      try {
        limit.signal.throwIfAborted();
        limit.tookBytes(piece.length);
        splitter.push(piece, (line, whole) => {
          if (line === '=') settle(() => resolve(undefined));
          else if (line.startsWith('!')) settle(() => resolve(line.slice(1)));
          else take(line, whole);
        });
      } catch (error) {
        reject(error as Error);
      }
    };
    child.stdout!.on('data', onData);
    child.once('close', onClose).once('error', onClose);
    child.stdin!.write(`${JSON.stringify(request)}\n`);
  });
}

function rowOf(columns: readonly string[], values: readonly unknown[]): Row {
  const row: Row = {};
  for (const [index, column] of columns.entries()) row[column] = values[index];
  return row;
}
