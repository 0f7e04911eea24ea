import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Command } from 'commander';
import { loadPipeline, loadScenario } from '../../../scenarios/schema/load.ts';
import { renderComparisonHtml, renderJson, renderTerminalComparison } from '../../../reports/index.ts';
import { makeRunFolder } from '../../run/run-folder.ts';
import { parseFolder, parseSeed, type CommandContext } from '../context.ts';
import { EXIT } from '../exit.ts';
import { LiveProgress } from '../live-progress.ts';
import { runAndReport } from '../run-and-report.ts';

/** What the demo shows, and what comes of it if all is well. */
const CAST = [
  { pipeline: 'node-red-stock', expected: 'broken' },
  { pipeline: 'node-red-resilient', expected: 'held' },
] as const;
const SCENARIO = 'all-at-once';

export function addDemo(program: Command, context: CommandContext, done: (exitCode: number) => void): void {
  program
    .command('demo')
    .summary('two real pipelines, three failures at once, one verdict on each')
    .description(
      'Drives two real Node-RED pipelines through the same failures, side by side: the cable to the internet is pulled,\n' +
        'the gateway is killed meanwhile, and its clock jumps by an hour. One is what people build from core nodes;\n' +
        'the other shows what good looks like. Needs nothing but this package, and takes less than a minute.',
    )
    .option('--seed <number>', 'the seed of signals and jitter', parseSeed, 1)
    .option('--runs <folder>', 'where the folders of runs go', parseFolder, 'runs')
    .option('--json', 'print both results as JSON on standard output')
    .addHelpText(
      'after',
      `
Exit code: 0 if the stock pipeline is broken and the resilient one held, as they should be; otherwise 1.`,
    )
    .action(async (options: { seed: number; runs: string; json?: boolean }) => {
      const { terminal } = context;
      const scenario = await loadScenario(SCENARIO);
      const pipelines = await Promise.all(CAST.map(({ pipeline }) => loadPipeline(pipeline)));
      terminal.line(`brownout demo --seed ${options.seed}: ${CAST.length} real pipelines, the same ${scenario.scenario.faults.length} failures`);
      terminal.line();
      const signal = context.interruptible();
      const live = new LiveProgress(terminal, CAST.map(({ pipeline }) => pipeline));
      const failure = new AbortController();
      const both = AbortSignal.any([signal, failure.signal]);
      const runs = pipelines.map((loaded) =>
        runAndReport({ loaded, scenario, seed: options.seed, runsFolder: options.runs, progress: live.of(loaded.pipeline.name), signal: both }),
      );
      for (const run of runs) run.catch((error) => failure.abort(error)); // one failed: the other need not go on
      await Promise.allSettled(runs);
      live.end();
      const ended = await Promise.all(runs);
      const results = ended.map(({ result }) => result);
      const page = path.join(makeRunFolder(options.runs, 'demo'), 'report.html');
      writeFileSync(page, renderComparisonHtml(results));
      terminal.line();
      terminal.rendered(renderTerminalComparison(results, { width: terminal.width, color: terminal.color }));
      terminal.line(`Side by side: ${page}`);
      for (const { runFolder } of ended) terminal.line(`In full:      ${path.join(runFolder, 'report.html')}`);
      if (options.json) await context.print(`[${results.map(renderJson).join(',')}]\n`);
      done(results.every((result, index) => result.verdict === CAST[index]!.expected) ? EXIT.held : EXIT.broken);
    });
}
