import { statSync } from 'node:fs';
import path from 'node:path';
import type { Command } from 'commander';
import { writeStarter } from '../../../scenarios/schema/init.ts';
import type { CommandContext } from '../context.ts';
import { EXIT, UsageProblem } from '../exit.ts';

export function addInit(program: Command, context: CommandContext, done: (exitCode: number) => void): void {
  program
    .command('init')
    .summary('write a starter pipeline.yaml and a scenario for your own pipeline')
    .description('Writes pipeline.yaml and scenarios/outage.yaml to start from. Files that are there are left as they are.')
    .argument('[folder]', 'where to', '.')
    .action(async (folder: string) => {
      if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() === false) throw new UsageProblem(`${folder} is not a folder.`);
      const { written, kept } = await writeStarter(folder);
      for (const file of written) context.terminal.line(`wrote ${shown(file)}`);
      for (const file of kept) context.terminal.line(`kept  ${shown(file)}, which was there already`);
      const pipeline = shown(path.join(folder, 'pipeline.yaml'));
      context.terminal.line(`Fill in ${pipeline}, then: npx brownout check ${pipeline}`);
      done(EXIT.held);
    });
}

function shown(file: string): string {
  return path.relative(process.cwd(), file) || file;
}
