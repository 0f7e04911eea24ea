import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Result } from '../../reports/index.ts';
import type { Outcome } from './attempt.ts';
import type { Right } from './case.ts';

/** A line of a stack trace. */
const STACK_TRACE = /^\s+at .+[:(]\d+:\d+\)?$|a bug of ours/m;
const REPORTS = ['report.html', 'summary.md', 'junit.xml', 'result.json'];

/** What is not as it should be, in words; nothing if all is right. */
export function wrongs(right: Right, outcome: Outcome): string[] {
  return [...endOf(right, outcome), ...wordsOf(right, outcome), ...verdictsOf(right, outcome.result), ...filesOf(right, outcome)];
}

function endOf(right: Right, { code, tookMs, endedAfterMs, peakBytes, leftovers }: Outcome): string[] {
  const found: string[] = [];
  const rightCodes = right.exit === undefined ? undefined : [right.exit].flat();
  if (tookMs > right.within) found.push(`took ${seconds(tookMs)}, the limit is ${seconds(right.within)}`);
  else if (rightCodes && (code === null || !rightCodes.includes(code))) found.push(`exit code ${code ?? 'none, it had to be killed'}, right is ${rightCodes.join(' or ')}`);
  const endsWithin = right['ends-within'];
  if (endsWithin !== undefined && endedAfterMs === undefined) found.push('it ended before it could be interrupted');
  if (endsWithin !== undefined && endedAfterMs !== undefined && endedAfterMs > endsWithin) found.push(`ended ${seconds(endedAfterMs)} after the signal, the limit is ${seconds(endsWithin)}`);
  const memory = right['memory-under'];
  if (memory !== undefined && peakBytes > memory) found.push(`took ${megabytes(peakBytes)} of memory, the limit is ${megabytes(memory)}`);
  return [...found, ...leftovers.map((left) => `left behind ${left}`)];
}

function wordsOf(right: Right, { stderr }: Outcome): string[] {
  const missing = right.says.filter((pattern) => !new RegExp(pattern, 'i').test(stderr)).map((pattern) => `never says /${pattern}/`);
  const unwanted = right.never.filter((pattern) => new RegExp(pattern, 'i').test(stderr)).map((pattern) => `says ${JSON.stringify(pattern)}`);
  const trace = STACK_TRACE.test(stderr) ? ['shows a stack trace'] : [];
  const lines = stderr.split('\n').length;
  const tooLong = right['lines-under'] !== undefined && lines >= right['lines-under'] ? [`${lines} lines of messages`] : [];
  return [...missing, ...unwanted, ...trace, ...tooLong];
}

function verdictsOf(right: Right, result: Result | undefined): string[] {
  const wanted = Object.entries(right.guarantees) as [string, string | string[]][];
  if (!result) return wanted.length > 0 || Object.keys(right.cause).length > 0 ? ['nothing was judged'] : [];
  const byId = new Map(result.guarantees.map((guarantee) => [guarantee.id, guarantee]));
  const verdicts = wanted.flatMap(([id, accepted]) => {
    const verdict = byId.get(id)?.verdict ?? 'absent';
    return [accepted].flat().includes(verdict) ? [] : [`${id} ${verdict}, right is ${[accepted].flat().join(' or ')}`];
  });
  const causes = Object.entries(right.cause).flatMap(([id, pattern]) => {
    const asked = result.guarantees.filter((it) => (id === 'any broken' ? it.verdict === 'broken' : it.id === id));
    const said = asked.flatMap(({ reason, cause, fix, evidence }) => [reason, cause, fix, ...evidence.map(({ what }) => what)]).join('\n');
    return new RegExp(pattern, 'i').test(said) ? [] : [`${id} does not name the cause (/${pattern}/): ${asked.map(({ reason }) => reason).join('; ') || 'there is none'}`];
  });
  const never = result.guarantees.filter(({ verdict }) => verdict === right['never-verdict']).map(({ id, verdict }) => `${id} ${verdict}`);
  return [...verdicts, ...causes, ...never];
}

function filesOf(right: Right, { runFolder }: Outcome): string[] {
  const found: string[] = [];
  const reports = REPORTS.filter((report) => existsSync(path.join(runFolder, report)));
  if (right.reports && reports.length < REPORTS.length) found.push(`no ${REPORTS.filter((report) => !reports.includes(report)).join(', ')}`);
  for (const text of right['never-in-reports']) {
    const holders = reports.filter((report) => /html|xml/.test(report) && readFileSync(path.join(runFolder, report), 'utf8').includes(text));
    if (holders.length > 0) found.push(`${holders.join(', ')} holds ${text}`);
  }
  const limit = right['logs-under'];
  if (limit !== undefined && logBytes(runFolder) > limit) found.push(`${megabytes(logBytes(runFolder))} of logs, the limit is ${megabytes(limit)}`);
  const rows = right['unreadable-rows'];
  if (rows !== undefined && unreadableRows(runFolder) !== rows) found.push(`${unreadableRows(runFolder) ?? 'no record of'} unreadable rows, right is ${rows}`);
  return found;
}

function logBytes(runFolder: string): number {
  const logs = path.join(path.dirname(runFolder));
  if (!existsSync(logs)) return 0;
  const files = readdirSync(logs, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.log'));
  return files.reduce((sum, file) => sum + statSync(path.join(logs, file)).size, 0);
}

function unreadableRows(runFolder: string): number | undefined {
  const file = path.join(runFolder, 'history.sqlite');
  if (!existsSync(file)) return undefined;
  using db = new DatabaseSync(file, { readOnly: true });
  return Number(db.prepare("SELECT count(*) AS n FROM events WHERE kind = 'unreadable-row'").get()!['n']);
}

const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;
const megabytes = (bytes: number) => `${Math.round(bytes / 1e6)} MB`;
