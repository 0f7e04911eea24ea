#!/usr/bin/env node
import { Command } from 'commander';
import { toolVersion } from '../../simulator/package-root.ts';
import { Interrupted } from '../problem.ts';
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
import { Terminal } from './terminal.ts';

const terminal = new Terminal();
const stop = new AbortController();

/** One Ctrl-C may reach this process twice: from the terminal, and from the program that started it. */
const SAME_KEY_PRESS_MS = 500;
let interruptedAtMs = 0;

/** The first Ctrl-C ends the run in good order; the second ends the harness at once, and its guardian cleans up. */
function interrupt(): void {
  if (stop.signal.aborted) {
    if (performance.now() - interruptedAtMs > SAME_KEY_PRESS_MS) process.exit(EXIT.interrupted);
    return;
  }
  interruptedAtMs = performance.now();
  terminal.line('brownout: ending everything it started ...');
  stop.abort(new Interrupted());
}
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, interrupt);

// Whoever reads our data may stop reading, as `head` does.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? EXIT.held : EXIT.harnessFailed));

const context: CommandContext = { terminal, signal: stop.signal, print: (text) => void process.stdout.write(text) };
const done = (exitCode: number) => {
  process.exitCode = exitCode;
};

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
            4 a mistake in a file or on the command line, 130 interrupted.`,
  );
for (const add of [addDemo, addInit, addCheck, addRun, addReport, addExport, addPredict, addDoctor]) add(program, context, done);
for (const command of [program, ...program.commands]) {
  command.exitOverride().configureOutput({ writeErr: (text) => process.stderr.write(text) });
}

try {
  await program.parseAsync();
} catch (error) {
  done(explain(error, terminal));
}
// Everything is closed by now. Waiting for the event loop to run dry instead was seen to spin for ever, now and then, in
// Node.js 24.21's own clean-up of handles after the last child process.
process.exit();
