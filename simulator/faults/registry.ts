import { bandwidth } from './bandwidth.ts';
import { blackhole } from './blackhole.ts';
import { brownout } from './brownout.ts';
import { crash } from './crash.ts';
import { cut } from './cut.ts';
import { dns } from './dns.ts';
import { drift } from './drift.ts';
import type { FaultKind } from './fault.ts';
import { flap } from './flap.ts';
import { forgetSessions } from './forget-sessions.ts';
import { frozen } from './frozen.ts';
import { fsyncError } from './fsync-error.ts';
import { full } from './full.ts';
import { hold } from './hold.ts';
import { jump } from './jump.ts';
import { kick } from './kick.ts';
import { lateReply } from './late-reply.ts';
import { latency } from './latency.ts';
import { loseAck } from './lose-ack.ts';
import { lyingFsync } from './lying-fsync.ts';
import { lyingNtp } from './lying-ntp.ts';
import { pause } from './pause.ts';
import { powerCut } from './power-cut.ts';
import { readOnly } from './read-only.ts';
import { poison } from './poison.ts';
import { quota } from './quota.ts';
import { refuseLogins } from './refuse-logins.ts';
import { refuse } from './refuse.ts';
import { resetAtBoot } from './reset-at-boot.ts';
import { reset } from './reset.ts';
import { restart } from './restart.ts';
import { slice } from './slice.ts';
import { slow } from './slow.ts';
import { stop } from './stop.ts';
import { strobe } from './strobe.ts';
import { upgrade } from './upgrade.ts';

/** Every kind of failure that can be injected. */
export const faultKinds: readonly FaultKind[] = [
  blackhole, cut, reset, refuse, hold, latency, bandwidth, slice, flap, loseAck, lateReply, dns,
  crash, powerCut, brownout, pause, stop, upgrade,
  full, slow, readOnly, fsyncError, lyingFsync,
  jump, drift, strobe, frozen, resetAtBoot, lyingNtp,
  restart, forgetSessions, refuseLogins, kick, quota, poison,
];

export function faultKind(kind: string): FaultKind | undefined {
  return faultKinds.find((it) => it.kind === kind);
}
