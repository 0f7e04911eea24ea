import { startSntpServer, type SntpServer } from '../../simulator/clock/sntp-server.ts';
import type { LinkOptions } from '../../simulator/links/link.ts';
import { nameOf, startNameServer, type NameServer } from '../../simulator/names/name-server.ts';
import type { Pipeline } from '../../scenarios/schema/pipeline.ts';
import { asksForTime, variablesOfNodes } from '../../scenarios/schema/pipeline-variables.ts';
import { isNodeProgram } from '../nodes/node-specs.ts';

/** What tells a pipeline where its links are, and what time it is, where it asks us for that. */
export interface Servers {
  names: NameServer | undefined;
  time: SntpServer | undefined;
}

/** Starts those that a node of this pipeline is told of. */
export async function startServers(pipeline: Pipeline, owned: AsyncDisposableStack): Promise<Servers> {
  const usesNames = variablesOfNodes(pipeline).some((it) => it.startsWith('name-server.') || /^link\..*\.name$/.test(it));
  return {
    names: usesNames ? owned.use(await startNameServer(Object.keys(pipeline.links))) : undefined,
    time: asksForTime(pipeline) ? owned.use(await startSntpServer()) : undefined,
  };
}

/** Under which name the node that a link is from finds it, or why it does not ask us for that. */
export function namingOf(link: string, pipeline: Pipeline, server: NameServer | undefined): Pick<LinkOptions, 'byName' | 'nameObstacle'> {
  const { from } = pipeline.links[link]!;
  const known = variablesOfNodes(pipeline, from);
  if (!server || !known.includes(`link.${link}.name`)) {
    return { nameObstacle: { reason: `${from} calls ${link} by its address and asks nobody where it is`, fix: `write \${link.${link}.name} instead of \${link.${link}.host}` } };
  }
  if (isNodeProgram(pipeline.nodes[from]!) || known.includes('name-server.port')) return { byName: { name: nameOf(link), server } };
  return {
    nameObstacle: {
      reason: `${from} resolves names through the operating system, which cannot be made to ask us`,
      fix: 'say `runtime: node` if it is a Node.js program; hand it ${name-server.host} and ${name-server.port} if it takes the address of a resolver',
    },
  };
}
