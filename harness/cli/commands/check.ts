import type { Command } from 'commander';
import { loadPipeline, loadScenario } from '../../../scenarios/schema/load.ts';
import { planFaults } from '../../../scenarios/schema/plan.ts';
import { formatDurationMs } from '../../../scenarios/schema/values.ts';
import type { CommandContext } from '../context.ts';
import { EXIT } from '../exit.ts';

export function addCheck(program: Command, context: CommandContext, done: (exitCode: number) => void): void {
  program
    .command('check')
    .summary('check a pipeline file, and scenarios against it, without starting anything')
    .argument('<pipeline>', 'a pipeline.yaml, a folder that holds one, or the name of one that ships')
    .argument('[scenarios...]', 'scenario files, or names from the library')
    .action(async (pipelineRef: string, scenarioRefs: string[]) => {
      const loaded = await loadPipeline(pipelineRef);
      const { nodes, links, plant } = loaded.pipeline;
      context.terminal.line(
        `${loaded.file}: fine. ${plant.machines} machines, nodes ${Object.keys(nodes).join(', ')}, links ${Object.keys(links).join(', ')}.`,
      );
      for (const ref of scenarioRefs) {
        const scenario = await loadScenario(ref);
        const plan = planFaults(scenario, loaded, 1);
        const faults = plan.map((fault) => `${fault.kind} on ${fault.target} for ${formatDurationMs(fault.forMs)}`).join(', ');
        context.terminal.line(`${scenario.file}: fine. ${faults}.`);
      }
      done(EXIT.held);
    });
}
