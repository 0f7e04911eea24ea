import type { EventLoop } from './event-loop.ts';
import { WallClock } from './wall-clock.ts';

/**
 * The life of a node: it boots, runs, is paused, dies. What runs on it dies with it: timers and messages of one
 * incarnation never reach the next, and while it is paused they wait, as in a stopped process.
 */
export class Life {
  readonly name: string;
  readonly clock = new WallClock();
  readonly loop: EventLoop;
  up = false;
  bootedAtMicros = 0;
  /** Counts boots; 1 is the first. */
  incarnation = 0;
  /** Set by who lives here: everything volatile is made anew at boot, and connections end at death. */
  onBoot: () => void = () => {};
  onDeath: (how: Death) => void = () => {};
  onExit: (why: string) => void = () => {};
  /** What had to wait because of a pause, for its bite. */
  delayed = 0;
  #pauses = 0;
  #waiting: (() => void)[] = [];

  constructor(loop: EventLoop, name: string) {
    this.loop = loop;
    this.name = name;
  }

  get paused(): boolean {
    return this.#pauses > 0;
  }

  /** CLOCK_MONOTONIC of this boot. */
  monotonicMicros(): number {
    return this.loop.nowMicros - this.bootedAtMicros;
  }

  wallMicros(): number {
    return this.clock.read(this.loop.nowMicros);
  }

  boot(): void {
    if (this.up) return;
    this.up = true;
    this.incarnation++;
    this.bootedAtMicros = this.loop.nowMicros;
    this.onBoot();
  }

  die(how: Death): void {
    if (!this.up) return;
    this.up = false;
    this.#pauses = 0;
    this.#waiting = [];
    this.onDeath(how);
  }

  /** The process ends by itself; whether anybody starts it again is up to others. */
  exit(why: string): void {
    this.die('crash');
    this.onExit(why);
  }

  /** Stops this incarnation; the result lets it go on, unless it died meanwhile. */
  pause(): () => void {
    if (!this.up) return () => {};
    const { incarnation } = this;
    this.#pauses++;
    return () => {
      if (!this.up || this.incarnation !== incarnation || --this.#pauses > 0) return;
      const waiting = this.#waiting;
      this.#waiting = [];
      for (const act of waiting) this.run(act);
    };
  }

  /** Does it now, or when the node runs again; never if it is dead. */
  run(act: () => void): void {
    if (!this.up) return;
    if (this.#pauses === 0) return act();
    this.delayed++;
    this.#waiting.push(act);
  }

  after(delayMicros: number, act: () => void): void {
    const incarnation = this.incarnation;
    this.loop.after(delayMicros, () => {
      if (this.incarnation === incarnation) this.run(act);
    });
  }
}

/** `crash`: the process dies, the kernel lives and closes its connections. `power-cut`: silence, and the page cache is gone. */
export type Death = 'crash' | 'power-cut' | 'stop';
