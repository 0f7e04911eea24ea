/** node link-process.ts TARGET_PORT [mqtt-rule]: one link as a process of its own; prints its port. The rule frames every packet. */
import { startRunClock } from '../../simulator/run-clock.ts';
import { openLink } from '../../simulator/links/link.ts';
import { loseAck } from '../../simulator/faults/lose-ack.ts';

const [targetPort, rule] = process.argv.slice(2);
const clock = startRunClock();
const link = await openLink({ name: 'bench', targets: [{ port: Number(targetPort) }], clock, protocol: 'mqtt' });
if (rule) await loseAck.apply(link, loseAck.params.parse({ direction: 'to', nth: 1_000_000 }), { clock, random: Math.random });
console.log(link.ports[0]);
