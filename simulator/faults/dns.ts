import { z } from 'zod';
import type { Link } from '../links/link.ts';
import { askName } from '../names/ask-name.ts';
import type { LinkName } from '../names/link-name.ts';
import { CODES } from '../names/message.ts';
import type { Misanswering, WrongAnswer } from '../names/name-server.ts';
import type { Bite, FaultKind } from './fault.ts';

const params = z.strictObject({
  answer: z
    .enum(['nxdomain', 'servfail', 'silence', 'wrong'])
    .default('nxdomain')
    .describe('`nxdomain`: there is no such name; `servfail`: the server cannot tell; `silence`: no answer; `wrong`: an address at which nobody listens.'),
  connected: z
    .enum(['reset', 'cut', 'keep'])
    .default('reset')
    .describe('What becomes of the connections there are, once: `reset` breaks them, `cut` closes them in an orderly way, `keep` leaves them, and then nobody may ask.'),
});
type Params = z.output<typeof params>;

const ASK_WITHIN_MS = 2000;

const WORDS: Record<WrongAnswer, string> = {
  nxdomain: 'answered with NXDOMAIN',
  servfail: 'answered with SERVFAIL',
  silence: 'not answered',
  wrong: 'answered with an address at which nobody listens',
};

/** The line is fine and nobody finds the other end: a resolver behind a rebooting router, a zone that was let lapse. */
export const dns: FaultKind<'link', Params> = {
  kind: 'dns',
  family: 'link',
  target: 'link',
  summary: 'The name under which the link is called is not resolved, or wrongly; the connections there are break once.',
  limits:
    'It needs a pipeline that calls the link by `${link.NAME.name}`. Node.js programs then resolve it through a DNS server of ' +
    'ours, by a preload that replaces dns.lookup: net, tls, http, fetch and MQTT go through that, a resolver of their own ' +
    'does not. Programs that are no Node.js and take the address of a resolver are given `${name-server.host}` and ' +
    '`${name-server.port}`; those that resolve through the operating system cannot be reached. All answers have a time to ' +
    'live of 0, so what a cache would do is not seen. UDP only.',
  params,
  unavailable: (link) => (link.byName ? undefined : link.nameObstacle ?? { reason: `${link.name} is not called by a name of ours`, fix: `write \${link.${link.name}.name} where its address is` }),
  async apply(link, { answer, connected }) {
    const { server, name } = nameOf(link);
    const wrong = server.misanswer(name, answer);
    const brokenConnections = connected === 'reset' ? link.reset() : connected === 'cut' ? link.cut() : 0;
    return {
      bite: () => judge(wrong, { name, answer, brokenConnections }),
      async heal() {
        wrong.lift();
        if (wrong.lift()) throw new Error(`${name} is still ${WORDS[answer]}`);
        if (!server.closed && !server.misanswers(name)) await checkAnswer(server.port, name);
      },
    };
  },
};

function nameOf({ name, byName }: Link): LinkName {
  if (!byName) throw new Error(`${name} is not called by a name of ours`);
  return byName;
}

function judge({ queries }: Misanswering, { name, answer, brokenConnections }: { name: string; answer: WrongAnswer; brokenConnections: number }): Bite {
  const ended = `${brokenConnections} connections were ended`;
  const numbers = { queries, brokenConnections };
  if (queries === 0) return { proven: false, detail: `nobody asked for ${name}: a connection that stays up needs no name; ${ended}`, numbers };
  return { proven: true, detail: `${queries} ${queries === 1 ? 'query' : 'queries'} for ${name} ${queries === 1 ? 'was' : 'were'} ${WORDS[answer]}, ${ended}`, numbers };
}

async function checkAnswer(port: number, name: string): Promise<void> {
  const told = await askName(port, name, ASK_WITHIN_MS);
  if (told?.code !== CODES.noError || told.address !== '127.0.0.1') throw new Error(`${name} is not resolved again`);
}
