import type { Command } from 'commander';
import { loadPipeline, loadScenario } from '../../../scenarios/schema/load.ts';
import { planFaults } from '../../../scenarios/schema/plan.ts';
import { renderJson, renderTerminal, type Result } from '../../../reports/index.ts';
import { drawSeed, parseFolder, parseSeed, type CommandContext } from '../context.ts';
import { exitCodeOf } from '../exit.ts';
import { LiveProgress } from '../live-progress.ts';
import { runAndReport } from '../run-and-report.ts';

export function addRun(program: Command, context: CommandContext, done: (exitCode: number) => void): void {
  program
    .command('run')
    .summary('run scenarios against a pipeline and judge what it delivered')
    .description(
      'Starts the pipeline with a simulated plant around it, injects the failures of each scenario while data flows,\n' +
        'and says which promises were kept. Every run leaves a folder with its history, reports and logs.',
    )
    .argument('<pipeline>', 'a pipeline.yaml, a folder that holds one, or the name of one that ships')
    .argument('<scenarios...>', 'scenario files, or names from the library such as internet/uplink-blackhole')
    .option('--seed <number>', 'repeat a run with the same signals and the same jitter', parseSeed)
    .option('--runs <folder>', 'where the folders of runs go', parseFolder, 'runs')
    .option('--json', 'print the result as JSON on standard output')
    .addHelpText(
      'after',
      `
Examples:
  brownout run pipeline.yaml scenarios/outage.yaml
  brownout run node-red-resilient internet/uplink-blackhole gateway/crash-during-outage --seed 7
  brownout run pipeline.yaml all-at-once --json > result.json

Exit code: 0 held, 1 broken, 2 inconclusive, 3 the harness failed, 4 a mistake in a file or on the command line,
           130 Ctrl-C, 143 SIGTERM, 129 SIGHUP.`,
    )
    .action(async (pipelineRef: string, scenarioRefs: string[], options: { seed?: number; runs: string; json?: boolean }) => {
      const { terminal } = context;
      const loaded = await loadPipeline(pipelineRef);
      const scenarios = await Promise.all(scenarioRefs.map((ref) => loadScenario(ref)));
      const seed = options.seed ?? drawSeed();
      for (const scenario of scenarios) planFaults(scenario, loaded, seed); // every mistake before the first run
      const signal = context.interruptible();
      const results: Result[] = [];
      for (const scenario of scenarios) {
        terminal.line(`brownout run ${pipelineRef} ${scenario.ref} --seed ${seed}`);
        const live = new LiveProgress(terminal, [loaded.pipeline.name]);
        try {
          const progress = live.of(loaded.pipeline.name);
          const { result, runFolder, notice } = await runAndReport({ loaded, scenario, seed, runsFolder: options.runs, progress, signal });
          live.end();
          results.push(result);
          terminal.line();
          terminal.rendered(renderTerminal(result, { width: terminal.width, color: terminal.color }));
          terminal.line(`Report: ${runFolder}/report.html`);
          if (notice) terminal.line(notice);
        } finally {
          live.end();
        }
      }
      if (options.json) await context.print(results.length === 1 ? renderJson(results[0]!) : `[${results.map(renderJson).join(',')}]\n`);
      done(exitCodeOf(results.map((result) => result.verdict)));
    });
}
