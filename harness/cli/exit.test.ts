import { writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { PassThrough } from 'node:stream';
import { CommanderError } from 'commander';
import { expect, test } from 'vitest';
import { ResultProblem } from '../../reports/index.ts';
import { wholeFile } from '../../scenarios/schema/problem.ts';
import { HistoryError } from '../history/store.ts';
import { HarnessProblem, Interrupted, PipelineMistake } from '../problem.ts';
import { explain, UsageProblem } from './exit.ts';
import { Terminal } from './terminal.ts';

function explained(error: unknown): { code: number; said: string } {
  const stream = new PassThrough();
  const code = explain(error, new Terminal(stream as unknown as NodeJS.WriteStream));
  return { code, said: String(stream.read() ?? '') };
}

function errorOf(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  throw new Error('it did not throw');
}

const fullDatabase = () => {
  using db = new DatabaseSync(':memory:');
  db.exec('PRAGMA max_page_count = 2; CREATE TABLE t (x)');
  for (;;) db.prepare('INSERT INTO t VALUES (zeroblob(3000))').run();
};
const wrongSql = () => {
  using db = new DatabaseSync(':memory:');
  db.exec('SELEKT 1');
};

test.each<[what: string, error: unknown, code: number, said: RegExp]>([
  ['a mistake in a file', wholeFile('p.yaml', { message: 'the file is empty' }), 4, /^p\.yaml: the file is empty\n$/],
  ['a mistake on the command line', new UsageProblem('no such run'), 4, /^brownout: no such run\n$/],
  ['an unknown command', new CommanderError(1, 'commander.unknownCommand', 'x'), 4, /^$/],
  ['--help', new CommanderError(0, 'commander.helpDisplayed', ''), 0, /^$/],
  ['a damaged record', new HistoryError('damaged', 'it is damaged'), 4, /^brownout: it is damaged\n$/],
  ['a result of another version', new ResultProblem('not a result.json'), 4, /^brownout: not a result\.json\n$/],
  ['a pipeline file that does not fit', new PipelineMistake('command not found: x', 'Check it.'), 4, /^brownout: command not found: x\n {2}Check it\.\n$/],
  ['a failure around the pipeline', new HarnessProblem('a port is taken', 'Free it.'), 3, /^brownout: a port is taken\n {2}Free it\.\n$/],
  ['a folder in the place of a file', errorOf(() => writeFileSync('/', 'x')), 3, /^brownout: \/: there is a folder in its place \(EISDIR, open\)\n$/],
  ['a full disk', Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC', syscall: 'write' }), 3, /^brownout: write: the disk is full \(ENOSPC, write\)\n$/],
  ['a full disk under a record', errorOf(fullDatabase), 3, /^brownout: a record cannot be read or written: the disk is full .*\n.*--runs.*\n$/],
  ['Ctrl-C', new Interrupted(), 130, /interrupted/],
  ['SIGTERM', new Interrupted('SIGTERM'), 143, /interrupted/],
  ['SIGHUP', new Interrupted('SIGHUP'), 129, /interrupted/],
  ['a bug of ours', new TypeError('x is undefined\nmore'), 3, /^brownout: this is a bug of ours.*TypeError: x is undefined \(at .*exit\.test\.ts:\d+:\d+\)\n {2}Please report .*BROWNOUT_DEBUG=1.*\n$/],
  ['SQL of ours that is wrong', errorOf(wrongSql), 3, /^brownout: this is a bug of ours.*SELEKT/],
  ['something thrown that is no error', 'surprise', 3, /^brownout: this is a bug of ours.*surprise/],
])('%s: its exit code and one message without a stack', (_, error, code, said) => {
  const it = explained(error);
  expect(it.said).toMatch(said);
  expect(it.said).not.toMatch(/^\s+at /m);
  expect(it.code).toBe(code);
});
