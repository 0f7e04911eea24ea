import path from 'node:path';
import type { Command } from 'commander';
import { renderJson, renderTerminal } from '../../../reports/index.ts';
import { exitCodeOf } from '../exit.ts';
import { historyOf } from '../history-of.ts';
import { judgeRun, writeReports } from '../reports-of.ts';
import type { CommandContext } from '../context.ts';

export function addReport(program: Command, context: CommandContext, done: (exitCode: number) => void): void {
  program
    .command('report')
    .summary('judge a recorded run again and write its reports anew')
    .description(
      'The verdict is a pure function of the history: this reads history.sqlite and nothing else, so it gives the same\n' +
        'result years later, without the pipeline.',
    )
    .argument('[run]', 'the folder of a run, or its history.sqlite', 'runs/latest')
    .option('--json', 'print the result as JSON on standard output')
    .action((run: string, options: { json?: boolean }) => {
      const file = historyOf(run);
      const result = judgeRun(file);
      const folder = path.dirname(file);
      writeReports(result, folder);
      context.terminal.line(renderTerminal(result, { width: context.terminal.width, color: context.terminal.color }));
      context.terminal.line(`Report: ${path.join(folder, 'report.html')}`);
      if (options.json) context.print(renderJson(result));
      done(exitCodeOf([result.verdict]));
    });
}
