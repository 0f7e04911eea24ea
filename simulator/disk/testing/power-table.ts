import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, cpSync, existsSync, fsyncSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import { DatabaseSync } from 'node:sqlite';
import path from 'node:path';
import { siblingModule } from '../../sibling-module.ts';
import type { ForgetfulDisk } from '../forgetful-disk.ts';

/**
 * What a power cut costs programs that keep their data in one way or the other, as it is known of ext4 and xfs and of
 * SQLite's own documentation (https://sqlite.org/pragma.html#pragma_synchronous). Each disk of ours must agree.
 */
export interface Row {
  name: string;
  victim: string;
  args: string[];
  file: string;
  /** How many acknowledged operations a cut at any moment may cost. */
  mayLose: number;
  /** It never syncs its folder: where a name is safe only with its folder, a cut may cost all. */
  reliesOnJournal?: true;
  /** Whether a cut that takes all that was not synced surely costs some, once there were a hundred operations. */
  surelyLoses: boolean;
  /** What was kept must be readable as it was written. */
  staysWhole: boolean;
  found(file: string): Found;
}

/** The last operation that is there, undefined if what is there cannot be read. */
type Found = number | undefined;

const safe = { mayLose: 0, surelyLoses: false, staysWhole: true };
const loses = (mayLose: number) => ({ mayLose, surelyLoses: mayLose > 0, staysWhole: true });

const sqlite = (journal: string, synchronous: string, cost: Pick<Row, 'mayLose' | 'surelyLoses' | 'staysWhole'>): Row => ({
  name: `SQLite ${journal} ${synchronous}`, victim: 'sqlite-victim', args: [journal, synchronous], file: 'rows.sqlite', found: lastRow, ...cost,
});

export const TABLE: Row[] = [
  sqlite('WAL', 'FULL', safe),
  sqlite('WAL', 'NORMAL', loses(60)), // what came after the last checkpoint
  sqlite('WAL', 'OFF', { mayLose: Infinity, surelyLoses: true, staysWhole: false }),
  sqlite('DELETE', 'EXTRA', safe),
  sqlite('DELETE', 'FULL', loses(1)), // the removal of the rollback journal is not synced
  { name: 'append, fdatasync', victim: 'append-victim', args: ['1'], file: 'log', found: lastLine, ...safe },
  { name: 'append, fdatasync every 10th', victim: 'append-victim', args: ['10'], file: 'log', found: lastLine, ...loses(9) },
  { name: 'replace', victim: 'replace-victim', args: ['none'], file: 'state.json', found: theObject, mayLose: Infinity, surelyLoses: true, staysWhole: false },
  { name: 'replace, fsync of the file', victim: 'replace-victim', args: ['file'], file: 'state.json', found: theObject, ...loses(1), reliesOnJournal: true },
  { name: 'replace, fsync of file and folder', victim: 'replace-victim', args: ['both'], file: 'state.json', found: theObject, ...safe },
];

export interface Outcome {
  acknowledged: number;
  /** Undefined: what is left cannot be read. */
  found: Found;
  lost: number;
}

/**
 * Runs the victim on the disk until it has done so many operations, or for so long, then kills it, cuts the power and
 * looks at what is left.
 */
export async function ordeal(
  disk: ForgetfulDisk,
  row: Row,
  { cut, until = Infinity, forMs = Infinity, name }: { cut: () => Promise<unknown>; until?: number; forMs?: number; name: string },
): Promise<Outcome> {
  mkdirSync(path.join(disk.outside, name));
  for (const folder of [name, '.']) sync(path.join(disk.outside, folder));
  const victim = siblingModule(import.meta.url, `./victims/${row.victim}`);
  const command = [process.execPath, '--no-warnings', victim, path.join(disk.folder, name, row.file), String(until), ...row.args];
  const [program, ...args] = disk.enter(command, '/');
  const child = spawn(program!, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  let told = '';
  const enough = new Promise<void>((resolve) => {
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      if (told === '' && forMs !== Infinity) setTimeout(resolve, forMs);
      told = (told + text).slice(-100);
      if (lastNumber(told) >= until) resolve();
    });
  });
  const closed = once(child, 'close');
  await Promise.race([enough, closed]);
  child.kill('SIGKILL');
  await closed;
  await cut();
  const acknowledged = lastNumber(told);
  const found = look(path.join(disk.outside, name), row);
  return { acknowledged, found, lost: Math.max(0, acknowledged - (found ?? 0)) };
}

/** Looks at a copy: SQLite resolves the link in the path that leads into the namespace of a disk. */
function look(folder: string, row: Row): Found {
  if (!existsSync(path.join(folder, row.file))) return 0;
  const copy = mkdtempSync(path.join(os.tmpdir(), 'brownout-left-'));
  try {
    cpSync(folder, copy, { recursive: true });
    return row.found(path.join(copy, row.file));
  } finally {
    rmSync(copy, { recursive: true });
  }
}

function sync(folder: string): void {
  const opened = openSync(folder, 'r');
  fsyncSync(opened);
  closeSync(opened);
}

/** The last number of a text that was told in full. */
function lastNumber(text: string): number {
  return Number(text.split('\n').at(-2) ?? 0);
}

function lastRow(file: string): Found {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(file);
    if (database.prepare('PRAGMA integrity_check').get()!.integrity_check !== 'ok') return undefined;
    if (!database.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'rows'").get()) return 0;
    return Number(database.prepare('SELECT max(n) AS last FROM rows').get()!.last ?? 0);
  } catch {
    return undefined;
  } finally {
    database?.close();
  }
}

/** Lines that are there one after the other from the first on; behind them may be anything that was not synced. */
function lastLine(file: string): Found {
  const lines = readFileSync(file, 'utf8').split('\n');
  const broken = lines.findIndex((line, index) => line !== JSON.stringify({ n: index + 1, filling: 'x'.repeat(80) }));
  return broken === -1 ? lines.length : broken;
}

function theObject(file: string): Found {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).n;
  } catch {
    return undefined;
  }
}
