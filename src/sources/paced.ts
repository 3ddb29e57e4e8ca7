/** Plays stored looks at the pace of a living fleet: each host takes its own time, divided by `speed`. */
import { setTimeout as wait } from 'node:timers/promises';
import type { ContactStage } from '../core/contact.ts';
import type { Look } from '../core/look.ts';
import type { Source } from './source.ts';

const STEPS: readonly ContactStage[] = ['dns', 'tcp', 'http', 'auth', 'shell', 'collector'];
/** Share of a look's time that making contact takes; the rest is the collector's. */
const CONTACT_SHARE = 0.15;

/** Nobody watches a time-out of a minute to its end. */
const LONGEST_MS = 20_000;

export function paced(source: Source, speed: number): Source {
  return {
    look: (host, context) =>
      context.slot(async () => {
        const looked = await source.look(host, { ...context, slot: (work) => work() });
        const total = Math.min(LONGEST_MS, durationMs(looked.look)) / speed;
        const steps = STEPS.slice(0, STEPS.indexOf(lastStep(looked.look)) + 1);
        for (const stage of steps) {
          context.onStage(stage);
          const isLast = stage === steps.at(-1);
          const share = isLast ? 1 - CONTACT_SHARE : CONTACT_SHARE / Math.max(1, steps.length - 1);
          await wait(total * share, undefined, { signal: context.signal });
        }
        return looked;
      }),
  };
}

/** The step at which contact stopped, or ran out of time. */
function lastStep(look: Look): ContactStage {
  if (look.kind !== 'contact') return 'collector';
  const { stage, during } = look.contact.contact;
  const step = stage === 'timeout' ? during : stage;
  return step !== undefined && STEPS.includes(step) ? step : 'dns';
}

/** How long the look took when it was taken. */
function durationMs(look: Look): number {
  if (look.kind === 'evidence') return look.evidence.collector?.durationMs ?? 4000;
  return look.kind === 'contact' ? (look.contact.contact.elapsedMs ?? 1000) : 0;
}
