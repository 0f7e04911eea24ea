import path from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { renderJson, renderTerminal } from '../../../reports/index.ts';
import { exitCodeOf, UsageProblem } from '../exit.ts';
import { historyOf } from '../history-of.ts';
import { judgeAside } from '../judge-aside.ts';
import { writeReports } from '../reports-of.ts';
import type { CommandContext } from '../context.ts';

export function addReport(program: Command, context: CommandContext, done: (exitCode: number) => void): void {
  program
    .command('report')
    .summary('judge a recorded run again and write its reports anew')
    .description(
      'The verdict is a pure function of the history: this reads history.sqlite and nothing else, so it gives the same\n' +
        'result years later, without the pipeline. It always judges anew; what the reports in the folder say does not count.',
    )
    .argument('[run]', 'the folder of a run, or its history.sqlite', 'runs/latest')
    .option('--expect <digest>', 'the SHA-256 of the record as you were given it: any other record is refused, with exit code 4', digest)
    .option('--json', 'print the result as JSON on standard output')
    .addHelpText('after', `
The digest is printed at the end of a run and stands in every report. A record that still has it was not changed since; who made
the record, it does not say.`)
    .action(async (run: string, options: { expect?: string; json?: boolean }) => {
      const file = historyOf(run);
      const result = await judgeAside(file);
      const { sha256 } = result.record;
      if (options.expect !== undefined && options.expect !== sha256) {
        throw new UsageProblem(`${file} is not the record that was expected: it was changed since, or it is another one.\n  expected sha256 ${options.expect}\n  found    sha256 ${sha256}\n  Nothing was judged or written.`);
      }
      const folder = path.dirname(file);
      writeReports(result, folder);
      const { terminal } = context;
      terminal.rendered(renderTerminal(result, { width: terminal.width, color: terminal.color }));
      if (options.expect !== undefined) terminal.line('The record is the one that was expected.');
      terminal.line(`Report: ${path.join(folder, 'report.html')}`);
      if (options.json) await context.print(renderJson(result));
      done(exitCodeOf([result.verdict]));
    });
}

function digest(text: string): string {
  const match = /^(?:sha256[ :])?([0-9a-f]{64})$/i.exec(text.trim());
  if (!match) throw new InvalidArgumentError('expected the 64 hexadecimal digits of a SHA-256, as a run prints them.');
  return match[1]!.toLowerCase();
}
