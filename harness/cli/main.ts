#!/usr/bin/env node
import { Command } from 'commander';
import { toolVersion } from '../../simulator/package-root.ts';
import { addCheck } from './commands/check.ts';
import { addDemo } from './commands/demo.ts';
import { addDoctor } from './commands/doctor.ts';
import { addExport } from './commands/export.ts';
import { addInit } from './commands/init.ts';
import { addPredict } from './commands/predict.ts';
import { addReport } from './commands/report.ts';
import { addRun } from './commands/run.ts';
import type { CommandContext } from './context.ts';
import { EXIT, explain } from './exit.ts';
import { Interrupts } from './interrupts.ts';
import { print } from './print.ts';
import { Terminal } from './terminal.ts';

const terminal = new Terminal();
const interrupts = new Interrupts((text) => terminal.line(text));
const context: CommandContext = { terminal, interruptible: () => interrupts.listen(), print };
const done = (exitCode: number) => {
  process.exitCode = exitCode;
};

/** What nobody has caught says nothing about the pipeline: it is told once, everything ends in good order, and the exit code is 3. */
let uncaught: unknown;
process.on('uncaughtException', (error: unknown) => {
  if (uncaught !== undefined) return;
  uncaught = error ?? new Error(String(error));
  explain(uncaught, terminal);
  interrupts.fail(uncaught, EXIT.harnessFailed);
});

const program = new Command('brownout')
  .description(
    'Pulls the plug on an industrial IoT pipeline before the factory does, and says with evidence which promises it kept.',
  )
  .version(toolVersion())
  .showHelpAfterError('(brownout --help shows what there is)')
  .addHelpText(
    'after',
    `
First steps:
  brownout demo                    two pipelines, three failures, less than a minute
  brownout init                    a starter pipeline.yaml for your own pipeline
  brownout check pipeline.yaml     is the file right?
  brownout run pipeline.yaml internet/uplink-blackhole

Exit codes: 0 held, 1 broken, 2 inconclusive, 3 the harness or this machine failed,
            4 a mistake in a file or on the command line, or a record that is not the one expected,
            130 Ctrl-C, 143 SIGTERM, 129 SIGHUP.`,
  );
for (const add of [addDemo, addInit, addCheck, addRun, addReport, addExport, addPredict, addDoctor]) add(program, context, done);
for (const command of [program, ...program.commands]) {
  command.exitOverride().configureOutput({ writeErr: (text) => terminal.line(text.trimEnd()) });
}

try {
  await program.parseAsync();
} catch (error) {
  if (error !== uncaught) done(explain(error, terminal));
}
if (uncaught !== undefined) done(EXIT.harnessFailed);
// Everything is closed by now. Waiting for the event loop to run dry instead was seen to spin for ever, now and then, in
// Node.js 24.21's own clean-up of handles after the last child process.
process.exit();
