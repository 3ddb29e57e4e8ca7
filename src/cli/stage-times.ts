/** How long each host has spent in each stage, from the times of its events. Forgets a host when it is done. */
import type { Stage } from '../core/contact.ts';
import type { RunEvent } from '../core/event.ts';

export interface HostTimes {
  /** From the host's first stage on. */
  readonly tookMs: number;
  /** In the order in which they were first entered; `queued`: waiting for its next try. */
  readonly stages: Readonly<Partial<Record<Stage, number>>>;
}

interface Clock {
  readonly startedMs: number;
  stage: Stage;
  sinceMs: number;
  readonly stages: Partial<Record<Stage, number>>;
}

export class StageTimes {
  readonly #clocks = new Map<string, Clock>();

  /** Notes that the host enters a stage; returns the milliseconds since its first. */
  enter({ host, stage, at }: Extract<RunEvent, { type: 'host.stage' }>): number {
    const now = Date.parse(at);
    const clock = this.#clocks.get(host);
    if (clock === undefined) {
      this.#clocks.set(host, { startedMs: now, stage, sinceMs: now, stages: {} });
      return 0;
    }
    settle(clock, now);
    clock.stage = stage;
    return now - clock.startedMs;
  }

  /** Undefined for a host that was never tried. */
  done({ host, at }: Extract<RunEvent, { type: 'host.done' }>): HostTimes | undefined {
    const clock = this.#clocks.get(host);
    if (clock === undefined) return undefined;
    this.#clocks.delete(host);
    const now = Date.parse(at);
    settle(clock, now);
    return { tookMs: now - clock.startedMs, stages: clock.stages };
  }
}

function settle(clock: Clock, now: number): void {
  clock.stages[clock.stage] = (clock.stages[clock.stage] ?? 0) + now - clock.sinceMs;
  clock.sinceMs = now;
}
