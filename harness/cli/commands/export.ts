import { Option, type Command } from 'commander';
import { EXPORTS, FORMATS, exportText, type ExportFormat, type ExportName } from '../../history/export.ts';
import { readHistory } from '../../history/read.ts';
import { historyOf } from '../history-of.ts';
import type { CommandContext } from '../context.ts';
import { EXIT } from '../exit.ts';

export function addExport(program: Command, context: CommandContext, done: (exitCode: number) => void): void {
  program
    .command('export')
    .summary("print a recorded run's readings, deliveries or events for anybody's tools")
    .argument('[run]', 'the folder of a run, or its history.sqlite', 'runs/latest')
    .addOption(new Option('--what <part>', 'which part of the history').choices(EXPORTS).default('deliveries'))
    .addOption(new Option('--format <format>', 'how it is written').choices(FORMATS).default('csv'))
    .addHelpText('after', '\nExample:\n  brownout export runs/latest --what readings > truth.csv\n')
    .action(async (run: string, options: { what: ExportName; format: ExportFormat }) => {
      const history = readHistory(historyOf(run), { unfinished: true });
      for (const piece of exportText(history, options.what, options.format)) {
        if (!(await context.print(piece))) break;
      }
      done(EXIT.held);
    });
}
